import type { FastifyInstance } from 'fastify';
import type { App } from '../kernel/context.js';
import type { ContextOfDownload } from '../kernel/downloads.js';
import { admit, contextOf, payFor, toRefusal } from './request-admission.js';
import type { RateLimiter } from './rate-limit.js';

/**
 * Registers the file downloads of all domains. A download is charged as much quota as the most expensive allowed
 * operation.
 */
export function addDownloads(http: FastifyInstance, app: App, limiter: RateLimiter): void {
  const contextOfDownload: ContextOfDownload = async (request) => {
    const { state } = request;
    await admit(app, limiter, state, request.headers.authorization);
    try {
      if (!state.refusal) await payFor(limiter, state, app.config.limits.maxCost);
    } catch (error) {
      state.refusal = toRefusal(app, state, error);
    }
    return contextOf(app, state);
  };
  for (const register of app.modules.downloads) register(http, app, contextOfDownload);
}
