import { normalised } from '../../lib/text.js';
import { splitList } from './values.js';

/** A person of a list: the name in the language of its writing, a second name in brackets, and an ORCID iD. */
export interface ReadPerson {
  zh?: string;
  en?: string;
  orcid?: string;
}

const HAN = /\p{Script=Han}/u;
/** Ranks, degrees, offices and forms of address; longer ones stand first, so that no shorter one cuts them apart. */
const TITLES = [
  '教授级高级工程师|正高级工程师|高级工程师|教授级高工|助理工程师|总工程师|工程师|正高工|高工|总工',
  '正高级实验师|高级实验师|实验师|正高级农艺师|高级农艺师|农艺师|高级技师|技师|技术员',
  '特聘教授|讲席教授|客座教授|兼职教授|副教授|助理教授|教授|高级讲师|讲师|助教|特聘研究员|副研究员|助理研究员|研究员|研究实习员',
  '副主任医师|主任医师|主治医师|住院医师|副主任药师|主任药师|药师|医师|医生',
  '博士生导师|硕士生导师|研究生导师|博导|硕导|导师|博士后|博士研究生|硕士研究生|研究生|博士生|硕士生|博士|硕士|学士|本科生|本科',
  '中国科学院院士|中国工程院院士|院士|副院长|院长|副所长|所长|副校长|校长|副主任|主任|副处长|处长|科长|副厂长|厂长|总经理|副总经理|经理|董事长|首席科学家|负责人',
  '女士|先生|老师|同志|正高级|副高级|正高|副高|中级|初级',
].join('|');
const TITLE_ALONE = new RegExp(`^(?:${TITLES})(?:[/、,，·\\s]*(?:${TITLES}))*$`, 'u');
const TITLE_AFTER = new RegExp(
  `^([\\p{Script=Han}·]{2,}?)[\\s,，:：\\-—–/·]*(?:${TITLES})(?:[/、,，·\\s]*(?:${TITLES}))*$`,
  'u',
);
const TITLE_BEFORE = new RegExp(`^(?:(?:${TITLES})[\\s:：]*)+(?=[\\p{Script=Han}·]{2,}$)`, 'u');
const LATIN_TITLE =
  /^(?:(?:assoc(?:iate)?\.?|assist(?:ant)?\.?|asst\.?|full|adjunct|emeritus) )?(?:prof(?:essor)?|dr|doctor|mr|mrs|ms|miss|ing|dipl\.?-?ing|ph\.? ?d|m\.? ?d|m\.? ?sc|b\.? ?sc|m\.? ?eng|b\.? ?eng|m\.? ?a|b\.? ?a|mba|sc\.? ?d|d\.? ?sc|d\.? ?phil|eng|engineer|researcher|lecturer|academician|jr|sr|ii|iii)\.?$/i;
const LATIN_BEFORE =
  /^(?:(?:(?:assoc(?:iate)?|assist(?:ant)?|asst)\.? )?(?:prof(?:essor)?|dr|doctor|mr|mrs|ms|miss|dipl\.?-?ing|ing)\b\.? ?)+(?=\p{L})/iu;
/** What a unit ends with; a person of such a name is not known. */
const UNIT =
  /(?:大学|学院|学校|研究所|研究院|设计院|科学院|工程院|公司|医院|中心|实验室|集团|工厂|分厂|课题组|团队|项目组|研究室|教研室|科技园|协会|学会|委员会|管理局|推广站|总站|农场|林场|合作社)(?:[\p{Script=Han}]{0,6}(?:系|部|室|组|所|处|科))?$/u;
const LATIN_UNIT =
  /\b(?:university|universität|institute|college|school|laborator(?:y|ies)|labs?|cent(?:er|re)|hospital|inc|ltd|llc|gmbh|corp(?:oration)?|company|co|department|dept|academy|group)\b\.?/i;
