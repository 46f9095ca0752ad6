import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes kept in a temporary file of their own, readable by this process's user alone. */
export interface Spooled {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Removes the file; may be called more than once. */
  dispose(): Promise<void>;
}

/** A stream went on after the allowed number of bytes; nothing of it is kept. */
export class SpoolLimitError extends Error {
  constructor(readonly maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
    this.name = 'SpoolLimitError';
  }
}

/** Streams into a temporary file while counting and hashing; leaves nothing behind when it fails. The caller disposes. */
export async function spool(source: Readable, options: { maxBytes: number }): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'techpool-spool-'));
  const path = join(folder, 'content');
  const dispose = () => rm(folder, { recursive: true, force: true });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > options.maxBytes) return done(new SpoolLimitError(options.maxBytes));
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
