import { GraphQLError, GraphQLScalarType } from 'graphql';
import { badInput } from '../kernel/errors.js';
import { SpoolLimitError, type Spooled } from '../lib/spool.js';
import { normalised } from '../lib/text.js';
import { say } from '../messages/catalogue.js';

/** A file of a multipart request that was received completely and written to disk. */
export interface ReceivedFile extends Spooled {
  filename: string;
  /** The media type that the client states for the file; it may be wrong. */
  mimetype: string;
}

/** The error when the client stopped sending in the middle of a file, or announced a file and never sent it. */
export class UploadIncompleteError extends Error {
  constructor() {
    super('the file did not arrive whole');
    this.name = 'UploadIncompleteError';
  }
}

/**
 * The value that a variable of an operation has for an uploaded file. The file's bytes are read only when a resolver
 * calls `receive`.
 */
export class FileUpload {
  /**
   * `receive` reads the file from the request and writes it to disk. It rejects with SpoolLimitError for a file over
   * `maxBytes`, and with UploadIncompleteError for an incomplete one. The HTTP layer removes the file from disk when
   * the request ends.
   */
  constructor(readonly receive: (maxBytes: number) => Promise<ReceivedFile>) {}
}

/** GraphQL scalar for a file of a multipart request; resolvers pass its value to `spoolUpload`. */
export const GraphQLUpload = new GraphQLScalarType<FileUpload, never>({
  name: 'Upload',
  description: 'The `Upload` scalar type represents a file upload.',
  parseValue(value) {
    if (value instanceof FileUpload) return value;
    throw new GraphQLError('Upload value invalid.');
  },
  parseLiteral(node) {
    throw new GraphQLError('Upload literal unsupported.', { nodes: node });
  },
  serialize() {
    throw new GraphQLError('Upload serialization unsupported.');
  },
});

/** An uploaded file on disk, with the name and media type that the client stated. */
export interface SpooledUpload extends Spooled {
  /**
   * The last path segment of the file name that the client stated, without control characters, at most 200 characters.
   */
  readonly fileName: string;
  /** The media type that the client stated, in lower case; it may be wrong. */
  readonly mediaType: string;
}

/**
 * Writes an uploaded file to disk in a stream. Call it after the right is checked and before a transaction starts, and
 * dispose of the file in a `finally`. A file that is too large, missing or incomplete causes BAD_USER_INPUT that names
 * `field`.
 */
export async function spoolUpload(
  upload: FileUpload | Promise<FileUpload>,
  options: { maxBytes: number; field?: string },
): Promise<SpooledUpload> {
  const field = options.field ?? 'input.file';
  try {
    const { filename, mimetype, ...spooled } = await (await upload).receive(options.maxBytes);
    return { ...spooled, fileName: plainName(filename), mediaType: mimetype.toLowerCase().slice(0, 100) };
  } catch (error) {
    if (error instanceof SpoolLimitError)
      throw badInput(field, 'FILE_TOO_LARGE', say('FILE_TOO_LARGE.upload', { maxBytes: options.maxBytes }));
    if (error instanceof UploadIncompleteError)
      throw badInput(field, 'UPLOAD_INCOMPLETE', say('UPLOAD_INCOMPLETE.file'));
    throw error;
  }
}

/**
 * Number of UTF-16 code units that are read of a file name's last path segment; the rest is ignored, to bound the time
 * of normalisation.
 */
const LONGEST_NAME = 2_000;

function plainName(name: string): string {
  const segment = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const last = normalised(segment.slice(0, LONGEST_NAME), 'NFC')
    // eslint-disable-next-line no-control-regex -- exactly these would break logs, headers and terminals.
    .replace(/[\u0000-\u001F\u007F]/g, '')
    .trim();
  return [...last].slice(0, 200).join('') || 'file';
}
