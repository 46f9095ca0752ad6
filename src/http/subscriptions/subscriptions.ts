import type { FastifyInstance } from 'fastify';
import { type GraphQLSchema } from 'graphql';
import type { App } from '../../kernel/context.js';
import type { ConnectionGuard } from '../connections.js';
import type { RateLimiter } from '../rate-limit.js';

import { addEventStream } from './event-stream.js';
import { createPreparation } from './preparation.js';
import { addWebSocket } from './websocket.js';

/** The running subscriptions of all clients. `close` ends them, so that a stopping server need not wait for them. */
export interface SubscriptionTransports {
  close(): Promise<void>;
}

/**
 * Serves subscriptions over WebSocket (graphql-transport-ws, at /graphql) and server-sent events (at /graphql/stream),
 * with the same credentials, limits and quota as other operations. Both refuse queries and mutations, which POST
 * /graphql serves.
 */
export function createSubscriptionTransports(
  http: FastifyInstance,
  app: App,
  schema: GraphQLSchema,
  limiter: RateLimiter,
  connections: ConnectionGuard,
): SubscriptionTransports {
  const prepare = createPreparation(app, schema, limiter);
  const sockets = addWebSocket(http, app, schema, prepare, connections);
  const streams = addEventStream(http, app, limiter, prepare, connections);
  return {
    async close() {
      for (const reply of streams) reply.raw.end();
      await sockets.close();
    },
  };
}
