import { badInput } from '../../kernel/errors.js';
import { isFarTooLong, normalised } from '../../lib/text.js';
import { hash, verify } from '../hashing.js';
import { say } from '../../messages/catalogue.js';

/** Parameters of the argon2id hash: 19 MiB of memory, two passes, one lane (OWASP's first recommendation). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hash of an unknown random password. It is verified when no account exists for a log-in, so that the answer takes the
 * same time as for an existing account.
 */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$ZZLmNRokNZB3jhHds3+2QQ$a+iPG87cQOuKl73U4LciWY203OLGejgyDX9Z9EEI2g8';

const MIN_LENGTH = 10;
const MAX_LENGTH = 200;

/** Common passwords of at least ten characters, in lower case; they are refused because attackers try them first. */
const COMMON = new Set(
  `1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 1234567891 1234554321 123123123123 1231231231 1111111111 0000000000 1q2w3e4r5t
  1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 1qazxsw23edc zaq12wsxcde3 asdfghjkl123 password12 password123 password1234
  password01 password1! passw0rd123 p@ssw0rd123 p@ssword123 iloveyou123 iloveyou12 iloveyou1314 woaini1314 woaini1314520 woaini520520 5201314520 520520520520
  1314520520 a123456789 a1234567890 aa123456789 aa12345678 abc123456789 abc1234567 abcd123456 abcd1234567 abcdefghij abcdefghijk admin12345 admin123456
  administrator welcome123 welcome1234 letmein123 changeme123 basketball football123 superman123 dragon1234 monkey1234 michelle123 sunshine123 princess123
  liverpool1 manchester chelsea123 techpool123 techpool1234 qq123456789 wang123456 zhang123456 li123456789 aaaaaaaaaa 6666666666 8888888888 9999999999`
    .split(/\s+/)
    .filter(Boolean),
);

// Two keyboards may compose the same character of a password differently; after normalisation both give the same hash.
const normalise = (password: string) => normalised(password, 'NFKC');

/**
 * Throws BAD_USER_INPUT for a password that is too short, too long, common, of fewer than four different characters, or
 * equal to the e-mail address or its local part. The error names the input's path `field` but never the password.
 */
export function checkPassword(field: string, password: string, email: string): void {
  const wrongLength = () => badInput(field, 'LENGTH', say('LENGTH.range', { min: MIN_LENGTH, max: MAX_LENGTH }));
  if (isFarTooLong(password, MAX_LENGTH)) throw wrongLength();
  const text = normalise(password);
  const length = [...text].length;
  if (length < MIN_LENGTH || length > MAX_LENGTH) throw wrongLength();
  const lower = text.toLowerCase();
  if (COMMON.has(lower) || new Set(lower).size < 4) throw badInput(field, 'TOO_COMMON', say('TOO_COMMON.password'));
  if (lower === email.toLowerCase() || lower === email.toLowerCase().split('@')[0])
    throw badInput(field, 'SAME_AS_EMAIL', say('SAME_AS_EMAIL.password'));
}

/** Computes the argon2id hash of a password, in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalise(password), COST);
}

/** Whether the password matches the hash. Without an account (null) the check takes the same time and returns false. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  // A text far over the maximum length cannot be the password; the empty text is verified in its place, so that the
  // check takes no more time than for a valid one.
  const tooLong = isFarTooLong(password, MAX_LENGTH);
  const looked = tooLong ? '' : normalise(password).slice(0, MAX_LENGTH * 4);
  const fits = await verify(passwordHash ?? DUMMY_HASH, looked);
  return passwordHash !== null && fits && !tooLong;
}
