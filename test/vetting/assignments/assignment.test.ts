import { describe, expect, it } from 'vitest';
import { assignPanels, drawDoubles, type Assignment } from '../../../src/vetting/assignments/optimum/assign.js';
import { industryContrasts } from '../../../src/vetting/assignments/optimum/contrasts.js';
import {
  conflictMatrix,
  type AssignmentProblem,
  type ReviewerToAssign,
} from '../../../src/vetting/assignments/optimum/problem.js';
import { syntheticProblem, syntheticSetting } from '../../../src/vetting/assignments/optimum/synthetic-cohort.js';

const cohort = { ...syntheticSetting, entries: 150, reviewers: 36, industries: 4 };

/** Checks the rules that every assignment must keep. */
function expectLawful(problem: AssignmentProblem, result: Assignment, panelSize = 3): void {
  const nR = problem.reviewers.length;
  const all = [...(problem.fixed ?? []), ...result.pairs];
  expect(result.pairs.filter((p) => problem.conflicts[p.entry * nR + p.reviewer])).toEqual([]);
  expect(new Set(all.map((p) => p.entry * nR + p.reviewer)).size).toBe(all.length);
  problem.reviewers.forEach((r, j) => {
    const before = (problem.fixed ?? []).filter((p) => p.reviewer === j).length;
    expect(all.filter((p) => p.reviewer === j).length).toBeLessThanOrEqual(Math.max(r.maxLoad, before));
  });
  const organisations = all.map(
    (p) => `${p.entry}/${p.panel}/${problem.reviewers[p.reviewer]!.organisation ?? `own ${p.reviewer}`}`,
  );
  expect(new Set(organisations).size).toBe(organisations.length);
  expect(result.upperBound).toBeGreaterThanOrEqual(result.objective);
  expect(result.objective).toBeCloseTo(
    result.pairs.reduce((sum, p) => sum + p.similarity, 0),
    3,
  );
  // Every panel is full or reported.
  const missing = new Map(result.unmet.map((u) => [`${u.entry}/${u.panel}`, u.missing]));
  const seats = new Map<string, number>();
  for (const p of all) seats.set(`${p.entry}/${p.panel}`, (seats.get(`${p.entry}/${p.panel}`) ?? 0) + 1);
  if (problem.demand) return;
  problem.entries.forEach((_, i) => {
    for (const panel of result.doubles.includes(i) ? [0, 1] : [0])
      expect((seats.get(`${i}/${panel}`) ?? 0) + (missing.get(`${i}/${panel}`) ?? 0)).toBe(panelSize);
  });
}

/** A problem of one industry without conflicts, which tests make harder. */
function plain(
  entries: number,
  reviewers: readonly Partial<ReviewerToAssign>[],
  conflicts: Array<[number, number]> = [],
): AssignmentProblem {
  return {
    entries: Array.from({ length: entries }, () => ({ industry: 0 })),
    reviewers: reviewers.map((r) => ({ organisation: null, homes: [0], maxLoad: 10, ...r })),
    industries: 1,
    similarity: Float32Array.from({ length: entries * reviewers.length }, (_, cell) => ((cell * 7919) % 101) / 100),
    conflicts: conflictMatrix(entries, reviewers.length, conflicts),
  };
}

