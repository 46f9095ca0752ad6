import { describe, expect, it } from 'vitest';
import { duplicateName } from '../../src/lib/json-duplicates.js';
import { uniform } from '../../src/lib/random.js';

describe('a name that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1,"c":2,"b":3}}', 'b'],
    ['[{"a":1},{"a":1}]', null],
    ['{"a":"a","b":"a"}', null],
    ['{"a":["a","a"],"b":{"a":1}}', null],
    [String.raw`{"a":1,"\u0061":2}`, 'a'],
    [String.raw`{"\"":1,"x\\":"\"}","\"":2}`, '"'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}"}', null],
    ['"a"', null],
    ['{}', null],
    ['{"a":[{"x":1},{"y":{"z":1,"z":1}}]}', 'z'],
  ])('%s: %s', (text, name) => {
    expect(duplicateName(text)).toBe(name);
  });

  it('is found exactly where writing the parsed value again loses one, for random texts', () => {
    for (let seed = 1; seed <= 3000; seed += 1) {
      const next = uniform(seed);
      const random = (below: number) => Math.floor(next() * below);
      let written = 0;
      const value = (depth: number): string => {
        const kind = depth > 3 ? 2 : random(4);
        if (kind === 0) return `[${Array.from({ length: random(3) }, () => value(depth + 1)).join(' ,')}]`;
        if (kind === 1)
          return `{ ${Array.from({ length: random(4) }, () => {
            written += 1;
            return `${JSON.stringify('ab"\\{'.charAt(random(5)))} : ${value(depth + 1)}`;
          }).join(',')}}`;
        return ['1', 'null', '"a"', '"{\\"a\\":1,\\"a\\":1}"', '"\\\\"'][random(5)]!;
      };
      const text = value(0);
      let kept = 0;
      JSON.parse(text, function (this: unknown, _key, each: unknown) {
        if (typeof each === 'object' && each !== null && !Array.isArray(each)) kept += Object.keys(each).length;
        return each;
      });
      // What stands below a lost value is lost, too, so fewer names are kept than written if and only if one is double.
      expect(duplicateName(text) !== null, text).toBe(kept < written);
    }
  });
});
