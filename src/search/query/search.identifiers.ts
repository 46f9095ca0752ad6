import { normalised } from '../../lib/text.js';
import { numberKey } from '../../text/normalise.js';

/** Optional prefixes of Chinese patent numbers. */
const PREFIXES = ['', 'ZL', 'CN'] as const;

/**
 * Normalised keys (see `numberKey`) under which an IP or registration number in a search text may be stored; null if
 * the text is not such a number. A number has at least six characters, of which at least four and at least half are
 * digits, as in 甘科登字2023Y0033.
 */
export function identifierKeys(query: string): string[] | null {
  const text = normalised(query, 'NFKC').trim();
  if (text.length > 60 || /[\p{L}]{9,}/u.test(text)) return null;
  const key = numberKey(text);
  const digits = key.replace(/\D/g, '').length;
  if (digits < 4 || key.length < 6 || digits * 2 < key.length) return null;
  const base = key.replace(/^(ZL|CN)(?=\d)/, '');
  const bases = new Set([base]);
  // Patent application numbers have 8 or 12 digits plus a check digit that is often omitted: each form must find the
  // other.
  if (/^(\d{8}|\d{12})$/.test(base)) for (const check of '0123456789X') bases.add(base + check);
  else if (/^(\d{8}|\d{12})[\dX]$/.test(base)) bases.add(base.slice(0, -1));
  const keys = [...bases].flatMap((each) => (/^\d/.test(each) ? PREFIXES.map((prefix) => prefix + each) : [each]));
  return [...new Set([key, ...keys])];
}
