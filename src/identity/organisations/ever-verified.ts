import type { EntityManager } from 'typeorm';

/**
 * Whether an organisation is or was verified, so that the public could see what it published. A shared lock keeps its
 * row from being changed until the transaction ends.
 */
export async function wasEverVerified(tx: EntityManager, organisationId: string): Promise<boolean> {
  const [row] = (await tx.query(
    `SELECT o.verification = 'VERIFIED' OR EXISTS (
         SELECT 1
         FROM ledger_record l
         WHERE l.subject_type = 'Organisation' AND l.subject_id = o.id::text AND l.kind = 'organisation.verified'
       ) AS verified
     FROM organisation o
     WHERE o.id = $1
     FOR SHARE OF o`,
    [organisationId],
  )) as Array<{ verified: boolean }>;
  return row?.verified ?? false;
}
