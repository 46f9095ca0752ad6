import { describe, expect, it } from 'vitest';
import { codeOf, type CatalogueEntry } from '../../src/lib/messages/message.js';
import { formatOfText } from '../../src/lib/messages/render.js';
import { catalogue, inWords, say } from '../../src/messages/catalogue.js';

const entries = Object.entries<CatalogueEntry>(catalogue);

/** An element of the parsed form of an ICU message. */
interface MessageFormatElement {
  type: number;
  value: string;
  options?: Record<string, { value: MessageFormatElement[] }>;
}

/** Names of the arguments in the parsed form of an ICU message, those inside plural and select included. */
function argumentsOf(elements: readonly MessageFormatElement[], found = new Set<string>()): Set<string> {
  for (const element of elements) {
    // Types 0 (literal) and 7 (the number sign of a plural) have no name.
    if (element.type !== 0 && element.type !== 7) found.add(element.value);
    for (const option of Object.values(element.options ?? {})) argumentsOf(option.value, found);
  }
  return found;
}

const parsed = (language: 'ZH' | 'EN', entry: CatalogueEntry) =>
  formatOfText(language, entry).getAst() as unknown as MessageFormatElement[];

describe('the catalogue of messages', () => {
  it('has each sentence in both languages, in Chinese with Chinese characters', () => {
    expect(entries.length).toBeGreaterThan(100);
    const lacking = entries.filter(
      ([, { zh, en }]) => !/\p{Script=Han}/u.test(zh) || en.trim() === '' || zh !== zh.trim() || en !== en.trim(),
    );
    expect(lacking).toEqual([]);
  });

  it('has the same parameters in both languages', () => {
    const differing = entries
      .map(([key, entry]) => ({
        key,
        zh: [...argumentsOf(parsed('ZH', entry))].sort(),
        en: [...argumentsOf(parsed('EN', entry))].sort(),
      }))
      .filter(({ zh, en }) => zh.join() !== en.join());
    expect(differing).toEqual([]);
  });

  it('has keys that begin with a stable code, or in lower case where they are a part of a sentence', () => {
    const odd = entries.map(([key]) => key).filter((key) => !/^(?:[A-Z][A-Z0-9_]*|[a-z]\w*)(?:\.\w+)?$/.test(key));
    expect(odd).toEqual([]);
    expect(codeOf('TOO_LONG.cell')).toBe('TOO_LONG');
  });

  it('puts numbers, lists, names in both languages and other messages into words', () => {
    const lists = say('UNKNOWN_CODE.list', { list: say('list.industries') });
    expect(inWords('EN', lists)).toBe('neither a code nor a name of industries of GB/T 4754-2017.');
    expect(inWords('ZH', lists)).toBe('不是国民经济行业分类（GB/T 4754-2017）的代码或名称。');
    const lacks = say('NOT_REGISTERED.lacks', { fields: ['title', { zh: '摘要', en: 'summary' }] });
    expect(inWords('EN', lacks)).toBe('Stays a draft; to be registered it lacks: title, summary.');
    expect(inWords('ZH', lacks)).toBe('保留为草稿；登记还缺少：title、摘要。');
    expect(inWords('ZH', say('TOO_LONG.cell', { length: 1234, max: 1000 }))).toBe(
      '共 1234 个字符；此处最多读取 1000 个。',
    );
  });

  it('shows braces, quotes and angle brackets of parameters as they are', () => {
    const odd = `{a} '{b}' <b>x</b> #`;
    expect(inWords('EN', say('DUPLICATE_HEADER', { header: odd }))).toBe(
      `Two columns are headed "${odd}". Give each column a name of its own and retry.`,
    );
  });

  it('gives the key of a stored message that it no longer knows, or that lacks a parameter', () => {
    expect(inWords('ZH', { key: 'GONE.sentence', params: { a: 1 } })).toBe('GONE.sentence');
    expect(inWords('ZH', { key: 'toString' })).toBe('toString');
    expect(inWords('EN', { key: 'TOO_LONG.cell', params: { length: 3 } })).toBe('TOO_LONG.cell');
  });
});
