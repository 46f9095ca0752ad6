import { GraphQLError } from 'graphql';
import { createContext, type App, type Context } from '../kernel/context.js';
import { noteOutage, outageOf } from '../kernel/database/outages.js';
import { AppError, RateLimitedError } from '../kernel/errors.js';
import { authenticate } from '../identity/sessions/authentication.js';
import { Locale } from '../kernel/localized.js';
import { networkOf } from '../lib/network.js';
import { describeFault } from '../kernel/logger.js';
import { requestError, withStatus } from './http-errors.js';
import { COST_PER_POINT, quotaKey, type RateLimiter } from './rate-limit.js';
import type { RequestState } from './request-state.js';
import { type Viewer } from '../kernel/viewer.js';
import { languageAsked, messageLanguage } from './languages.js';
import { say } from '../messages/catalogue.js';

/**
 * Authenticates the credential of an Authorization header. Each failure is charged to a separate quota of the client's
 * network, so that credentials cannot be guessed by trying without end.
 */
export async function identify(
  app: App,
  limiter: RateLimiter,
  authorization: string | undefined,
  ip: string,
): Promise<Viewer> {
  const failures = `failed:${networkOf(ip)}`;
  if (authorization !== undefined) await limiter.check(failures);
  try {
    return await authenticate(app, authorization);
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') await limiter.take(failures, 1);
    throw error;
  }
}

/**
 * Authenticates a request and takes the first point of the viewer's quota, once per request. On failure it stores the
 * refusal in the request's state.
 */
export async function admit(
  app: App,
  limiter: RateLimiter,
  state: RequestState,
  authorization: string | undefined,
): Promise<void> {
  if (state.viewer || state.refusal) return;
  try {
    state.viewer = await identify(app, limiter, authorization, state.ip);
    await takePoints(limiter, state, 1);
  } catch (error) {
    state.refusal = toRefusal(app, state, error);
    app.metrics.refused.inc({ reason: String(state.refusal.extensions['reason']) });
  }
}

/**
 * Adds an operation's cost to that of its request, and charges the viewer's quota for the points that the request has
 * not paid yet. The sum of a batch is rounded up to points once, not per operation. A request is charged at most the
 * quota of a whole minute, since it could otherwise never be answered.
 */
export async function payFor(limiter: RateLimiter, state: RequestState, cost: number): Promise<void> {
  if (!state.viewer) return;
  if (!(cost >= 0)) throw new Error('a cost must be a number of at least 0');
  state.cost += cost;
  const due = Math.min(Math.ceil(state.cost / COST_PER_POINT), limiter.limit) - state.points;
  if (due <= 0) return;
  await takePoints(limiter, state, due);
}

async function takePoints(limiter: RateLimiter, state: RequestState, points: number): Promise<void> {
  if (!state.viewer) throw new Error('the request has no viewer yet');
  state.points += points;
  try {
    state.quota = await limiter.take(quotaKey(state.viewer, state.ip), points);
  } catch (error) {
    if (error instanceof RateLimitedError)
      state.quota = { limit: limiter.limit, remaining: 0, resetSeconds: Number(error.extensions['retryAfterSeconds']) };
    throw error;
  }
}

/**
 * Turns an error that ends a whole request into a GraphQL error with an HTTP status. The text of an unexpected error
 * goes to the log only.
 */
export function toRefusal(app: Pick<App, 'log'>, state: RequestState, error: unknown): GraphQLError {
  if (error instanceof AppError) {
    if (error.code === 'UNAUTHENTICATED')
      return withStatus(error, 401, { 'www-authenticate': 'Bearer realm="techpool", error="invalid_token"' });
    if (error.code === 'RATE_LIMITED') return withStatus(error, 429, retryAfter(error));
    return error.code === 'UNAVAILABLE' ? withStatus(error, 503, retryAfter(error)) : withStatus(error, 400);
  }
  const outage = outageOf(error);
  if (outage) {
    noteOutage(app.log, error, state.requestId);
    return withStatus(outage, 503, retryAfter(outage));
  }
  if (error instanceof GraphQLError && error.extensions['http']) return error;
  app.log.error({ requestId: state.requestId, fault: describeFault(error) }, 'a request failed');
  return requestError(500, 'INTERNAL_SERVER_ERROR', 'INTERNAL', say('INTERNAL.request'), {
    requestId: state.requestId,
  });
}

export function retryAfter(error: AppError): Record<string, string> {
  return { 'retry-after': String(error.extensions['retryAfterSeconds'] ?? 60) };
}

/**
 * Makes the request context that resolvers get, for a request that passed authentication and quota; throws the stored
 * error of a refused request.
 */
export function contextOf(app: App, state: RequestState): Context {
  if (state.refusal) throw state.refusal;
  if (!state.viewer) throw new Error('the request was not admitted');
  return createContext(app, {
    viewer: state.viewer,
    locale: languageAsked(state.acceptLanguage) === 'EN' ? Locale.EN : Locale.ZH,
    messageLocale: messageLanguage(state) === 'EN' ? Locale.EN : Locale.ZH,
    requestId: state.requestId,
    ip: state.ip,
    userAgent: state.userAgent,
  });
}
