import { comparable } from '../../text/normalise.js';
import { codeKey, nameKey, type CodeEntry, type NameList } from './code-lists.js';

/** Names of the peoples in names of autonomous areas; those of one character are always followed by 族. */
const PEOPLES =
  '(?:蒙古|维吾尔|布依|朝鲜|土家|哈尼|哈萨克|傈僳|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺)族?|[回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒京各]族';
const AUTONOMOUS = new RegExp(`(?:${PEOPLES})*自治(区|州|县|旗)$`, 'u');
const SUFFIX = /(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|盟|林区|特区|新区|县|区|旗)$/u;
const EN_SUFFIX =
  /[\s,]+(?:province|city|municipality|prefecture|autonomous (?:region|prefecture|county)|special administrative region|sar|region|district|county)$/i;
const COUNTRY = /^(?:中华人民共和国|中国)(?=.)/u;
const COUNTRY_EN = /^(?:the )?(?:p\.? ?r\.? ?(?:of )?china|china|people'?s republic of china|cn|prc)$/i;

/** A Chinese name without the kind of the area: 甘肃 of 甘肃省, 临夏 of 临夏回族自治州, 内蒙古 of 内蒙古自治区. */
function shortOf(name: string): string[] {
  const autonomous = AUTONOMOUS.exec(name);
  const bare = name.replace(AUTONOMOUS, '');
  if (autonomous && [...bare].length >= 2) return [bare, `${bare}${autonomous[1] === '区' ? '' : autonomous[1]}`];
  const short = name.replace(SUFFIX, '');
  return [...short].length >= 2 ? [short] : [];
}

const enShort = (name: string) => name.replace(EN_SUFFIX, '').trim();

/** How a text names a region: by its whole name or a short one. */
interface Naming {
  entry: CodeEntry;
  whole: boolean;
}

/** What may follow a short name within an address: parts of a city that the code list does not have. */
const PART_OF_CITY = /^(?:市|高新|经济|经开|开发|新区|工业|科技|产业|自贸|综合|国家|保税|空港|临空)/u;
/** Names of collective areas that stand in the tree between a city and its districts. */
const COLLECTIVE = /(?:^|市|省|自治区)(?:市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$/u;

/**
 * The code list of regions. Beside codes and names it reads short names, codes of two, four or twelve digits, regions
 * behind the larger ones that they lie in, in Chinese and English order, and the beginnings of addresses. Where a
 * province and a city share a short name (吉林, 海南), the larger region is meant.
 */
export function regionList(rows: readonly CodeEntry[]): NameList {
  const entries = new Map(rows.map((row) => [row.code, row]));
  const namings = new Map<string, Naming[]>();
  const add = (name: string, entry: CodeEntry, whole: boolean) => {
    const key = comparable(name);
    if (key === '') return;
    const those = namings.get(key) ?? [];
    if (!those.some((other) => other.entry === entry)) namings.set(key, [...those, { entry, whole }]);
  };
  for (const row of rows) {
    if (row.zh !== null) {
      add(row.zh, row, true);
      for (const short of shortOf(row.zh)) add(short, row, false);
    }
    if (row.en !== null) {
      add(row.en, row, true);
      add(enShort(row.en), row, false);
    }
  }
  const names = new Map<string, string | null>();
  for (const [key, those] of namings) names.set(key, best(those));
  for (const row of rows)
    for (const name of [row.zh, row.en]) {
      const key = nameKey(name ?? '');
      if (key !== '' && !names.has(key)) names.set(key, best(namings.get(comparable(name!))!));
    }
  const codes = new Map<string, string>();
  for (const { code } of rows) {
    if (/^\d{6}$/.test(code)) {
      codes.set(`${code}000000`, code);
      if (code.endsWith('00')) codes.set(code.slice(0, 4), code);
      if (code.endsWith('0000')) codes.set(code.slice(0, 2), code);
    }
  }
  for (const { code } of rows) codes.set(codeKey(code), code);
  return { codes, names, entries, readOther: (text) => readPlace(text, namings) };
}

/** The region that a name means: whole names before short ones, then the largest region; null where several are left. */
function best(those: readonly Naming[]): string | null {
  const wholes = those.filter(({ whole }) => whole);
  const kept = wholes.length > 0 ? wholes : those;
  const depth = Math.min(...kept.map(({ entry }) => entry.path.length));
  const largest = kept.filter(({ entry }) => entry.path.length === depth);
  return largest.length === 1 ? largest[0]!.entry.code : null;
}

const within = (entry: CodeEntry, outer: CodeEntry | null) =>
  outer === null || (entry !== outer && entry.path.includes(outer.code));

function readPlace(text: string, namings: ReadonlyMap<string, Naming[]>): string | null | undefined {
  return /\p{Script=Han}/u.test(text) ? readChinese(text, namings) : readEnglish(text, namings);
}

/** Reads 甘肃省兰州市城关区, 甘肃-兰州, 中国甘肃兰州 …, from the larger region to the smaller one. */
function readChinese(text: string, namings: ReadonlyMap<string, Naming[]>): string | null | undefined {
  let rest = text.replace(/[\s\-–—_/\\·,，、.。>→|()（）[\]]+/gu, '').replace(COUNTRY, '');
  if (rest.length > 100) return undefined;
  let at: Naming | null = null;
  while (rest !== '') {
    const next = prefixOf(rest, at?.entry ?? null, namings);
    if (next === null) return null;
    if (next === undefined) break;
    at = next.naming;
    rest = rest.slice(next.length);
  }
  if (at === null) return undefined;
  if (rest === '') return at.entry.code;
  // What follows a city or a district is an address, unless it is another region.
  const another = prefixOf(rest, null, namings) !== undefined;
  const address =
    at.entry.path.length >= 2 && (at.whole || PART_OF_CITY.test(rest)) && !COLLECTIVE.test(at.entry.zh ?? '');
  return address && !another ? at.entry.code : undefined;
}

/** The longest name at the beginning of a text that means a region within another one; null where several do. */
function prefixOf(
  text: string,
  outer: CodeEntry | null,
  namings: ReadonlyMap<string, Naming[]>,
): { naming: Naming; length: number } | null | undefined {
  const characters = [...text];
  for (let n = Math.min(characters.length, 20); n >= 1; n -= 1) {
    const head = characters.slice(0, n).join('');
    const those = (namings.get(comparable(head)) ?? []).filter(
      ({ entry, whole }) => within(entry, outer) && (whole || n > 1),
    );
    if (those.length === 0) continue;
    const code = best(those);
    return code === null ? null : { naming: those.find(({ entry }) => entry.code === code)!, length: head.length };
  }
  return undefined;
}

/** Reads "Lanzhou, Gansu, China" and "Lanzhou City, Gansu Province": the smaller region stands first. */
function readEnglish(text: string, namings: ReadonlyMap<string, Naming[]>): string | null | undefined {
  const parts = text
    .split(/[,;/|>]|\s[-–—]\s/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !COUNTRY_EN.test(part));
  if (parts.length === 0 || parts.length > 4) return undefined;
  const found = parts.map((part) => namings.get(comparable(part)) ?? namings.get(comparable(enShort(part))) ?? []);
  if (found.some((those) => those.length === 0)) return undefined;
  if (found.length === 1) return best(found[0]!);
  for (const chain of [found, found.toReversed()]) {
    let outer: Naming[] = chain.at(-1)!;
    for (const those of chain.slice(0, -1).toReversed())
      outer = those.filter(({ entry }) => outer.some((other) => entry.path.includes(other.entry.code)));
    if (outer.length > 0) return best(outer);
  }
  return undefined;
}
