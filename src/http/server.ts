import cors from '@fastify/cors';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Socket } from 'node:net';
import type { App, Context } from '../kernel/context.js';
import { describeFault } from '../kernel/logger.js';
import { contextOf } from './request-admission.js';
import { addErrorAnswers, answerClientError } from './answers.js';
import { createApollo } from './apollo.js';
import { addBodyReader, type BodyReader } from './bodies.js';
import { guardConnections, type ConnectionGuard } from './connections.js';
import { addDownloads } from './downloads.js';
import { addGraphiql } from './graphiql.js';
import { addGraphqlRoute } from './graphql-route.js';
import { MAX_JSON_BYTES } from './limits.js';
import { addMailPages } from './mail-pages/mail-pages.js';
import { addUnsubscribe } from './mail-pages/unsubscribe.js';
import { paceRequests } from './pacing.js';
import { addProbes } from './probes.js';
import { proxyTrust } from './proxies.js';
import { leasesOf } from './quota-leases.js';
import { createRateLimiter } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { createRequestScope, newRequestState } from './request-state.js';
import { createSubscriptionTransports } from './subscriptions/subscriptions.js';
import { createUploads } from './uploads/uploads.js';

/** Time limits of the HTTP server; tests shorten them. */
export interface HttpTimes {
  /** Milliseconds within which a whole request must arrive, including a large upload. */
  request: number;
  /** Milliseconds within which a whole JSON body, or an upload without its files, must arrive. */
  body: number;
  /** Milliseconds for which an upload of a file may pause without sending a byte. */
  stall: number;
  /** Milliseconds within which the answer to a request must be ready. */
  handler: number;
  /**
   * Milliseconds from the moment when /ready answers 503 until the server stops accepting connections, so that load
   * balancers have time to react.
   */
  lead: number;
  /**
   * Milliseconds for which a stopping server, once `lead` is over, waits for running requests before it cuts their
   * connections.
   */
  drain: number;
}

/** Maximum number of consecutive requests on one connection. */
const MAX_REQUESTS_PER_CONNECTION = 10_000;

/** The HTTP server without routes, and the objects that its routes share. */
interface BareServer {
  http: FastifyInstance;
  isDraining: () => boolean;
  bodies: BodyReader;
  connections: ConnectionGuard;
}

/**
 * Makes the HTTP server without routes: with limits on reading requests, response headers, a request log, and answers
 * to malformed requests.
 */
export async function createBareServer(
  app: Pick<App, 'config' | 'log'> & Partial<Pick<App, 'metrics'>>,
  times: Partial<HttpTimes> = {},
): Promise<BareServer> {
  const { request, lead, drain } = {
    request: 300_000,
    lead: app.config.production ? 2000 : 0,
    drain: 10_000,
    ...times,
  };
  const trusts = proxyTrust(app.config.trustProxy);
  const onRefused = (reason: string) => void app.metrics?.refused.inc({ reason });
  const http = fastify({
    logger: false,
    // The trusted proxies are passed as a function, because Fastify treats a plain number of hops as no trust at all.
    trustProxy: trusts,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: request,
    // Milliseconds between two searches of Node's HTTP server for requests that exceed their time limit.
    http: { connectionsCheckingInterval: Math.min(5000, request) },
    // While the server stops, it still answers requests on open connections; it does not accept new connections.
    return503OnClosing: false,
    maxRequestsPerSocket: MAX_REQUESTS_PER_CONNECTION,
    clientErrorHandler: (error, socket) => answerClientError(error, socket as Socket),
    genReqId: (raw) => requestIdOf(raw.headers['x-request-id']),
  });
  paceRequests(http.server);
  // Headers are small, so their time limit is short, however long a body may take.
  http.server.headersTimeout = Math.min(15_000, request);
  const { isDraining } = addDraining(http, lead, drain);
  addRequestLog(http, app);
  addHeaders(http, isDraining);
  const connections = guardConnections(http, app.config.connections, trusts, onRefused);
  await addCors(http, app);
  addErrorAnswers(http, app);
  // A client that sends "Expect: 100-continue" is answered by the request's handler, once the request has passed
  // authentication.
  http.server.on('checkContinue', (raw, answer) => void http.server.emit('request', raw, answer));
  const bodies = addBodyReader(http, {
    bodyMs: Math.min(times.body ?? 10_000, request),
    budgetBytes: app.config.connections.maxBodyBytes,
    onRefused,
  });
  return { http, isDraining, bodies, connections };
}

/** Makes the HTTP server with its routes: GraphQL at /graphql, API explorer, probes, metrics and downloads. */
export async function createHttpServer(
  app: App,
  schema: GraphQLSchema,
  times: Partial<HttpTimes> = {},
): Promise<FastifyInstance> {
  const { handler = 300_000, body = 10_000, stall = 30_000 } = times;
  const { http, isDraining, bodies, connections } = await createBareServer(app, times);
  const limiter = createRateLimiter(app.config.limits.requestsPerMinute, leasesOf(app), (error) =>
    app.log.warn({ fault: describeFault(error) }, 'quotas cannot be leased; until they can, this process counts alone'),
  );
  const scope = createRequestScope();

  addProbes(http, app, isDraining, connections);
  addGraphiql(http, app);
  addMailPages(http, app);
  addUnsubscribe(http, app);
  addDownloads(http, app, limiter);

  const apollo = createApollo(app, schema, limiter, scope);
  await apollo.start();
  http.addHook('onClose', () => apollo.stop());
  // Apollo's handler for Fastify; must be called within the AsyncLocalStorage scope of its request.
  const answer = fastifyApolloHandler<Context>(apollo, {
    context: async (request) => contextOf(app, request.state),
  });
  // Fastify does not parse multipart bodies: the route's handler reads them after the request has passed
  // authentication.
  http.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  addGraphqlRoute(http, {
    app,
    limiter,
    scope,
    uploads: createUploads(app, bodies, { body, stall }),
    answer: async (request, reply) => answer.call(http, request, reply),
    handlerMs: handler,
  });
  if (schema.getSubscriptionType()) {
    const transports = createSubscriptionTransports(http, app, schema, limiter, connections);
    http.addHook('preClose', () => transports.close());
  }
  return http;
}

/** Writes one log line per request, with route, outcome and viewer; never a query, a variable or URL parameters. */
function addRequestLog(http: FastifyInstance, app: Pick<App, 'config' | 'log'>): void {
  http.decorateRequest('state');
  http.addHook('onRequest', async (request) => {
    request.state = newRequestState(
      request.id,
      request.ip,
      request.headers['user-agent'],
      request.headers['accept-language'],
    );
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
    // Answers depend on the viewer's rights and on changing data, so caches are told not to store them.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (isDraining()) reply.header('connection', 'close');
  });
}

/**
 * Allows browsers to call the API from pages of the configured origins; without configuration, only from this server's
 * own pages. Credentials are sent in a header, never in cookies.
 */
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

/**
 * Stops the server in steps: /ready answers 503; new connections are refused; running requests may finish; remaining
 * connections are cut.
 */
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
