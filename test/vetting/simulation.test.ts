import { describe, expect, it } from 'vitest';
import {
  admittedShare,
  baseSetting,
  compareOnce,
  simulate,
  spendExtraReviews,
} from '../../src/vetting/evaluation/simulation.js';

const small = { ...baseSetting, achievements: 300, reviewers: 30 };
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('the simulation of a year', () => {
  it('is drawn again from its seed', () => {
    expect(compareOnce(small, 4)).toEqual(compareOnce(small, 4));
    expect(simulate(small, 4).reviews.score).not.toEqual(simulate(small, 5).reviews.score);
  });

  it('measures the share of the true best fifth', () => {
    const quality = Float64Array.from({ length: 10 }, (_, i) => i);
    expect(admittedShare(quality, quality)).toBe(1);
    expect(
      admittedShare(
        quality,
        quality.map((q) => -q),
      ),
    ).toBe(0);
    expect(admittedShare(quality, Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 9, 1).reverse())).toBe(0);
  });

  it('gives bridged achievements one reviewer of another panel, and bears panels that run out', () => {
    const { reviews } = simulate({ ...baseSetting, specialised: true }, 2);
    const foreign = Array.from(reviews.reviewer).filter(
      (r, k) => r % 12 !== reviews.industry[reviews.achievement[k]!],
    ).length;
    expect(foreign / reviews.achievements).toBeCloseTo(0.15, 1);
    const scarce = simulate({ ...baseSetting, achievements: 60, reviewers: 5, specialised: true }, 2).reviews;
    for (let a = 0; a < 60; a += 1)
      expect(new Set(Array.from(scarce.reviewer).filter((_, k) => scarce.achievement[k] === a)).size).toBe(3);
  });

  it('finds extra reviews worth more near the cut than spread evenly, though there are half as many', () => {
    const seeds = [1, 2, 3, 4];
    const setting = { ...baseSetting, achievements: 1000, reviewers: 60 };
    const targeted = seeds.map((seed) => {
      const year = simulate(setting, seed);
      return admittedShare(year.quality, spendExtraReviews(year, 500, 5).scores);
    });
    const evenly = seeds.map((seed) => compareOnce({ ...setting, reviews: 4 }, seed).calibrated);
    expect(mean(targeted)).toBeGreaterThan(mean(evenly) + 0.01);
  }, 60_000);

  it('stops spending once a round would change too little', () => {
    const year = simulate(small, 3);
    const spent = spendExtraReviews(year, 3000, 30, 8);
    expect(spent.rounds).toBeGreaterThan(0);
    expect(spent.rounds).toBeLessThan(30);
  });
});
