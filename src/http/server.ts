import { ApolloServer, HeaderMap } from '@apollo/server';
import { fastifyApolloHandler, fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createContext, type App, type Context } from '../context.js';
import { AppError } from '../errors.js';
import { authenticate } from '../identity/authentication.js';
import { Locale } from '../lib/localized.js';
void HeaderMap;

/** The HTTP face: GraphQL at /graphql. */
export async function createHttpServer(app: App, schema: GraphQLSchema): Promise<FastifyInstance> {
  const http = fastify({ logger: false, trustProxy: app.config.trustProxy, bodyLimit: 1024 * 1024 });
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: !app.config.production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    plugins: [fastifyApolloDrainPlugin(http)],
    formatError(formatted, error) {
      const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
      if (original instanceof AppError || formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted;
      app.log.error({ err: original }, 'an operation failed');
      return { message: 'Something went wrong on our side; it was logged.', locations: formatted.locations, path: formatted.path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    },
  });
  await apollo.start();
  http.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    handler: fastifyApolloHandler(apollo, { context: (request) => contextOf(app, request) }),
  });
  return http;
}

async function contextOf(app: App, request: FastifyRequest): Promise<Context> {
  const viewer = await authenticate(app, request.headers.authorization);
  const locale = /^\s*en/i.test(request.headers['accept-language'] ?? '') ? Locale.EN : Locale.ZH;
  return createContext(app, { viewer, locale, requestId: request.id, ip: request.ip });
}
