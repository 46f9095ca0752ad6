import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import processRequest from 'graphql-upload/processRequest.mjs';
import { badRequest, requestError } from './http-errors.js';
import { MAX_JSON_BYTES } from './limits.js';

/** Files of one request. */
export const MAX_FILES = 5;

export function isMultipart(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

/** Browsers send no such header across sites unasked; without it Apollo refuses a multipart request as a forgery. */
export function hasPreflightHeader(request: FastifyRequest): boolean {
  return Boolean(request.headers['apollo-require-preflight'] || request.headers['x-apollo-operation-name']);
}

/**
 * Reads the operations of a GraphQL multipart request; their files go on streaming to temporary files, which are removed
 * when the response ends, whatever became of it.
 */
export async function readMultipart(
  request: FastifyRequest,
  reply: FastifyReply,
  maxFileBytes: number,
): Promise<unknown> {
  const length = Number(request.headers['content-length'] ?? 0);
  const most = MAX_FILES * maxFileBytes + 2 * MAX_JSON_BYTES;
  if (length > most)
    throw requestError(
      413,
      'BAD_REQUEST',
      'BODY_TOO_LARGE',
      `A request may have at most ${MAX_FILES} files of ${maxFileBytes} bytes each.`,
      { limit: most },
    );
  let operations: unknown;
  try {
    // The parser already cuts a file that has exactly its limit; `spoolUpload` holds files to the limit itself.
    operations = await processRequest(request.raw, reply.raw, {
      maxFieldSize: MAX_JSON_BYTES,
      maxFileSize: maxFileBytes + 1,
      maxFiles: MAX_FILES,
    });
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    // The library's messages quote field names that the client chose.
    const status = (error as { status?: unknown }).status;
    if (status === 413) {
      throw requestError(
        413,
        'BAD_REQUEST',
        'UPLOAD_TOO_LARGE',
        `A request may have at most ${MAX_FILES} files, and ${MAX_JSON_BYTES} bytes in each other field.`,
        { maxFiles: MAX_FILES },
      );
    }
    throw badRequest(
      'MULTIPART_INVALID',
      'Not a GraphQL multipart request: send the fields `operations`, then `map`, then the files.',
    );
  }
  if (hasHoles(operations))
    throw badRequest('MULTIPART_INVALID', 'The field `map` must name places that exist in `operations`.');
  return operations;
}

/** A path such as `variables.files.999999999` makes an array whose length alone would use up the memory. */
function hasHoles(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const prototype: unknown = Object.getPrototypeOf(next);
    if (Array.isArray(next)) {
      if (Object.keys(next).length !== next.length) return true;
    } else if (prototype !== Object.prototype) continue;
    for (const inner of Object.values(next) as unknown[]) open.push(inner);
  }
  return false;
}
