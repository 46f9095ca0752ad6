import { describe, expect, it } from 'vitest';
import { assignPanels } from '../../../src/vetting/assignments/optimum/assign.js';
import { mergedSeats } from '../../../src/vetting/assignments/assignments.store.js';
import {
  dimensionGroups,
  doublesOf,
  groupProblem,
  loadOf,
  provinceOf,
  type CohortFacts,
  type ReviewerFacts,
} from '../../../src/vetting/assignments/assignments.problem.js';
import { isScore, missingParts, rationaleHash, readReview } from '../../../src/vetting/reviews/reviews.rules.js';
import type { Dimension } from '../../../src/vetting/vocabularies.js';
import type { FieldProblem } from '../../../src/kernel/errors.js';

const PEER: Dimension[] = ['TECHNICAL_CONTENT'];
const USER: Dimension[] = ['MARKET_POTENTIAL', 'ECONOMIC_VALUE'];
const BOTH: Dimension[] = ['MARKET_POTENTIAL', 'ECONOMIC_VALUE', 'TECHNICAL_CONTENT'];

function person(reviewerId: string, dimensions: Dimension[], wish: Partial<ReviewerFacts> = {}): ReviewerFacts {
  return { reviewerId, dimensions, divisions: [], family: null, regionCode: null, maxLoad: null, ...wish };
}

function facts(wish: Partial<CohortFacts> = {}): CohortFacts {
  return {
    cohortId: 'c',
    minReviews: 3,
    reviewerLoad: 10,
    doubleShare: 0,
    entries: Array.from({ length: 4 }, (_, i) => ({
      entryId: `e${i}`,
      industry: i < 2 ? '26' : '39',
      regionCode: '620100',
    })),
    reviewers: Array.from({ length: 5 }, (_, j) => person(`r${j}`, BOTH)),
    seats: [],
    conflicts: [],
    ...wish,
  };
}

const flat = (f: CohortFacts) => new Float32Array(f.entries.length * f.reviewers.length).fill(0.1);

describe('the problem of a cohort', () => {
  it('is one group where all judge all, and two otherwise', () => {
    expect(dimensionGroups(facts().reviewers)).toEqual([{ dimensions: BOTH }]);
    expect(dimensionGroups([...facts().reviewers, person('p', PEER)])).toEqual([
      { dimensions: PEER },
      { dimensions: USER },
    ]);
    expect(dimensionGroups([])).toHaveLength(2);
  });

  it('draws the doubles from the cohort alone', () => {
    const f = facts({ doubleShare: 0.5 });
    expect(doublesOf(f)).toEqual(doublesOf({ ...f, reviewers: [] } as CohortFacts));
    expect(doublesOf(f)).toHaveLength(2);
    expect(
      Array.from({ length: 20 }, (_, i) => doublesOf({ ...f, cohortId: `c${i}` }).join()).some(
        (draw) => draw !== doublesOf(f).join(),
      ),
    ).toBe(true);
  });

  it('keeps what stands, and never offers a pair that conflicts or has ended', () => {
    const f = facts({
      seats: [
        { entryId: 'e0', reviewerId: 'r0', panel: 1, dimensions: BOTH, active: true },
        { entryId: 'e1', reviewerId: 'r1', panel: 1, dimensions: BOTH, active: false },
      ],
      conflicts: [{ entryId: 'e2', reviewerId: 'r2' }],
    });
    const { problem } = groupProblem(f, dimensionGroups(f.reviewers)[0]!, flat(f), []);
    expect(problem.fixed).toEqual([{ entry: 0, reviewer: 0, panel: 0 }]);
    expect([problem.conflicts[1 * 5 + 1], problem.conflicts[2 * 5 + 2], problem.conflicts[0]]).toEqual([1, 1, 0]);
    const seats = assignPanels(problem, { panelSize: 3, doubles: [] }).pairs;
    expect(seats).toHaveLength(11);
    expect(
      seats.some((seat) => (seat.entry === 1 && seat.reviewer === 1) || (seat.entry === 2 && seat.reviewer === 2)),
    ).toBe(false);
  });

  it('fills both groups where some judge only one, counting what the first took, and merges who judges both', () => {
    const f = facts({
      reviewers: [person('p0', PEER), person('b0', BOTH), person('b1', BOTH), person('b2', BOTH), person('u0', USER)],
      reviewerLoad: 8,
    });
    const planned = [];
    for (const group of dimensionGroups(f.reviewers)) {
      const built = groupProblem(f, group, flat(f), planned);
      const panels = assignPanels(built.problem, { panelSize: 3, doubles: built.doubles });
      expect(panels.unmet).toEqual([]);
      planned.push(
        ...panels.pairs.map((pair) => ({
          entryId: f.entries[pair.entry]!.entryId,
          reviewerId: built.reviewers[pair.reviewer]!.reviewerId,
          panel: 1 as const,
          dimensions: group.dimensions,
          active: true,
          similarity: pair.similarity,
        })),
      );
    }
    expect(planned).toHaveLength(24);
    const rows = mergedSeats(f, planned, 0);
    expect(new Set(rows.map((row) => `${row.entry_id} ${row.reviewer_id}`)).size).toBe(rows.length);
    for (const reviewer of f.reviewers)
      expect(rows.filter((row) => row.reviewer_id === reviewer.reviewerId).length).toBeLessThanOrEqual(8);
    for (const entry of f.entries)
      for (const dimension of BOTH)
        expect(rows.filter((row) => row.entry_id === entry.entryId && row.dimensions.includes(dimension))).toHaveLength(
          3,
        );
    expect(rows.some((row) => row.dimensions.length === 3)).toBe(true);
    expect(rows[0]!.entry_region).toBe('62');
  });

  it('never lets one person sit in both panels of a doubled entry, across groups', () => {
    const f = facts({
      reviewers: [
        person('p0', PEER),
        person('p1', PEER),
        person('p2', PEER),
        ...Array.from({ length: 12 }, (_, j) => person(`b${j}`, BOTH)),
      ],
      doubleShare: 1,
      entries: facts().entries.slice(0, 1),
    });
    const [peers, users] = dimensionGroups(f.reviewers);
    const first = groupProblem(f, peers!, flat(f), []);
    const taken = assignPanels(first.problem, { panelSize: 3, doubles: first.doubles }).pairs.map((pair) => ({
      entryId: 'e0',
      reviewerId: first.reviewers[pair.reviewer]!.reviewerId,
      panel: (pair.panel + 1) as 1 | 2,
      dimensions: peers!.dimensions,
      active: true,
    }));
    const second = groupProblem(f, users!, flat(f), taken);
    const seats = assignPanels(second.problem, { panelSize: 3, doubles: second.doubles }).pairs.map(
      (pair) => second.reviewers[pair.reviewer]!.reviewerId,
    );
    expect(seats).toHaveLength(6);
    expect(seats.filter((id) => taken.some((seat) => seat.reviewerId === id))).toEqual([]);
  });

  it('asks in a boundary round for the wished entries alone', () => {
    const f = facts({ seats: [{ entryId: 'e1', reviewerId: 'r0', panel: 1, dimensions: BOTH, active: true }] });
    const { problem, doubles } = groupProblem(
      { ...f, doubleShare: 1 },
      dimensionGroups(f.reviewers)[0]!,
      flat(f),
      [],
      [{ entryId: 'e1', dimensions: BOTH, reviews: 2 }],
    );
    expect(problem.demand).toEqual([0, 2, 0, 0]);
    expect(doubles).toEqual([]);
    const { pairs } = assignPanels(problem, { panelSize: 3 });
    expect(pairs.map((pair) => pair.entry)).toEqual([1, 1]);
    expect(pairs.some((pair) => pair.reviewer === 0)).toBe(false);
  });

  it('takes homes from declared industries, or from what the documents are nearest to', () => {
    const f = facts({ reviewers: [person('r0', BOTH, { divisions: ['39', '01'] }), person('r1', BOTH)] });
    const similarity = flat(f);
    for (const i of [0, 1]) similarity[i * 2 + 1] = 0.9;
    const { problem } = groupProblem(f, dimensionGroups(f.reviewers)[0]!, similarity, []);
    expect(problem.reviewers.map((reviewer) => reviewer.homes)).toEqual([[1], [0]]);
  });

  it('takes the smaller of the cohort’s load and the reviewer’s own', () => {
    expect(loadOf({ reviewerLoad: 10 }, { maxLoad: null })).toBe(10);
    expect(loadOf({ reviewerLoad: 10 }, { maxLoad: 4 })).toBe(4);
    expect(loadOf({ reviewerLoad: 10 }, { maxLoad: 40 })).toBe(10);
    expect([provinceOf('620102'), provinceOf(null)]).toEqual(['62', null]);
  });
});

