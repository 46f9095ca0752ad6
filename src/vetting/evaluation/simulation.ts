import { proposeRound } from '../boundary/boundary.js';
import { uniform } from '../../lib/random.js';
import { calibrate } from '../calibration/calibrate.js';
import type { Calibration, KnownEffects, Reviews, Scale } from '../calibration/model.js';

export { uniform };

/**
 * Parameters of a simulated year of reviews. All variances are relative to that of true quality within an industry,
 * which is 1.
 */
export interface Setting {
  achievements: number;
  reviewers: number;
  /** Number of reviews per achievement. */
  reviews: number;
  /** Standard deviation of reviewers' severity. */
  severity: number;
  /**
   * Median over reviewers of the standard deviation of a single score's noise; individual reviewers are log-normal
   * around it with spread 0.3.
   */
  noise: number;
  /**
   * If true, each reviewer judges one of twelve industries, whose mean qualities vary by 0.5, and 15 % of achievements
   * have one reviewer from another industry's panel.
   */
  specialised: boolean;
  /** If true, scores are rounded to half points on the scale from 0 to 5. */
  discrete: boolean;
  /** Share of reviewers who add 1.5 points to achievements of their own region. */
  partisans: number;
}

export const baseSetting: Setting = {
  achievements: 2000,
  reviewers: 120,
  reviews: 3,
  severity: 0.8,
  noise: 0.8,
  specialised: false,
  discrete: false,
  partisans: 0,
};

const INDUSTRIES = 12;
const INDUSTRY_SPREAD = 0.5;
const NOISE_SPREAD = 0.3;
const BRIDGED = 0.15;
const REGIONS = 14;
const FAVOUR = 1.5;
const SCALE: Scale = { least: 0, most: 5, step: 0.5 };
/** Minimum noise variance passed to the oracle; a score with less noise counts as exact. */
const MIN_NOISE = 1e-6;
/** Share of achievements that are admitted. */
const QUOTA = 0.2;

export interface SimulatedYear {
  reviews: Reviews;
  quality: Float64Array;
  known: KnownEffects;
  /** Simulates one more score by a reviewer on an achievement. */
  judge: (achievement: number, reviewer: number) => { score: number; kin: number };
  /** Up to `count` reviewers who could still review an achievement, in random order. */
  candidates: (achievement: number, count: number, taken: ReadonlySet<number>) => number[];
}

