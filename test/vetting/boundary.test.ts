import { describe, expect, it } from 'vitest';
import { boundaryBand, cutOff, proposeRound, type BoundaryInput } from '../../src/vetting/boundary/boundary.js';
import { calibrate } from '../../src/vetting/calibration/calibrate.js';
import { baseSetting, simulate } from '../../src/vetting/evaluation/simulation.js';

const input: BoundaryInput = {
  score: Float64Array.of(4.5, 3.6, 3.4, 3.3, 1, 3.45),
  standardError: Float64Array.of(0.3, 0.3, 0.3, 0.05, 0.3, 0),
  noise: 0.5,
  places: 2,
};

describe('the boundary band', () => {
  it('cuts half way between the last admitted and the first refused', () => {
    expect(cutOff(input.score, 2)).toBeCloseTo(3.525, 12);
    expect(cutOff(input.score, 0)).toBeGreaterThan(4.5);
    expect(cutOff(input.score, 6)).toBeLessThan(1);
  });

  it('holds the entries whose interval holds the cut, the greatest gain first', () => {
    const band = boundaryBand(input);
    // 0 and 4 are far from the cut, 3 is known too precisely, 5 exactly.
    expect(band.map((entry) => entry.entry)).toEqual([1, 2]);
    // Entry 1: a review moves it by .09 / sqrt(.59) = .1172; it crosses .075 with probability P(Z > .640) = .261.
    expect(band[0]!.change).toBeCloseTo(0.261, 3);
    expect(band[0]!.gain).toBeCloseTo(0.1172 * 0.3251 - 0.075 * 0.261, 3);
    expect(band[0]!.gain).toBeGreaterThan(band[1]!.gain);
  });

  it('breaks ties by index', () => {
    const even = boundaryBand({
      score: Float64Array.of(3, 2, 3, 2),
      standardError: Float64Array.of(1, 1, 1, 1),
      noise: 1,
      places: 2,
    });
    expect(even.map((entry) => entry.entry)).toEqual([0, 1, 2, 3]);
  });

  it('proposes no more than the budget, and stops when too little is expected to change', () => {
    const fit = calibrate(simulate({ ...baseSetting, achievements: 300, reviewers: 30 }, 9).reviews);
    const cohort = { score: fit.score, standardError: fit.standardError, noise: fit.variances.noise, places: 60 };
    const round = proposeRound(cohort, 20, 1);
    expect(round.stop).toBe(false);
    expect(round.entries.reduce((sum, entry) => sum + entry.reviews, 0)).toBe(20);
    expect(round.expectedChanges).toBeCloseTo(
      round.entries.reduce((sum, entry) => sum + entry.change, 0),
      10,
    );
    expect(
      round.entries.every(
        (entry) => Math.abs(fit.score[entry.entry]! - round.cut) <= 1.96 * fit.standardError[entry.entry]!,
      ),
    ).toBe(true);
    const refused = proposeRound(cohort, 20, round.expectedChanges + 0.01);
    expect(refused).toMatchObject({ stop: true, entries: [], expectedChanges: round.expectedChanges });
    expect(proposeRound(cohort, 0, 0).stop).toBe(true);
  });

  it('gives an entry more than one review where that gains more than one of the next, and at most three', () => {
    const two = {
      score: Float64Array.of(3.01, 2.99, 3.9, 2.1),
      standardError: Float64Array.of(0.6, 0.6, 0.6, 0.6),
      noise: 2,
      places: 2,
    };
    expect(proposeRound(two, 2, 0).entries.map(({ entry, reviews }) => [entry, reviews])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(proposeRound(two, 4, 0).entries.map(({ entry, reviews }) => [entry, reviews])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(proposeRound(two, 100, 0).entries.map(({ reviews }) => reviews)).toEqual([3, 3, 3, 3]);
    expect(proposeRound({ ...two, most: 1 }, 100, 0).entries.map(({ reviews }) => reviews)).toEqual([1, 1, 1, 1]);
    // More reviews of an entry increase the probability of a change, by less with each review.
    const changes = [1, 2, 3].map((most) => proposeRound({ ...two, most }, 100, 0).entries[0]!.change);
    expect(changes[0]).toBeLessThan(changes[1]!);
    expect(changes[2]! - changes[1]!).toBeLessThan(changes[1]! - changes[0]!);
  });
});
