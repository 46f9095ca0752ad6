import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitFactors, MIN_JUDGED, withFactors, type JudgedPair } from '../../src/matching/models/feedback.fit.js';
import { DEFAULT_MODEL } from '../../src/matching/engine/default-model.js';
import type { TermCode } from '../../src/matching/engine/result.types.js';
import { tuneMatching } from '../../src/matching/models/match.tuning.js';
import { entry, type SeededEntry } from '../deals/kit.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { investor, matches } from './kit.js';

const pair = (wanted: boolean, terms: Partial<Record<TermCode, number>>): JudgedPair => ({
  wanted,
  terms: new Map(Object.entries(terms) as Array<[TermCode, number]>),
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

describe('what people said of matches', () => {
  it('strengthens the terms that tell wanted from declined, and weakens those that mislead', () => {
    const factors = fitFactors(
      times(200, (i) =>
        pair(i % 2 === 0, {
          TEXT: i % 2 === 0 ? 1 : -1,
          REGION: i % 2 === 0 ? -0.5 : 0.5,
          STAGE: i % 4 < 2 ? 0.5 : -0.5,
        }),
      ),
    );
    expect(factors.get('TEXT')).toBeGreaterThan(1.2);
    expect(factors.get('REGION')).toBeLessThan(0.8);
    expect(factors.get('STAGE')).toBeGreaterThan(0.6);
    for (const factor of factors.values()) expect(factor >= 0 && factor <= 3).toBe(true);
  });

  it('moves little by few words, nothing by fewer, and does not count how often people say yes at all', () => {
    const few = fitFactors(times(2 * MIN_JUDGED, (i) => pair(i % 2 === 0, { TEXT: i % 2 === 0 ? 1 : -1 })));
    expect(few.get('TEXT')).toBeGreaterThan(1);
    expect(few.get('TEXT')).toBeLessThan(1.3);
    expect(fitFactors(times(50, () => pair(true, { TEXT: 1 }))).size).toBe(0);
    const rarely = fitFactors(times(100, (i) => pair(i % 10 === 0, { TEXT: 0.5 })));
    expect(rarely.get('TEXT')).toBeCloseTo(1, 1);
  });

  it('stretches every weight of a term, of that kind of match alone', () => {
    const model = withFactors(
      DEFAULT_MODEL,
      'INVESTOR',
      new Map([
        ['INDUSTRY', 2],
        ['TEXT', 0.5],
      ] as const),
    );
    const { weights } = DEFAULT_MODEL.investor;
    expect(model.investor.weights).toEqual({
      ...weights,
      industry: 2 * weights.industry,
      industryDeeper: 2 * weights.industryDeeper,
      declaredIndustry: weights.declaredIndustry.map((weight) => 2 * weight),
      text: weights.text / 2,
    });
    expect([model.talent, model.demand]).toEqual([DEFAULT_MODEL.talent, DEFAULT_MODEL.demand]);
  });
});

describe('tune:matching', () => {
  const EQUIPMENT = '3562';
  let t: TestApp;
  let s: Seed;
  let lister: SeededPerson;
  let chip: SeededEntry;
  beforeAll(async () => {
    t = await startTestApp();
    s = seed(t);
    lister = await s.person();
    chip = await entry(t, await s.organisation(lister), {
      title: { zh: '晶圆清洗设备', en: 'Wafer cleaning' },
      industries: [EQUIPMENT],
      trl: 7,
      regionCode: '620100',
    });
  });
  afterAll(() => t?.close());

  it('makes a version of the deployment’s own words, which scores once it is activated', async () => {
    // Investors of the entry's industry are wanted; those that share only the region are not.
    for (let i = 0; i < 2 * MIN_JUDGED; i += 1) {
      const wanted = i % 2 === 0;
      const owner = await s.person();
      const profile = await investor(
        t,
        await s.organisation(owner, { kind: 'INVESTOR' }),
        wanted ? { wanted: [EQUIPMENT] } : { wanted: ['0111'], regions: ['620000'] },
      );
      const input = {
        achievementId: chip.id,
        counterpartId: profile.id,
        ...(wanted ? { action: 'INTERESTED' } : { action: 'DECLINED', reasonCode: 'OUTSIDE_THESIS' }),
      };
      await t.gql(
        'mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id } } }',
        { input },
        { token: owner.token },
      );
    }
    const before = (await matches(t, lister, chip, 'investorMatches'))!;
    const waiting = await tuneMatching(t.app, { activate: false, note: null });
    expect(waiting).toMatchObject({
      activated: false,
      queries: 0,
      judged: { INVESTOR: 2 * MIN_JUDGED, TALENT: 0, DEMAND: 0 },
      heldOut: null,
    });
    expect(waiting.factors.INVESTOR!['INDUSTRY']).toBeGreaterThan(1);
    expect((await matches(t, lister, chip, 'investorMatches'))!).toMatchObject({
      modelVersion: before.modelVersion,
      nodes: before.nodes.map(({ score }) => ({ score })),
    });

    const tuned = await tuneMatching(t.app, { activate: true, note: 'a first year' });
    expect(tuned.version).toBe(waiting.version + 1);
    const after = (await matches(t, lister, chip, 'investorMatches'))!;
    expect(after.modelVersion).toBe(String(tuned.version));
    const industry = (page: typeof after) =>
      page.nodes[0]!.reasons.find((reason) => reason.code === 'INDUSTRY')!.contribution;
    expect(industry(after)).toBeGreaterThan(industry(before));
    for (const node of after.nodes)
      expect(node.reasons.reduce((sum, reason) => sum + reason.contribution, 0)).toBe(node.score);
    const [record] = await t.sql<{ facts: { version: number; activated: boolean } }>(
      `SELECT facts FROM ledger_record WHERE kind = 'match-model.tuned' ORDER BY seq DESC LIMIT 1`,
    );
    expect(record!.facts).toMatchObject({ version: tuned.version, activated: true });
  });
});
