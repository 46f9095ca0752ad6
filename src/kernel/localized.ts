import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { FieldProblem } from './errors.js';
import { hasMoreThan, normalised } from '../lib/text.js';
import { say } from '../messages/catalogue.js';

/** Languages of the texts: Chinese (ZH, the default) and English (EN). */
export enum Locale {
  ZH = 'ZH',
  EN = 'EN',
}
registerEnumType(Locale, {
  name: 'Locale',
  description: 'Languages of the platform.',
  valuesConfig: { ZH: { description: '中文 (Chinese).' }, EN: { description: 'English.' } },
});

/** A text in Chinese, English or both, as stored in a jsonb column. The title of a draft may lack both. */
export interface Localized {
  zh?: string;
  en?: string;
}

/**
 * A text given in the language that the client asked for, or in the other language where that one is missing; `locale`
 * names the language given.
 */
@ObjectType({
  description: 'A text in the language asked for, falling back to the other; `locale` says which was given.',
})
export class LocalizedText {
  @Field(() => String, { description: 'The text in `locale`.' })
  value: string;

  @Field(() => Locale, { description: 'The language of `value`; differs from the one asked for after a fallback.' })
  locale: Locale;

  @Field(() => String, { nullable: true, description: 'The Chinese text, if there is one.' })
  zh?: string;

  @Field(() => String, { nullable: true, description: 'The English text, if there is one.' })
  en?: string;
}

@InputType({ description: 'A text in Chinese, English or both; at least one is needed.' })
export class LocalizedInput {
  @Field(() => String, { nullable: true, description: 'Chinese text.' })
  zh?: string | null;

  @Field(() => String, { nullable: true, description: 'English text.' })
  en?: string | null;
}

/** Returns a stored text in the language `locale`, or in the other language where that one is missing. */
export function localize(text: Localized, locale: Locale): LocalizedText {
  const own = locale === Locale.ZH ? text.zh : text.en;
  if (own !== undefined) return { value: own, locale, zh: text.zh, en: text.en };
  const other = locale === Locale.ZH ? Locale.EN : Locale.ZH;
  return { value: text.zh ?? text.en ?? '', locale: other, zh: text.zh, en: text.en };
}

export function localizeOrNull(text: Localized | null | undefined, locale: Locale): LocalizedText | null {
  return text && (text.zh !== undefined || text.en !== undefined) ? localize(text, locale) : null;
}

// eslint-disable-next-line no-control-regex -- these are exactly what must go: they break CSV, XML and terminals.
const UNWANTED = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFEFF\u200B]|\p{Surrogate}/gu;
const withoutUnwanted = (text: string): string => text.replace(UNWANTED, '').trim();

/**
 * Length in UTF-16 code units above which a text is not normalised. Every field's own length limit is far lower, so
 * such a text is refused anyway.
 */
const LONGEST_TEXT = 200_000;

/**
 * Trims a text, normalises it to NFC and removes control characters (except tabs and line breaks), zero-width spaces,
 * byte order marks and lone surrogates; returns undefined when nothing is left. A text longer than LONGEST_TEXT is
 * returned without normalisation, to save time: the field's length limit refuses it.
 */
export function cleanText(value: string | null | undefined): string | undefined {
  if (value == null) return undefined;
  const long = value.length > LONGEST_TEXT ? withoutUnwanted(value) : '';
  const text = long.length > LONGEST_TEXT ? long : withoutUnwanted(normalised(value, 'NFC'));
  return text === '' ? undefined : text;
}

/**
 * Cleans a bilingual input and checks its length in Unicode code points; returns null when both languages are empty.
 */
export function readLocalized(
  field: string,
  input: LocalizedInput | null | undefined,
  maxLength: number,
  problems: FieldProblem[],
): Localized | null {
  const result: Localized = {};
  for (const key of ['zh', 'en'] as const) {
    const text = cleanText(input?.[key]);
    if (text === undefined) continue;
    if (hasMoreThan(text, maxLength)) {
      problems.push({ field: `${field}.${key}`, code: 'TOO_LONG', message: say('TOO_LONG.maxLength', { maxLength }) });
    }
    result[key] = text;
  }
  return result.zh === undefined && result.en === undefined ? null : result;
}
