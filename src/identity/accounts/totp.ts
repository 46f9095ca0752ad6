import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

function generator(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: 'Techpool',
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  });
}

/** A new secret of 160 bits in Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** Makes the otpauth:// URI of a TOTP secret, which authenticator apps read as a QR code. */
export function totpUri(secret: string, email: string): string {
  return generator(secret, email).toString();
}

/**
 * Returns the time step to which a TOTP code belongs, at most one step from the present (RFC 6238); null for a wrong
 * code.
 */
export function totpStep(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = generator(secret, '').validate({ token: code, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

/**
 * Generates ten recovery codes of 12 characters (58 random bits) in groups of four, from an alphabet without
 * similar-looking characters.
 */
export function newRecoveryCodes(): string[] {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 10 }, () => [group(), group(), group()].join('-'));
}

/** Returns a recovery code in the form that is hashed: upper-case letters and digits only. */
export function plainRecoveryCode(code: string): string {
  return code.toUpperCase().replace(/[^0-9A-Z]/g, '');
}
