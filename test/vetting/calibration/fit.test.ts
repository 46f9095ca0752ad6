import { describe, expect, it } from 'vitest';
import { describeInput, type FitInput } from '../../../src/vetting/calibration/input.js';
import { fitCalibration } from '../../../src/vetting/calibration/fit.js';
import { baseSetting, simulate, uniform } from '../../../src/vetting/evaluation/simulation.js';

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = uniform(seed);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A simulated year with keys; entry keys count down, so that their order is not that of the indexes. */
function cohort(seed: number, specialised = false, achievements = 240, reviewerCount = 36): FitInput {
  const { reviews } = simulate(
    { ...baseSetting, achievements, reviewers: reviewerCount, discrete: true, specialised },
    seed,
  );
  const entry = (a: number) => `entry-${9999 - a}`;
  const reviewer = (r: number) => `reviewer-${r}`;
  return {
    entries: Array.from(reviews.industry, (g, a) => ({
      key: entry(a),
      industry: `industry-${g}`,
      region: a % 5 === 0 ? 'north' : null,
    })),
    reviewers: Array.from({ length: reviewerCount }, (_, r) => ({
      key: reviewer(r),
      region: r % 4 === 0 ? 'north' : 'south',
    })),
    reviews: Array.from(reviews.score, (score, k) => ({
      entry: entry(reviews.achievement[k]!),
      reviewer: reviewer(reviews.reviewer[k]!),
      score,
    })),
    scale: { least: 0, most: 5, step: 0.5 },
  };
}

