import cors from '@fastify/cors';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { App, Context } from '../kernel/context.js';
import { admit, contextOf, toRefusal } from './admission.js';
import { createApollo } from './apollo.js';
import { addDownloads } from './downloads.js';
import { describeFault } from '../kernel/logger.js';
import { INTERNAL_MESSAGE } from './faults.js';
import { addGraphiql } from './graphiql.js';
import { badRequest, plainAnswer, requestError } from './http-errors.js';
import { MAX_BATCH, MAX_JSON_BYTES } from './limits.js';
import { negotiateResponseType } from './negotiation.js';
import { addMailPages } from './mail-pages.js';
import { addProbes } from './probes.js';
import { proxyTrust } from './proxies.js';
import { createRateLimiter } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { createRequestScope, newRequestState, type RequestState } from './request-state.js';
import { createSubscriptionTransports } from './subscriptions.js';
import { hasPreflightHeader, isMultipart, readMultipart } from './uploads.js';

/** Times in milliseconds; tests shorten them. */
export interface HttpTimes {
  /** Until a request has arrived whole, large uploads included. */
  request: number;
  /** Until its answer is ready. */
  handler: number;
  /** Between /ready turning 503 and the last new connection, so that load balancers look elsewhere in time. */
  lead: number;
  /** After which a stopping server cuts what is still running. */
  drain: number;
}

/**
 * The server without anything served: how it reads requests, the headers of its answers, its log, its answers to what is
 * malformed.
 */
export async function createBareServer(
  app: Pick<App, 'config' | 'log'>,
  times: Partial<HttpTimes> = {},
): Promise<{ http: FastifyInstance; isDraining: () => boolean }> {
  const { request, lead, drain } = {
    request: 300_000,
    lead: app.config.production ? 2000 : 0,
    drain: 10_000,
    ...times,
  };
  const http = fastify({
    logger: false,
    // As a function: Fastify takes a bare hop count for no trust at all.
    trustProxy: proxyTrust(app.config.trustProxy),
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: request,
    // How often Node looks for requests that are late.
    http: { connectionsCheckingInterval: Math.min(5000, request) },
    // While stopping, requests that still come on open connections are answered; new connections are not taken.
    return503OnClosing: false,
    genReqId: (raw) => requestIdOf(raw.headers['x-request-id']),
  });
  // Headers alone need not take long, whatever a body may take.
  http.server.headersTimeout = Math.min(15_000, request);
  const { isDraining } = addDraining(http, lead, drain);
  addRequestLog(http, app);
  addHeaders(http, isDraining);
  await addCors(http, app);
  addErrorAnswers(http, app);
  return { http, isDraining };
}

/** The HTTP face: GraphQL at /graphql, its explorer, probes and metrics. */
export async function createHttpServer(
  app: App,
  schema: GraphQLSchema,
  times: Partial<HttpTimes> = {},
): Promise<FastifyInstance> {
  const { handler = 300_000 } = times;
  const { http, isDraining } = await createBareServer(app, times);
  const limiter = createRateLimiter(app.config.limits.requestsPerMinute);
  const scope = createRequestScope();

  addProbes(http, app, isDraining);
  addGraphiql(http, app);
  addMailPages(http);
  addDownloads(http, app, limiter);

  const apollo = createApollo(app, schema, limiter, scope);
  await apollo.start();
  http.addHook('onClose', () => apollo.stop());
  // The context function is called within the scope of its request.
  const answer = fastifyApolloHandler<Context>(apollo, {
    context: async (request) => contextOf(app, request.state, request.headers['accept-language']),
  });
  http.removeContentTypeParser('text/plain');
  // Read by `readMultipart` once the request is admitted.
  http.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  http.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { state } = request;
      if (!HOST.test(request.hostname))
        return sendError(reply, badRequest('BAD_HOST', 'The Host header is not a host name.'));
      readShape(request, state);
      if (!state.refusal) await admit(app, limiter, state, request.headers.authorization);
      if (!state.refusal && isMultipart(request) && hasPreflightHeader(request)) {
        try {
          request.body = await readMultipart(request, reply, app.config.limits.maxUploadBytes);
        } catch (error) {
          state.refusal = toRefusal(app, state, error);
        }
      }
      readBatch(request, state);
      return inTime(handler, () => scope.run(state, async () => answer.call(http, request, reply))).catch(
        (error: unknown) => {
          if (error instanceof GraphQLError) return sendError(reply, error);
          throw error;
        },
      );
    },
  });
  if (schema.getSubscriptionType()) {
    const transports = createSubscriptionTransports(http, app, schema, limiter);
    http.addHook('preClose', () => transports.close());
  }
  return http;
}

/** Notes what can be refused before anything is read: what the client accepts and how it writes. */
function readShape(request: FastifyRequest, state: RequestState): void {
  const responseType = negotiateResponseType(request.headers.accept);
  if (responseType) state.responseType = responseType;
  else
    state.refusal = requestError(
      406,
      'BAD_REQUEST',
      'NOT_ACCEPTABLE',
      'Answers are application/graphql-response+json or application/json, in UTF-8: accept one of them.',
    );
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    state.refusal = requestError(415, 'BAD_REQUEST', 'UNSUPPORTED_CHARSET', 'Send the body in UTF-8.');
  }
}

const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/;

