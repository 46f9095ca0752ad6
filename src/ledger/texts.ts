import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';

/** Salted SHA-256 of words: proves later what was said, and tells nothing once the salt is gone. */
export function textHash(salt: string, text: string): string {
  return createHash('sha256').update(salt).update('\n').update(text).digest('hex');
}

/**
 * Keeps the viewer's words beside the ledger and gives the fact to record in their place: `{ reasonHash }`, or nothing
 * where nothing was said. The words are erased with the person; the record stays and still verifies.
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
