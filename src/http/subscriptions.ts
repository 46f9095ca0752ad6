import { createHandler } from 'graphql-sse/lib/use/fastify';
import { useServer } from 'graphql-ws/use/ws';
import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { App, Context } from '../kernel/context.js';
import { admit, contextOf, identify, payFor } from './admission.js';
import { endWithError } from './answers.js';
import { chargeOperation } from './apollo.js';
import type { ConnectionGuard } from './connections.js';
import { presentError, presentErrors } from './faults.js';
import { refuseBeforeBody } from './graphql-route.js';
import { badRequest, plainAnswer, requestError } from './http-errors.js';
import { operationLimits, OPERATION_LIMITS } from './limits.js';
import { clientAddress, proxyTrust } from './proxies.js';
import type { RateLimiter } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { newRequestState, type RequestState } from './request-state.js';

export const WEBSOCKET_PATH = '/graphql';
export const EVENT_STREAM_PATH = '/graphql/stream';
/** Maximum open subscriptions per connection. */
const MAX_SUBSCRIPTIONS = 20;
/**
 * Maximum length in bytes of one WebSocket message, which holds a subscription and its variables; files and mutations
 * are not accepted here.
 */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Maximum number of messages, and of bytes, that one WebSocket may send within SPAN_MS milliseconds. */
const MESSAGES_PER_SPAN = 100;
const BYTES_PER_SPAN = 512 * 1024;
const SPAN_MS = 10_000;
/** Maximum number of bytes of events that a client has not read yet; a client with more is disconnected. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** WebSocket close code for a message that breaks a rule of the server (RFC 6455, 7.4.1). */
const POLICY_VIOLATION = 1008;

interface Params {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

/** The running subscriptions of all clients. `close` ends them, so that a stopping server need not wait for them. */
export interface SubscriptionTransports {
  close(): Promise<void>;
}

/**
 * Serves subscriptions over WebSocket (graphql-transport-ws, at /graphql) and server-sent events (at /graphql/stream),
 * with the same credentials, limits and quota as other operations. Queries and mutations are refused here; POST
 * /graphql serves them.
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

interface SubscriptionArgs extends ExecutionArgs {
  freshContext: () => Promise<Context>;
}

interface Credential {
  authorization: string | undefined;
  acceptLanguage: string | undefined;
}

type Prepare = (state: RequestState, params: Params, credential: Credential) => Promise<SubscriptionArgs>;

/**
 * Prepares one subscription: authenticates the client, parses, validates and charges the operation; throws
 * GraphQLErrors.
 */
function createPreparation(app: App, schema: GraphQLSchema, limiter: RateLimiter): Prepare {
  const rules = [
    ...specifiedRules,
    operationLimits,
    ...(app.config.production ? [NoSchemaIntrospectionCustomRule] : []),
  ];
  return async (state, params, credential) => {
    await admit(app, limiter, state, credential.authorization);
    if (state.refusal) throw state.refusal;
    if (typeof params.query !== 'string')
      throw badRequest('QUERY_MISSING', 'Send the subscription as a string in `query`.');
    const variables = (params.variables ?? {}) as Record<string, unknown>;
    let document;
    try {
      document = parse(params.query, { maxTokens: OPERATION_LIMITS.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw coded(error, 'GRAPHQL_PARSE_FAILED');
    }
    const [invalid] = validate(schema, document, rules, { hideSuggestions: app.config.production });
    if (invalid) throw coded(invalid, 'GRAPHQL_VALIDATION_FAILED');
    const operation = getOperationAST(document, typeof params.operationName === 'string' ? params.operationName : null);
    if (operation?.operation !== 'subscription')
      throw badRequest(
        'NOT_A_SUBSCRIPTION',
        'This address serves subscriptions; send queries and mutations to POST /graphql.',
      );
    if (operation.name) state.operationNames.push(operation.name.value.slice(0, 80));
    const { cost } = await chargeOperation(app, limiter, state, { schema, document, operation, variables });
    app.metrics.requests.inc({ operation: 'subscription', outcome: 'ok' });
    const freshContext = async (): Promise<Context> => {
      const now = newRequestState(state.requestId, state.ip);
      now.viewer = await identify(app, limiter, credential.authorization, state.ip);
      // Each event executes the subscription's selection again, so each event is charged to the quota.
      await payFor(limiter, now, cost);
      return contextOf(app, now, credential.acceptLanguage);
    };
    return {
      schema,
      document,
      variableValues: variables,
      operationName: operation.name?.value ?? null,
      contextValue: contextOf(app, state, credential.acceptLanguage),
      freshContext,
    };
  };
}

function coded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, code },
  });
}

