import type { AssignmentProblem, Seat, Settings } from './problem.js';

/**
 * Similarities are scaled so that the largest absolute value becomes this number, and rounded to whole numbers (steps):
 * their sums are then exact, and every JavaScript engine finds the same optimum.
 */
const STEPS = 1e7;

/**
 * The assignment problem in the form of the flow solver: each entry needs `demand` reviewers in its one or two panels,
 * and an organisation may have at most one reviewer per panel. Becomes a `FlowProblem` whose groups are the
 * organisations.
 */
export interface Instance {
  entries: number;
  reviewers: number;
  /** Matrix entries × reviewers: similarity in whole steps; -Infinity if the reviewer must not judge the entry. */
  value: Float64Array;
  /** Size of one step, in units of similarity. */
  step: number;
  /** Per entry: number of reviewers still needed in total (`demand`) and in each panel (`demandOf`). */
  demand: Int32Array;
  demandOf: [Int32Array, Int32Array];
  /** Per entry: maximum number of reviewers from one organisation. */
  organisationLimit: Uint8Array;
  /** Per reviewer: index of the organisation; a reviewer without organisation gets an index shared with nobody. */
  organisation: Int32Array;
  organisations: number;
  /**
   * Per reviewer: number of entries that may still be assigned (`capacity`), and the number still missing to the
   * minimum that the reviewer asked for, at most `capacity` (`wish`). Fixed seats are subtracted from both.
   */
  capacity: Int32Array;
  wish: Int32Array;
  /** Per entry: index of a reviewer who must be assigned to it (a required bridge), or -1. */
  pinned: Int32Array;
  /** Per entry: its industry. */
  industry: Int32Array;
  /** Matrix reviewers × industries: 1 if the reviewer sits in the industry's panel. */
  home: Uint8Array;
  industries: number;
  /**
   * Value, in steps, of meeting one reviewer's minimum, of a filled seat in a second panel, and in a first panel. Each
   * exceeds the similarity and the less important values that a chain of reassignments through all reviewers can gain,
   * so the priorities are strict.
   */
  wishWorth: number;
  secondPanelWorth: number;
  firstPanelWorth: number;
}

/** Groups items by key; groups are in order of first appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Builds the solver's instance, without bridges. */
export function instanceOf(problem: AssignmentProblem, settings: Settings, doubles: readonly number[]): Instance {
  const { entries, reviewers, similarity, conflicts, industries } = problem;
  const nE = entries.length;
  const nR = reviewers.length;
  const fixed = problem.fixed ?? [];
  let largest = 0;
  for (const s of similarity) largest = Math.max(largest, Math.abs(s));
  const step = largest > 0 ? largest / STEPS : 1 / STEPS;
  const value = new Float64Array(nE * nR);
  for (let cell = 0; cell < value.length; cell += 1)
    value[cell] = conflicts[cell] ? -Infinity : Math.round(similarity[cell]! / step);

  const named = Math.max(-1, ...reviewers.map((r) => r.organisation ?? -1)) + 1;
  const organisation = Int32Array.from(reviewers, (r, j) => r.organisation ?? named + j);
  const capacity = Int32Array.from(reviewers, (r) => Math.min(r.maxLoad, nE));
  const wish = Int32Array.from(reviewers, (r) => Math.max(0, r.minLoad ?? 0));
  const open: [Int32Array, Int32Array] = [new Int32Array(nE), new Int32Array(nE)];
  const isDouble = new Uint8Array(nE);
  for (const i of doubles) isDouble[i] = 1;
  for (let i = 0; i < nE; i += 1) {
    open[0][i] = problem.demand ? Math.max(0, Math.floor(problem.demand[i]!)) : settings.panelSize;
    open[1][i] = isDouble[i] ? settings.panelSize : 0;
  }
  for (const seat of fixed) {
    capacity[seat.reviewer]! -= 1;
    wish[seat.reviewer]! -= 1;
    value[seat.entry * nR + seat.reviewer] = -Infinity;
    if (seat.panel === 1 || !problem.demand)
      open[seat.panel][seat.entry] = Math.max(0, open[seat.panel][seat.entry]! - 1);
  }
  for (let j = 0; j < nR; j += 1) {
    capacity[j] = Math.max(0, capacity[j]!);
    wish[j] = Math.min(capacity[j]!, Math.max(0, wish[j]!));
  }
  const demand = Int32Array.from({ length: nE }, (_, i) => open[0][i]! + open[1][i]!);
  const organisationLimit = Uint8Array.from({ length: nE }, (_, i) => (open[0][i]! > 0 && open[1][i]! > 0 ? 2 : 1));
  const x: Instance = {
    entries: nE,
    reviewers: nR,
    value,
    step,
    demand,
    demandOf: open,
    organisationLimit,
    organisation,
    organisations: named + nR,
    capacity,
    wish,
    pinned: new Int32Array(nE).fill(-1),
    industry: Int32Array.from(entries, (e) => e.industry),
    home: new Uint8Array(nR * industries),
    industries,
    wishWorth: 4 * STEPS * (nR + 2),
    secondPanelWorth: 16 * STEPS * (nR + 2),
    firstPanelWorth: 64 * STEPS * (nR + 2),
  };
  reviewers.forEach((r, j) => r.homes.forEach((g) => (x.home[j * industries + g] = 1)));
  closeOrganisations(x, problem, fixed);
  return x;
}

/**
 * Excludes reviewers of organisations that are already seated in a panel still to be filled. If two panels are to be
 * filled and one of them excludes a reviewer, or their sizes differ, a joint choice could not always be divided between
 * them: such an entry takes each organisation at most once, and only reviewers allowed in both panels.
 */
function closeOrganisations(x: Instance, problem: AssignmentProblem, fixed: readonly Seat[]): void {
  const nR = x.reviewers;
  const seats = groupBy(fixed, (seat) => seat.entry);
  for (let i = 0; i < x.entries; i += 1)
    if (x.organisationLimit[i] === 2 && (x.demandOf[0][i] !== x.demandOf[1][i] || seats.has(i)))
      x.organisationLimit[i] = 1;
  for (const [i, taken] of seats) {
    for (const seat of taken) {
      if (x.demandOf[seat.panel][i] === 0) continue;
      const organisation = problem.reviewers[seat.reviewer]!.organisation;
      if (organisation === null) continue;
      for (let j = 0; j < nR; j += 1) if (x.organisation[j] === organisation) x.value[i * nR + j] = -Infinity;
    }
  }
}
