import { GraphQLError, GraphQLScalarType } from 'graphql';
import { badInput } from '../kernel/errors.js';
import { SpoolLimitError, type Spooled } from '../lib/spool.js';
import { normalised } from '../lib/text.js';

/** A file of a multipart request that was received completely and is on disk. */
export interface ReceivedFile extends Spooled {
  filename: string;
  /** The media type that the client states; not to be trusted. */
  mimetype: string;
}

/** The client stopped in the middle of a file, or announced a file and never sent it. */
export class UploadIncompleteError extends Error {
  constructor() {
    super('the file did not arrive whole');
    this.name = 'UploadIncompleteError';
  }
}

/**
 * Stands in an operation's variables for a file of the request. Its bytes are read only when a resolver asks for them.
 */
export class FileUpload {
  /**
   * Receives the file and writes it to disk. Rejects with SpoolLimitError or UploadIncompleteError. The request always
   * removes the file when it ends.
   */
  constructor(readonly receive: (maxBytes: number) => Promise<ReceivedFile>) {}
}

/** A file of a GraphQL multipart request; resolvers hand it to `spoolUpload`. */
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

/** An uploaded file on disk, with what the client said about it. */
export interface SpooledUpload extends Spooled {
  /** The client's file name: its last path segment, without control characters, at most 200 characters. */
  readonly fileName: string;
  /** The media type that the client states, in lower case; not to be trusted. */
  readonly mediaType: string;
}

/**
 * Streams an uploaded file to disk. Call it after the right is checked and before a transaction, and dispose of the
 * file in a `finally`. A file that is too large, missing or incomplete is a BAD_USER_INPUT that names `field`.
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
      throw badInput(field, 'FILE_TOO_LARGE', `a file may have at most ${options.maxBytes} bytes; split it.`);
    if (error instanceof UploadIncompleteError)
      throw badInput(field, 'UPLOAD_INCOMPLETE', 'the file did not arrive whole; send it again.');
    throw error;
  }
}

/** Code units of a file name's last segment that are read; the rest is ignored, to bound the time of normalisation. */
const LONGEST_NAME = 2_000;

function plainName(name: string): string {
  const segment = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const last = normalised(segment.slice(0, LONGEST_NAME), 'NFC')
    // eslint-disable-next-line no-control-regex -- exactly these would break logs, headers and terminals.
    .replace(/[\u0000-\u001F\u007F]/g, '')
    .trim();
  return [...last].slice(0, 200).join('') || 'file';
}