const OTHERS = /(?:\s*(?:等|等等|等人|等\s*[\d一二三四五六七八九十两]+\s*[人名位]|et\s+al\.?|and others|u\. ?a\.))$/iu;
/** Marks of a numbered list: 1. 2、 (3) 4） ⑤ 第一： */
const NUMBERED =
  /(?:^|(?<=[\s;；,，、|/\n\r\p{L})）\]】.]))(?:[(（]\s*\d{1,2}\s*[)）]|\d{1,2}\s*[.．、)）:：](?!\d)|[①-⑳])\s*/gu;
const INITIALS = /^(?:\p{Lu}\.?[-\s]?){1,3}$/u;
const SEPARATORS = /[;；|\n\r、,，/／\t]|\s+(?:and|und|et|&)\s+|\s*&\s*/iu;

/** Positions of brackets that belong together; null where one is missing. */
function bracketsOf(text: string): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  let open = -1;
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    if ('(（[【〔'.includes(text[i]!)) {
      if (depth === 0) open = i;
      depth += 1;
    } else if (')）]】〕'.includes(text[i]!) && depth > 0) {
      depth -= 1;
      if (depth === 0) found.push([open, i]);
    }
  }
  return found;
}

const ORCID = /^ ?(?:orcid ?[:：]? ?)?((?:https?:\/\/orcid\.org\/)?[\dxX-]{15,}) ?$/i;
const MAX_ORCID_CHARS = 200;

/** The contents of brackets, cut out of a text and replaced by marks that separate nothing. */
function withoutBrackets(text: string): { plain: string; inside: string[] } {
  const inside: string[] = [];
  let plain = '';
  let from = 0;
  for (const [open, close] of bracketsOf(text)) {
    plain += `${text.slice(from, open)}\uE000${inside.length}\uE001`;
    inside.push(text.slice(open + 1, close));
    from = close + 1;
  }
  return { plain: plain + text.slice(from), inside };
}

/** A list of names in Latin letters whose commas stand between family name and initials: Müller, J., Schmidt, K. */
function withInitials(pieces: readonly string[]): string[] {
  const joined: string[] = [];
  for (const piece of pieces) {
    if (INITIALS.test(piece) && joined.length > 0 && !HAN.test(joined.at(-1)!) && !joined.at(-1)!.includes(','))
      joined[joined.length - 1] += `, ${piece}`;
    else joined.push(piece);
  }
  return joined;
}

/** Splits a text of names that spaces separate; single characters of a name that was spread out come together again. */
function spaced(piece: string): string[] {
  const words = piece.split(/\s+/).filter((word) => word !== '');
  if (words.length < 2 || !words.every((word) => /^[\p{Script=Han}·\uE000-\uE001\d]+$/u.test(word))) return [piece];
  const names: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const [word, next] = [words[i]!, words[i + 1]];
    // What stands in brackets belongs to the name before it.
    if (/^(?:\uE000\d+\uE001)+$/u.test(word) && names.length > 0) names[names.length - 1] += word;
    else if ([...word].length === 1 && next !== undefined && /^\p{Script=Han}(?:\uE000\d+\uE001)*$/u.test(next)) {
      names.push(word + next);
      i += 1;
    } else names.push(word);
  }
  return names;
}

function withoutTitles(name: string): string {
  const text = name.replace(LATIN_BEFORE, '').trim();
  if (!HAN.test(text)) return text;
  const before = text.replace(TITLE_BEFORE, '');
  return TITLE_AFTER.exec(before)?.[1] ?? before;
}

const isUnit = (text: string) => UNIT.test(text) || (!HAN.test(text) && LATIN_UNIT.test(text));
const isTitle = (text: string) => TITLE_ALONE.test(text) || LATIN_TITLE.test(text);
const isName = (text: string) => /^\p{Lu}[\p{L}.'’-]*(?:[ ,]+\p{L}[\p{L}.'’-]*)+$/u.test(text);

/** A name without the unit that follows it, as in 张甲 陇原大学 or 张甲-陇原大学. */
function withoutUnit(text: string): string {
  const match = /^(\S{2,}?)[\s\-—–:：]+(\S.*)$/u.exec(text);
  return match && HAN.test(text) && isUnit(match[2]!) && !isUnit(match[1]!) ? match[1]! : text;
}

