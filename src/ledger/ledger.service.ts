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

/** JSON with sorted keys, so that one content has one hash. What has a JSON form of its own, such as a date, stands as that. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return canonicalJson((value as { toJSON(): unknown }).toJSON());
  // Plain concatenation: a large ledger spends most of its verification here.
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const child = (value as Record<string, unknown>)[key];
    if (child !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(child)}`;
  }
  return `{${text}}`;
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

const chained = (previous: string, text: string): string => createHash('sha256').update(`${previous}\n${text}`).digest('hex');

/** The hash of a record: SHA-256 over the previous hash and the canonical JSON of every field. */
export function ledgerHash(previous: string, row: LedgerRow): string {
  return chained(previous, canonicalJson(row));
}

/** The newest record, held as the newest until the transaction ends; undefined in an empty ledger. */
export async function lockChainEnd(tx: EntityManager): Promise<{ seq: string; hash: string } | undefined> {
  await tx.query(`SELECT pg_advisory_xact_lock($1)`, [CHAIN_LOCK]);
  const [last] = (await tx.query(`SELECT seq, hash FROM ledger_record ORDER BY seq DESC LIMIT 1`)) as Array<{ seq: string; hash: string }>;
  return last;
}

/**
 * Appends records in the caller's transaction. The lock is held until commit, so the chain has no forks; callers append
 * last, to hold it briefly.
 */
export async function appendLedger(tx: EntityManager, actor: string | null, at: Date, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const last = await lockChainEnd(tx);
  let seq = BigInt(last?.seq ?? 0);
  let previous = last?.hash ?? '';
  const rows = entries.map((entry) => {
    seq += 1n;
    const { kind, subjectType: subject_type, subjectId: subject_id, facts } = entry;
    const text = canonicalJson({ seq: seq.toString(), at: at.toISOString(), kind, actor, subject_type, subject_id, facts } satisfies LedgerRow);
    const hash = chained(previous, text);
    // What is stored is the very text that was hashed.
    const row = `${text.slice(0, -1)},"previous_hash":"${previous}","hash":"${hash}"}`;
    previous = hash;
    return row;
  });
  await tx.query(
    `INSERT INTO ledger_record (seq, at, kind, actor, subject_type, subject_id, facts, previous_hash, hash)
     SELECT r.seq, r.at, r.kind, r.actor, r.subject_type, r.subject_id, r.facts, r.previous_hash, r.hash
     FROM jsonb_to_recordset($1::jsonb) AS r(seq bigint, at timestamptz, kind text, actor uuid, subject_type text, subject_id text, facts jsonb, previous_hash text, hash text)`,
    [`[${rows.join(',')}]`],
  );
}

/** One record of the viewer's own action. */
export async function record(tx: EntityManager, ctx: Context, entry: LedgerEntry): Promise<void> {
  await appendLedger(tx, ctx.viewer.pseudonym, ctx.now(), [entry]);
}