/**
 * Runs a subscription with a new context for every event, so that the viewer's rights are read each time, no loader
 * serves outdated rows, and a revoked credential ends the stream.
 */
async function subscribeAfresh(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const { freshContext } = args as SubscriptionArgs;
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  let ended = false;
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    ended = true;
    await events.return?.();
    return { done: true, value: undefined };
  };
  // This is not an async generator, because the `return` of one would wait for the next event before it closed the
  // source of events.
  const answers: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => answers,
    return: end,
    throw: end,
    async next() {
      if (ended) return { done: true, value: undefined };
      const event = await events.next();
      if (event.done) return { done: true, value: undefined };
      try {
        return {
          done: false,
          value: await execute({ ...args, rootValue: event.value, contextValue: await freshContext() }),
        };
      } catch (error) {
        await end();
        return { done: false, value: { errors: [asGraphQLError(error)] } };
      }
    },
  };
  return answers;
}

function asGraphQLError(error: unknown): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError('unexpected', { originalError: error instanceof Error ? error : undefined });
}

/** Presents an error in the same form as `presentError`, for results that Apollo does not format. */
function present(app: App, requestId: string, error: GraphQLError): GraphQLFormattedError {
  const { http: _status, ...extensions } = error.extensions;
  const code = extensions['code'] ?? 'INTERNAL_SERVER_ERROR';
  return presentError(app.log, requestId, { ...error.toJSON(), extensions: { ...extensions, code } }, error);
}

function addWebSocket(
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
    acceptLanguage: request.headers['accept-language'],
  });
  const presented = (requestId: string | undefined, errors: readonly GraphQLError[]) =>
    presentErrors(errors, (error) => present(app, requestId ?? '', error));
  const transport = useServer<Record<string, unknown>, { requestId: string }>(
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
              `A connection may have at most ${MAX_SUBSCRIPTIONS} subscriptions.`,
            );
          const state = newRequestState(requestId, addressOf(app, ctx.extra.request));
          return await prepare(state, params, credentialOf(ctx.extra.request, ctx.connectionParams));
        } catch (error) {
          return [asGraphQLError(error)];
        }
      },
      subscribe: subscribeAfresh,
      onError: (ctx, _id, _params, errors) => presented(ctx.extra.requestId, errors),
      onNext: (ctx, _id, _params, _args, result) => {
        const { socket } = ctx.extra as unknown as { socket: WebSocket };
        if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
        return { ...result, errors: result.errors && presented(ctx.extra.requestId, result.errors) };
      },
    },
    server,
  );
  http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0];
    const refuse = (error: GraphQLError) => {
      endWithError(socket as Socket, error);
      // The connection is destroyed after a second, so that bytes which the client still sends cannot keep it open.
      setTimeout(() => socket.destroy(), 1000).unref();
    };
    socket.on('error', () => socket.destroy());
    const surplus = connections.refusalOf(socket as Socket);
    if (surplus) return refuse(surplus);
    if (path !== WEBSOCKET_PATH)
      return refuse(requestError(404, 'NOT_FOUND', 'NOT_FOUND', 'Subscriptions by WebSocket are at /graphql.'));
    if (!isAllowedOrigin(app, request))
      return refuse(requestError(403, 'FORBIDDEN', 'ORIGIN', 'Pages of this origin may not open a WebSocket.'));
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

/** Disconnects a WebSocket that sends more messages, or more bytes, than the limits allow. */
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

/** Adds the route for subscriptions by server-sent events; returns the set of open replies. */
function addEventStream(
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
          acceptLanguage: raw.headers['accept-language'],
        })) as ExecutionArgs & { contextValue: undefined };
      } catch (error) {
        const known = asGraphQLError(error);
        const shown = present(app, raw.state.requestId, known);
        const answer = plainAnswer(
          new GraphQLError(shown.message, {
            extensions: { ...shown.extensions, http: known.extensions['http'] ?? { status: 400, headers: new Map() } },
          }),
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
        errors: errors && presentErrors(errors, (error) => present(app, raw.state.requestId, error)),
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