/** Number of characters beyond which a text is no name; it is kept, so that the record's own limit reports it. */
const MAX_NAME_CHARS = 300;

function personOf(piece: string, inside: readonly string[]): ReadPerson | 'UNIT' | null {
  if (piece.length > MAX_NAME_CHARS) return { [HAN.test(piece) ? 'zh' : 'en']: piece };
  const person: ReadPerson = {};
  const brackets: string[] = [];
  const bare = piece
    .replace(/\uE000(\d+)\uE001/g, (_mark, index: string) => {
      brackets.push(inside[Number(index)]!);
      return ' ';
    })
    .replace(/\s+/g, ' ')
    .replace(/[*＊#†‡]+/g, '')
    .replace(/^[\s.。·:：-]+|[\s。·:：-]+$/gu, '');
  for (const text of brackets) {
    const orcid = text.length <= MAX_ORCID_CHARS ? ORCID.exec(text.replace(/\s+/g, ' '))?.[1] : undefined;
    if (orcid !== undefined) person.orcid = orcid;
  }
  if (isTitle(bare.replace(OTHERS, '').trim())) return null;
  const name = withoutTitles(withoutUnit(bare.replace(OTHERS, '').trim()).trim())
    .replace(/[•‧・∙⋅]/g, '·')
    .replace(OTHERS, '')
    .trim();
  if (name === '' || isTitle(name)) return null;
  if (isUnit(name)) return 'UNIT';
  const language = HAN.test(name) ? 'zh' : 'en';
  person[language] = language === 'zh' ? name.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han}$)/u, '') : name;
  const other = brackets.map((text) => text.trim()).find((text) => isName(text) && !isTitle(text) && !isUnit(text));
  if (language === 'zh' && other !== undefined) person.en = other;
  const chinese = brackets
    .map((text) => text.trim())
    .find((text) => /^[\p{Script=Han}·]{2,15}$/u.test(text) && !isTitle(text) && !isUnit(text));
  if (language === 'en' && chinese !== undefined) person.zh = chinese;
  return person;
}

/**
 * Reads a list of people as offices write it: separated by ; 、 , / spaces or line breaks, numbered or not, with ranks,
 * degrees and units before, behind or in brackets, which are cut off. Returns no people where the cell names units or
 * titles alone.
 */
export function readPeople(cell: string): ReadPerson[] {
  const text = normalised(cell.trim(), 'NFC').replace(/[\u200b-\u200f\ufeff]/g, '');
  if (text.includes('\\') || text.startsWith('[')) {
    // Written by an export or a program: the items are what they are.
    const listed = splitList(text).map((item) => withoutBrackets(item));
    return listed.flatMap(({ plain, inside }) => {
      const person = personOf(plain, inside);
      return person === null || person === 'UNIT' ? [] : [person];
    });
  }
  const { plain, inside } = withoutBrackets(text.replace(NUMBERED, ';'));
  const strong = /[;；|\n\r]/.test(plain.replace(/^;/, ''));
  const groups = strong ? plain.split(/[;；|\n\r]/) : [plain];
  const people: ReadPerson[] = [];
  const add = (piece: string) => {
    const person = personOf(piece, inside);
    if (person !== null && person !== 'UNIT') people.push(person);
  };
  for (const group of groups) {
    // Between semicolons, a comma of a name in Latin letters stands between family and given name.
    const whole = group.trim();
    const latin = !HAN.test(whole.replace(/\uE000\d+\uE001/g, ''));
    if (strong && latin && whole.split(/[,，]/).length === 2) {
      const [, given] = whole.split(/[,，]/).map((part) => part.trim());
      if (!isTitle(given!) && !isUnit(given!)) {
        if (whole !== '') add(whole);
        continue;
      }
    }
    const pieces = whole.split(SEPARATORS).map((piece) => piece.trim());
    for (const piece of withInitials(pieces.filter((one) => one !== ''))) for (const name of spaced(piece)) add(name);
  }
  return people;
}
