import { normalised } from '../../lib/text.js';

/** Number of a title's characters that its sort key covers. */
const LENGTH = 80;
const WIDTH = 3;
const HAN_FIRST = 0x4e00;
const HAN_LAST = 0x9fff;

let ranks: Map<string, string> | undefined;

/** Rank of each Latin and Han character in pinyin order, as three base-36 digits; computed once, on first use. */
function rankTable(): Map<string, string> {
  if (ranks) return ranks;
  const latin = Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
    (c) => c === c.toLowerCase(),
  );
  const han = Array.from({ length: HAN_LAST - HAN_FIRST + 1 }, (_, i) => String.fromCharCode(HAN_FIRST + i));
  // Latin before Han, as in a Chinese dictionary's index.
  const ordered = [...latin.sort(), ...han.sort(new Intl.Collator('zh-u-co-pinyin').compare)];
  ranks = new Map(ordered.map((char, rank) => [char, (rank + 1).toString(36).padStart(WIDTH, '0')]));
  return ranks;
}

/**
 * A key whose byte order is the title's dictionary order: Latin letters, then Chinese by pinyin. Engine and PostgreSQL
 * both sort by it, so their orders are equal.
 */
export function titleKey(title: string): string {
  const table = rankTable();
  const last = (36 ** WIDTH - 1).toString(36);
  return [...normalised(title, 'NFKC').toLowerCase()]
    .slice(0, LENGTH)
    .map((char) => table.get(char) ?? last)
    .join('');
}
