import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/vetting/calibration/calibrate.js';
import type { Reviews } from '../../../src/vetting/calibration/model.js';
import { baseSetting, compareOnce, simulate, uniform } from '../../../src/vetting/evaluation/simulation.js';

const small = { ...baseSetting, achievements: 300, reviewers: 30 };
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Scores on a half-point scale from integers only: independent of an engine's logarithm or cosine. */
function halfPoints(): Reviews {
  const random = uniform(7);
  const n = 900;
  const quality = Array.from({ length: 300 }, () => random() + random() + random());
  const severity = Array.from({ length: 20 }, () => random() - 0.5);
  const reviewer = Int32Array.from({ length: n }, () => Math.floor(random() * 20));
  return {
    achievements: 300,
    reviewers: 20,
    industries: 3,
    achievement: Int32Array.from({ length: n }, (_, k) => k % 300),
    reviewer,
    score: Float64Array.from({ length: n }, (_, k) =>
      Math.min(
        5,
        Math.max(0, Math.floor(2 * (2 * quality[k % 300]! + 2 * severity[reviewer[k]!]! + 2 * random() - 1.5)) / 2),
      ),
    ),
    kin: Uint8Array.from({ length: n }, () => (random() < 0.1 ? 1 : 0)),
    industry: Int32Array.from({ length: 300 }, (_, a) => a % 3),
    scale: { least: 0, most: 5, step: 0.5 },
  };
}

