import { IntlMessageFormat } from 'intl-messageformat';
import type { Catalogue, Language, Message, MessageParam, MessageText } from './message.js';

const SEPARATOR: Record<Language, string> = { ZH: '、', EN: ', ' };

/** Returns the function that puts messages of a catalogue into words. A key that it does not know gives the key. */
export function renderer(catalogue: Catalogue): (language: Language, message: Message) => string {
  const formats: Record<Language, Map<string, IntlMessageFormat>> = { ZH: new Map(), EN: new Map() };
  const formatOf = (language: Language, key: string): IntlMessageFormat | undefined => {
    const known = formats[language].get(key);
    if (known || !Object.hasOwn(catalogue, key)) return known;
    const format = formatOfText(language, catalogue[key]!);
    formats[language].set(key, format);
    return format;
  };
  const textOf = (language: Language, text: MessageText): string => {
    if (typeof text === 'string') return text;
    if ('key' in text) return render(language, text);
    return (language === 'ZH' ? (text.zh ?? text.en) : (text.en ?? text.zh)) ?? '';
  };
  const valueOf = (language: Language, param: MessageParam): string | number => {
    if (typeof param === 'number') return param;
    if (!Array.isArray(param)) return textOf(language, param as MessageText);
    return (param as readonly MessageText[]).map((text) => textOf(language, text)).join(SEPARATOR[language]);
  };
  const render = (language: Language, { key, params = {} }: Message): string => {
    const format = formatOf(language, key);
    if (!format) return key;
    const values = Object.entries(params).map(([name, param]) => [name, valueOf(language, param)]);
    try {
      return String(format.format(Object.fromEntries(values) as Record<string, string | number>));
    } catch {
      // A stored message may lack a parameter that a later version of its sentence has.
      return key;
    }
  };
  return render;
}

/** The compiled form of an entry in one language; throws where the sentence is no ICU message. */
export function formatOfText(language: Language, entry: { zh: string; en: string }): IntlMessageFormat {
  // Angle brackets are text in these sentences, not markup.
  const options = { ignoreTag: true };
  return language === 'ZH'
    ? new IntlMessageFormat(entry.zh, 'zh-CN', undefined, options)
    : new IntlMessageFormat(entry.en, 'en', undefined, options);
}
