import { describe, expect, it } from 'vitest';
import { cny } from '../../src/matching/lists/match.sentences.js';

describe('an amount in a reason', () => {
  it('is told in the units that people say, with three digits', () => {
    expect([1_000_000, 17_320_508, 250_000_000, 15_000].map((amount) => cny(amount).zh)).toEqual([
      '100 万元',
      '1732 万元',
      '2.5 亿元',
      '1.5 万元',
    ]);
    expect([1_000_000, 17_320_508, 250_000_000, 15_000].map((amount) => cny(amount).en)).toEqual([
      'CNY 1 million',
      'CNY 17.3 million',
      'CNY 250 million',
      'CNY 15 thousand',
    ]);
  });

  it('keeps its zeros where it lies a hair below a round number', () => {
    // Such as the geometric mean of a range, which is computed by logarithms.
    expect(cny(999_999.9999999)).toEqual({ zh: '100 万元', en: 'CNY 1000 thousand' });
  });
});
