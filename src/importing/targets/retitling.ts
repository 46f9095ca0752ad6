import type { RowPatch } from './achievements.row-reader.js';
import { normalised } from '../../lib/text.js';

/**
 * Words that titles of unrelated results share. They are cut out before titles are compared; longer ones stand first, so
 * that no shorter one cuts them apart.
 */
const COMMON =
  /关键技术|制备方法|生产工艺|控制方法|检测方法|产业化|一种|新型|技术|方法|装置|系统|设备|工艺|研究|研发|开发|应用|制备|生产|设计|及其|以及|基于|用于|面向|高性能|示范|推广|项目|成果|平台|材料|产品|关键|[第的与和及]|(?<=\d)[型号期]/gu;
const COMMON_WORDS = new Set(
  'a an the of for and or to in on with by from using based new novel high low method methods system systems device devices apparatus technology technologies process processes research study development application applications project platform material materials'.split(
    ' ',
  ),
);
/** Share of the shorter title's parts (pairs of Chinese characters, Latin words) that two versions of one title share. */
const SHARED = 0.3;

/** Pairs of adjacent Chinese characters, and Latin words, of a title; numbers alone tell nothing. */
function partsOf(title: string): Set<string> {
  const plain = normalised(title, 'NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200f\ufeff]/g, '');
  const parts = new Set<string>();
  const add = (text: string, common: boolean) => {
    for (const run of (common ? text.replace(COMMON, ' ') : text).match(/\p{Script=Han}+/gu) ?? []) {
      const characters = [...run];
      if (characters.length === 1) parts.add(run);
      for (let i = 1; i < characters.length; i += 1) parts.add(characters[i - 1]! + characters[i]!);
    }
    for (const word of text.match(/(?!\p{Script=Han})[\p{L}\p{N}]+/gu) ?? [])
      if (/\p{L}/u.test(word) && !(common && COMMON_WORDS.has(word))) parts.add(word.replace(/(?<=...)s$/, ''));
  };
  add(plain, true);
  if (parts.size === 0) add(plain, false);
  return parts;
}

/** Whether two titles have so little in common that one cannot be a revision of the other. */
export function nothingInCommon(one: string, other: string): boolean {
  if (one === other) return false;
  const [a, b] = [partsOf(one), partsOf(other)];
  const shared = [...a].filter((part) => b.has(part)).length;
  const least = Math.min(a.size, b.size);
  return least > 0 && shared / least < SHARED;
}

/**
 * The stored title that a row would replace by one with nothing in common; null where it replaces none. Titles are
 * compared language by language. A cell of a column whose header names no language replaces a title of the other
 * language too, since such a list is in one language; a column of one language adds a translation.
 */
export function retitled(patch: RowPatch, stored: { zh?: string; en?: string }): string | null {
  const given = patch.texts.title;
  if (given === undefined) return null;
  let compared: string | null = null;
  for (const language of ['zh', 'en'] as const) {
    const [before, after] = [stored[language], given[language]];
    if (before === undefined || after == null) continue;
    if (!nothingInCommon(before, after)) return null;
    compared ??= before;
  }
  if (compared !== null) return compared;
  const gives = given.zh != null || given.en != null;
  return gives && patch.titleOfAnyLanguage === true ? (stored.zh ?? stored.en ?? null) : null;
}
