import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exponential, logarithm, normalBelow } from '../../../src/vetting/calibration/portable.js';
import { inversePositiveDefinite } from '../../../src/vetting/calibration/linear-algebra.js';

describe('portable arithmetic', () => {
  it('agrees with the engine’s exponential and logarithm to fourteen digits', () => {
    for (const x of [-600, -30.5, -1, -1e-9, 0, 0.3, 1, 2.5, 88, 690])
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    for (const x of [1e-300, 1e-5, 0.5, 0.9999, 1, 1.5, 42, 1e12])
      expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(Math.log(x))));
    expect(exponential(-800)).toBe(0);
    expect(() => logarithm(0)).toThrow(RangeError);
  });

  it('knows the tabled normal probabilities, far into the tail', () => {
    expect(exponential(normalBelow(0).logarithm)).toBeCloseTo(0.5, 14);
    expect(exponential(normalBelow(1.959963984540054).logarithm)).toBeCloseTo(0.975, 13);
    expect(exponential(normalBelow(-1).logarithm)).toBeCloseTo(0.15865525393145705, 13);
    // Q(5) and Q(10) from tables of the normal distribution.
    expect(Math.abs(exponential(normalBelow(-5).logarithm) / 2.866515718791939e-7 - 1)).toBeLessThan(1e-9);
    expect(Math.abs(exponential(normalBelow(-10).logarithm) / 7.61985302416047e-24 - 1)).toBeLessThan(1e-9);
    // The ratio joins smoothly where the series gives way to the continued fraction.
    expect(Math.abs(normalBelow(-4.0000001).ratio - normalBelow(-3.9999999).ratio)).toBeLessThan(1e-6);
  });

  it('inverts positive definite matrices of every remainder by four, and refuses others', () => {
    const inverse = inversePositiveDefinite(Float64Array.from([4, 2, 2, 3]), 2);
    expect([...inverse].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([0.375, -0.25, -0.25, 0.5]);
    expect(() => inversePositiveDefinite(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(RangeError);
    for (const n of [1, 3, 4, 5, 6, 7, 8, 13]) {
      const matrix = Float64Array.from(
        { length: n * n },
        (_, i) => 1 / (1 + Math.abs(Math.floor(i / n) - (i % n))) + (Math.floor(i / n) === i % n ? 1 : 0),
      );
      const product = inversePositiveDefinite(matrix, n);
      for (let i = 0; i < n; i += 1)
        for (let j = 0; j < n; j += 1) {
          let sum = 0;
          for (let k = 0; k < n; k += 1) sum += matrix[i * n + k]! * product[k * n + j]!;
          expect(sum).toBeCloseTo(i === j ? 1 : 0, 12);
        }
    }
  });

  it('holds what is published to + - x / and square root: nothing an engine may round its own way', () => {
    const folder = new URL('../../../src/vetting/', import.meta.url);
    const files = [
      'boundary/boundary.ts',
      ...readdirSync(new URL('calibration/', folder)).map((name) => `calibration/${name}`),
    ];
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const code = readFileSync(new URL(file, folder), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(
        code.match(/Math\.(?!abs\b|max\b|min\b|sqrt\b|floor\b)\w+|\*\*|Math\[|Date|localeCompare|Intl/g),
        file,
      ).toBeNull();
    }
  });
});
