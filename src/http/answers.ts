import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from '../kernel/context.js';
import { outageOf } from '../kernel/database/outages.js';
import { describeFault } from '../kernel/logger.js';
import { toRefusal } from './request-admission.js';
import { bodyTooLarge, invalidJson } from './bodies.js';
import { messageLanguage } from './languages.js';
import type { Language } from '../lib/messages/message.js';
import { badRequest, plainAnswer, requestError } from './http-errors.js';
import { say } from '../messages/catalogue.js';

/** Answers an HTTP request with a single GraphQL error, in the media type that the client's Accept header prefers. */
export function sendError(reply: FastifyReply, error: GraphQLError): FastifyReply {
  const { status, headers, body } = plainAnswer(error, messageLanguage(reply.request.state));
  return reply.code(status).headers(headers).type(`${reply.request.state.responseType}; charset=utf-8`).send(body);
}

/**
 * Writes an error as an HTTP response to a connection that the server handles no further, and then closes the
 * connection.
 */
export function endWithError(socket: Pick<Socket, 'end'>, error: GraphQLError, language: Language = 'EN'): void {
  const { status, headers, body } = plainAnswer(error, language);
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/**
 * Answers a request that Node's HTTP parser has refused, because it is malformed, arrives too slowly or has too large
 * headers, and closes the connection.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // The client has already disconnected.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const known =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? requestError(431, 'BAD_REQUEST', 'HEADERS_TOO_LARGE', say('HEADERS_TOO_LARGE.size'))
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? requestError(408, 'BAD_REQUEST', 'REQUEST_TOO_SLOW', say('REQUEST_TOO_SLOW.again'))
        : badRequest('MALFORMED', say('MALFORMED.request'));
  endWithError(socket, known);
  // The connection is destroyed after a second, so that bytes which the client still sends cannot keep it open.
  setTimeout(() => socket.destroy(), 1000).unref();
}

const GRAPHQL_PATHS = new Set(['/graphql', '/graphql/stream']);

function answerNotFound(path: string, reply: FastifyReply): FastifyReply {
  if (GRAPHQL_PATHS.has(path)) {
    return sendError(
      reply,
      requestError(
        405,
        'BAD_REQUEST',
        'METHOD_NOT_ALLOWED',
        say('METHOD_NOT_ALLOWED.post'),
        {},
        { allow: 'GET, POST' },
      ),
    );
  }
  return sendError(reply, requestError(404, 'NOT_FOUND', 'NOT_FOUND', say('NOT_FOUND.address')));
}

/**
 * Answers requests that never reach GraphQL, such as for unknown paths, in the error format of the GraphQL endpoint.
 */
export function addErrorAnswers(http: FastifyInstance, app: Pick<App, 'config' | 'log'>): void {
  http.setNotFoundHandler((request, reply) => answerNotFound(request.url.split('?')[0]!, reply));
  // An unknown path is answered before the request's body is read.
  http.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answerNotFound(request.url.split('?')[0]!, reply);
  });
  http.setErrorHandler((error: FastifyError | GraphQLError, request, reply) => {
    if (error instanceof GraphQLError) return sendError(reply, toRefusal(app, request.state, error));
    if (outageOf(error)) return sendError(reply, toRefusal(app, request.state, error));
    const known = KNOWN_FAULTS[error.code];
    if (known) return sendError(reply, known());
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500)
      return sendError(reply, requestError(status, 'BAD_REQUEST', 'MALFORMED', say('MALFORMED.request')));
    app.log.error({ requestId: request.id, fault: describeFault(error) }, 'a request failed');
    return sendError(
      reply,
      requestError(status, 'INTERNAL_SERVER_ERROR', 'INTERNAL', say('INTERNAL.request'), { requestId: request.id }),
    );
  });
}

/**
 * Answers for Fastify's own errors, by Fastify's error code. Fastify's messages are replaced, as they may quote the
 * request's body.
 */
const KNOWN_FAULTS: Record<string, (() => GraphQLError) | undefined> = {
  FST_ERR_CTP_INVALID_JSON_BODY: invalidJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: invalidJson,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    requestError(
      415,
      'BAD_REQUEST',
      'UNSUPPORTED_MEDIA_TYPE',
      say('UNSUPPORTED_MEDIA_TYPE.json'),
      {},
      { 'accept-post': 'application/json, multipart/form-data' },
    ),
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
};
