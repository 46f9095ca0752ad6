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

/** All records of one kind on a subject, oldest first, each with the pseudonym of its actor. */
export async function recordsOf(
  tx: EntityManager,
  kind: string,
  subjectType: string,
  subjectId: string,
): Promise<Array<{ actor: string | null; facts: Record<string, unknown> }>> {
  return (await tx.query(
    `SELECT actor, facts
     FROM ledger_record
     WHERE subject_type = $1 AND subject_id = $2 AND kind = $3
     ORDER BY seq`,
    [subjectType, subjectId, kind],
  )) as Array<{ actor: string | null; facts: Record<string, unknown> }>;
}
