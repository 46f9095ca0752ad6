import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App, Context } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import { fromGlobalId, isUuid } from '../lib/ids.js';
import { attachment, sendingErrors } from '../kernel/downloads.js';
import { openEvidenceFile, type EvidenceRight } from './evidence.service.js';

type ContextOf = (request: FastifyRequest) => Promise<Context>;

/** GET /evidence/<id>: a file of evidence for those who may read its tier, or have a further right to it; what they may not is not there. */
export const registerEvidenceRoutes =
  (further: EvidenceRight) =>
  (http: FastifyInstance, _app: App, contextOf: ContextOf): void => {
    http.get<{ Params: { id: string } }>('/evidence/:id', (request, reply) =>
      sendingErrors(reply, async () => {
        const id = fromGlobalId(request.params.id);
        const ctx = await contextOf(request);
        const opened =
          id?.type === 'EvidenceFile' && isUuid(id.key) ? await openEvidenceFile(ctx, id.key, further) : null;
        if (!opened) throw new NotFoundError('The file');
        const { file, name, content } = opened;
        return attachment(reply, name, file.mediaType)
          .header('content-length', file.sizeBytes)
          .header('etag', `"${file.sha256}"`)
          .send(content);
      }),
    );
  };
