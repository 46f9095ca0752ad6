import { pinyin } from 'pinyin-pro';
import { normalised } from '../lib/text.js';
import { comparable } from './normalise.js';

/**
 * Names of organisations that people may take for each other. Used only to warn operators; which organisation a name
 * means is never decided by such a resemblance.
 */

/** Letters of other scripts that look like Latin ones, in lower case. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaвbсcеeнhіiјjкkмmоoрpѕsтtуyхxԁdɡgıiοoαaνvρpτtυuκkιiβb0o1l'.matchAll(/(.)(.)/gu)].map(([, from, to]) => [
    from!,
    to!,
  ]),
);

/**
 * Characters that readers hardly tell apart, by groups; each stands for the first of its group. Katakana resemble simple
 * Chinese characters, and other pairs differ by one stroke or by its length.
 */
const ALIKE =
  '大太犬 未末 土士 己已巳 日曰 人入 千干于チ 本夲 王玉 戊戌戍 力カ刀刁 自白 甲申由田 折拆 侯候 拔拨 晴睛 兔免 鸟乌 工エ 口ロ囗 二ニ 三ミ 八ハ 夕タ 卜ト 一ー 才オ 又ヌ 匕ヒ 今令 治冶 天夫夭 券卷 住往 西酉';
const STANDS_FOR = new Map(
  ALIKE.split(' ').flatMap((group) => [...group].map((letter) => [letter, [...group][0]!] as const)),
);

/** Legal forms and similar words, which a name may lack or add and still be the same name. */
const FORMS =
  /(?:股份有限公司|有限责任公司|有限公司|责任公司|股份公司|集团公司|集团|总公司|公司|有限合伙|普通合伙|limited|ltd|inc|llc|corporation|corp|company|gmbh|co)+$/u;

/** Minimum length, in characters, of a name without its legal form; shorter ones fit too many organisations. */
const LEAST_WITHOUT_FORM = 4;

/**
 * A name without its legal form, brackets, spaces, accents, and differences of width and case, with letters that look
 * like Latin ones as Latin, so that “甲创业投资（有限合伙）” and “甲创业投资有限公司” are the same. Null where what is left
 * is too short to say whom it means; a short name that has no legal form is its own key.
 */
export function nameWithoutForm(name: string): string | null {
  const whole = withLookalikesAsLatin(name);
  const key = whole.replace(FORMS, '');
  return key === '' || (key !== whole && [...key].length < LEAST_WITHOUT_FORM) ? null : key;
}

const HAN = /^\p{Script=Han}+$/u;

function withLookalikesAsLatin(name: string): string {
  // The lunate sigma looks like a C; normalisation would make it the other sigma, which does not.
  const plain = normalised(comparable(name.replace(/[\u03f2\u03f9]/g, 'c')), 'NFD').replace(/\p{M}+/gu, '');
  return [...plain].map((letter) => LOOKALIKES[letter] ?? letter).join('');
}

/** A name without accents and legal form, letters that look like Latin ones as Latin. */
function plainKey(name: string): string {
  const folded = withLookalikesAsLatin(name);
  return folded.replace(FORMS, '') || folded;
}

const withAlikeAsOne = (key: string): string => [...key].map((letter) => STANDS_FOR.get(letter) ?? letter).join('');

/** The form in which names are compared: letters and digits, look-alikes as one, without accents and legal form. */
export const organisationNameKey = (name: string): string => withAlikeAsOne(plainKey(name));

/** A name prepared for comparison with many others. */
export interface NameForms {
  readonly key: string;
  readonly letters: readonly string[];
  /** Pinyin of the name without tones, if it has at most MAX_SPOKEN characters, all Chinese; else null. */
  readonly sound: string | null;
}

export function nameForms(name: string): NameForms {
  const plain = plainKey(name);
  const key = withAlikeAsOne(plain);
  const letters = [...key];
  const spoken = HAN.test(plain) && letters.length <= MAX_SPOKEN;
  return { key, letters, sound: spoken ? pinyin(plain, { toneType: 'none', type: 'array' }).join(' ') : null };
}

const MAX_SPOKEN = 60;
/**
 * Minimum length, in characters, of a name of Chinese characters (`han`) or of others (`other`): a name at least as
 * long that is contained in another one counts as its namesake.
 */
const LEAST_CONTAINED = { han: 3, other: 6 };
/** A name tolerates one edit per this many characters: 北京大学 and 南京大学 differ by one of four and are no namesakes. */
const LENGTH_PER_EDIT = 6;
const MAX_EDITS = 2;

/**
 * Whether people could take one name for the other: the names are equal in the compared form, one contains the other,
 * they sound alike in pinyin, or they differ by few letters; short names must be equal.
 */
export function areNearNames(a: NameForms, b: NameForms): boolean {
  if (a.key === '' || b.key === '') return false;
  if (a.key === b.key) return true;
  const [short, long] = a.letters.length <= b.letters.length ? [a, b] : [b, a];
  const least = HAN.test(short.key) ? LEAST_CONTAINED.han : LEAST_CONTAINED.other;
  if (short.letters.length >= least && long.key.includes(short.key)) return true;
  if (a.sound !== null && a.sound === b.sound && short.letters.length >= LEAST_CONTAINED.han) return true;
  const edits = Math.min(MAX_EDITS, Math.floor(short.letters.length / LENGTH_PER_EDIT));
  return long.letters.length - short.letters.length <= edits && distanceWithin(a.letters, b.letters, edits);
}

/** Whether at most `most` letters must be added, removed, replaced or swapped with their neighbour. */
function distanceWithin(a: readonly string[], b: readonly string[], most: number): boolean {
  if (most === 0) return false;
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    if (Math.min(...next) > most) return false;
    [before, row] = [row, next];
  }
  return row[b.length]! <= most;
}
