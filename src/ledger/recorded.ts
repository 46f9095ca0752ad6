import type { EntityManager } from 'typeorm';

/** The facts of the newest ledger record of one kind about one object; null where no such record exists. */
export async function lastFacts(
  tx: EntityManager,
  kind: string,
  subjectType: string,
  subjectId: string,
): Promise<Record<string, unknown> | null> {
  const [row] = (await tx.query(
    `SELECT facts
     FROM ledger_record
     WHERE subject_type = $1 AND subject_id = $2 AND kind = $3
     ORDER BY seq DESC
     LIMIT 1`,
    [subjectType, subjectId, kind],
  )) as Array<{
    facts: Record<string, unknown>;
  }>;
  return row?.facts ?? null;
}
