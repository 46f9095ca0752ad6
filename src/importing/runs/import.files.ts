import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { EntityManager } from 'typeorm';
import { spool, type Spooled } from '../../lib/spool.js';

const PART_BYTES = 1024 * 1024;

/** Stores the bytes of an import's file in the database, so that the job can run in any process. */
export async function storeFile(tx: EntityManager, runId: string, path: string): Promise<void> {
  let part = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const flush = async () => {
    if (length === 0) return;
    await tx.query(`INSERT INTO import_file (run_id, part, bytes) VALUES ($1, $2, $3)`, [
      runId,
      part++,
      Buffer.concat(parts),
    ]);
    parts = [];
    length = 0;
  };
  for await (const chunk of createReadStream(path)) {
    parts.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= PART_BYTES) await flush();
  }
  await flush();
}

/** Writes the stored bytes of an import's file to a temporary file in `folder`; the caller must dispose of it. */
export async function fetchFile(db: EntityManager, runId: string, folder: string): Promise<Spooled> {
  async function* parts(): AsyncGenerator<Buffer> {
    for (let part = 0; ; part += 1) {
      const [row] = (await db.query(`SELECT bytes FROM import_file WHERE run_id = $1 AND part = $2`, [
        runId,
        part,
      ])) as Array<{ bytes: Buffer }>;
      if (!row) return;
      yield row.bytes;
    }
  }
  return spool(Readable.from(parts()), { folder, maxBytes: Number.MAX_SAFE_INTEGER });
}
