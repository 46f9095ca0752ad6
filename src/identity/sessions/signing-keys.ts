import { randomBytes } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, type CryptoKey, type JWK } from 'jose';
import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { seal, unseal, UnsealError } from '../../lib/seal.js';

export const SIGNING_ALGORITHM = 'EdDSA';
const KEY_LIFETIME_DAYS = 30;
/**
 * Hours for which a replaced signing key still verifies access tokens. They must exceed the ten minutes of an access
 * token's validity plus the age of other processes' caches.
 */
const RETIRED_KEY_HOURS = 1;
/**
 * Maximum age, in milliseconds, of this process's cache of signing keys; a replacement by another process takes effect
 * in this process within that time.
 */
const CACHE_MS = 60_000;
/** Key of the PostgreSQL advisory lock that serialises the creation of signing keys. */
const ROTATION_LOCK = 7_402_312;

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
}

interface KeyRing {
  current: SigningKey | null;
  publicKeys: Map<string, CryptoKey>;
  readAt: number;
}

interface KeyRow {
  kid: string;
  private_key: string;
  public_key: JWK;
  created_at: Date;
  retired_at: Date | null;
}

// Cached signing keys per app: several apps can share a process, and the keys of a closed app are garbage-collected.
const rings = new WeakMap<App, KeyRing>();

/**
 * Returns the key that signs access tokens; makes one if none is stored, or the stored one was encrypted with another
 * SECRET_KEY.
 */
export async function currentSigningKey(app: App): Promise<SigningKey> {
  const ring = await freshRing(app);
  if (ring.current) return ring.current;
  await app.dataSource.transaction(async (tx) => {
    await lockRotation(tx);
    const [found] = (await tx.query(
      `SELECT kid, private_key, public_key, created_at, retired_at FROM signing_key WHERE retired_at IS NULL`,
    )) as KeyRow[];
    if (found && (await openKey(app, found))) return;
    await replaceKey(app, tx);
  });
  const made = (await readRing(app)).current;
  if (!made) throw new Error('No signing key could be made; see the log lines above.');
  return made;
}

/**
 * Returns the public key with this id, from the cache or else from the database; undefined unless that key signs tokens
 * now or was replaced within the last RETIRED_KEY_HOURS.
 */
export async function publicKey(app: App, kid: string): Promise<CryptoKey | undefined> {
  const known = (await freshRing(app)).publicKeys.get(kid);
  // An unknown key id may belong to a key that another process has just created, so the keys are read from the database
  // again.
  return known ?? (await readRing(app)).publicKeys.get(kid);
}

/**
 * Replaces the signing key if it is KEY_LIFETIME_DAYS old, and deletes keys replaced more than RETIRED_KEY_HOURS ago; a
 * cron task calls this.
 */
export async function rotateAgedSigningKey(app: App): Promise<void> {
  await app.dataSource.transaction(async (tx) => {
    await lockRotation(tx);
    const limit = new Date(app.clock().getTime() - KEY_LIFETIME_DAYS * 86_400_000);
    const young = (await tx.query(`SELECT 1 FROM signing_key WHERE retired_at IS NULL AND created_at > $1`, [
      limit,
    ])) as unknown[];
    if (young.length === 0) await replaceKey(app, tx);
    await tx.query(`DELETE FROM signing_key WHERE retired_at < $1`, [
      new Date(app.clock().getTime() - RETIRED_KEY_HOURS * 3_600_000),
    ]);
  });
  rings.delete(app);
}

/**
 * Replaces the signing key at once. With `revokeOld`, for a leaked key, earlier keys are deleted: this process then
 * refuses tokens signed with them at once, other processes within a minute.
 */
export async function rotateSigningKeyNow(app: App, tx: EntityManager, revokeOld: boolean): Promise<string> {
  await lockRotation(tx);
  if (revokeOld) await tx.query(`DELETE FROM signing_key`);
  return replaceKey(app, tx);
}

/**
 * Empties this process's cache of signing keys; call it after the transaction of `rotateSigningKeyNow` has committed.
 */
export function forgetSigningKeys(app: App): void {
  rings.delete(app);
}

async function lockRotation(tx: EntityManager): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock($1)`, [ROTATION_LOCK]);
}

async function replaceKey(app: App, tx: EntityManager): Promise<string> {
  const kid = randomBytes(9).toString('base64url');
  const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const now = app.clock();
  // A replaced key signs no more tokens, so its private half is deleted.
  await tx.query(`UPDATE signing_key SET retired_at = $1, private_key = '' WHERE retired_at IS NULL`, [now]);
  await tx.query(`INSERT INTO signing_key (kid, private_key, public_key, created_at) VALUES ($1, $2, $3, $4)`, [
    kid,
    seal(app.secretKey, 'signing-key', kid, await exportPKCS8(pair.privateKey)),
    JSON.stringify(await exportJWK(pair.publicKey)),
    now,
  ]);
  return kid;
}

async function freshRing(app: App): Promise<KeyRing> {
  const ring = rings.get(app);
  return ring && Math.abs(app.clock().getTime() - ring.readAt) < CACHE_MS ? ring : readRing(app);
}

async function readRing(app: App): Promise<KeyRing> {
  const readAt = app.clock().getTime();
  const rows = (await app.dataSource.query(
    `SELECT kid, private_key, public_key, created_at, retired_at
     FROM signing_key
     WHERE retired_at IS NULL OR retired_at > $1`,
    [new Date(readAt - RETIRED_KEY_HOURS * 3_600_000)],
  )) as KeyRow[];
  const ring: KeyRing = { current: null, publicKeys: new Map(), readAt };
  for (const row of rows) {
    ring.publicKeys.set(row.kid, (await importJWK(row.public_key, SIGNING_ALGORITHM)) as CryptoKey);
    if (row.retired_at === null) ring.current = await openKey(app, row);
  }
  rings.set(app, ring);
  return ring;
}

/**
 * Decrypts a stored signing key. Returns null for a key that was encrypted with another SECRET_KEY; the caller then
 * creates a new key, as signing keys are replaceable.
 */
async function openKey(app: App, row: KeyRow): Promise<SigningKey | null> {
  try {
    const pem = unseal(app.secretKey, 'signing-key', row.kid, row.private_key);
    return { kid: row.kid, privateKey: await importPKCS8(pem, SIGNING_ALGORITHM) };
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    app.log.warn({ kid: row.kid }, 'the signing key was stored under another SECRET_KEY; a new one takes its place');
    return null;
  }
}
