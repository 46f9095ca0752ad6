import type { FastifyInstance } from 'fastify';
import type { App } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import { attachment, sendingErrors, type ContextOfDownload } from '../kernel/downloads.js';
import { readHead } from './heads.js';
import { say } from '../messages/catalogue.js';

/**
 * GET /ledger/head.json returns the newest signed head of the ledger's hash chain; /ledger/head-<seq>.json returns the
 * head signed at record <seq>. Both are public, so that anyone can keep copies.
 */
export function registerHeadRoutes(http: FastifyInstance, _app: App, contextOf: ContextOfDownload): void {
  http.get<{ Params: { file: string } }>('/ledger/:file', (request, reply) =>
    sendingErrors(reply, async () => {
      const match = /^head(?:-([1-9]\d{0,17}))?\.json$/.exec(request.params.file);
      const ctx = await contextOf(request);
      const head = match ? await readHead(ctx.db, match[1]) : null;
      if (!head) throw new NotFoundError(say('thing.theHead'));
      return attachment(reply, `ledger-head-${head.seq}.json`, 'application/json; charset=utf-8').send(
        `${JSON.stringify(head)}\n`,
      );
    }),
  );
}
