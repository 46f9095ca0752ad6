import type { App } from '../../kernel/context.js';
import type { PublishedHead } from '../../ledger/heads.js';
import { checkSeals } from '../../ledger/partitions.js';
import { databaseSource } from '../../ledger/source.database.js';
import { Misfit, verifyChain, type LedgerSource } from '../../ledger/verify.js';
import { CohortReplay } from './replay.js';
import { findRowMisfit } from './replay.rows.js';

export interface VerifyResult {
  records: number;
  /** Number of closed cohorts whose scores and admissions were reproduced. */
  cohorts: number;
  heads: number;
}

/**
 * Verifies a complete ledger: the hash chain, the signed heads, and a replay of every closed cohort.
 *
 * @param published a head obtained from outside, which must be on this chain
 * @throws Misfit naming the first record that does not fit
 */
export async function verifyLedger(source: LedgerSource, published?: PublishedHead): Promise<VerifyResult> {
  const replay = new CohortReplay();
  const chain = await verifyChain(source, { replay, published });
  const covered = new Map(
    source.heads.filter((head) => head.cohort !== null).map((head) => [head.cohort, BigInt(head.seq)]),
  );
  for (const [cohort, { seq, kind }] of replay.closings) {
    if ((covered.get(cohort) ?? -1n) < BigInt(seq)) throw new Misfit(seq, kind, 'its closing has no signed head');
  }
  return { records: chain.records, cohorts: replay.result.cohorts, heads: chain.heads };
}

/** Verifies the app's database in one consistent snapshot: the ledger itself, and the stored rows against it. */
export function verifyDatabase(app: App, published?: PublishedHead): Promise<VerifyResult> {
  return app.dataSource.transaction('REPEATABLE READ', async (tx) => {
    const source = await databaseSource(tx);
    const result = await verifyLedger(source, published);
    await checkSeals(tx, source.heads);
    const misfit = await findRowMisfit(tx);
    if (misfit) throw misfit;
    return result;
  });
}