describe('the fit of a cohort', () => {
  it('depends on the data to the bit, and on the order they come in not at all', () => {
    const input = cohort(1);
    const mixed = {
      ...input,
      entries: shuffled(input.entries, 2),
      reviewers: shuffled(input.reviewers, 3),
      reviews: shuffled(input.reviews, 4),
    };
    expect(fitCalibration(mixed)).toEqual(fitCalibration(input));
    expect(describeInput(mixed)).toBe(describeInput(input));
    const [first, ...rest] = input.reviews;
    const changed = {
      ...input,
      reviews: [{ ...first!, score: first!.score === 5 ? 4.5 : first!.score + 0.5 }, ...rest],
    };
    expect(describeInput(changed)).not.toBe(describeInput(input));
    expect(fitCalibration(changed).entries).not.toEqual(fitCalibration(input).entries);
  });

  it('answers by key, with reviews counted and every reviewer’s agreement', () => {
    const fit = fitCalibration(cohort(1));
    expect(fit.entries.map((entry) => entry.key)).toEqual(fit.entries.map((entry) => entry.key).sort());
    expect(fit.entries.every((entry) => entry.reviews === 3 && entry.standardError > 0)).toBe(true);
    expect(fit.reviewers.reduce((sum, reviewer) => sum + reviewer.reviews, 0)).toBe(720);
    expect(fit.reviewers.every((reviewer) => reviewer.agreement !== null && Math.abs(reviewer.agreement) <= 1)).toBe(
      true,
    );
    expect(fit.identified).toBe(true);
  });

  it('tells a reviewer who scores at random by the agreement', () => {
    const input = cohort(3);
    const random = uniform(9);
    const reviews = input.reviews.map((review) =>
      review.reviewer === 'reviewer-7' ? { ...review, score: Math.floor(random() * 11) / 2 } : review,
    );
    const { reviewers } = fitCalibration({ ...input, reviews });
    const agreement = new Map(reviewers.map((reviewer) => [reviewer.key, reviewer.agreement!]));
    const others = [...agreement.values()].sort((a, b) => a - b);
    expect(agreement.get('reviewer-7')).toBeLessThan(0.45);
    expect(others[18]!).toBeGreaterThan(agreement.get('reviewer-7')! + 0.2);
    expect(reviewers.find((reviewer) => reviewer.key === 'reviewer-7')!.noise).toBe(
      Math.max(...reviewers.map((reviewer) => reviewer.noise)),
    );
  });

  it('says which entries and industries no chain of reviewers compares', () => {
    const score = (e: number, r: number) => ({ entry: `e${e}`, reviewer: `r${r}`, score: ((e * 7 + r * 3) % 9) / 2 });
    const side = (from: number, r: number) => [0, 1, 2, 3].flatMap((i) => [score(from + i, r), score(from + i, r + 1)]);
    const fit = fitCalibration({
      entries: Array.from({ length: 9 }, (_, i) => ({ key: `e${i}`, industry: i < 4 ? 'A' : 'B' })),
      reviewers: [1, 2, 3, 4].map((r) => ({ key: `r${r}` })),
      reviews: [...side(0, 1), ...side(4, 3)],
      scale: null,
    });
    expect(fit.identified).toBe(false);
    expect(fit.components).toBe(2);
    expect(fit.entries.map((entry) => entry.component)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, null]);
    expect(fit.contrasts).toHaveLength(1);
    expect(fit.contrasts[0]).toMatchObject({ industries: ['A', 'B'], identified: false });
  });

  it('measures how well bridges compare industries, not only whether any does', () => {
    const bridged = cohort(5, true, 1200, 180);
    const industryOf = new Map(bridged.entries.map((entry) => [entry.key, entry.industry]));
    const number = (key: string) => Number(key.split('-')[1]);
    // Without bridges: every review by the panel of the entry's own industry.
    const reviews = bridged.reviews.filter(
      (review) => number(review.reviewer) % 12 === number(industryOf.get(review.entry)!),
    );
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const [withBridges, without] = [fitCalibration(bridged), fitCalibration({ ...bridged, reviews })];
    expect(withBridges.contrasts).toHaveLength(66);
    expect(withBridges.contrasts.every((contrast) => contrast.identified)).toBe(true);
    expect(without.contrasts.some((contrast) => contrast.identified)).toBe(false);
    expect(mean(withBridges.contrasts.map((c) => c.determined))).toBeGreaterThan(
      mean(without.contrasts.map((c) => c.determined)) + 0.05,
    );
    expect(mean(withBridges.contrasts.map((c) => c.standardError))).toBeLessThan(
      0.85 * mean(without.contrasts.map((c) => c.standardError)),
    );
  });

  it('refuses what it cannot read, by name', () => {
    const input = cohort(1);
    const [first] = input.reviews;
    expect(() => fitCalibration({ ...input, reviews: [...input.reviews, first!] })).toThrow(/two reviews of/);
    expect(() => fitCalibration({ ...input, reviews: [{ ...first!, entry: 'nobody' }] })).toThrow(/not listed: nobody/);
    expect(() => fitCalibration({ ...input, reviews: [{ ...first!, reviewer: 'nobody' }] })).toThrow(
      /not listed: nobody/,
    );
    expect(() => fitCalibration({ ...input, reviews: [{ ...first!, score: 7 }] })).toThrow(/off the scale/);
    expect(() => fitCalibration({ ...input, entries: [...input.entries, input.entries[0]!] })).toThrow(/given twice/);
  });
});

describe('reviewers who agree entirely', () => {
  it.each([[[2.5, 3.5, 3.5, 3.5, 4.5]], [[3, 3, 3, 3, 3]], [[0, 5, 0, 5, 0]]])(
    'about %j are fitted, in the order of their scores',
    (levels) => {
      const reviewers = Array.from({ length: 12 }, (_, r) => ({ key: `r${String(r).padStart(2, '0')}` }));
      const entries = levels.map((_, e) => ({ key: `e${e}` }));
      const reviews = levels.flatMap((score, e) =>
        [0, 1, 2].map((k) => ({ entry: `e${e}`, reviewer: reviewers[(e * 3 + k) % 12]!.key, score })),
      );
      const fit = fitCalibration({ entries, reviewers, reviews, scale: { least: 0, most: 5, step: 0.5 } });
      const scores = new Map(fit.entries.map((entry) => [entry.key, entry.score]));
      for (const [a, first] of levels.entries()) {
        for (const [b, second] of levels.entries())
          if (first > second) expect(scores.get(`e${a}`)).toBeGreaterThan(scores.get(`e${b}`)!);
        expect(Number.isFinite(scores.get(`e${a}`))).toBe(true);
      }
    },
  );
});