/** Draws a year of reviews. */
export function simulate(setting: Setting, seed: number): SimulatedYear {
  const random = uniform(seed * 2654435761);
  const normal = () => {
    // Box-Muller transform to a normal number; random() is below 1, so the logarithm's argument is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  };
  const { achievements: nA, reviewers: nR } = setting;
  const nG = setting.specialised ? INDUSTRIES : 1;
  const means = Float64Array.from({ length: nG }, () => (setting.specialised ? INDUSTRY_SPREAD * normal() : 0));
  const industry = Int32Array.from({ length: nA }, (_, a) => a % nG);
  const quality = Float64Array.from({ length: nA }, (_, a) => means[industry[a]!]! + normal());
  const severity = Float64Array.from({ length: nR }, () => setting.severity * normal());
  const deviation = Float64Array.from({ length: nR }, () => setting.noise * Math.exp(NOISE_SPREAD * normal()));
  const regionOfAchievement = Int32Array.from({ length: nA }, () => Math.floor(random() * REGIONS));
  const regionOfReviewer = Int32Array.from({ length: nR }, () => Math.floor(random() * REGIONS));
  const favour = Float64Array.from({ length: nR }, () => (random() < setting.partisans ? FAVOUR : 0));

  const judge = (a: number, r: number) => {
    const kin = regionOfAchievement[a] === regionOfReviewer[r] ? 1 : 0;
    const raw = quality[a]! + severity[r]! + (kin ? favour[r]! : 0) + deviation[r]! * normal();
    return { score: setting.discrete ? Math.min(5, Math.max(0, Math.round((2.5 + raw) * 2) / 2)) : raw, kin };
  };

  // Reviewers form one panel per industry if specialised, otherwise one panel. Work is spread evenly by dealing
  // reviewers from shuffled decks.
  const panels = Array.from({ length: nG }, (_, g) =>
    Array.from({ length: nR }, (_, r) => r).filter((r) => r % nG === g),
  );
  const decks = panels.map(() => [] as number[]);
  /** Next reviewer of the wanted panel who is not in `taken`; if all of its reviewers are, one of the next panel. */
  const deal = (wanted: number, taken: ReadonlySet<number>): number => {
    let g = wanted;
    while (panels[g]!.every((r) => taken.has(r))) {
      g = (g + 1) % nG;
      if (g === wanted) throw new RangeError('no reviewer is left for it');
    }
    const deck = decks[g]!;
    for (let attempt = 0; ; attempt += 1) {
      if (deck.length === 0 || attempt > deck.length) {
        const fresh = [...panels[g]!];
        for (let i = fresh.length - 1; i > 0; i -= 1) {
          const j = Math.floor(random() * (i + 1));
          [fresh[i], fresh[j]] = [fresh[j]!, fresh[i]!];
        }
        deck.unshift(...fresh);
        attempt = 0;
      }
      const next = deck.pop()!;
      if (!taken.has(next)) return next;
      deck.unshift(next);
    }
  };
  const pairs: Array<[number, number]> = [];
  const bridges = new Int32Array(nG);
  for (let a = 0; a < nA; a += 1) {
    const taken = new Set<number>();
    const g = industry[a]!;
    // Reviewers from other panels are taken from each panel in turn, so that all pairs of industries are compared
    // with equal precision.
    const bridged = setting.specialised && Math.floor((a / nG + 1) * BRIDGED) > Math.floor((a / nG) * BRIDGED);
    for (let i = 0; i < Math.min(setting.reviews, nR); i += 1) {
      const panel = bridged && i === 0 ? (g + 1 + (bridges[g]!++ % (nG - 1))) % nG : g;
      const r = deal(panel, taken);
      taken.add(r);
      pairs.push([a, r]);
    }
  }
  const scores = pairs.map(([a, r]) => judge(a, r));
  return {
    quality,
    judge,
    candidates: (a, count, taken) => {
      const all = new Set(taken);
      const found: number[] = [];
      for (let i = 0; i < count && all.size < nR; i += 1) {
        const r = deal(industry[a]!, all);
        all.add(r);
        found.push(r);
      }
      return found;
    },
    reviews: {
      achievements: nA,
      reviewers: nR,
      industries: nG,
      achievement: Int32Array.from(pairs, ([a]) => a),
      reviewer: Int32Array.from(pairs, ([, r]) => r),
      score: Float64Array.from(scores, (s) => s.score),
      kin: Uint8Array.from(scores, (s) => s.kin),
      industry,
      ...(setting.discrete && { scale: SCALE }),
    },
    known: {
      severity,
      kin: favour,
      noise: deviation.map((d) => Math.max(d * d + (setting.discrete ? (SCALE.step * SCALE.step) / 12 : 0), MIN_NOISE)),
      variances: { quality: 1, industry: setting.specialised ? INDUSTRY_SPREAD * INDUSTRY_SPREAD : 0 },
    },
  };
}

/**
 * Share of the truly best fifth of the achievements that is among the best fifth by the given scores; ties are broken
 * by index.
 */
export function admittedShare(quality: Float64Array, scores: Float64Array): number {
  const count = Math.floor(quality.length * QUOTA);
  const best = (values: Float64Array) =>
    new Set(
      Array.from(values.keys())
        .sort((a, b) => values[b]! - values[a]! || a - b)
        .slice(0, count),
    );
  const truth = best(quality);
  let hits = 0;
  for (const a of best(scores)) if (truth.has(a)) hits += 1;
  return count === 0 ? 1 : hits / count;
}

/** Average score per achievement, without calibration; 0 without a review. */
export function plainAverages(reviews: Reviews): Float64Array {
  const sum = new Float64Array(reviews.achievements);
  const count = new Float64Array(reviews.achievements);
  reviews.score.forEach((score, k) => {
    sum[reviews.achievement[k]!]! += score;
    count[reviews.achievement[k]!]! += 1;
  });
  return sum.map((total, a) => (count[a]! > 0 ? total / count[a]! : 0));
}

/** For one simulated year: the share of the truly best fifth of achievements that each scoring method admits. */
export interface YearResult {
  plain: number;
  calibrated: number;
  oracle: number;
  /**
   * For each plan of extra reviews near the cut-off: the share of the truly best fifth that is admitted with them, and
   * the number of all reviews used, ordinary and extra.
   */
  targeted: Array<{ share: number; reviews: number }>;
  /** Share admitted if every achievement gets one more review instead; null if no plan was requested. */
  uniform: number | null;
}

/**
 * Plan of extra reviews near the cut-off: `extra` reviews in `rounds` rounds with a calibration after each; ends early
 * when a round is expected to change fewer than `bound` decisions.
 */
export interface ExtraPlan {
  extra: number;
  rounds: number;
  bound: number;
}

/**
 * Simulates one year and compares scoring methods and plans of extra reviews by the share of the truly best fifth of
 * achievements that each admits. The methods are plain averages, the calibration, and the oracle: a calibration that is
 * given the true effects (`KnownEffects`) instead of estimating them.
 */
export function compareOnce(setting: Setting, seed: number, plans: readonly ExtraPlan[] = []): YearResult {
  const year = simulate(setting, seed);
  const first = calibrate(year.reviews);
  const share = (of: SimulatedYear, scores: Float64Array) => admittedShare(of.quality, scores);
  const more = plans.length === 0 ? null : simulate({ ...setting, reviews: setting.reviews + 1 }, seed);
  return {
    plain: share(year, plainAverages(year.reviews)),
    calibrated: share(year, first.score),
    oracle: share(year, calibrate(year.reviews, year.known).score),
    targeted: plans.map(({ extra, rounds, bound }) => {
      // The year is simulated again from its seed, so that one plan's reviews do not affect the next plan.
      const again = simulate(setting, seed);
      const spent = spendExtraReviews(again, extra, rounds, bound, first);
      return { share: share(again, spent.scores), reviews: spent.reviews };
    }),
    uniform: more && share(more, calibrate(more.reviews).score),
  };
}

/**
 * Adds reviews to achievements near the cut-off: `extra` in total over `rounds` rounds with a calibration after each;
 * ends early when a round is expected to change fewer than `leastChanges` decisions.
 */
export function spendExtraReviews(
  year: SimulatedYear,
  extra: number,
  rounds: number,
  leastChanges = 0,
  first: Calibration = calibrate(year.reviews),
): { scores: Float64Array; reviews: number; rounds: number } {
  let { reviews } = year;
  const places = Math.floor(reviews.achievements * QUOTA);
  const takenBy = Array.from({ length: reviews.achievements }, () => new Set<number>());
  reviews.achievement.forEach((a, k) => takenBy[a]!.add(reviews.reviewer[k]!));
  let fit = first;
  let round = 0;
  for (; round < rounds; round += 1) {
    const budget = Math.floor((extra * (round + 1)) / rounds) - Math.floor((extra * round) / rounds);
    const proposal = proposeRound(
      { score: fit.score, standardError: fit.standardError, noise: fit.variances.noise, places },
      budget,
      leastChanges,
    );
    if (proposal.stop) break;
    const added = proposal.entries.flatMap(({ entry: achievement, reviews: more }) =>
      year.candidates(achievement, more, takenBy[achievement]!).map((reviewer) => {
        takenBy[achievement]!.add(reviewer);
        return { achievement, reviewer, ...year.judge(achievement, reviewer) };
      }),
    );
    reviews = {
      ...reviews,
      achievement: Int32Array.from([...reviews.achievement, ...added.map((x) => x.achievement)]),
      reviewer: Int32Array.from([...reviews.reviewer, ...added.map((x) => x.reviewer)]),
      score: Float64Array.from([...reviews.score, ...added.map((x) => x.score)]),
      kin: Uint8Array.from([...reviews.kin, ...added.map((x) => x.kin)]),
    };
    fit = calibrate(reviews);
  }
  return { scores: fit.score, reviews: reviews.score.length, rounds: round };
}