/** The answer, unless it takes too long: then its client is let go, though what already runs in the database may end. */
async function inTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(requestError(503, 'UNAVAILABLE', 'TIMEOUT', 'The request took too long; ask for less at once.')),
      limitMs,
    );
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
    state.refusal ??= badRequest(
      'BATCH_TOO_LARGE',
      `A batch may have at most ${MAX_BATCH} operations; send several requests.`,
      { limit: MAX_BATCH },
    );
  }
}

/** One line per request: what, how it ended and for whom; never a query, a variable or an address's parameters. */
function addRequestLog(http: FastifyInstance, app: Pick<App, 'config' | 'log'>): void {
  http.decorateRequest('state');
  http.addHook('onRequest', async (request) => {
    request.state = newRequestState(request.id, request.ip, request.headers['user-agent']);
  });
  http.addHook('onResponse', async (request, reply) => {
    const { state } = request;
    app.log.info(
      {
        method: request.method,
        path: request.routeOptions.url ?? '(unknown)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        requestId: state.requestId,
        ...(state.operationNames.length > 0 ? { operationName: state.operationNames.join(',') } : {}),
        ...(state.viewer?.pseudonym ? { viewer: state.viewer.pseudonym } : {}),
      },
      'request',
    );
  });
}

function addHeaders(http: FastifyInstance, isDraining: () => boolean): void {
  http.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    });
  });
  http.addHook('onSend', async (request, reply) => {
    const quota = request.state.quota;
    if (quota)
      reply.headers({
        'ratelimit-limit': quota.limit,
        'ratelimit-remaining': quota.remaining,
        'ratelimit-reset': quota.resetSeconds,
      });
    // What a viewer may see changes with their rights and the data; no cache may keep it.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (isDraining()) reply.header('connection', 'close');
  });
}

/** Pages of listed origins may call; with none listed, only our own pages. Credentials travel in a header, never in cookies. */
async function addCors(http: FastifyInstance, app: Pick<App, 'config' | 'log'>): Promise<void> {
  if (app.config.corsOrigins.length === 0) return;
  await http.register(cors, {
    origin: app.config.corsOrigins.includes('*') ? '*' : app.config.corsOrigins,
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'accept',
      'accept-language',
      'apollo-require-preflight',
      'authorization',
      'content-type',
      'x-apollo-operation-name',
      'x-request-id',
    ],
    exposedHeaders: ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after', 'x-request-id'],
    maxAge: 600,
  });
}

function sendError(reply: FastifyReply, error: GraphQLError): FastifyReply {
  const { status, headers, body } = plainAnswer(error);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body);
}

const GRAPHQL_PATHS = new Set(['/graphql', '/graphql/stream']);

/** Answers what never reaches GraphQL in the same shape of errors. */
function addErrorAnswers(http: FastifyInstance, app: Pick<App, 'config' | 'log'>): void {
  http.setNotFoundHandler((request, reply) => {
    if (GRAPHQL_PATHS.has(request.url.split('?')[0]!)) {
      return sendError(
        reply,
        requestError(
          405,
          'BAD_REQUEST',
          'METHOD_NOT_ALLOWED',
          'Use POST, or GET for a query.',
          {},
          { allow: 'GET, POST' },
        ),
      );
    }
    return sendError(
      reply,
      requestError(404, 'NOT_FOUND', 'NOT_FOUND', 'Nothing is served at this address; GraphQL is at /graphql.'),
    );
  });
  http.setErrorHandler((error: FastifyError | GraphQLError, request, reply) => {
    if (error instanceof GraphQLError) return sendError(reply, toRefusal(app, request.state, error));
    const known = KNOWN_FAULTS[error.code];
    if (known) return sendError(reply, known());
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500)
      return sendError(reply, requestError(status, 'BAD_REQUEST', 'MALFORMED', 'The request could not be read.'));
    app.log.error({ requestId: request.id, fault: describeFault(error) }, 'a request failed');
    return sendError(
      reply,
      requestError(status, 'INTERNAL_SERVER_ERROR', 'INTERNAL', INTERNAL_MESSAGE, { requestId: request.id }),
    );
  });
}

const invalidJson = () => badRequest('INVALID_JSON', 'The body is not JSON: send {"query": "…", "variables": {…}}.');

/** Fastify's own faults by code. Its messages may quote the body. */
const KNOWN_FAULTS: Record<string, (() => GraphQLError) | undefined> = {
  FST_ERR_CTP_INVALID_JSON_BODY: invalidJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: invalidJson,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    requestError(
      415,
      'BAD_REQUEST',
      'UNSUPPORTED_MEDIA_TYPE',
      'Send the body as application/json, or as multipart/form-data with files.',
      {},
      { 'accept-post': 'application/json, multipart/form-data' },
    ),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    requestError(
      413,
      'BAD_REQUEST',
      'BODY_TOO_LARGE',
      `A JSON body may have at most ${MAX_JSON_BYTES} bytes; upload files as multipart/form-data.`,
      { limit: MAX_JSON_BYTES },
    ),
};

/** Stops in order: /ready turns 503, then no new connections, then what runs may end, then everything is cut. */
function addDraining(http: FastifyInstance, leadMs: number, drainMs: number): { isDraining: () => boolean } {
  let isDraining = false;
  let cut: NodeJS.Timeout | undefined;
  http.addHook('preClose', async () => {
    isDraining = true;
    cut = setTimeout(() => http.server.closeAllConnections(), leadMs + drainMs);
    if (leadMs > 0) await new Promise((resolve) => setTimeout(resolve, leadMs));
  });
  http.addHook('onClose', async () => clearTimeout(cut));
  return { isDraining: () => isDraining };
}
