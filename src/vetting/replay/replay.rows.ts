import type { EntityManager } from 'typeorm';
import { Misfit } from '../../ledger/verify.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { findRationaleMisfit } from './replay.rationales.js';
import { ROW_CHECKS } from './replay.row-checks.js';

interface Difference {
  seq: string | null;
  kind: string | null;
  id: string;
  expected: unknown;
  actual: unknown;
}

/**
 * Finds the first ledger record that a stored row contradicts; null if all agree. Rows without any record are reported
 * last.
 */
export async function findRowMisfit(tx: EntityManager): Promise<Misfit | null> {
  const found: Misfit[] = [];
  for (const { what, sql } of ROW_CHECKS) {
    const [difference] = (await tx.query(
      `SELECT seq::text AS seq, kind, id, expected, actual
       FROM (${sql}) x
       WHERE expected IS DISTINCT FROM actual
       ORDER BY x.seq NULLS LAST, id
       LIMIT 1`,
    )) as Difference[];
    if (difference)
      found.push(
        new Misfit(difference.seq, difference.kind, `the stored ${what} ${difference.id} ${describe(difference)}`),
      );
  }
  const rationale = await findRationaleMisfit(tx);
  if (rationale) found.push(rationale);
  const order = (misfit: Misfit) => (misfit.seq === null ? 2n ** 63n : BigInt(misfit.seq));
  return found.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))[0] ?? null;
}

function describe({ expected, actual }: Difference): string {
  if (expected === null) return 'has no record';
  if (actual === null) return 'is gone';
  const [should, is] = [expected as Record<string, unknown>, actual as Record<string, unknown>];
  const name = [...new Set([...Object.keys(should), ...Object.keys(is)])]
    .sort()
    .find((key) => canonicalJson(should[key]) !== canonicalJson(is[key]));
  return name === undefined
    ? 'differs'
    : `has ${name} ${shortened(canonicalJson(is[name]))}; recorded is ${shortened(canonicalJson(should[name]))}`;
}

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
