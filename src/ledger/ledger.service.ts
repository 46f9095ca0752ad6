import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../context.js';

/** What is written down: what happened, to what, by whom (a pseudonym), and the facts needed to check it later. */
export interface LedgerEntry {
  /** `subject.verb`, such as `achievement.admitted`. */
  kind: string;
  subjectType: string;
  subjectId: string;
  /** No personal data: the record stays when a person is erased. */
  facts: Record<string, unknown>;
}

/** Key of the transaction-level lock under which records are chained one after another. */
const CHAIN_LOCK = 7_402_311;

/** JSON with sorted keys, so that one content has one hash. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

export interface LedgerRow {
  seq: string;
  at: string;
  kind: string;
  actor: string | null;
  subject_type: string;
  subject_id: string;
  facts: Record<string, unknown>;
}

/** The hash of a record: SHA-256 over the previous hash and the canonical JSON of every field. */
export function ledgerHash(previous: string, row: LedgerRow): string {
  return createHash('sha256').update(previous).update('\n').update(canonicalJson(row)).digest('hex');
}

/**
 * Appends records in the caller's transaction. The lock is held until commit, so the chain has no forks; callers append
 * last, to hold it briefly.
 */
export async function appendLedger(tx: EntityManager, actor: string | null, at: Date, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(`SELECT pg_advisory_xact_lock($1)`, [CHAIN_LOCK]);
  const [last] = (await tx.query(`SELECT seq, hash FROM ledger_record ORDER BY seq DESC LIMIT 1`)) as Array<{ seq: string; hash: string }>;
  let seq = BigInt(last?.seq ?? 0);
  let previous = last?.hash ?? '';
  const rows = entries.map((entry) => {
    seq += 1n;
    const row: LedgerRow = {
      seq: seq.toString(),
      at: at.toISOString(),
      kind: entry.kind,
      actor,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      facts: entry.facts,
    };
    const hash = ledgerHash(previous, row);
    const full = { ...row, previous_hash: previous, hash };
    previous = hash;
    return full;
  });
  await tx.query(
    `INSERT INTO ledger_record (seq, at, kind, actor, subject_type, subject_id, facts, previous_hash, hash)
     SELECT r.seq, r.at, r.kind, r.actor, r.subject_type, r.subject_id, r.facts, r.previous_hash, r.hash
     FROM jsonb_to_recordset($1::jsonb) AS r(seq bigint, at timestamptz, kind text, actor uuid, subject_type text, subject_id text, facts jsonb, previous_hash text, hash text)`,
    [JSON.stringify(rows)],
  );
}

/** One record of the viewer's own action. */
export async function record(tx: EntityManager, ctx: Context, entry: LedgerEntry): Promise<void> {
  await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [entry]);
}
