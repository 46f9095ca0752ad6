import { normalised } from '../../lib/text.js';

/** Number of leading characters of a title that its sort key covers. */
const LENGTH = 80;
const WIDTH = 3;
const HAN_FIRST = 0x4e00;
const HAN_LAST = 0x9fff;

let ranks: Map<string, string> | undefined;

/** Position of each Latin and Han character in pinyin order, as three base-36 digits; computed on first use. */
function rankTable(): Map<string, string> {
  if (ranks) return ranks;
  const latin = Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
    (c) => c === c.toLowerCase(),
  );
  const han = Array.from({ length: HAN_LAST - HAN_FIRST + 1 }, (_, i) => String.fromCharCode(HAN_FIRST + i));
  // Latin letters sort before Han characters, as in the index of a Chinese dictionary.
  const ordered = [...latin.sort(), ...han.sort(new Intl.Collator('zh-u-co-pinyin').compare)];
  ranks = new Map(ordered.map((char, rank) => [char, (rank + 1).toString(36).padStart(WIDTH, '0')]));
  return ranks;
}

/**
 * Sort key of a title, whose byte order is the dictionary order of titles: Latin letters first, then Chinese by pinyin.
 * The search engine and the PostgreSQL fallback both sort by it, so their orders are equal.
 */
export function titleKey(title: string): string {
  const table = rankTable();
  const last = (36 ** WIDTH - 1).toString(36);
  return [...normalised(title, 'NFKC').toLowerCase()]
    .slice(0, LENGTH)
    .map((char) => table.get(char) ?? last)
    .join('');
}
