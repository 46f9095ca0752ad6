import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A temporary file that was written from a stream, readable only by the user who runs this process. */
export interface Spooled {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file's bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Removes the temporary file; may be called more than once. */
  dispose(): Promise<void>;
}

/** The error for a stream with more bytes than allowed; its temporary file has been removed. */
export class SpoolLimitError extends Error {
  constructor(readonly maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
    this.name = 'SpoolLimitError';
  }
}

/**
 * Writes a stream to a temporary file in `folder`, and counts and hashes its bytes; removes the file on failure. The
 * caller must dispose of the result. `maxBytes` may be a function, as the limit may change during the transfer.
 */
export async function spool(
  source: Readable,
  options: { folder: string; maxBytes: number | (() => number) },
): Promise<Spooled> {
  const { maxBytes } = options;
  const limit = typeof maxBytes === 'number' ? () => maxBytes : maxBytes;
  let folder: string;
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    folder = await mkdtemp(join(options.folder, 'file-'));
  } catch (error) {
    source.destroy();
    throw error;
  }
  const path = join(folder, 'content');
  const dispose = () => rm(folder, { recursive: true, force: true });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > limit()) return done(new SpoolLimitError(limit()));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(source, counting, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, sizeBytes, sha256: hash.digest('hex'), dispose };
}
