import type { QueryRunner } from 'typeorm';

const LOCK_WAIT_MS = 30_000;

/**
 * SQL expression and values of the PostgreSQL advisory lock that a process holds while it imports for an institution.
 * PostgreSQL releases the lock when the connection ends, so a free lock shows that no living process is importing.
 */
export const importLock = (institutionId: string): [sql: string, values: string[]] => [
  `hashtextextended($1, 0)`,
  [`import:${institutionId}`],
];

/**
 * Waits at most LOCK_WAIT_MS for the institution's import lock, which the runner's connection then holds; throws if
 * another process still holds it.
 */
export async function takeLock(lock: QueryRunner, institutionId: string): Promise<void> {
  const [key, values] = importLock(institutionId);
  for (const end = Date.now() + LOCK_WAIT_MS; ;) {
    const [row] = (await lock.query(`SELECT pg_try_advisory_lock(${key}) AS mine`, values)) as Array<{ mine: boolean }>;
    if (row!.mine) return;
    if (Date.now() > end) throw new Error(`another process holds the import lock of institution ${institutionId}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
