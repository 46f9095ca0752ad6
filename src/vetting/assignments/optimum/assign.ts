import { uniform } from '../../evaluation/simulation.js';
import { isAway, planBridges } from './bridges.js';
import { industryContrasts, type IndustryContrasts, type ReviewGraph } from './contrasts.js';
import { groupBy, instanceOf, type Instance } from './instance.js';
import { explainUnmet, splitPanels, type UnmetPanel } from './panels.js';
import {
  checkProblem,
  settingsOf,
  type AssignmentOptions,
  type AssignmentProblem,
  type Seat,
  type Settings,
} from './problem.js';
import { solve, type Solution } from './solve.js';

export interface AssignedSeat extends Seat {
  similarity: number;
  /**
   * True if the assignment is a bridge: the reviewer sits in other industries' panels and not in that of the entry's
   * industry.
   */
  bridge: boolean;
}

export interface Assignment {
  /** Newly assigned seats, ordered by entry, panel and reviewer; does not include the seats fixed beforehand. */
  pairs: AssignedSeat[];
  /** Sum of the new seats' similarities. */
  objective: number;
  /**
   * Upper bound on the objective (sum of similarities) of any assignment with the same bridges and no more empty seats.
   */
  upperBound: number;
  /** Relative optimality gap: (upperBound - objective) / |objective|; upperBound itself if the objective is 0. */
  gap: number;
  /**
   * Objective and bound of the same problem without required bridges; the difference is the similarity that bridges
   * cost.
   */
  withoutBridges: { objective: number; upperBound: number };
  /** Indexes of the entries judged by a second panel, ascending. */
  doubles: number[];
  /** Panels with empty seats; an empty list if every panel is full. */
  unmet: UnmetPanel[];
  /** Reviewers with fewer entries than the minimum they asked for. */
  underloaded: Array<{ reviewer: number; missing: number }>;
  bridges: { entries: number; share: number };
  /**
   * Standard errors of the differences between industries' mean scores that unknown severities of reviewers cause, over
   * fixed and new seats: without required bridges (`before`) and with them (`after`).
   */
  contrasts: { before: IndustryContrasts; after: IndustryContrasts; bound: number; withinBound: boolean };
}

/**
 * Maximum number of times that bridges (reviewers from other industries' panels) are planned; after the first time,
 * only if their share or the precision of comparisons between industries still does not suffice.
 */
const ROUNDS = 3;

/**
 * Draws a simple random sample of the entries, determined by the seed, for a second panel. Returns ascending indexes.
 */
export function drawDoubles(entries: number, share: number, seed: number): number[] {
  const random = uniform(seed);
  const deck = Array.from({ length: entries }, (_, i) => i);
  const count = Math.min(entries, Math.ceil(share * entries - 1e-9));
  for (let i = 0; i < count; i += 1) {
    const j = i + Math.floor(random() * (entries - i));
    [deck[i], deck[j]] = [deck[j]!, deck[i]!];
  }
  return deck.slice(0, count).sort((a, b) => a - b);
}

/**
 * Assigns reviewers to the panels of entries: maximises the sum of similarities subject to panel size, loads, conflicts
 * of interest and independence. Enough assignments are bridges (reviewers from another industry's panel), without which
 * a panel's severity cannot be told apart from its industry's quality. Solved first without required bridges; if the
 * result has too few bridges or too little precision, solved again with bridges planned from it, at most ROUNDS times.
 * Deterministic. Blocks its thread for seconds with thousands of entries, so the server calls `assignPanelsInWorker`.
 * Throws RangeError on malformed input; seats that cannot be filled are reported in `unmet`.
 */
export function assignPanels(problem: AssignmentProblem, options: AssignmentOptions = {}): Assignment {
  checkProblem(problem);
  const settings = settingsOf(problem, options);
  const doubles = settings.doubles
    ? [...new Set(settings.doubles)].sort((a, b) => a - b)
    : drawDoubles(problem.entries.length, settings.doubleShare, settings.seed);
  for (const i of doubles) if (!problem.entries[i]) throw new RangeError(`doubles: there is no entry ${i}`);
  const x = instanceOf(problem, settings, doubles);
  const base = solve(x);
  const before = measure(problem, x, base, settings);
  const { solution, measured } = bridge(problem, x, base, before, settings);
  return {
    ...seatsOf(problem, x, solution),
    ...sums(x, solution),
    withoutBridges: { objective: sums(x, base).objective, upperBound: sums(x, base).upperBound },
    doubles,
    bridges: {
      entries: measured.bridged,
      share: problem.entries.length > 0 ? measured.bridged / problem.entries.length : 0,
    },
    contrasts: {
      before: before.contrasts,
      after: measured.contrasts,
      bound: settings.contrastBound,
      withinBound: withinBound(measured, settings),
    },
  };
}

function sums(x: Instance, solution: Solution): { objective: number; upperBound: number; gap: number } {
  const seats = solution.panel.reduce((sum, panel) => sum + panel.length, 0);
  const objective = solution.similarity * x.step;
  // Each similarity was rounded to a whole step, an error of at most half a step per seat, by which the bound is
  // raised.
  const upperBound = (solution.bound + seats / 2) * x.step;
  return { objective, upperBound, gap: objective === 0 ? upperBound : (upperBound - objective) / Math.abs(objective) };
}

