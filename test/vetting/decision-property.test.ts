import { expect, it } from 'vitest';
import { decide, published, type Candidate } from '../../src/vetting/admission/decision.js';
import { defaultSettings } from '../../src/vetting/cohort/cohort.settings.js';
import { DIMENSIONS, TieKey, type Dimension } from '../../src/vetting/vocabularies.js';

/** Random numbers from 0 to 1 by a fixed seed (mulberry32), so that a failure repeats. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Case {
  candidates: Candidate[];
  settings: Parameters<typeof decide>[0]['settings'];
  quota: number;
  excluded: Set<string>;
}

/** A cohort full of equal scores, of scores at a floor, and of noise below the published decimals. */
function cohortOf(seed: number): Case {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const size = 1 + Math.floor(random() * 60);
  const floors = Object.fromEntries(DIMENSIONS.map((d) => [d, pick([0, 1.5, 2, 2.25])])) as Record<Dimension, number>;
  const levels = [2, 2.25, 2.91, 3, 3.5];
  const noise = () => pick([0, 0, 1e-5, -1e-5, 6e-10, -6e-10, 0.004, -0.004]);
  const order = Array.from({ length: size }, (_, i) => i + 1).sort(() => random() - 0.5);
  const candidates = Array.from({ length: size }, (_, i): Candidate => ({
    id: `entry-${Math.floor(random() * 1e9).toString(36)}-${i}`,
    enteredAt: '2026-01-01T00:00:00.000Z',
    order: order[i]!,
    scores: Object.fromEntries(
      DIMENSIONS.map((d) => [
        d,
        {
          score: (random() < 0.2 ? floors[d] : pick(levels)) + noise(),
          se: pick([0.2, 0.2, 0.31]) + Math.abs(noise()),
          reviews: random() < 0.05 ? 2 : 3,
        },
      ]),
    ) as Candidate['scores'],
  }));
  const keys = Object.keys(TieKey) as TieKey[];
  return {
    candidates,
    settings: {
      weights: pick([defaultSettings.weights, { MARKET_POTENTIAL: 0.2, ECONOMIC_VALUE: 0.2, TECHNICAL_CONTENT: 0.6 }]),
      floors,
      minReviews: 3,
      tieRule: keys.filter(() => random() < 0.6).sort(() => random() - 0.5),
    },
    quota: Math.floor(size * 0.2),
    excluded: new Set(candidates.filter(() => random() < 0.05).map(({ id }) => id)),
  };
}

const two = (value: number) => Number((Math.round(value * 100) / 100).toFixed(2));

/** The decision as a person would make it who has only what is published: every number with two decimals. */
function naive({ candidates, settings, quota, excluded }: Case): string[] {
  const sheet = candidates.map((c) => {
    let score = 0;
    let variance = 0;
    for (const d of DIMENSIONS) {
      score += settings.weights[d] * c.scores[d].score;
      variance += (settings.weights[d] * c.scores[d].se) ** 2;
    }
    const barred =
      excluded.has(c.id) ||
      DIMENSIONS.some((d) => c.scores[d].reviews < settings.minReviews || two(c.scores[d].score) < settings.floors[d]);
    const axes = Object.fromEntries(DIMENSIONS.map((d) => [d, two(c.scores[d].score)])) as Record<Dimension, number>;
    return { id: c.id, score: two(score), se: two(Math.sqrt(variance)), order: c.order!, axes, barred };
  });
  const before = (a: (typeof sheet)[number], b: (typeof sheet)[number]): boolean => {
    if (a.score !== b.score) return a.score > b.score;
    for (const key of settings.tieRule) {
      if (key === 'ENTRY_ID') break;
      if (key === 'EARLIER_REGISTRATION') {
        if (a.order !== b.order) return a.order < b.order;
      } else if (key === 'SMALLER_ERROR') {
        if (a.se !== b.se) return a.se < b.se;
      } else if (a.axes[key] !== b.axes[key]) return a.axes[key] > b.axes[key];
    }
    return a.id < b.id;
  };
  const admitted: string[] = [];
  const left = sheet.filter((row) => !row.barred);
  while (admitted.length < quota && left.length > 0) {
    const best = left.reduce((a, b) => (before(b, a) ? b : a));
    left.splice(left.indexOf(best), 1);
    admitted.push(best.id);
  }
  return admitted;
}

it('1,000 random cohorts are decided as a naive reader of the published values would, in every order of input', () => {
  let ties = 0;
  let atFloor = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const given = cohortOf(seed);
    const wanted = naive(given);
    const random = randomOf(seed + 1e6);
    const orders = [
      given.candidates,
      [...given.candidates].reverse(),
      [...given.candidates].sort(() => random() - 0.5),
      [...given.candidates].sort((a, b) => (a.id < b.id ? -1 : 1)),
    ];
    const first = decide({ rule: 2, ...given });
    for (const candidates of orders) {
      const decision = decide({ rule: 2, ...given, candidates });
      expect(
        decision.verdicts.filter((verdict) => verdict.decision === 'ADMITTED').map((verdict) => verdict.id),
        `seed ${seed}`,
      ).toEqual(wanted);
      expect(decision).toEqual(first);
    }
    expect(new Set(first.verdicts.map((verdict) => verdict.rank)).size).toBe(given.candidates.length);
    const scores = first.verdicts.map((verdict) => published(verdict.score));
    ties += scores.length - new Set(scores).size;
    atFloor += given.candidates.filter((c) =>
      DIMENSIONS.some(
        (d) => c.scores[d].score < given.settings.floors[d] && published(c.scores[d].score) >= given.settings.floors[d],
      ),
    ).length;
  }
  // The cohorts are full of what the rule is about.
  expect(ties).toBeGreaterThan(5_000);
  expect(atFloor).toBeGreaterThan(1_000);
});
