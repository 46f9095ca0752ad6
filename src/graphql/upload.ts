import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import { badInput } from '../kernel/errors.js';
import { spool, SpoolLimitError, type Spooled } from '../lib/spool.js';

export { GraphQLUpload };
export type { FileUpload };

/** An uploaded file on disk, with what the client said about it. */
export interface SpooledUpload extends Spooled {
  /** The client's name of the file: its last path segment, without control characters, at most 200 characters. */
  readonly fileName: string;
  /** As the client says, in lower case; not to be trusted. */
  readonly mediaType: string;
}

/**
 * Streams an uploaded file to disk. Call it before a transaction, and dispose in a `finally`. A file that is too large,
 * missing or cut off is a BAD_USER_INPUT that names `field`.
 */
export async function spoolUpload(
  upload: FileUpload | Promise<FileUpload>,
  options: { maxBytes: number; field?: string },
): Promise<SpooledUpload> {
  const field = options.field ?? 'input.file';
  const tooLarge = () =>
    badInput(field, 'FILE_TOO_LARGE', `a file may have at most ${options.maxBytes} bytes; split it.`);
  try {
    const file = await upload;
    const spooled = await spool(file.createReadStream(), options);
    return { ...spooled, fileName: plainName(file.filename), mediaType: file.mimetype.toLowerCase().slice(0, 100) };
  } catch (error) {
    if (error instanceof SpoolLimitError) throw tooLarge();
    const status = (error as { status?: unknown }).status;
    if (status === 413) throw tooLarge();
    if (typeof status === 'number' && status >= 400 && status < 500) {
      throw badInput(field, 'UPLOAD_INCOMPLETE', 'the file did not arrive whole; send it again.');
    }
    throw error;
  }
}

function plainName(name: string): string {
  const last =
    name
      .normalize('NFC')
      // eslint-disable-next-line no-control-regex -- exactly these would break logs, headers and terminals.
      .replace(/[\u0000-\u001F\u007F]/g, '')
      .split(/[/\\]/)
      .at(-1)
      ?.trim() ?? '';
  return [...last].slice(0, 200).join('') || 'file';
}
