import type { FastifyInstance } from 'fastify';
import type { App } from '../../kernel/context.js';
import { NotFoundError } from '../../kernel/errors.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import { attachment, sendingErrors, type ContextOfDownload } from '../../kernel/downloads.js';
import { openEvidenceFile } from './evidence.service.js';
import { say } from '../../messages/catalogue.js';

/**
 * HTTP route GET /evidence/<id>: sends an evidence file if the viewer may read its disclosure tier or a process grants
 * access. Otherwise it answers 404, so that the file's existence is not revealed.
 */
export function registerEvidenceRoutes(http: FastifyInstance, _app: App, contextOf: ContextOfDownload): void {
  http.get<{ Params: { id: string } }>('/evidence/:id', (request, reply) =>
    sendingErrors(reply, async () => {
      const id = fromGlobalId(request.params.id);
      const ctx = await contextOf(request);
      const opened = id?.type === 'EvidenceFile' && isUuid(id.key) ? await openEvidenceFile(ctx, id.key) : null;
      if (!opened) throw new NotFoundError(say('thing.theFile'));
      const { file, name, content } = opened;
      return attachment(reply, name, file.mediaType)
        .header('content-length', file.sizeBytes)
        .header('etag', `"${file.sha256}"`)
        .send(content);
    }),
  );
}
