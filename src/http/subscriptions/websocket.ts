import { useServer } from 'graphql-ws/use/ws';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { App } from '../../kernel/context.js';
import { endWithError } from '../answers.js';
import type { ConnectionGuard } from '../connections.js';
import { presentErrors } from '../faults.js';
import { badRequest, requestError } from '../http-errors.js';
import { clientAddress, proxyTrust } from '../proxies.js';
import { requestIdOf } from '../request-id.js';
import { newRequestState } from '../request-state.js';

import {
  asGraphQLError,
  present,
  subscribeAfresh,
  MAX_UNREAD_BYTES,
  type Credential,
  type Prepare,
} from './preparation.js';
import { say } from '../../messages/catalogue.js';
import { languageAsked, messageLanguage } from '../languages.js';
import type { RequestState } from '../request-state.js';

export const WEBSOCKET_PATH = '/graphql';
/** Maximum open subscriptions per connection. */
const MAX_SUBSCRIPTIONS = 20;
/**
 * Maximum length in bytes of one WebSocket message, which holds a subscription and its variables; a WebSocket accepts
 * no files and no mutations.
 */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Maximum number of messages, and of bytes, that one WebSocket may send within SPAN_MS milliseconds. */
const MESSAGES_PER_SPAN = 100;
const BYTES_PER_SPAN = 512 * 1024;
const SPAN_MS = 10_000;
/** WebSocket close code for a message that breaks a rule of the server (RFC 6455, 7.4.1). */
const POLICY_VIOLATION = 1008;

/** What is kept with a connection: the state of its newest subscription has the language of its errors. */
type Extra = Record<PropertyKey, unknown> & {
  requestId?: string;
  state?: RequestState;
};

const acceptLanguageOf = (request: IncomingMessage): string | undefined => request.headers['accept-language'];

/** Serves subscriptions over WebSocket at /graphql; `close` of the returned object ends all of them. */
export function addWebSocket(
  http: FastifyInstance,
  app: App,
  schema: GraphQLSchema,
  prepare: Prepare,
  connections: ConnectionGuard,
): { close(): Promise<void> } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const credentialOf = (request: IncomingMessage, params: Record<string, unknown> | undefined): Credential => ({
    authorization:
      typeof params?.['authorization'] === 'string' ? params['authorization'] : request.headers.authorization,
  });
  const presented = ({ requestId, state }: Extra, errors: readonly GraphQLError[]) => {
    const language = messageLanguage(state);
    return presentErrors(errors, language, (error) => present(app, requestId ?? '', language, error));
  };
  const transport = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: 5000,
      schema,
      onConnect: async (ctx) => {
        ctx.extra.requestId = requestIdOf(ctx.extra.request.headers['x-request-id']);
        return true;
      },
      onSubscribe: async (ctx, _id, params) => {
        const requestId = ctx.extra.requestId ?? requestIdOf(undefined);
        try {
          if (Object.keys(ctx.subscriptions).length > MAX_SUBSCRIPTIONS)
            throw badRequest(
              'TOO_MANY_SUBSCRIPTIONS',
              say('TOO_MANY_SUBSCRIPTIONS.connection', { max: MAX_SUBSCRIPTIONS }),
            );
          const state = newRequestState(
            requestId,
            addressOf(app, ctx.extra.request),
            '',
            acceptLanguageOf(ctx.extra.request),
          );
          ctx.extra.state = state;
          return await prepare(state, params, credentialOf(ctx.extra.request, ctx.connectionParams));
        } catch (error) {
          return [asGraphQLError(error)];
        }
      },
      subscribe: subscribeAfresh,
      onError: (ctx, _id, _params, errors) => presented(ctx.extra, errors),
      onNext: (ctx, _id, _params, _args, result) => {
        const { socket } = ctx.extra as unknown as { socket: WebSocket };
        if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
        return { ...result, errors: result.errors && presented(ctx.extra, result.errors) };
      },
    },
    server,
  );
  http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0];
    const refuse = (error: GraphQLError) => {
      endWithError(socket as Socket, error, languageAsked(request.headers['accept-language']) ?? 'EN');
      // The connection is destroyed after a second, so that bytes which the client still sends cannot keep it open.
      setTimeout(() => socket.destroy(), 1000).unref();
    };
    socket.on('error', () => socket.destroy());
    const surplus = connections.refusalOf(socket as Socket);
    if (surplus) return refuse(surplus);
    if (path !== WEBSOCKET_PATH) return refuse(requestError(404, 'NOT_FOUND', 'NOT_FOUND', say('NOT_FOUND.webSocket')));
    if (!isAllowedOrigin(app, request))
      return refuse(requestError(403, 'FORBIDDEN', 'ORIGIN', say('ORIGIN.webSocket')));
    const stream = connections.openStream(addressOf(app, request), socket as Socket);
    if (stream.refusal) return refuse(stream.refusal);
    socket.once('close', stream.close);
    server.handleUpgrade(request, socket, head, (client) => {
      limitMessages(client, () => app.metrics.refused.inc({ reason: 'TOO_MANY_MESSAGES' }));
      server.emit('connection', client, request);
      // The WebSocket library would print every broken frame with a stack to stderr; the listener only counts it. The
      // socket is closed with the reason in any case.
      client.removeAllListeners('error');
      client.on('error', () => app.metrics.refused.inc({ reason: 'BAD_FRAME' }));
    });
  });
  return { close: async () => transport.dispose() };
}

/**
 * Disconnects a WebSocket that sends more than MESSAGES_PER_SPAN messages or BYTES_PER_SPAN bytes, pings and pongs
 * included, within SPAN_MS.
 */
function limitMessages(client: WebSocket, onRefused: () => void): void {
  let spanEndsAt = 0;
  let messages = 0;
  let bytes = 0;
  const count = (size: number) => {
    const now = performance.now();
    if (now > spanEndsAt) [spanEndsAt, messages, bytes] = [now + SPAN_MS, 0, 0];
    messages += 1;
    bytes += size;
    if (messages <= MESSAGES_PER_SPAN && bytes <= BYTES_PER_SPAN) return;
    if (client.readyState !== client.OPEN) return;
    onRefused();
    client.close(POLICY_VIOLATION, 'Too many messages');
    // Further messages in the same packet are not handled, so that the close frame is the last one sent.
    client.removeAllListeners('message');
    setTimeout(() => client.terminate(), 1000).unref();
  };
  client.on('message', (data) => count((data as Buffer).length));
  client.on('ping', (data) => count(data.length));
  client.on('pong', (data) => count(data.length));
}

/**
 * Whether a page may open a WebSocket. Browsers send the page's origin, which must be this server's own or a configured
 * one; other clients send none and are accepted.
 */
function isAllowedOrigin(app: App, request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return (
    app.config.corsOrigins.includes(origin) ||
    app.config.corsOrigins.includes('*') ||
    origin.replace(/^https?:\/\//, '') === host
  );
}

/** The client's address, as Fastify's `request.ip` would give it; a WebSocket upgrade has no Fastify request. */
function addressOf(app: App, request: IncomingMessage): string {
  const forwardedFor = request.headers['x-forwarded-for'];
  return clientAddress(
    proxyTrust(app.config.trustProxy),
    request.socket.remoteAddress ?? 'unknown',
    Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
  );
}
