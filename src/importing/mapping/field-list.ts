import { normalised } from '../../lib/text.js';
import { comparable } from '../../text/normalise.js';
import { simplified } from './traditional.js';
import { MAX_HEADER_CHARS } from './values.js';

export type Language = 'zh' | 'en';
export const LANGUAGES: readonly Language[] = ['zh', 'en'];

/**
 * A field of a record to which a column of an imported file can be mapped. Where the field exists in Chinese and
 * English and its key names no language, each cell's content decides its language.
 */
export interface ImportField {
  key: string;
  /** Header of the field's column in exports; imports recognise it in every file. */
  label: { zh: string; en: string };
  description: string;
  synonyms: readonly string[];
}

/** Definition of a field. With `localised`, it defines the field itself and one more field per language. */
export interface BaseField extends ImportField {
  localised: boolean;
}

/** Defines an import field; its synonyms are given as one text, separated by vertical bars. */
export const defineField = (
  key: string,
  zh: string,
  en: string,
  description: string,
  synonyms: string,
  localised = false,
): BaseField => ({
  key,
  label: { zh, en },
  description,
  synonyms: synonyms.split('|').filter((word) => word !== ''),
  localised,
});

/** A field that a column header may mean. */
export interface Candidate {
  key: string;
  /** Confidence, from 0 to 1, that the header means the field. */
  confidence: number;
}

/** The fields of one kind of import, and the rules by which column headers refer to them. */
export interface FieldList {
  all: readonly ImportField[];
  has(key: string): boolean;
  /** The header of a field in exports. */
  header(key: string, locale: Language): string;
  /** Fields that a column header may mean, judged by its words alone; the most probable first. */
  candidates(header: string): Candidate[];
}

const IN_LANGUAGE: Record<Language, { zh: string; en: string }> = {
  zh: { zh: '（中文）', en: ' (Chinese)' },
  en: { zh: '（英文）', en: ' (English)' },
};

// A language mark at the end of a header, such as "(en)" or "中文". One in Latin letters must follow a separator, so that
// "screen" does not end in the mark "en". The pattern starts only at the beginning of a run of separators, which keeps
// matching linear.
const LANGUAGE_MARK =
  /(?<![\s（(【[_\-.:：])(?:[\s（(【[_\-.:：]+(?=[a-z])|[\s（(【[_\-.:：]*(?=\p{Script=Han}))(中文|汉语|chinese|zh|cn|英文|英语|english|en)[）)】\]]?\s*$/iu;
const CHINESE_MARK = /^(?:中文|汉语|chinese|zh|cn)$/iu;
const LEADING_MARK = /^(中文|英文)/u;

/** A header without its text in brackets. */
function withoutBrackets(text: string): string {
  let kept = '';
  let open = -1;
  for (let i = 0; i < text.length; i += 1) {
    if (open === -1 && '(（[【'.includes(text[i]!)) open = i;
    else if (open === -1) kept += text[i];
    else if (')）]】'.includes(text[i]!)) open = -1;
  }
  return open === -1 ? kept : kept + text.slice(open);
}

/** Builds the list of fields of one kind of import. A header in `passedOver` has no candidates. */
export function fieldList(base: readonly BaseField[], passedOver: readonly string[] = []): FieldList {
  const all: readonly ImportField[] = base.flatMap(({ localised, ...plain }) => [
    plain,
    ...(localised
      ? LANGUAGES.map((language) => ({
          key: `${plain.key}.${language}`,
          label: { zh: plain.label.zh + IN_LANGUAGE[language].zh, en: plain.label.en + IN_LANGUAGE[language].en },
          description: `${plain.description} In ${language === 'zh' ? 'Chinese' : 'English'}.`,
          synonyms: [],
        }))
      : []),
  ]);
  const byKey = new Map(all.map((entry) => [entry.key, entry]));
  const passed = new Set(passedOver);
  // The labels are normalised in advance, because they are compared with each header of a file, of which there may be
  // hundreds.
  const labels = new Map<string, ImportField>();
  for (const entry of [...all].reverse())
    for (const label of [entry.label.zh, entry.label.en]) labels.set(comparable(label), entry);
  const named = base.map((field) => ({
    field,
    names: [field.label.zh, field.label.en, ...field.synonyms].map(comparable),
  }));
  const candidates = (header: string): Candidate[] => {
    const plain = simplified(normalised(header.slice(0, MAX_HEADER_CHARS), 'NFKC').replace(/\s+/g, ' ').trim());
    if (passed.has(header.trim()) || plain === '') return [];
    // A header "id" may mean this platform's id or another system's own key; the cells of the column decide.
    if (plain === 'id' && byKey.has('id'))
      return [
        { key: 'id', confidence: 1 },
        { key: 'externalId', confidence: 0.9 },
      ];
    if (byKey.has(plain)) return [{ key: plain, confidence: 1 }];
    const whole = comparable(plain);
    const exact = labels.get(whole);
    if (exact) return [{ key: exact.key, confidence: 1 }];
    const mark = LANGUAGE_MARK.exec(plain)?.[1] ?? LEADING_MARK.exec(plain)?.[1];
    const language: Language | null = mark === undefined ? null : CHINESE_MARK.test(mark) ? 'zh' : 'en';
    const words = comparable(withoutBrackets(plain.replace(LANGUAGE_MARK, '').replace(LEADING_MARK, '')));
    const found: Candidate[] = [];
    for (const { field, names } of named) {
      const key = language !== null && field.localised ? `${field.key}.${language}` : field.key;
      if (names.includes(words)) found.push({ key, confidence: 0.9 });
      // A name of one Chinese character, or of fewer than 5 characters without Chinese ones, is not searched for inside
      // a header, as it occurs within too many other words.
      else if (names.some((name) => name.length >= (/\p{Script=Han}/u.test(name) ? 2 : 5) && words.includes(name)))
        found.push({ key, confidence: 0.6 });
    }
    return found.sort((a, b) => b.confidence - a.confidence);
  };
  return { all, candidates, has: (key) => byKey.has(key), header: (key, locale) => byKey.get(key)!.label[locale] };
}
