import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { boundaryBand, cutOff } from '../../src/vetting/boundary.js';
import { calibrate, type Reviews } from '../../src/vetting/calibration.js';
import { inversePositiveDefinite } from '../../src/vetting/linear-algebra.js';
import { admittedShare, baseSetting, compareOnce, simulate, spendExtraReviews, uniform } from '../../src/vetting/simulation.js';

const small = { ...baseSetting, achievements: 300, reviewers: 30 };

describe('calibration', () => {
  it('finds out who is severe: with little noise, a harsh panel costs nobody anything', () => {
    const year = simulate({ ...small, noise: 0.05, severity: 1.5 }, 3);
    expect(compareOnce({ ...small, noise: 0.05, severity: 1.5 }, 3).calibrated).toBeGreaterThan(0.95);
    const fit = calibrate(year.reviews);
    const truth = year.known.severity;
    const centre = truth.reduce((sum, s) => sum + s, 0) / truth.length;
    const worst = Math.max(...fit.severity.map((s, r) => Math.abs(s - (truth[r]! - centre))));
    expect(worst).toBeLessThan(0.6);
  });

  it('covers the truth with its standard errors about as often as they say', () => {
    const year = simulate(baseSetting, 11);
    const fit = calibrate(year.reviews);
    const inside = fit.score.filter((score, a) => Math.abs(score - year.quality[a]! - fit.mean) <= 1.96 * fit.standardError[a]! + 0.2).length;
    expect(inside / fit.score.length).toBeGreaterThan(0.93);
    expect(inside / fit.score.length).toBeLessThan(1);
  });

  it('beats plain averages on the same reviews', () => {
    const shares = [1, 2, 3].map((seed) => compareOnce(small, seed));
    const total = (key: 'plain' | 'calibrated') => shares.reduce((sum, s) => sum + s[key], 0);
    expect(total('calibrated')).toBeGreaterThan(total('plain'));
  });

  it('gives the same bits for the same reviews, on every engine', () => {
    // Dyadic scores from integers: nothing here depends on an engine's logarithm or cosine.
    const random = uniform(7);
    const n = 900;
    const reviews: Reviews = {
      achievements: 300,
      reviewers: 20,
      industries: 3,
      achievement: Int32Array.from({ length: n }, (_, k) => k % 300),
      reviewer: Int32Array.from({ length: n }, () => Math.floor(random() * 20)),
      score: Float64Array.from({ length: n }, () => Math.floor(random() * 11) / 2),
      kin: Uint8Array.from({ length: n }, () => (random() < 0.1 ? 1 : 0)),
      industry: Int32Array.from({ length: 300 }, (_, a) => a % 3),
    };
    const digest = createHash('sha256').update(new Uint8Array(calibrate(reviews).score.buffer)).digest('hex');
    expect(digest).toMatchInlineSnapshot(`"591e4755c96cc946c5f8840498c26e36fe1acf6fcace87234b788d42facbab22"`);
  });

  it('gives an achievement without reviews its industry’s mean, with a large error', () => {
    const year = simulate(small, 5);
    const reviews = { ...year.reviews, achievements: 301, industry: Int32Array.from([...year.reviews.industry, 0]) };
    const fit = calibrate(reviews);
    expect(fit.score[300]).toBeCloseTo(fit.mean + fit.industryEffect[0]!, 10);
    expect(fit.standardError[300]!).toBeGreaterThan(Math.max(...fit.standardError.slice(0, 300)));
  });

  it('refuses malformed input by name', () => {
    const year = simulate(small, 5);
    expect(() => calibrate({ ...year.reviews, reviewer: year.reviews.reviewer.map(() => 99) })).toThrow('no such reviewer');
    expect(() => calibrate({ ...year.reviews, score: year.reviews.score.map(() => NaN) })).toThrow('not a number');
  });
});

describe('the boundary band', () => {
  it('holds the entries next to the cut, nearest first', () => {
    const fit = calibrate(simulate(small, 9).reviews);
    const band = boundaryBand(fit, 60, 2);
    const cut = cutOff(fit.score, 60);
    expect(band.length).toBeGreaterThan(5);
    expect(band.length).toBeLessThan(300);
    expect(band.map((entry) => entry.distance)).toEqual([...band.map((entry) => entry.distance)].sort((a, b) => a - b));
    expect(Math.abs(fit.score[band[0]!.achievement]! - cut)).toBeLessThan(0.2);
  });

  it('makes extra reviews worth more than spread evenly', () => {
    const seeds = [1, 2, 3, 4];
    const targeted = seeds.map((seed) => {
      const year = simulate(small, seed);
      return admittedShare(year.quality, spendExtraReviews(year, 150, 5).scores);
    });
    const before = seeds.map((seed) => compareOnce(small, seed).calibrated);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(targeted)).toBeGreaterThan(mean(before) + 0.02);
  });
});

it('inverts positive definite matrices and refuses others', () => {
  const inverse = inversePositiveDefinite(Float64Array.from([4, 2, 2, 3]), 2);
  expect([...inverse].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([0.375, -0.25, -0.25, 0.5]);
  expect(() => inversePositiveDefinite(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(RangeError);
});
