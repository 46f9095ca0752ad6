import { normalised } from '../../lib/text.js';
import { numberKey } from '../../text/normalise.js';

/** Optional prefixes of Chinese patent numbers. */
const PREFIXES = ['', 'ZL', 'CN'] as const;

/**
 * The keys (see text/normalise.ts) under which a number written in a query may be stored; null if the query is not a
 * number. A number has at least four digits and at most a short word beside them: 甘科登字2023Y0033.
 */
export function identifierKeys(query: string): string[] | null {
  const text = normalised(query, 'NFKC').trim();
  if (text.length > 60 || /[\p{L}]{9,}/u.test(text)) return null;
  const key = numberKey(text);
  const digits = key.replace(/\D/g, '').length;
  if (digits < 4 || key.length < 6 || digits * 2 < key.length) return null;
  const base = key.replace(/^(ZL|CN)(?=\d)/, '');
  const bases = new Set([base]);
  // Application numbers have 8 or 12 digits and a check digit that is often omitted: each form finds the other.
  if (/^(\d{8}|\d{12})$/.test(base)) for (const check of '0123456789X') bases.add(base + check);
  else if (/^(\d{8}|\d{12})[\dX]$/.test(base)) bases.add(base.slice(0, -1));
  const keys = [...bases].flatMap((each) => (/^\d/.test(each) ? PREFIXES.map((prefix) => prefix + each) : [each]));
  return [...new Set([key, ...keys])];
}
