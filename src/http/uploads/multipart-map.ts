import type { GraphQLError } from 'graphql';
import { FileUpload } from '../../graphql/upload.js';
import { duplicateName } from '../../lib/json-duplicates.js';
import { badRequest, requestError } from '../http-errors.js';
import { MAX_JSON_BYTES } from '../limits.js';
import { say, type Said } from '../../messages/catalogue.js';

/** Maximum number of files in one multipart request, and of places in its operations that refer to a file. */
export const MAX_FILES = 5;
/** Maximum length in bytes of the field `map` of a multipart request. */
export const MAX_MAP_BYTES = 4096;
/** Maximum length in characters, and number of segments, of a path such as `0.variables.input.files.4`. */
const MAX_PATH_LENGTH = 200;
const MAX_PATH_SEGMENTS = 10;

export const invalidMultipart = (message: Said): GraphQLError => badRequest('MULTIPART_INVALID', message);

export const orderOfFields = (): GraphQLError => invalidMultipart(say('MULTIPART_INVALID.order'));

export const tooLarge = (): GraphQLError =>
  requestError(
    413,
    'BAD_REQUEST',
    'UPLOAD_TOO_LARGE',
    say('UPLOAD_TOO_LARGE.request', { max: MAX_FILES, max2: MAX_JSON_BYTES, max3: MAX_MAP_BYTES }),
    { maxFiles: MAX_FILES },
  );

const noSuchPlace = (): GraphQLError => invalidMultipart(say('MULTIPART_INVALID.places'));

/**
 * Reads the field `map` of a multipart request: for each file, by the name of its part, the paths in the operations
 * where the file belongs.
 */
export function readMap(text: string): Map<string, string[][]> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalidMultipart(say('MULTIPART_INVALID.json'));
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidMultipart(say('MULTIPART_INVALID.paths'));
  const twice = duplicateName(text);
  if (twice !== null) throw invalidMultipart(say('MULTIPART_INVALID.twice'));
  const entries = Object.entries(given as Record<string, unknown>);
  const paths = entries.flatMap(([, listed]) => {
    if (!Array.isArray(listed) || listed.length === 0 || !listed.every((path) => typeof path === 'string'))
      throw invalidMultipart(say('MULTIPART_INVALID.paths'));
    return listed;
  });
  if (entries.length > MAX_FILES || paths.length > MAX_FILES) throw tooLarge();
  return new Map(entries.map(([name, listed]) => [name, (listed as string[]).map(splitPath)]));
}

function splitPath(path: string): string[] {
  if (path.length > MAX_PATH_LENGTH) throw noSuchPlace();
  const segments = path.split('.');
  if (segments.length > MAX_PATH_SEGMENTS) throw noSuchPlace();
  return segments;
}

/**
 * Puts a file at a path in the operations of a multipart request. The place must already exist there and hold null;
 * else it throws.
 */
export function placeFile(operations: object, path: readonly string[], file: FileUpload): void {
  // In a batch, which is a list of operations, the path starts with the operation's index. Files are allowed in
  // variables only.
  const variablesAt = Array.isArray(operations) ? 1 : 0;
  if (path[variablesAt] !== 'variables' || path.length < variablesAt + 2) throw noSuchPlace();
  let holder: unknown = operations;
  for (const segment of path.slice(0, -1)) holder = lookUp(holder, segment);
  const last = path.at(-1)!;
  if (lookUp(holder, last) !== null) throw noSuchPlace();
  (holder as Record<string, unknown>)[last] = file;
}

const NEVER_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

function lookUp(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || holder instanceof FileUpload || NEVER_NAMES.has(key))
    throw noSuchPlace();
  if (Array.isArray(holder) && !/^(0|[1-9]\d{0,5})$/.test(key)) throw noSuchPlace();
  if (!Object.hasOwn(holder, key)) throw noSuchPlace();
  return (holder as Record<string, unknown>)[key];
}
