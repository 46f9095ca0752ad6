import type { EntityManager } from 'typeorm';
import { Misfit } from '../../ledger/verify.js';
import { rationaleHash } from '../reviews/reviews.rules.js';

/** Number of reviews read at a time. */
const BATCH = 2_000;

/**
 * Compares the stored rationales of reviews with their salted hashes in the ledger. A rationale whose salt was erased
 * cannot be checked and is skipped.
 */
export async function findRationaleMisfit(tx: EntityManager): Promise<Misfit | null> {
  for (let last = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = (await tx.query(
      `SELECT r.id, r.salt, r.rationales, l.seq::text AS seq, l.kind, l.facts->>'rationaleHash' AS hash
       FROM review r
       JOIN ledger_record l ON l.kind IN ('review.submitted','review.corrected')
         AND l.subject_type = 'Review'
         AND l.subject_id = r.id::text
       WHERE r.id > $1 AND r.salt IS NOT NULL
       ORDER BY r.id
       LIMIT $2`,
      [last, BATCH],
    )) as Array<{
      id: string;
      salt: string;
      rationales: Record<string, string>;
      seq: string;
      kind: string;
      hash: string;
    }>;
    const wrong = rows.find((row) => rationaleHash(row.salt, row.rationales) !== row.hash);
    if (wrong)
      return new Misfit(
        wrong.seq,
        wrong.kind,
        `the stored rationales of review ${wrong.id} do not give the recorded hash`,
      );
    if (rows.length < BATCH) return null;
    last = rows.at(-1)!.id;
  }
}
