import { describe, expect, it } from 'vitest';
import { emptyRecord } from '../../src/achievements/achievement.record.js';
import { defaultSettings, readSettings } from '../../src/vetting/cohort/cohort.settings.js';
import { decide, percentiles, type Candidate } from '../../src/vetting/admission/decision.js';
import { screenReasons, type Screened } from '../../src/vetting/screening/screening.rules.js';

const candidate = (
  id: string,
  market: number,
  economic: number,
  technical: number,
  extra: Partial<{ reviews: number; enteredAt: string; order: number; se: number }> = {},
): Candidate => {
  const of = (score: number) => ({ score, se: extra.se ?? 0.3, reviews: extra.reviews ?? 3 });
  return {
    id,
    enteredAt: extra.enteredAt ?? '2026-01-01T00:00:00.000Z',
    order: extra.order ?? null,
    scores: { MARKET_POTENTIAL: of(market), ECONOMIC_VALUE: of(economic), TECHNICAL_CONTENT: of(technical) },
  };
};
const run = (candidates: Candidate[], quota: number, excluded: string[] = [], rule: 1 | 2 = 2) =>
  decide({ rule, candidates, settings: defaultSettings, quota, excluded: new Set(excluded) });
const outcome = (decision: ReturnType<typeof run>) =>
  Object.fromEntries(decision.verdicts.map((verdict) => [verdict.id, verdict.reason ?? verdict.decision]));

describe('a decision', () => {
  it('takes floors first, then the weighted score, then the quota', () => {
    const decision = run(
      [
        candidate('a', 4, 4, 4),
        candidate('b', 5, 5, 1.9),
        candidate('c', 3, 3, 3),
        candidate('d', 2, 2, 2),
        candidate('e', 4.9, 4.9, 4.9, { reviews: 2 }),
      ],
      2,
    );
    expect(outcome(decision)).toEqual({
      e: 'TOO_FEW_REVIEWS',
      a: 'ADMITTED',
      b: 'FLOOR_TECHNICAL_CONTENT',
      c: 'ADMITTED',
      d: 'QUOTA',
    });
    expect(decision.cutOff).toBeCloseTo(3, 12);
    expect(decision.verdicts.map((verdict) => verdict.rank)).toEqual([1, 2, 3, 4, 5]);
  });

  it('weighs scores and errors as declared', () => {
    const [verdict] = run([candidate('a', 5, 3, 4)], 1).verdicts;
    expect(verdict!.score).toBeCloseTo(0.35 * 5 + 0.3 * 3 + 0.35 * 4, 12);
    expect(verdict!.se).toBeCloseTo(0.3 * Math.sqrt(0.35 ** 2 + 0.3 ** 2 + 0.35 ** 2), 12);
  });

  it('orders what is equal to two decimals by the declared rule, whatever order it comes in', () => {
    // Equal in sum: the better technical content wins, then the earlier registration, then the id.
    const a = candidate('a', 4, 3, 3, { enteredAt: '2026-02-01T00:00:00.000Z', order: 2 });
    const b = candidate('b', 3, 3, 4, { enteredAt: '2026-03-01T00:00:00.000Z', order: 3 });
    const c = candidate('c', 4, 3, 3, { enteredAt: '2026-01-01T00:00:00.000Z', order: 1 });
    const d = candidate('d', 4.004, 3, 3, { enteredAt: '2026-04-01T00:00:00.000Z', order: 4 });
    for (const list of [
      [a, b, c, d],
      [d, c, b, a],
      [b, d, a, c],
    ]) {
      expect(run(list, 2).verdicts.map((verdict) => verdict.id)).toEqual(['b', 'c', 'a', 'd']);
      // The rule of earlier cohorts lets the third decimal of a dimension decide.
      expect(run(list, 2, [], 1).verdicts.map((verdict) => verdict.id)).toEqual(['b', 'd', 'c', 'a']);
    }
  });

  it('compares floors with published scores, so that 2.00 reaches a floor of 2', () => {
    const list = [candidate('a', 1.999_999_999_4, 3, 3), candidate('b', 1.994_9, 3, 3)];
    expect(outcome(run(list, 2))).toEqual({ a: 'ADMITTED', b: 'FLOOR_MARKET_POTENTIAL' });
    expect(outcome(run(list, 2, [], 1))).toEqual({ a: 'FLOOR_MARKET_POTENTIAL', b: 'FLOOR_MARKET_POTENTIAL' });
  });

  it('admits nobody under a quota of nothing, and fewer than the quota where floors say so', () => {
    expect(run([candidate('a', 4, 4, 4)], 0)).toMatchObject({ cutOff: null, verdicts: [{ reason: 'QUOTA' }] });
    expect(outcome(run([candidate('a', 4, 4, 4), candidate('b', 1, 1, 1)], 2))).toEqual({
      a: 'ADMITTED',
      b: 'FLOOR_MARKET_POTENTIAL',
    });
  });

  it('lets the next one move up where an objection was upheld', () => {
    expect(outcome(run([candidate('a', 5, 5, 5), candidate('b', 4, 4, 4), candidate('c', 3, 3, 3)], 1, ['a']))).toEqual(
      { a: 'OBJECTION_UPHELD', b: 'ADMITTED', c: 'QUOTA' },
    );
  });

  it('gives percentiles within a division', () => {
    const rows = [
      { group: '35', score: 1 },
      { group: '35', score: 3 },
      { group: '35', score: 3 },
      { group: '26', score: 1 },
      { group: '35', score: 2 },
    ];
    expect(percentiles(rows)).toEqual([25, 100, 100, 100, 50]);
    const noisy = [2.910_01, 2.909_99, 2.91, 3].map((score) => ({ group: '35', score }));
    expect(percentiles(noisy)).toEqual([75, 75, 75, 100]);
  });
});

