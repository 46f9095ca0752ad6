import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';

/**
 * Salted SHA-256 of a text: with text and salt it proves what the text was; once the salt is deleted, it reveals
 * nothing.
 */
export function textHash(salt: string, text: string): string {
  return createHash('sha256').update(salt).update('\n').update(text).digest('hex');
}

/**
 * Stores a text of the viewer, such as a reason, in the table ledger_text, and returns the fact for the ledger record
 * in its place: `{ reasonHash }`, or nothing for a missing text. Erasing the person deletes the text; the ledger record
 * with the hash remains and still verifies.
 */
export async function reasonFact(
  tx: EntityManager,
  ctx: Context,
  text: string | null | undefined,
): Promise<{ reasonHash?: string }> {
  if (text == null) return {};
  const salt = randomBytes(16).toString('hex');
  const reasonHash = textHash(salt, text);
  await tx.query(`INSERT INTO ledger_text (hash, salt, text, account_id, created_at) VALUES ($1, $2, $3, $4, $5)`, [
    reasonHash,
    salt,
    text,
    ctx.viewer.accountId,
    ctx.now(),
  ]);
  return { reasonHash };
}