describe('assigning panels', () => {
  it('fills every panel of a cohort within loads, conflicts and independence, proved optimal', () => {
    const problem = syntheticProblem(cohort, 5);
    const result = assignPanels(problem);
    expectLawful(problem, result);
    expect(result.unmet).toEqual([]);
    expect(result.doubles).toHaveLength(15);
    expect(result.gap).toBeLessThan(1e-6);
    expect(result.objective).toBeLessThanOrEqual(result.withoutBridges.upperBound);
  });

  it('gives doubles a second panel with no reviewer of the first', () => {
    const problem = syntheticProblem({ ...cohort, slack: 0.4 }, 6);
    const result = assignPanels(problem, { doubleShare: 0.3, seed: 9 });
    expectLawful(problem, result);
    expect(result.doubles).toEqual(drawDoubles(150, 0.3, 9));
    for (const i of result.doubles) {
      const reviewers = (panel: number) =>
        result.pairs.filter((p) => p.entry === i && p.panel === panel).map((p) => p.reviewer);
      expect(reviewers(0)).toHaveLength(3);
      expect(reviewers(1)).toHaveLength(3);
      expect(reviewers(0).filter((j) => reviewers(1).includes(j))).toEqual([]);
    }
  });

  it('is the same every time', () => {
    const problem = syntheticProblem(cohort, 7);
    expect(assignPanels(problem, { seed: 3 })).toEqual(assignPanels(problem, { seed: 3 }));
    expect(assignPanels(problem, { seed: 4 }).doubles).not.toEqual(assignPanels(problem, { seed: 3 }).doubles);
  });

  it('leaves taken seats as they are and counts them for loads and independence', () => {
    const problem = syntheticProblem(cohort, 8);
    const first = assignPanels(problem);
    const loads = new Map<number, number>();
    for (const p of first.pairs) loads.set(p.reviewer, (loads.get(p.reviewer) ?? 0) + 1);
    const band = [3, 17, 40, 41, 99];
    const later: AssignmentProblem = {
      ...problem,
      reviewers: problem.reviewers.map((r, j) => ({
        ...r,
        maxLoad: j % 2 === 0 ? (loads.get(j) ?? 0) : (loads.get(j) ?? 0) + 2,
      })),
      fixed: first.pairs.map(({ entry, reviewer, panel }) => ({ entry, reviewer, panel })),
      demand: problem.entries.map((_, i) => (band.includes(i) ? 1 : 0)),
    };
    const extra = assignPanels(later);
    expectLawful(later, extra);
    expect(extra.pairs.map((p) => p.entry)).toEqual(band);
    expect(extra.pairs.every((p) => p.panel === 0 && p.reviewer % 2 === 1)).toBe(true);
    expect(extra.doubles).toEqual([]);
  });

  it('completes panels that somebody has already left half filled', () => {
    const problem = syntheticProblem(cohort, 9);
    const first = assignPanels(problem);
    const kept = first.pairs.filter((_, k) => k % 4 !== 0);
    const second = { ...problem, fixed: kept.map(({ entry, reviewer, panel }) => ({ entry, reviewer, panel })) };
    const result = assignPanels(second, { doubles: first.doubles });
    expectLawful(second, result);
    expect(result.pairs.length + kept.length).toBe(first.pairs.length);
  });

  it('serves the least loads before similarity', () => {
    const problem = plain(6, [{}, {}, {}, {}, { minLoad: 4 }, { minLoad: 7 }]);
    const result = assignPanels(problem, { doubleShare: 0 });
    expect(result.pairs.filter((p) => p.reviewer === 4).length).toBeGreaterThanOrEqual(4);
    expect(result.pairs.filter((p) => p.reviewer === 5)).toHaveLength(6);
    expect(result.underloaded).toEqual([{ reviewer: 5, missing: 1 }]);
  });

  it('refuses malformed problems by name', () => {
    const problem = plain(2, [{}, {}, {}]);
    expect(() => assignPanels({ ...problem, similarity: new Float32Array(5) })).toThrow(
      'similarity: expected 6 numbers, got 5',
    );
    expect(() => assignPanels({ ...problem, fixed: [{ entry: 0, reviewer: 3, panel: 0 }] })).toThrow(
      'reviewer of a fixed seat',
    );
    expect(() => assignPanels(problem, { panelSize: 2.5 })).toThrow('panelSize');
    expect(() => assignPanels(problem, { doubles: [2] })).toThrow('there is no entry 2');
    expect(assignPanels({ ...plain(0, []), similarity: new Float32Array(0) }).pairs).toEqual([]);
  });
});

describe('what cannot be filled', () => {
  it('is reported as conflicts, and a conflict is never assigned to fill it', () => {
    const problem = plain(
      2,
      [{}, {}, {}, {}],
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [0, 3],
      ],
    );
    const result = assignPanels(problem, { doubleShare: 0 });
    expectLawful(problem, result);
    expect(result.unmet).toEqual([{ entry: 0, panel: 0, missing: 3, reasons: [{ reason: 'CONFLICT', reviewers: 4 }] }]);
    expect(result.pairs.filter((p) => p.entry === 1)).toHaveLength(3);
  });

  it('is reported as one organisation too many', () => {
    const problem = plain(
      1,
      [{ organisation: 0 }, { organisation: 0 }, { organisation: 1 }, { organisation: 1 }, {}],
      [[0, 4]],
    );
    const result = assignPanels(problem, { doubleShare: 0 });
    expectLawful(problem, result);
    expect(result.unmet).toEqual([
      {
        entry: 0,
        panel: 0,
        missing: 1,
        reasons: [
          { reason: 'SAME_ORGANISATION', reviewers: 2 },
          { reason: 'CONFLICT', reviewers: 1 },
        ],
      },
    ]);
  });

  it('is reported as missing capacity, with as many seats filled as there are places', () => {
    const problem = plain(5, [{ maxLoad: 3 }, { maxLoad: 3 }, { maxLoad: 3 }, { maxLoad: 0 }]);
    const result = assignPanels(problem, { doubleShare: 0 });
    expectLawful(problem, result);
    expect(result.pairs).toHaveLength(9);
    expect(result.unmet.reduce((sum, u) => sum + u.missing, 0)).toBe(6);
    expect(result.unmet.every((u) => u.reasons.some((r) => r.reason === 'NO_CAPACITY'))).toBe(true);
  });

  it('falls on second panels before first ones', () => {
    const problem = plain(
      4,
      Array.from({ length: 7 }, () => ({ maxLoad: 2 })),
    );
    const result = assignPanels(problem, { doubles: [1, 2] });
    expectLawful(problem, result);
    expect(result.pairs).toHaveLength(14);
    expect(result.unmet.every((u) => u.panel === 1)).toBe(true);
  });
});

