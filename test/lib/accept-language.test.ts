import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../src/lib/accept-language.js';

const KNOWN = ['zh', 'en'] as const;

describe('the language that an Accept-Language header prefers', () => {
  it.each([
    ['de-DE,en;q=0.7', 'en'],
    ['en', 'en'],
    ['EN-gb', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh;q=0.8', 'zh'],
    ['zh;q=0.5, en;q=0.8', 'en'],
    ['zh-Hant-TW', 'zh'],
    ['en;q=0, zh;q=0.1', 'zh'],
    ['fr, de;q=0.8', null],
    ['*', null],
    ['en;q=0', null],
    ['', null],
    [undefined, null],
    ['eng', null],
    ['zh ; q=0.2 , en ; q=0.3', 'en'],
    ['en;q=high, zh;q=0.1', 'zh'],
    ['en;q=1.5,zh;q=0.1', 'zh'],
    [`${'de,'.repeat(10_000)}en`, null],
  ])('%s: %s', (header, language) => {
    expect(preferredLanguage(header, KNOWN)).toBe(language);
  });
});
