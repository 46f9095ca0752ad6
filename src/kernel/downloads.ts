import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { App, Context } from './context.js';
import { AppError, type ErrorCode } from './errors.js';

const STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/**
 * Makes the viewer's context for the HTTP request of a file download, after the request has passed the rate limit and
 * was charged to the client's quota.
 */
export type ContextOfDownload = (request: FastifyRequest) => Promise<Context>;

/** Type of a function that registers the HTTP routes of a domain's file downloads. */
export type RegisterDownloads = (http: FastifyInstance, app: App, contextOf: ContextOfDownload) => void;

/**
 * Runs the handler of a file download. A GraphQL error that it throws is sent as the API's JSON error with its HTTP
 * status; any other error is passed on to Fastify's error handler.
 */
export async function sendingErrors(reply: FastifyReply, run: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { http, ...extensions } = error.extensions as {
      http?: { status?: number; headers?: Map<string, string> };
    } & Record<string, unknown>;
    const seconds = extensions['retryAfterSeconds'];
    const retry = typeof seconds === 'number' ? { 'retry-after': String(seconds) } : {};
    const status = http?.status ?? (error instanceof AppError ? STATUS[error.code] : 500);
    return reply
      .code(status)
      .headers({ ...retry, ...Object.fromEntries(http?.headers ?? []) })
      .type('application/json; charset=utf-8')
      .send({ errors: [{ message: error.message, extensions }] });
  }
}

/**
 * Marks a response as a file to save, so that browsers neither display it nor guess its type. The file name is given in
 * both forms of RFC 6266: plain ASCII and encoded UTF-8.
 */
export function attachment(reply: FastifyReply, fileName: string, mediaType: string): FastifyReply {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return reply
    .type(mediaType)
    .header('content-disposition', `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, no-store');
}
