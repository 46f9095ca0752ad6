import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { canonicalJson } from '../lib/canonical-json.js';

/**
 * Content of a new ledger record: what happened, to which object, and the facts needed to check it later.
 * `appendLedger` adds the actor as a pseudonym.
 */
export interface LedgerEntry {
  /** What happened, in the form `subject.verb`, such as `achievement.admitted`. */
  kind: string;
  subjectType: string;
  subjectId: string;
  /**
   * Facts of the record, as JSON. They must not contain personal data, because the record remains when a person is
   * erased.
   */
  facts: Record<string, unknown>;
}

/**
 * Key of the PostgreSQL advisory lock that serialises appends to the ledger's hash chain until the end of a
 * transaction; the SQL function ledger_append takes the same lock.
 */
const CHAIN_LOCK = 7_402_311;

export interface LedgerRow {
  seq: string;
  at: string;
  kind: string;
  actor: string | null;
  subject_type: string;
  subject_id: string;
  facts: Record<string, unknown>;
}

/**
 * Computes the hash of a ledger record: SHA-256 over the previous record's hash and the canonical JSON of the record's
 * fields. The database computes the same hash when it appends a record.
 */
export function ledgerHash(previous: string, row: LedgerRow): string {
  return createHash('sha256')
    .update(`${previous}\n${canonicalJson(row)}`)
    .digest('hex');
}

/** Number and hash of the record at which a chain, or a part of it, ends. */
export interface ChainEnd {
  seq: string;
  hash: string;
}

/**
 * Locks the ledger against appends until the transaction ends, and returns number and hash of the newest record;
 * undefined for an empty ledger.
 */
export async function lockChainEnd(tx: EntityManager): Promise<ChainEnd | undefined> {
  await tx.query(`SELECT pg_advisory_xact_lock($1)`, [CHAIN_LOCK]);
  const [last] = (await tx.query(`SELECT seq, hash FROM ledger_record ORDER BY seq DESC LIMIT 1`)) as ChainEnd[];
  return last;
}

/**
 * Appends records to the ledger in the caller's transaction. A lock is held until the transaction ends, so that the
 * hash chain cannot fork; callers should append at the end of their transaction, to hold it briefly. The database
 * assigns the numbers, and computes the hashes over the JSON texts that this function makes.
 */
export async function appendLedger(
  tx: EntityManager,
  actor: string | null,
  at: Date,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  // The canonical JSON of each record in two halves, cut where the database inserts the record's number.
  const before = entries.map(
    ({ kind, facts }) => `${canonicalJson({ actor, at: at.toISOString(), facts, kind }).slice(0, -1)},"seq":"`,
  );
  const after = entries.map(
    ({ subjectType, subjectId }) => `",${canonicalJson({ subject_id: subjectId, subject_type: subjectType }).slice(1)}`,
  );
  await tx.query(`SELECT ledger_append($1, $2)`, [before, after]);
}

/** Appends one ledger record in the caller's transaction, with the pseudonym of the viewer as its actor. */
export async function record(tx: EntityManager, ctx: Context, entry: LedgerEntry): Promise<void> {
  await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [entry]);
}