describe('bridges between panels', () => {
  it('connect panels that similarity alone would keep apart', () => {
    const problem = syntheticProblem({ ...cohort, entries: 240, versatile: 0 }, 11);
    const without = assignPanels(problem, { bridgeShare: 0, maxBridgeShare: 0 });
    const result = assignPanels(problem, { contrastBound: 0.3 });
    expectLawful(problem, result);
    expect(result.contrasts.before).toEqual(without.contrasts.after);
    expect(result.contrasts.after.largest!.standardError).toBeLessThan(
      result.contrasts.before.largest!.standardError * 0.6,
    );
    expect(result.contrasts.withinBound).toBe(true);
    expect(result.contrasts.after.largest!.standardError).toBeLessThanOrEqual(0.3);
    expect(result.bridges.share).toBeGreaterThanOrEqual(0.15);
    expect(result.objective).toBeLessThan(without.objective);
    expect(result.objective).toBeGreaterThan(without.objective * 0.95);
    expect(new Set(result.pairs.filter((p) => p.bridge).map((p) => p.entry)).size).toBe(result.bridges.entries);
  });

  it('leave a smaller largest contrast than as many bridges drawn blindly from the neighbouring industry', () => {
    const problem = syntheticProblem({ ...cohort, entries: 240, versatile: 0 }, 12);
    const result = assignPanels(problem, { doubleShare: 0, contrastBound: 100, bridgeShare: 0.15 });
    const panel = problem.entries.map((_, i) => result.pairs.filter((p) => p.entry === i).map((p) => p.reviewer));
    // The same number of bridges, each from the next industry's first reviewer: connected, but not even.
    const homes = problem.reviewers.map((r) => r.homes[0]!);
    const blind = panel.map((reviewers, i) => {
      const g = problem.entries[i]!.industry;
      return reviewers.map((j) => (homes[j] === g ? j : homes.indexOf((g + 1) % 4)));
    });
    const graph = { entries: 240, reviewers: 36, industries: 4, industry: problem.entries.map((e) => e.industry) };
    const contrasts = industryContrasts({ ...graph, panel: blind }, { quality: 1, noise: 0.64 });
    expect(result.contrasts.after.largest!.standardError).toBeLessThan(contrasts.largest!.standardError);
  });

  it('are not asked for where nobody could bear them, and never leave a seat empty', () => {
    const problem = syntheticProblem({ ...cohort, slack: -0.1, versatile: 0 }, 13);
    const without = assignPanels(problem, { maxBridgeShare: 0, bridgeShare: 0 });
    const result = assignPanels(problem);
    expectLawful(problem, result);
    expect(without.unmet.length).toBeGreaterThan(0);
    expect(result.pairs.length).toBe(without.pairs.length);
  });
});

describe('contrasts between industries', () => {
  const variances = { quality: 1, noise: 0.64 };

  it('are not identified where no reviewer connects', () => {
    const contrasts = industryContrasts(
      {
        entries: 3,
        reviewers: 4,
        industries: 3,
        industry: [0, 1, 2],
        panel: [
          [0, 1],
          [2, 3],
          [1, 0],
        ],
      },
      variances,
    );
    expect(contrasts.standardError[0 * 3 + 1]).toBe(Infinity);
    expect(contrasts.standardError[1 * 3 + 2]).toBe(Infinity);
    expect(contrasts.standardError[0 * 3 + 2]).toBeLessThan(1e-6);
    expect(contrasts.largest!.standardError).toBe(Infinity);
  });

  it('cost nothing where everybody reviews everything, and follow the formula by hand for one bridge', () => {
    const everybody = industryContrasts(
      {
        entries: 2,
        reviewers: 2,
        industries: 2,
        industry: [0, 1],
        panel: [
          [0, 1],
          [0, 1],
        ],
      },
      variances,
    );
    expect(everybody.largest!.standardError).toBeLessThan(1e-6);
    // Industry 0: entries seen by reviewers {0} and {0, 1}; industry 1: entry seen by {1}. Severities are told apart by the
    // second entry's two scores (variance 2 v) and, against the first entry, by nothing else that is free of an industry.
    const { quality: q, noise: v } = variances;
    const one = industryContrasts(
      { entries: 3, reviewers: 2, industries: 2, industry: [0, 0, 1], panel: [[0], [0, 1], [1]] },
      variances,
    );
    // By generalised least squares on y = (t0 + s0, t0 + s0, t0 + s1, t1 + s1) with s0 = 0: t1 is y4 less the estimate of
    // s1, so the whole variance is (q + v) + Var(t0^ + s1^ - t0^) worked out below from the 2 x 2 normal equations of (t0, s1).
    const a = 1 / (q + v) + 2 / (2 * q + v);
    const b = 1 / (2 * q + v);
    const c = (q + v) / ((2 * q + v) * v);
    const det = a * c - b * b;
    const [tt, ts, ss] = [c / det, -b / det, a / det];
    const whole = q + v + ss + tt + 2 * ts;
    const known = q + v + 1 / a;
    expect(one.standardError[1]! ** 2).toBeCloseTo(whole - known, 9);
  });
});
