import { badInput } from '../../kernel/errors.js';
import { asciiDomain, normalised } from '../../lib/text.js';
import { say } from '../../messages/catalogue.js';

const LOCAL_PART =
  /^[A-Za-z0-9\u0080-\u{10FFFF}!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9\u0080-\u{10FFFF}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * Maximum length, in UTF-16 code units, of an e-mail address before normalisation: the longest local part and domain in
 * decomposed form.
 */
const LONGEST_EMAIL = 1_000;

/**
 * Converts an e-mail address to its stored form: trimmed, with the domain in lower-case ASCII. The local part keeps its
 * case, as the receiving server may distinguish it; look-ups ignore case. Throws BAD_USER_INPUT naming `field` for an
 * invalid address.
 */
export function readEmail(field: string, text: string): string {
  const given = text.trim();
  if (given.length > LONGEST_EMAIL) throw badInput(field, 'BAD_EMAIL', say('BAD_EMAIL.format'));
  const trimmed = normalised(given, 'NFC');
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const domain = asciiDomain(trimmed.slice(at + 1).toLowerCase());
  if (at < 1 || local.length > 64 || !LOCAL_PART.test(local) || !DOMAIN.test(domain))
    throw badInput(field, 'BAD_EMAIL', say('BAD_EMAIL.format'));
  return `${local}@${domain}`;
}
