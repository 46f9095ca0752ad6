import type { FastifyInstance, FastifyRequest } from 'fastify';
import { registerEvidenceRoutes } from '../achievements/evidence.routes.js';
import type { App, Context } from '../kernel/context.js';
import { registerExportRoutes } from '../importing/export/export.routes.js';
import { registerHeadRoutes } from '../ledger/heads.routes.js';
import { evidenceForReviewer } from '../vetting/reviews/desk.evidence.js';
import { admit, contextOf, payFor, toRefusal } from './admission.js';
import type { RateLimiter } from './rate-limit.js';

/** Everything that is downloaded as a file rather than queried; each domain brings its own addresses. */
const downloads = [registerEvidenceRoutes(evidenceForReviewer), registerExportRoutes, registerHeadRoutes];

/** Adds the downloads. One takes as much of the viewer's quota as the dearest operation. */
export function addDownloads(http: FastifyInstance, app: App, limiter: RateLimiter): void {
  const contextOfDownload = async (request: FastifyRequest): Promise<Context> => {
    const { state } = request;
    await admit(app, limiter, state, request.headers.authorization);
    try {
      if (!state.refusal) await payFor(limiter, state, app.config.limits.maxCost);
    } catch (error) {
      state.refusal = toRefusal(app, state, error);
    }
    return contextOf(app, state, request.headers['accept-language']);
  };
  for (const register of downloads) register(http, app, contextOfDownload);
}
