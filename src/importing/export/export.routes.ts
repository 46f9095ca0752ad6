import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context } from '../../kernel/context.js';
import { NotFoundError } from '../../kernel/errors.js';
import { attachment, sendingErrors, type ContextOfDownload } from '../../kernel/downloads.js';
import { Locale } from '../../kernel/localized.js';
import { exportStream, institutionScope, type ExportFormat, type ExportScope } from './export.service.js';
import { dayOfChina } from '../../lib/day.js';
import { say } from '../../messages/catalogue.js';

const MEDIA_TYPE: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * HTTP routes of exports: /export/pool.csv and .xlsx for everyone, /export/institution/<id>.csv and .xlsx for the
 * institution's editors and owners, and for operators. The language is that of `?locale=zh|en`, else of the request.
 */
export function registerExportRoutes(http: FastifyInstance, app: App, contextOf: ContextOfDownload): void {
  const send = (
    reply: FastifyReply,
    ctx: Context,
    request: FastifyRequest,
    scope: ExportScope,
    name: string,
    format: ExportFormat,
  ) => {
    const { locale } = request.query as { locale?: unknown };
    const language = locale === 'en' || locale === 'zh' ? locale : ctx.locale === Locale.EN ? 'en' : 'zh';
    return attachment(reply, `${name}-${dayOfChina(ctx.now())}.${format}`, MEDIA_TYPE[format]).send(
      exportStream(app, scope, format, language),
    );
  };
  http.get<{ Params: { file: string } }>('/export/:file', (request, reply) =>
    sendingErrors(reply, async () => {
      const format = /^pool\.(csv|xlsx)$/.exec(request.params.file)?.[1] as ExportFormat | undefined;
      if (!format) throw new NotFoundError(say('thing.theExport'));
      return send(reply, await contextOf(request), request, { pool: true }, 'pool', format);
    }),
  );
  http.get<{ Params: { file: string } }>('/export/institution/:file', (request, reply) =>
    sendingErrors(reply, async () => {
      const match = /^([A-Za-z0-9_-]+)\.(csv|xlsx)$/.exec(request.params.file);
      if (!match) throw new NotFoundError(say('thing.theExport'));
      const ctx = await contextOf(request);
      const scope = await institutionScope(ctx, match[1]!);
      return send(reply, ctx, request, scope, 'achievements', match[2] as ExportFormat);
    }),
  );
}
