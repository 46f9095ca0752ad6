import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { App } from '../../kernel/context.js';
import type { ConnectionGuard } from '../connections.js';
import { presentErrors } from '../faults.js';
import { refuseBeforeBody } from '../graphql-route.js';
import { plainAnswer } from '../http-errors.js';
import type { RateLimiter } from '../rate-limit.js';

import { asGraphQLError, present, subscribeAfresh, MAX_UNREAD_BYTES, type Prepare } from './preparation.js';
import { messageLanguage } from '../languages.js';

export const EVENT_STREAM_PATH = '/graphql/stream';

/** Status and headers for an error that has none of its own. */
function statusOf({ extensions }: GraphQLFormattedError): { status: number; headers: Map<string, string> } {
  if (extensions?.['code'] !== 'UNAVAILABLE') return { status: 400, headers: new Map() };
  return { status: 503, headers: new Map([['retry-after', String(extensions['retryAfterSeconds'] ?? 5)]]) };
}

/**
 * Adds the route /graphql/stream for subscriptions by server-sent events, one stream per subscription; returns the set
 * of replies that are open, so that a stopping server can end them.
 */
export function addEventStream(
  http: FastifyInstance,
  app: App,
  limiter: RateLimiter,
  prepare: Prepare,
  connections: ConnectionGuard,
): ReadonlySet<FastifyReply> {
  const open = new Set<FastifyReply>();
  const handler = createHandler({
    // Each operation has its own stream. In the library's shared-stream mode, anyone with a stream's token could add
    // operations to it.
    authenticate: () => null,
    onSubscribe: async (request, params) => {
      const { raw } = request;
      try {
        return (await prepare(raw.state, params, {
          authorization: raw.headers.authorization,
        })) as ExecutionArgs & { contextValue: undefined };
      } catch (error) {
        const known = asGraphQLError(error);
        const shown = present(app, raw.state.requestId, messageLanguage(raw.state), known);
        const answer = plainAnswer(
          new GraphQLError(shown.message, {
            extensions: { ...shown.extensions, http: known.extensions['http'] ?? statusOf(shown) },
          }),
          messageLanguage(raw.state),
        );
        return [
          answer.body,
          {
            status: answer.status,
            statusText: '',
            headers: { ...answer.headers, 'content-type': 'application/json; charset=utf-8' },
          },
        ] as const;
      }
    },
    subscribe: subscribeAfresh,
    onNext: (_context, request, result) => {
      const { errors } = result as ExecutionResult;
      const { raw } = request;
      if (raw.raw.socket.writableLength > MAX_UNREAD_BYTES) raw.raw.socket.destroy();
      return {
        ...result,
        errors:
          errors &&
          presentErrors(errors, messageLanguage(raw.state), (error) =>
            present(app, raw.state.requestId, messageLanguage(raw.state), error),
          ),
      } as ExecutionResult;
    },
  });
  http.route({
    url: EVENT_STREAM_PATH,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    onRequest: (request, reply) => refuseBeforeBody(app, limiter, request, reply),
    handler: async (request, reply) => {
      const { socket } = request.raw;
      const stream = connections.openStream(request.ip, socket);
      if (stream.refusal) throw stream.refusal;
      request.state.release?.();
      open.add(reply);
      reply.raw.once('close', () => {
        open.delete(reply);
        stream.close();
        // The connection is counted as a stream, so it is closed when the stream ends and serves no further requests.
        socket.end();
      });
      await handler(request, reply);
    },
  });
  return open;
}
