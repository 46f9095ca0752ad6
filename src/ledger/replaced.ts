import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { changedRows } from '../lib/changed-rows.js';
import { textHash } from './texts.js';

/** Prefix of the column `hash` in the table ledger_text that marks a text as the old content of an edited object. */
const PREFIX = 'replaced:';

/**
 * The fact in the ledger record of an edit that refers to the content which the edit replaced, by revision and hash.
 */
export interface ReplacedFact {
  replaced: { revision: number; hash: string };
}

/**
 * Stores the content that an edit is about to replace in the table ledger_text, and returns the fact for the ledger
 * record of the edit: the replaced revision's number and a salted hash of its content. A later edit that is based on
 * that revision can then be compared with it. The stored content is deleted when the person who made the edit is
 * erased, or by `forgetReplaced` or `forgetReplacedOf`.
 */
export async function replacedFact(
  tx: EntityManager,
  ctx: Context,
  revision: number,
  content: object,
): Promise<ReplacedFact> {
  const salt = randomBytes(16).toString('hex');
  const text = JSON.stringify(content);
  const hash = textHash(salt, text);
  await tx.query(`INSERT INTO ledger_text (hash, salt, text, account_id, created_at) VALUES ($1, $2, $3, $4, $5)`, [
    PREFIX + hash,
    salt,
    text,
    ctx.viewer.accountId,
    ctx.now(),
  ]);
  return { replaced: { revision, hash } };
}

/**
 * The content of an object in an older revision; null where it is no longer stored. With `part`, only ledger records
 * whose fact `record` equals it are read; they concern one part of the object, such as one investment of a profile.
 */
export async function replacedContent<R extends object>(
  tx: EntityManager,
  subjectType: string,
  subjectId: string,
  revision: number,
  part: string | null = null,
): Promise<R | null> {
  const [row] = (await tx.query(
    `SELECT x.text FROM ledger_record l JOIN ledger_text x ON x.hash = $5 || (l.facts->'replaced'->>'hash')
     WHERE l.subject_type = $1 AND l.subject_id = $2 AND l.facts->'replaced'->>'revision' = $3::text
       AND l.facts->>'record' IS NOT DISTINCT FROM $4::text
     ORDER BY l.seq DESC LIMIT 1`,
    [subjectType, subjectId, String(revision), part, PREFIX],
  )) as Array<{ text: string }>;
  return row ? (JSON.parse(row.text) as R) : null;
}

/** Deletes the contents replaced by edits of one object, which is deleted itself; the ledger records remain. */
export async function forgetReplacedOf(tx: EntityManager, subjectType: string, subjectId: string): Promise<void> {
  await changedRows(
    tx,
    `DELETE FROM ledger_text
     WHERE hash IN (
       SELECT $3 || (facts->'replaced'->>'hash') FROM ledger_record WHERE subject_type = $1 AND subject_id = $2
     )`,
    [subjectType, subjectId, PREFIX],
  );
}

/**
 * Deletes the contents replaced by edits that were stored before a time; the ledger records with their hashes remain.
 */
export async function forgetReplaced(db: EntityManager, before: Date): Promise<void> {
  await changedRows(db, `DELETE FROM ledger_text WHERE starts_with(hash, $1) AND created_at < $2`, [PREFIX, before]);
}
