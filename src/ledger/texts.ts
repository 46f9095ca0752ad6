import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';

/** Salted SHA-256 of a text: proves the text later, and reveals nothing once the salt is deleted. */
export function textHash(salt: string, text: string): string {
  return createHash('sha256').update(salt).update('\n').update(text).digest('hex');
}

/**
 * Stores the viewer's text in ledger_text and returns the fact to record in its place: `{ reasonHash }`, or nothing for
 * an empty text. An erasure deletes the text; the record remains and still verifies.
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
