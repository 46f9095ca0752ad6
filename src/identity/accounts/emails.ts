import { badInput } from '../../kernel/errors.js';
import { asciiDomain, normalised } from '../../lib/text.js';

const LOCAL_PART =
  /^[A-Za-z0-9\u0080-\u{10FFFF}!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9\u0080-\u{10FFFF}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Code units of an address that are looked at: a local part and a domain of the greatest length, decomposed. */
const LONGEST_EMAIL = 1_000;

/**
 * An e-mail address as it is stored: trimmed, its domain in lower case and ASCII. The local part keeps its case, since
 * the receiving server may care; look-ups ignore it. BAD_USER_INPUT naming `field` for what is no address.
 */
export function readEmail(field: string, text: string): string {
  const given = text.trim();
  if (given.length > LONGEST_EMAIL) throw badInput(field, 'BAD_EMAIL', 'not an e-mail address.');
  const trimmed = normalised(given, 'NFC');
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const domain = asciiDomain(trimmed.slice(at + 1).toLowerCase());
  if (at < 1 || local.length > 64 || !LOCAL_PART.test(local) || !DOMAIN.test(domain))
    throw badInput(field, 'BAD_EMAIL', 'not an e-mail address.');
  return `${local}@${domain}`;
}
