import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { seal, unseal, UnsealError } from '../lib/seal.js';
import { lockChainEnd, type ChainEnd } from './ledger.service.js';
import { canonicalJson } from '../lib/canonical-json.js';

/** Name of the file format of a signed head of the ledger; also the domain separator of the head's signature. */
export const HEAD_FORMAT = 'techpool-ledger-head/1';
/** Key of the PostgreSQL advisory lock that serialises the creation of the ledger's signing keys. */
const KEY_LOCK = 7_402_314;

/**
 * A head of the ledger: number and hash of one record, signed with the ledger's key. As each hash covers all earlier
 * records, a copy kept elsewhere later proves whether the ledger was changed up to that record.
 */
export interface SignedHead {
  seq: string;
  hash: string;
  /** UUID of the cohort whose closing was the reason to sign; null for the daily signature. */
  cohort: string | null;
  /** Time of the signature, in ISO 8601 with milliseconds. */
  signedAt: string;
  kid: string;
  /** Ed25519 signature in base64url. */
  signature: string;
}

export interface LedgerKeyRecord {
  /** Key id: the first 32 hexadecimal digits of the SHA-256 of the public key. */
  kid: string;
  /** The public key as base64 of its DER encoding (SubjectPublicKeyInfo). */
  publicKey: string;
  createdAt: string;
}

/**
 * A signed head of the ledger in the form of a file: it includes the public key, so that its signature can be checked
 * offline.
 */
export interface PublishedHead extends SignedHead {
  format: typeof HEAD_FORMAT;
  publicKey: string;
}

const kidOf = (spki: Buffer): string => createHash('sha256').update(spki).digest('hex').slice(0, 32);

function messageOf({ seq, hash, cohort, signedAt, kid }: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(`${HEAD_FORMAT}\n${canonicalJson({ seq, hash, cohort, signedAt, kid })}`, 'utf8');
}

/**
 * Returns why the signature of a ledger head is invalid under this public key, as a part of a sentence; null for a
 * valid one.
 */
export function headFault(head: SignedHead, publicKey: string | undefined): string | null {
  if (publicKey === undefined) return `its key ${head.kid} is not known`;
  const spki = Buffer.from(publicKey, 'base64');
  if (kidOf(spki) !== head.kid) return `the public key is not the one that ${head.kid} names`;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return 'its public key is damaged';
  }
  return key.asymmetricKeyType === 'ed25519' &&
    verify(null, messageOf(head), key, Buffer.from(head.signature, 'base64url'))
    ? null
    : 'its signature is not valid';
}

/**
 * Signs number and hash of the ledger's newest record, in the caller's transaction, which must already have appended
 * its records. Returns null for an empty ledger and for a record that is already signed.
 *
 * @param cohort UUID of the cohort whose closing is the reason to sign; null for the daily signature
 */
export async function signHead(tx: EntityManager, app: App, cohort: string | null): Promise<SignedHead | null> {
  const end = await lockChainEnd(tx);
  return end ? signRecord(tx, app, end, cohort) : null;
}

/**
 * Signs number and hash of a record that was verified, in the caller's transaction, which holds the lock of the chain's
 * end. Returns null for a record that is already signed.
 */
export async function signRecord(
  tx: EntityManager,
  app: App,
  end: ChainEnd,
  cohort: string | null,
): Promise<SignedHead | null> {
  const { kid, privateKey } = await currentKey(tx, app);
  const unsigned = { seq: end.seq, hash: end.hash, cohort, signedAt: app.clock().toISOString(), kid };
  const head = { ...unsigned, signature: sign(null, messageOf(unsigned), privateKey).toString('base64url') };
  const added = (await tx.query(
    `INSERT INTO ledger_head (seq, hash, cohort_id, signed_at, kid, signature)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (seq) DO NOTHING
     RETURNING seq`,
    [head.seq, head.hash, cohort, head.signedAt, kid, head.signature],
  )) as unknown[];
  return added.length === 0 ? null : head;
}

/**
 * Returns the newest signing key of the ledger. A key is created on first use, and a new one when the stored key was
 * encrypted with another SECRET_KEY.
 */
async function currentKey(tx: EntityManager, app: App): Promise<{ kid: string; privateKey: KeyObject }> {
  await tx.query(`SELECT pg_advisory_xact_lock($1)`, [KEY_LOCK]);
  const [row] = (await tx.query(
    `SELECT kid, private_key FROM ledger_key ORDER BY created_at DESC, kid DESC LIMIT 1`,
  )) as Array<{ kid: string; private_key: string }>;
  if (row) {
    try {
      return {
        kid: row.kid,
        privateKey: createPrivateKey(unseal(app.secretKey, 'ledger-key', row.kid, row.private_key)),
      };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      app.log.warn(
        { kid: row.kid },
        'the key of the ledger was stored under another SECRET_KEY; a new one takes its place',
      );
    }
  }
  const pair = generateKeyPairSync('ed25519');
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const kid = kidOf(spki);
  const sealed = seal(
    app.secretKey,
    'ledger-key',
    kid,
    pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
  await tx.query(`INSERT INTO ledger_key (kid, public_key, private_key, created_at) VALUES ($1, $2, $3, $4)`, [
    kid,
    spki.toString('base64'),
    sealed,
    app.clock(),
  ]);
  return { kid, privateKey: pair.privateKey };
}

const HEAD_COLUMNS = `h.seq::text AS seq, h.hash, h.cohort_id AS cohort, h.signed_at AS "signedAt", h.kid, h.signature, k.public_key AS "publicKey"`;
type HeadRow = Omit<PublishedHead, 'format' | 'signedAt'> & { signedAt: Date };
const published = ({ signedAt, ...row }: HeadRow): PublishedHead => ({
  format: HEAD_FORMAT,
  ...row,
  signedAt: signedAt.toISOString(),
});

/** All signed heads of the ledger in the order of their record numbers, each with its public key. */
export async function readHeads(db: EntityManager): Promise<PublishedHead[]> {
  return (
    (await db.query(
      `SELECT ${HEAD_COLUMNS} FROM ledger_head h LEFT JOIN ledger_key k ON k.kid = h.kid ORDER BY h.seq`,
    )) as HeadRow[]
  ).map(published);
}

/** The head signed at record number `seq`, or without `seq` the newest head; null where there is none. */
export async function readHead(db: EntityManager, seq?: string): Promise<PublishedHead | null> {
  const [row] = (await db.query(
    `SELECT ${HEAD_COLUMNS}
     FROM ledger_head h
     JOIN ledger_key k ON k.kid = h.kid
     WHERE $1::bigint IS NULL OR h.seq = $1::bigint
     ORDER BY h.seq DESC
     LIMIT 1`,
    [seq ?? null],
  )) as HeadRow[];
  return row ? published(row) : null;
}

/** The public keys of all signing keys of the ledger, the oldest first. */
export async function readKeys(db: EntityManager): Promise<LedgerKeyRecord[]> {
  const rows = (await db.query(
    `SELECT kid, public_key AS "publicKey", created_at AS "createdAt" FROM ledger_key ORDER BY created_at, kid`,
  )) as Array<Omit<LedgerKeyRecord, 'createdAt'> & { createdAt: Date }>;
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
