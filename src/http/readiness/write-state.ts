import { statfs } from 'node:fs/promises';
import type { App } from '../../kernel/context.js';
import { isNoted, outageOf, type OutageReason } from '../../kernel/database/outages.js';

/** DATA_DIR_FULL: the disk of DATA_DIR, which takes uploads and the data of embedded servers. */
export type WriteFault = OutageReason | 'DATA_DIR_FULL';

/** Milliseconds for which the result of a test write is reused. */
const KEEP_MS = 5_000;
/** Free bytes below which the disk of DATA_DIR counts as full: half of the largest upload by default. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024;
/** Rows that PostgreSQL stores in a temporary file of about one megabyte, since they exceed the memory allowed. */
const SPILLED_ROWS = 30_000;

/**
 * Returns a function that says why writes fail at present; undefined if they succeed. It writes for real, as a full disk
 * shows in no other way: a temporary file, and the lock of a row, whose commit is written to the log of the database
 * (and confirmed by its standby, where that is required).
 */
export function createWriteCheck(app: App): () => Promise<WriteFault | undefined> {
  let kept: { until: number; fault: Promise<WriteFault | undefined> } | undefined;
  return () => {
    const now = performance.now();
    if (!kept || kept.until < now) kept = { until: now + KEEP_MS, fault: writeFault(app) };
    return kept.fault;
  };
}

async function writeFault(app: App): Promise<WriteFault | undefined> {
  if (await isFull(app.config.dataDir)) return 'DATA_DIR_FULL';
  try {
    await app.dataSource.transaction(async (tx) => {
      await tx.query(`SET LOCAL work_mem = '64kB'`);
      await tx.query(`SELECT count(*) FROM generate_series(1, ${SPILLED_ROWS})`);
      await tx.query('SELECT 1 FROM migrations ORDER BY id LIMIT 1 FOR UPDATE');
    });
  } catch (error) {
    return outageOf(error)?.reason ?? 'DATABASE_AWAY';
  }
  // Temporary files may stand on another disk than the tables.
  return isNoted(app.log, 'DISK_FULL') ? 'DISK_FULL' : undefined;
}

async function isFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < LEAST_FREE_BYTES;
  } catch {
    return false; // The folder is not made yet.
  }
}