describe('calibration', () => {
  it('finds out who is severe: with little noise, a harsh panel costs nobody anything', () => {
    const setting = { ...small, noise: 0.05, severity: 1.5 };
    expect(compareOnce(setting, 3).calibrated).toBeGreaterThan(0.95);
    const year = simulate(setting, 3);
    const fit = calibrate(year.reviews);
    const centre = mean(year.known.severity);
    expect(Math.max(...fit.severity.map((s, r) => Math.abs(s - (year.known.severity[r]! - centre))))).toBeLessThan(0.6);
  });

  it('is nearly as good as one who knows every severity and noise, on seeds of its own', () => {
    const years = [901, 902, 903, 904, 905, 906].map((seed) => compareOnce(baseSetting, seed));
    const ratio = mean(years.map((y) => y.calibrated)) / mean(years.map((y) => y.oracle));
    expect(ratio).toBeGreaterThan(0.975);
    expect(mean(years.map((y) => y.plain))).toBeLessThan(0.9 * mean(years.map((y) => y.calibrated)));
  }, 60_000);

  it('recovers the variances that the scores were drawn with', () => {
    const fits = [31, 32, 33, 34].map((seed) => calibrate(simulate(baseSetting, seed).reviews));
    expect(mean(fits.map((f) => f.variances.quality))).toBeCloseTo(1, 0.9);
    expect(mean(fits.map((f) => f.variances.severity))).toBeCloseTo(0.64, 0.9);
    expect(Math.abs(mean(fits.map((f) => f.variances.noise)) - 0.64)).toBeLessThan(0.06);
    expect(Math.abs(mean(fits.map((f) => f.variances.noiseSpread)) - 0.36)).toBeLessThan(0.15);
    expect(fits.every((f) => f.converged && f.tails === Infinity)).toBe(true);
  }, 60_000);

  it('covers the truth with its standard errors as often as they say', () => {
    for (const setting of [baseSetting, { ...baseSetting, discrete: true }]) {
      const year = simulate(setting, 11);
      const fit = calibrate(year.reviews);
      const shift = setting.discrete ? 2.5 : 0;
      // The level of all scores is confounded with the level of all severities, so the average severity is subtracted.
      const level = shift + mean(year.known.severity);
      const inside = fit.score.filter(
        (score, a) => Math.abs(score - year.quality[a]! - level) <= 1.96 * fit.standardError[a]!,
      ).length;
      expect(inside / fit.score.length).toBeGreaterThan(0.93);
      expect(inside / fit.score.length).toBeLessThan(0.97);
    }
  });

  it('names those who favour their own region, and nobody where none does', () => {
    // About seven reviews of the own region per reviewer.
    const year = simulate({ ...baseSetting, reviewers: 60, partisans: 0.1 }, 21);
    const fit = calibrate(year.reviews);
    const partisans = fit.favours.filter((_, r) => year.known.kin[r]! > 0);
    const others = fit.favours.filter((_, r) => year.known.kin[r] === 0);
    expect(mean(partisans)).toBeGreaterThan(0.7);
    expect(mean(others)).toBeLessThan(0.05);
    expect(fit.favour.size).toBeGreaterThan(1);
    expect(fit.favour.size).toBeLessThan(2);
    expect(mean(calibrate(simulate(baseSetting, 21).reviews).favours)).toBeLessThan(0.05);
  });

  it('gives single wild scores less weight only where there are some', () => {
    const year = simulate(small, 8);
    const clean = calibrate(year.reviews);
    expect(clean.tails).toBe(Infinity);
    const score = year.reviews.score.map((y, k) => (k % 60 === 0 ? y + 6 : y));
    const wild = calibrate({ ...year.reviews, score });
    expect(wild.tails).toBeLessThan(10);
    const struck = new Set(Array.from(year.reviews.achievement).filter((_, k) => k % 60 === 0));
    const moved = [...struck].map((a) => Math.abs(wild.score[a]! - clean.score[a]!));
    // Without correction, the partisans would move their results by 1.1.
    expect(mean(moved)).toBeLessThan(0.6);
  });

  it('reads a score at the end of the scale as that much or more', () => {
    // Three reviewers who agree; every result is scored by all, and result 0 got the maximum from each.
    const scores = [5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 3, 2];
    const reviews: Reviews = {
      achievements: 10,
      reviewers: 3,
      industries: 1,
      achievement: Int32Array.from({ length: 30 }, (_, k) => Math.floor(k / 3)),
      reviewer: Int32Array.from({ length: 30 }, (_, k) => k % 3),
      score: Float64Array.from(
        { length: 30 },
        (_, k) => scores[Math.floor(k / 3)]! + (k > 2 && (k + Math.floor(k / 3)) % 3 === 0 ? 0.5 : 0),
      ),
      kin: new Uint8Array(30),
      industry: new Int32Array(10),
    };
    const open = calibrate(reviews);
    const bounded = calibrate({ ...reviews, scale: { least: 0, most: 5, step: 0.5 } });
    expect(bounded.score[0]!).toBeGreaterThan(open.score[0]!);
    expect(bounded.standardError[0]!).toBeGreaterThan(open.standardError[0]!);
  });

  it('gives an achievement without reviews its industry’s mean, with a large error', () => {
    const year = simulate({ ...small, specialised: true, reviewers: 36 }, 5);
    const reviews = { ...year.reviews, achievements: 301, industry: Int32Array.from([...year.reviews.industry, 4]) };
    const fit = calibrate(reviews);
    expect(fit.score[300]).toBeCloseTo(fit.mean + fit.industryEffect[4]!, 10);
    expect(fit.standardError[300]!).toBeGreaterThan(Math.max(...fit.standardError.slice(0, 300)));
  });

  it('bears the smallest inputs: no review, one review, equal scores', () => {
    const none: Reviews = {
      achievements: 2,
      reviewers: 1,
      industries: 1,
      achievement: new Int32Array(),
      reviewer: new Int32Array(),
      score: new Float64Array(),
      kin: new Uint8Array(),
      industry: new Int32Array(2),
    };
    expect(calibrate(none).score.every(Number.isFinite)).toBe(true);
    const one = {
      ...none,
      achievement: Int32Array.of(0),
      reviewer: Int32Array.of(0),
      score: Float64Array.of(4),
      kin: Uint8Array.of(0),
    };
    expect(calibrate(one).score[0]).toBeCloseTo(4, 1);
    const equal = {
      ...none,
      achievement: Int32Array.of(0, 1),
      reviewer: Int32Array.of(0, 0),
      score: Float64Array.of(3, 3),
      kin: Uint8Array.of(0, 0),
    };
    expect(Array.from(calibrate(equal).score, (s) => Math.round(s * 100) / 100)).toEqual([3, 3]);
  });

  it('gives the same bits for the same reviews, on every engine', () => {
    const fit = calibrate(halfPoints());
    const digest = createHash('sha256');
    for (const values of [fit.score, fit.standardError, fit.severity, fit.noise, fit.favours])
      digest.update(new Uint8Array(values.buffer));
    expect(digest.digest('hex')).toMatchInlineSnapshot(
      `"01bdd0af96d6458511a30297c2a169e733459ffe291c4d0905b7cbf5203fa010"`,
    );
  });

  it('fits 8,000 reviews in under a second', () => {
    const year = simulate({ ...baseSetting, reviews: 4, specialised: true, discrete: true, partisans: 0.05 }, 4);
    calibrate(year.reviews);
    // Processor time of this process only, since other load on the machine is not part of the fit.
    const before = process.cpuUsage();
    calibrate(year.reviews);
    const used = process.cpuUsage(before);
    expect((used.user + used.system) / 1000).toBeLessThan(1000);
  });

  it('refuses malformed input by name', () => {
    const year = simulate(small, 5);
    expect(() => calibrate({ ...year.reviews, reviewer: year.reviews.reviewer.map(() => 99) })).toThrow(
      'no such reviewer',
    );
    expect(() => calibrate({ ...year.reviews, score: year.reviews.score.map(() => NaN) })).toThrow('not a number');
  });
});
