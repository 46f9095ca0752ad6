import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../kernel/context.js';
import { RateLimitedError, UnauthenticatedError } from '../../kernel/errors.js';
import { awaitBody, type BodyReader } from '../bodies.js';
import { requestError } from '../http-errors.js';
import { boundaryOf, mostBytesOf, readParts, type MultipartReading } from './multipart.js';
import { MAX_FILES } from './multipart-map.js';
import { say } from '../../messages/catalogue.js';

export { MAX_FILES };

/** Maximum number of multipart requests of one account that are in progress at the same time. */
const MAX_UPLOADS_PER_ACCOUNT = 10;

export function isMultipart(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

/**
 * Whether a request has a header that browsers send to another origin only after a preflight. Apollo refuses a
 * multipart request without one as a possible cross-site request forgery (CSRF).
 */
export function hasPreflightHeader(request: FastifyRequest): boolean {
  return Boolean(request.headers['apollo-require-preflight'] || request.headers['x-apollo-operation-name']);
}

/** Reads the multipart requests of an app. */
export interface Uploads {
  /**
   * Starts to read a multipart request. Throws a GraphQL error where that is refused; without a login no byte of the
   * body is read.
   */
  open(request: FastifyRequest, reply: FastifyReply): MultipartReading;
}

export function createUploads(app: App, bodies: BodyReader, times: { body: number; stall: number }): Uploads {
  const open = new Map<string, number>();
  const { maxUploadBytes } = app.config.limits;
  return {
    open(request, reply) {
      const account = request.state.viewer?.accountId;
      if (account == null) throw new UnauthenticatedError(say('NOT_ALLOWED.uploads'));
      refuseLength(request, maxUploadBytes);
      boundaryOf(request.headers['content-type']);
      const count = open.get(account) ?? 0;
      if (count >= MAX_UPLOADS_PER_ACCOUNT)
        throw new RateLimitedError(say('RATE_LIMITED.uploads', { max: MAX_UPLOADS_PER_ACCOUNT }), 5);
      const settle = bodies.reserve(request);
      awaitBody(request, reply);
      open.set(account, count + 1);
      const reading = readParts(request.raw, {
        folder: app.spool.path,
        maxFileBytes: maxUploadBytes,
        fieldsMs: times.body,
        stallMs: times.stall,
        parse: (text) => {
          settle(Buffer.byteLength(text));
          return bodies.parse(text);
        },
      });
      return {
        operations: reading.operations,
        async close() {
          const left = (open.get(account) ?? 1) - 1;
          if (left > 0) open.set(account, left);
          else open.delete(account);
          await reading.close();
        },
      };
    },
  };
}

function refuseLength(request: FastifyRequest, maxFileBytes: number): void {
  const most = mostBytesOf(maxFileBytes);
  if (Number(request.headers['content-length'] ?? 0) <= most) return;
  throw requestError(
    413,
    'BAD_REQUEST',
    'BODY_TOO_LARGE',
    say('BODY_TOO_LARGE.files', { max: MAX_FILES, maxFileBytes }),
    { limit: most },
  );
}
