import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * Purpose for which a key is derived from SECRET_KEY; a key for one purpose cannot decrypt data encrypted for another.
 */
export type KeyPurpose = 'signing-key' | 'ledger-key' | 'totp' | 'throttle' | 'quota' | 'recovery-code' | 'mention';

function deriveKey(secretKey: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `techpool ${purpose} v1`, 32));
}

/**
 * Encrypts a text with AES-256-GCM. `owner` is authenticated together with it, so that an encrypted value cannot be
 * moved to another row.
 */
export function seal(secretKey: string, purpose: KeyPurpose, owner: string, plaintext: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(secretKey, purpose), iv);
  cipher.setAAD(Buffer.from(owner, 'utf8'));
  const content = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return [
    'v1',
    iv.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
    content.toString('base64url'),
  ].join('.');
}

/** The error for a value that was encrypted with another SECRET_KEY or is damaged. */
export class UnsealError extends Error {}

/** Decrypts a text that `seal` has encrypted; throws UnsealError where that is impossible. */
export function unseal(secretKey: string, purpose: KeyPurpose, owner: string, sealed: string): string {
  const [version, iv, tag, content] = sealed.split('.');
  try {
    if (version !== 'v1' || iv === undefined || tag === undefined || content === undefined)
      throw new TypeError('not a sealed value');
    const decipher = createDecipheriv('aes-256-gcm', deriveKey(secretKey, purpose), Buffer.from(iv, 'base64url'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(owner, 'utf8'));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new UnsealError(
      `A ${purpose} secret cannot be decrypted: SECRET_KEY is not the one it was stored with. Start with that key.`,
      { cause },
    );
  }
}

/**
 * SHA-256 of a secret token in hexadecimal, for storage. A hash without a key suffices, as tokens have at least 160
 * random bits.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/**
 * HMAC-SHA-256 of a value in hexadecimal, under a key derived from SECRET_KEY; for values that could be guessed from a
 * plain hash, such as e-mail addresses and short codes.
 */
export function keyedHash(secretKey: string, purpose: KeyPurpose, value: string): string {
  return createHmac('sha256', deriveKey(secretKey, purpose)).update(value, 'utf8').digest('hex');
}

/** Returns a new random secret of 256 bits, such as a session token; its prefix lets secret scanners recognise it. */
export function randomToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** Compares two hex digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}