interface Measured {
  graph: ReviewGraph;
  contrasts: IndustryContrasts;
  /** Number of entries with at least one bridge (a reviewer from another industry's panel). */
  bridged: number;
}

const withinBound = (m: Measured, settings: Settings): boolean =>
  (m.contrasts.largest?.standardError ?? 0) <= settings.contrastBound;

function measure(problem: AssignmentProblem, x: Instance, solution: Solution, settings: Settings): Measured {
  const panel = solution.panel.map((reviewers) => [...reviewers]);
  for (const seat of problem.fixed ?? []) panel[seat.entry]!.push(seat.reviewer);
  const graph: ReviewGraph = {
    entries: x.entries,
    reviewers: x.reviewers,
    industries: x.industries,
    industry: x.industry,
    panel,
  };
  return {
    graph,
    contrasts: industryContrasts(graph, settings.variances),
    bridged: panel.filter((p, i) => p.some((j) => isAway(x, j, x.industry[i]!))).length,
  };
}

/**
 * Requires more bridges (reviewers from other industries' panels) until both their share and the precision of
 * comparisons between industries suffice, or the maximum share is reached; returns the best of the solutions with no
 * more empty seats and unmet minimums.
 */
function bridge(
  problem: AssignmentProblem,
  x: Instance,
  base: Solution,
  before: Measured,
  settings: Settings,
): { solution: Solution; measured: Measured } {
  const wanted = Math.ceil(settings.bridgeShare * x.entries - 1e-9);
  const most = Math.floor(settings.maxBridgeShare * x.entries + 1e-9);
  const met = (m: Measured) => m.bridged >= wanted && withinBound(m, settings);
  let best = { solution: base, measured: before };
  if (most === 0 || met(before)) return best;
  const pinned = Int32Array.from(x.pinned);
  let now = best;
  for (let round = 0, spent = 0; round < ROUNDS && spent < most; round += 1) {
    const { graph } = now.measured;
    const free = Array.from({ length: x.entries }, (_, i) => i).filter(
      (i) => x.demand[i]! > 0 && !graph.panel[i]!.some((j) => isAway(x, j, x.industry[i]!)),
    );
    // Planned bridges displace some bridges that the solver had chosen freely, so later rounds plan 1.5 times the
    // shortfall.
    const shortfall = Math.max(0, wanted - now.measured.bridged);
    const least = Math.min(most - spent, round === 0 ? shortfall : Math.ceil(1.5 * shortfall));
    const plan = planBridges(
      { x: { ...x, pinned }, graph, price: now.solution.price, free, settings },
      least,
      most - spent,
      0.97 * settings.contrastBound,
    );
    if (plan.count === 0) break;
    spent += plan.count;
    plan.pinned.forEach((j, i) => {
      if (j >= 0) pinned[i] = j;
    });
    const solution = solve({ ...x, pinned });
    now = { solution, measured: measure(problem, x, solution, settings) };
    if (solution.penalty <= base.penalty && better(now.measured, best.measured, wanted)) best = now;
    if (met(now.measured)) break;
  }
  return best;
}

/**
 * True if solution `a` is better: more bridged entries (up to the wanted number) or, if equal, a smaller largest
 * standard error between industries.
 */
function better(a: Measured, b: Measured, wanted: number): boolean {
  const share = Math.min(a.bridged, wanted) - Math.min(b.bridged, wanted);
  return share !== 0
    ? share > 0
    : (a.contrasts.largest?.standardError ?? 0) < (b.contrasts.largest?.standardError ?? 0);
}

/**
 * Converts a solution to the list of seats by panel, the panels with empty seats, and the reviewers with too few
 * entries.
 */
function seatsOf(
  problem: AssignmentProblem,
  x: Instance,
  solution: Solution,
): Pick<Assignment, 'pairs' | 'unmet' | 'underloaded'> {
  const pairs: AssignedSeat[] = [];
  const fixed = groupBy(problem.fixed ?? [], (seat) => seat.entry);
  const load = new Int32Array(x.reviewers);
  for (const seat of problem.fixed ?? []) load[seat.reviewer]! += 1;
  for (const panel of solution.panel) for (const j of panel) load[j]! += 1;
  const unmet: UnmetPanel[] = [];
  for (let i = 0; i < x.entries; i += 1) {
    if (x.demand[i] === 0) continue;
    const panels = splitPanels(x, i, solution.panel[i]!);
    const before = (p: 0 | 1) => (fixed.get(i) ?? []).filter((seat) => seat.panel === p).map((seat) => seat.reviewer);
    for (const p of [0, 1] as const) {
      for (const reviewer of panels[p]) {
        pairs.push({
          entry: i,
          reviewer,
          panel: p,
          similarity: problem.similarity[i * x.reviewers + reviewer]!,
          bridge: isAway(x, reviewer, x.industry[i]!),
        });
      }
      const missing = x.demandOf[p][i]! - panels[p].length;
      const other = (1 - p) as 0 | 1;
      const seat = {
        entry: i,
        panel: p,
        missing,
        seated: [...before(p), ...panels[p]],
        others: [...before(other), ...panels[other]],
      };
      if (missing > 0) unmet.push(explainUnmet(problem.conflicts, problem.reviewers, seat, load));
    }
  }
  const underloaded = problem.reviewers
    .map((r, reviewer) => ({ reviewer, missing: (r.minLoad ?? 0) - load[reviewer]! }))
    .filter((r) => r.missing > 0);
  return { pairs, unmet, underloaded };
}
