import { describe, expect, it } from 'vitest';
import { isNestedDeeper } from '../../src/lib/json-depth.js';

describe('the depth of a JSON text', () => {
  it('counts lists and objects, and nothing that stands in strings', () => {
    const levels = (n: number) => '['.repeat(n) + ']'.repeat(n);
    expect([isNestedDeeper(levels(64), 64), isNestedDeeper(levels(65), 64)]).toEqual([false, true]);
    expect(isNestedDeeper(`{"a":{"b":[{"c":1}]}}`, 4)).toBe(false);
    expect(isNestedDeeper(`{"a":{"b":[{"c":1}]}}`, 3)).toBe(true);
    expect(isNestedDeeper(JSON.stringify(['[[[[', '\\"[[[[', '\\\\']), 1)).toBe(false);
    expect(isNestedDeeper(`[${'[],'.repeat(1000)}[]]`, 2)).toBe(false);
  });

  it('of what is cut off, or no JSON, is still an answer', () => {
    for (const text of ['', '"', '"\\', ']]]]', '[', '[[["', '{"a":"\\'])
      expect(isNestedDeeper(text, 2)).toBe(text === '[[["');
  });
});