describe('settings', () => {
  it('are refused with every problem at once, above the cap of 20 % too', () => {
    const wrong = () =>
      readSettings(defaultSettings, {
        quotaRate: 0.21,
        minReviews: 2,
        weights: [
          { dimension: 'MARKET_POTENTIAL', value: 0.6 },
          { dimension: 'MARKET_POTENTIAL', value: 0.4 },
        ],
        floors: [{ dimension: 'ECONOMIC_VALUE', value: 6 }],
      });
    const problems = ['floors[0].value', 'minReviews', 'quotaRate', 'weights', 'weights[1].dimension'].map(
      (field) => expect.objectContaining({ field: `input.settings.${field}` }) as unknown,
    );
    expect(wrong).toThrow(expect.objectContaining({ problems: expect.arrayContaining(problems) as unknown }) as Error);
  });

  it('always end their tie rule with the id', () => {
    expect(readSettings(defaultSettings, { tieRule: ['ENTRY_ID', 'SMALLER_ERROR'] }).tieRule).toEqual([
      'SMALLER_ERROR',
      'ENTRY_ID',
    ]);
  });
});

describe('the screen', () => {
  const record = {
    ...emptyRecord,
    title: { zh: '题' },
    summary: { zh: '摘要' },
    industries: ['35'],
    trl: 5,
    category: 'APPLIED_TECHNOLOGY' as const,
  };
  const entry = (id: string, extra: Partial<Screened> = {}): Screened => ({
    entryId: `e${id}`,
    achievementId: id,
    status: 'REGISTERED',
    institutionVerified: true,
    holdsPassport: false,
    record,
    verdict: null,
    countedBefore: false,
    objectionUpheld: false,
    ...extra,
  });
  const pair = (a: string, b: string, status: 'REGISTERED' | 'CULTIVATING' = 'REGISTERED') => [
    { achievementId: a, other: b, otherStatus: status },
    { achievementId: b, other: a, otherStatus: 'REGISTERED' as const },
  ];

  it('says every reason', () => {
    const reasons = screenReasons(
      [
        entry('1'),
        entry('2', { record: { ...record, trl: null }, institutionVerified: false }),
        entry('3', { status: 'WITHDRAWN' }),
        entry('4', { status: 'ADMITTED', holdsPassport: true }),
        entry('5', { status: 'ADMITTED' }),
      ],
      [],
    );
    expect(Object.fromEntries(reasons)).toEqual({
      e1: [],
      e2: ['NOT_ELIGIBLE', 'INCOMPLETE'],
      e3: ['WITHDRAWN'],
      e4: ['ALREADY_ADMITTED'],
      e5: [],
    });
  });

  it('counts the first of near-duplicates, and does not let an excluded one exclude others', () => {
    const chain = screenReasons([entry('3'), entry('1'), entry('2')], [...pair('1', '2'), ...pair('2', '3')]);
    expect(Object.fromEntries(chain)).toEqual({ e1: [], e2: ['NEAR_DUPLICATE'], e3: [] });
    const outside = screenReasons([entry('9')], [{ achievementId: '9', other: '0', otherStatus: 'CULTIVATING' }]);
    expect(outside.get('e9')).toEqual(['NEAR_DUPLICATE']);
    const notEntered = screenReasons([entry('1')], [{ achievementId: '1', other: '0', otherStatus: 'REGISTERED' }]);
    expect(notEntered.get('e1')).toEqual([]);
  });

  it('leaves an operator’s verdict alone, and counts with it', () => {
    const reasons = screenReasons(
      [entry('1', { verdict: 'EXCLUDED' }), entry('2'), entry('3', { verdict: 'COUNTED' }), entry('4')],
      [...pair('1', '2'), ...pair('3', '4')],
    );
    expect(Object.fromEntries(reasons)).toEqual({ e2: [], e4: ['NEAR_DUPLICATE'] });
  });

  it('does not exclude what counted before for an entry that a verdict counts', () => {
    const reasons = screenReasons(
      [
        entry('1', { countedBefore: true }),
        entry('2', { verdict: 'COUNTED' }),
        entry('3', { countedBefore: true }),
        entry('4'),
      ],
      [...pair('1', '2'), ...pair('1', '3'), ...pair('2', '4')],
    );
    expect(Object.fromEntries(reasons)).toEqual({ e1: [], e3: ['NEAR_DUPLICATE'], e4: ['NEAR_DUPLICATE'] });
  });
});
