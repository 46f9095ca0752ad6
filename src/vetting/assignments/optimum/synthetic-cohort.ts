import { uniform } from '../../evaluation/simulation.js';
import { conflictMatrix, type AssignmentProblem, type ReviewerToAssign } from './problem.js';

/** Parameters of a synthetic assignment problem, for benchmarks and tests. */
export interface SyntheticSetting {
  entries: number;
  reviewers: number;
  industries: number;
  /** Number of reviewers per entry that the reviewers' total capacity must suffice for, second panels included. */
  seats: number;
  /** Spare places, as a share of the required ones. */
  slack: number;
  /** Share of pairs of entry and reviewer with a conflict of interest, in addition to pairs within one organisation. */
  conflicts: number;
  /** Share of reviewers who sit in the panels of two industries. */
  versatile: number;
}

export const syntheticSetting: SyntheticSetting = {
  entries: 2000,
  reviewers: 300,
  industries: 12,
  seats: 3.3,
  slack: 0.15,
  conflicts: 0.02,
  versatile: 0.2,
};

/** Length of the topic vectors from which similarities are computed. */
const TOPICS = 24;

/**
 * Generates an assignment problem: entries and reviewers get topic vectors scattered around that of their industry, and
 * similarity is the cosine of two vectors. Industries differ in size, reviewers are distributed like the entries, and
 * an organisation has about three reviewers, who never judge its own entries.
 */
export function syntheticProblem(setting: SyntheticSetting, seed: number): AssignmentProblem {
  const random = uniform(seed);
  const { entries: nE, reviewers: nR, industries: nG } = setting;
  const centres = Array.from({ length: nG }, () =>
    Float64Array.from({ length: TOPICS }, () => (random() < 0.25 ? random() : 0)),
  );
  const topics = (homes: readonly number[]): Float64Array => {
    const v = new Float64Array(TOPICS);
    for (const g of homes) for (let t = 0; t < TOPICS; t += 1) v[t]! += centres[g]![t]! / homes.length;
    for (let t = 0; t < TOPICS; t += 1) v[t]! += 0.5 * random() * random();
    const norm = Math.sqrt(v.reduce((sum, c) => sum + c * c, 0));
    return v.map((c) => c / norm);
  };
  // Industry g is drawn with probability proportional to 1 + g mod 3.
  const wheel = Array.from({ length: nG }, (_, g) => Array.from({ length: 1 + (g % 3) }, () => g)).flat();
  const industryOf = () => wheel[Math.floor(random() * wheel.length)]!;
  const organisations = Math.max(3, Math.ceil(nR / 3));
  const industries = Array.from({ length: nE }, industryOf);
  const owner = Array.from({ length: nE }, () => Math.floor(random() * organisations));
  const maxLoad = Math.ceil((nE * setting.seats * (1 + setting.slack)) / nR);
  const reviewers: ReviewerToAssign[] = Array.from({ length: nR }, (_, j) => {
    // The first reviewers are distributed over the industries in turn, so that every industry has at least three, if
    // there are enough reviewers.
    const first = j < 3 * nG ? j % nG : industryOf();
    const second = industryOf();
    return {
      organisation: Math.floor(random() * organisations),
      homes: random() < setting.versatile && second !== first ? [first, second] : [first],
      maxLoad,
    };
  });
  const ofEntry = industries.map((g) => topics([g]));
  const ofReviewer = reviewers.map((r) => topics(r.homes));
  const similarity = new Float32Array(nE * nR);
  const conflicts: Array<[number, number]> = [];
  for (let i = 0; i < nE; i += 1) {
    for (let j = 0; j < nR; j += 1) {
      let dot = 0;
      for (let t = 0; t < TOPICS; t += 1) dot += ofEntry[i]![t]! * ofReviewer[j]![t]!;
      similarity[i * nR + j] = dot;
      if (random() < setting.conflicts || reviewers[j]!.organisation === owner[i]) conflicts.push([i, j]);
    }
  }
  return {
    entries: industries.map((industry) => ({ industry })),
    reviewers,
    industries: nG,
    similarity,
    conflicts: conflictMatrix(nE, nR, conflicts),
  };
}