describe('what a review may say', () => {
  it('is half points from 0 to 5', () => {
    expect(Array.from({ length: 11 }, (_, i) => i / 2).every(isScore)).toBe(true);
    for (const wrong of [-0.5, 5.5, 0.25, 4.999, NaN, Infinity]) expect(isScore(wrong)).toBe(false);
  });

  it('collects every problem with its field', () => {
    const problems: FieldProblem[] = [];
    readReview(
      PEER,
      {
        scores: [
          { dimension: 'TECHNICAL_CONTENT', score: 9 },
          { dimension: 'TECHNICAL_CONTENT', score: 1 },
          { dimension: 'ECONOMIC_VALUE', rationale: 'x'.repeat(4001) },
        ],
        confidence: 2.5,
        gapCodes: Array.from({ length: 31 }, (_, i) => `G${i}`),
      },
      problems,
    );
    expect(problems.map((problem) => [problem.field, problem.code])).toEqual([
      ['input.scores[0].score', 'OUT_OF_RANGE'],
      ['input.scores[1].dimension', 'TWICE'],
      ['input.scores[2].dimension', 'NOT_ASSIGNED'],
      ['input.scores[2].rationale', 'TOO_LONG'],
      ['input.confidence', 'OUT_OF_RANGE'],
      ['input.gapCodes', 'TOO_MANY'],
    ]);
  });

  it('needs a rationale at the ends of the scale and nowhere else', () => {
    const at = (score: number) =>
      missingParts(PEER, { scores: { TECHNICAL_CONTENT: score }, rationales: {}, confidence: 1 }).map(
        (missing) => missing.part,
      );
    for (const end of [0, 0.5, 4.5, 5]) expect(at(end)).toEqual(['RATIONALE']);
    for (const middle of [1, 2.5, 4]) expect(at(middle)).toEqual([]);
  });

  it('hashes rationales with their salt, whatever the order of dimensions', () => {
    const one = rationaleHash('a', { MARKET_POTENTIAL: 'x', TECHNICAL_CONTENT: 'y' });
    expect(one).toBe(rationaleHash('a', { TECHNICAL_CONTENT: 'y', MARKET_POTENTIAL: 'x' }));
    expect(one).not.toBe(rationaleHash('b', { MARKET_POTENTIAL: 'x', TECHNICAL_CONTENT: 'y' }));
    expect(one).not.toBe(rationaleHash('a', { MARKET_POTENTIAL: 'y', TECHNICAL_CONTENT: 'x' }));
  });
});
