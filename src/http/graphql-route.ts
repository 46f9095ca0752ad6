import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { App } from '../kernel/context.js';
import { admit, toRefusal } from './request-admission.js';
import { sendError } from './answers.js';
import { isJson } from './bodies.js';
import { badRequest, requestError } from './http-errors.js';
import { MAX_BATCH } from './limits.js';
import type { MultipartReading } from './uploads/multipart.js';
import { negotiateResponseType } from './negotiation.js';
import type { RateLimiter } from './rate-limit.js';
import type { RequestScope, RequestState } from './request-state.js';
import { hasPreflightHeader, isMultipart, type Uploads } from './uploads/uploads.js';
import { say } from '../messages/catalogue.js';

export interface GraphqlRoute {
  app: App;
  limiter: RateLimiter;
  scope: RequestScope;
  uploads: Uploads;
  /**
   * Runs the operations of a request that passed authentication and sends the answer; throws only GraphQLErrors that
   * end the whole request.
   */
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Milliseconds within which the answer to a request must be ready. */
  handlerMs: number;
}

/**
 * Adds the route /graphql, which runs queries and mutations. Host, media type, credential and the first point of the
 * quota are checked before a body is read.
 */
export function addGraphqlRoute(http: FastifyInstance, route: GraphqlRoute): void {
  const { app, limiter, scope } = route;
  http.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      const { state } = request;
      if (!HOST.test(request.hostname)) return sendError(reply, badRequest('BAD_HOST', say('BAD_HOST.header')));
      readShape(request, state);
      await refuseBeforeBody(app, limiter, request, reply);
    },
    handler: async (request, reply) => {
      const { state } = request;
      let reading: MultipartReading | undefined;
      try {
        if (!state.refusal && isMultipart(request) && hasPreflightHeader(request)) {
          try {
            reading = route.uploads.open(request, reply);
            request.body = await reading.operations;
          } catch (error) {
            state.refusal = toRefusal(app, state, error);
            app.metrics.refused.inc({ reason: String(state.refusal.extensions['reason']) });
          }
        }
        readBatch(request, state);
        return await inTime(route.handlerMs, () => scope.run(state, () => route.answer(request, reply)));
      } catch (error) {
        if (error instanceof GraphQLError) return sendError(reply, error);
        throw error;
      } finally {
        await reading?.close();
      }
    },
  });
}

/**
 * Authenticates a request and takes the first point of its quota. A refused POST request with a JSON body is answered
 * at once, before its body is parsed. For any other refused request the error is kept in the state: its body is not
 * read, and errors of the GraphQL server itself take precedence.
 */
export async function refuseBeforeBody(
  app: App,
  limiter: RateLimiter,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { state } = request;
  if (!state.refusal) await admit(app, limiter, state, request.headers.authorization);
  if (state.refusal && request.method === 'POST' && isJson(request)) await sendError(reply, state.refusal);
}

/**
 * Chooses the response's media type; records a refusal where the client accepts none that the server offers, or states
 * a charset other than UTF-8 for its body.
 */
function readShape(request: FastifyRequest, state: RequestState): void {
  const responseType = negotiateResponseType(request.headers.accept);
  if (responseType) state.responseType = responseType;
  else state.refusal = requestError(406, 'BAD_REQUEST', 'NOT_ACCEPTABLE', say('NOT_ACCEPTABLE.types'));
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    state.refusal = requestError(415, 'BAD_REQUEST', 'UNSUPPORTED_CHARSET', say('UNSUPPORTED_CHARSET.utf8'));
  }
}

const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/;

/**
 * Returns the result of `work`, or throws TIMEOUT after `limitMs` milliseconds; SQL statements that are already running
 * may still finish in the database.
 */
async function inTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(requestError(503, 'UNAVAILABLE', 'TIMEOUT', say('TIMEOUT.request'))), limitMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function readBatch(request: FastifyRequest, state: RequestState): void {
  if (!Array.isArray(request.body)) return;
  state.isBatch = true;
  if (request.body.length > MAX_BATCH) {
    state.refusal ??= badRequest('BATCH_TOO_LARGE', say('BATCH_TOO_LARGE.operations', { max: MAX_BATCH }), {
      limit: MAX_BATCH,
    });
  }
}
