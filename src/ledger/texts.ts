import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { canonicalJson } from '../lib/canonical-json.js';

/**
 * Salted SHA-256 of a text: with text and salt it proves what the text was; once the salt is deleted, it reveals
 * nothing.
 */
export function textHash(salt: string, text: string): string {
  return createHash('sha256').update(salt).update('\n').update(text).digest('hex');
}

/** Stores the viewer's text in ledger_text and returns its salted hash. */
async function sealText(tx: EntityManager, ctx: Context, text: string): Promise<string> {
  const salt = randomBytes(16).toString('hex');
  const hash = textHash(salt, text);
  await tx.query(`INSERT INTO ledger_text (hash, salt, text, account_id, created_at) VALUES ($1, $2, $3, $4, $5)`, [
    hash,
    salt,
    text,
    ctx.viewer.accountId,
    ctx.now(),
  ]);
  return hash;
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
  return text == null ? {} : { reasonHash: await sealText(tx, ctx, text) };
}

/**
 * Stores facts that readers of a published ledger must not learn, and returns what the ledger record holds in their
 * place: their salted hash, `{ sealedHash }`, by which the deployment can prove them later.
 */
export async function sealedFacts(
  tx: EntityManager,
  ctx: Context,
  facts: Record<string, unknown>,
): Promise<{ sealedHash: string }> {
  return { sealedHash: await sealText(tx, ctx, canonicalJson(facts)) };
}
