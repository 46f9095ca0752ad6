import { describe, expect, it } from 'vitest';
import { availabilityOf, coverOf, needsNamed, type TeamTalent } from '../../../src/matching/teams/cover.js';
import { GAP_NEEDS, needsOf, type AchievementFacts, type Need } from '../../../src/matching/teams/needs.js';
import { TEAM_NEEDS } from '../../../src/matching/teams/team.codes.js';
import { GAP_CODES } from '../../../src/vetting/cultivation/cultivation.codes.js';

const facts = (wish: Partial<AchievementFacts> = {}): AchievementFacts => ({
  trl: 5,
  stage: null,
  gaps: [],
  industries: [['C', '32', '323', '3239']],
  region: ['620000', '620300'],
  languages: ['zh'],
  cooperationModes: [],
  ...wish,
});
const weightOf = (needs: readonly Need[], code: string) => needs.find((need) => need.code === code)?.weight ?? 0;
const talent = (wish: Partial<TeamTalent> = {}): TeamTalent => ({
  id: 't',
  kind: 'SCIENCE',
  roles: [],
  grade: null,
  evidence: {},
  skills: [],
  industries: [['C', '32', '323', '3239']],
  regions: [],
  languages: ['zh'],
  daysPerMonth: null,
  availableFrom: null,
  ties: [],
  ...wish,
});
const cover = (one: TeamTalent, code: string, of = facts()) =>
  coverOf(
    one,
    needsOf(of).find((need) => need.code === code)!,
    of,
  );

describe('what an achievement lacks', () => {
  it('always holds knowledge of the science and of the market, and weighs 1 in all', () => {
    for (const trl of [null, 1, 4, 9]) {
      const needs = needsOf(facts({ trl, region: [], languages: [] }));
      expect(weightOf(needs, 'SCIENCE')).toBeGreaterThan(0.1);
      expect(weightOf(needs, 'MARKET')).toBeGreaterThan(0.1);
      expect(needs.reduce((sum, need) => sum + need.weight, 0)).toBeCloseTo(1, 12);
      for (const need of needs)
        expect(need.evidence.reduce((sum, one) => sum + one.weight, 0)).toBeCloseTo(need.weight, 12);
    }
  });

  it('moves with maturity from proof of concept by pilot scale to channels and approval', () => {
    const at = (trl: number, code: string) => weightOf(needsOf(facts({ trl })), code);
    expect([at(2, 'PROOF_OF_CONCEPT') > 0, at(5, 'PROOF_OF_CONCEPT'), at(8, 'PROOF_OF_CONCEPT')]).toEqual([true, 0, 0]);
    expect(at(5, 'PILOT_SCALE')).toBeGreaterThan(at(8, 'PILOT_SCALE'));
    expect(at(8, 'CHANNELS')).toBeGreaterThan(at(5, 'CHANNELS'));
    expect(at(8, 'REGULATION')).toBeGreaterThan(at(2, 'REGULATION'));
    expect(at(2, 'SCIENCE')).toBeGreaterThan(at(8, 'SCIENCE'));
  });

  it('takes the stage where there is no TRL, and the middle without either', () => {
    const weights = (wish: Partial<AchievementFacts>) => needsOf(facts(wish)).map(({ code, weight }) => [code, weight]);
    expect(weights({ trl: null, stage: 'MATURE' })).toEqual(weights({ trl: 8 }));
    expect(weights({ trl: null })).toEqual(weights({ trl: 5 }));
  });

  it('says which gap, way of cooperation, region and language asks for what', () => {
    const needs = needsOf(
      facts({
        gaps: ['NO_COST_DATA', 'APPROVAL_PATH_UNCLEAR', 'NO_EVIDENCE_FILES', 'UNHEARD_OF'],
        cooperationModes: ['EQUITY'],
      }),
    );
    const sources = needs.flatMap((need) =>
      need.evidence
        .filter(({ source }) => source !== 'ALWAYS' && source !== 'MATURITY')
        .map(({ source, value }) => [need.code, need.key, source, value].join(' ')),
    );
    expect(sources.sort()).toEqual([
      'COSTING  GAP NO_COST_DATA',
      'FINANCING  COOPERATION EQUITY',
      'LANGUAGE zh LANGUAGE zh',
      'REGION 620300 REGION 620300',
      'REGULATION  GAP APPROVAL_PATH_UNCLEAR',
      'VENTURE  COOPERATION EQUITY',
    ]);
  });

  it('knows every gap code of the review, and counts at most two for one need', () => {
    expect(Object.keys(GAP_NEEDS).sort()).toEqual(GAP_CODES.map(({ code }) => code).sort());
    const financing = needsOf(facts({ gaps: ['NO_BENEFIT_ESTIMATE', 'NO_REVENUE_MODEL', 'NO_FUNDING_PLAN'] })).find(
      ({ code }) => code === 'FINANCING',
    )!;
    expect(financing.evidence.map(({ value }) => value)).toEqual(['NO_BENEFIT_ESTIMATE', 'NO_REVENUE_MODEL']);
  });
});

describe('what somebody covers', () => {
  it('is science for those who know it, market for the others, and both in part for a bridge', () => {
    const of = (kind: TeamTalent['kind']) => [
      cover(talent({ kind }), 'SCIENCE').degree,
      cover(talent({ kind }), 'MARKET').degree,
    ];
    const [science, market, bridge] = [of('SCIENCE'), of('MARKET'), of('BRIDGE')];
    expect([science[1], market[0]]).toEqual([0, 0]);
    expect(bridge[0]).toBeGreaterThan(0);
    expect(bridge[0]).toBeLessThan(science[0]!);
    expect(bridge[1]).toBeGreaterThan(0);
    expect(bridge[1]).toBeLessThan(market[1]!);
  });

  it('counts for more in the same industry, down to the class', () => {
    const at = (path: string[]) => cover(talent({ industries: [path] }), 'SCIENCE').degree;
    const degrees = [
      at(['C', '32', '323', '3239']),
      at(['C', '32', '323', '3231']),
      at(['C', '32', '321', '3211']),
      at(['C', '26']),
      at(['A', '01']),
    ];
    expect(degrees).toEqual([...degrees].sort((a, b) => b - a));
    expect(new Set(degrees).size).toBe(5);
    expect(cover(talent(), 'SCIENCE').by).toEqual([
      { by: 'KIND', value: 'SCIENCE', count: null },
      { by: 'INDUSTRY', value: '3239', count: null },
    ]);
  });

  it('grows with evidence, skills and grade, each named, and never reaches the whole', () => {
    const plain = cover(talent(), 'SCIENCE').degree;
    const papers = cover(talent({ evidence: { PAPER: 3, PATENT: 200 } }), 'SCIENCE');
    expect(papers.degree).toBeGreaterThan(plain);
    expect(papers.degree).toBeLessThanOrEqual(0.95);
    expect(papers.by).toContainEqual({ by: 'EVIDENCE', value: 'PAPER', count: 3 });
    const licence = facts({ cooperationModes: ['LICENCE'] });
    expect(cover(talent({ grade: 'SENIOR' }), 'TRANSFER', licence).degree).toBeGreaterThan(
      cover(talent({ grade: 'JUNIOR' }), 'TRANSFER', licence).degree,
    );
    expect(cover(talent({ skills: ['PILOT_SCALE'] }), 'PILOT_SCALE').by).toContainEqual({
      by: 'SKILL',
      value: null,
      count: null,
    });
  });

  it('knows regions by prefecture and province, and languages', () => {
    const region = (...regions: string[][]) => cover(talent({ regions }), 'REGION').degree;
    expect([region(['620000', '620300']), region(['620000', '620100']), region(), region(['110000'])]).toEqual([
      0.9, 0.6, 0.3, 0,
    ]);
    expect(cover(talent({ languages: ['en'] }), 'LANGUAGE').degree).toBe(0);
  });

  it('reads skills in either language', () => {
    expect(needsNamed(['中试放大与工艺设计'])).toEqual(['ENGINEERING', 'PILOT_SCALE']);
    expect(needsNamed(['Supply chain management', 'Fundraising'])).toEqual(['COSTING', 'FINANCING']);
    expect(needsNamed(['爬山'])).toEqual([]);
  });

  it('is available by days a month and by when', () => {
    const of = (daysPerMonth: number | null, availableFrom: number | null) =>
      availabilityOf({ daysPerMonth, availableFrom }, 1000);
    expect([of(20, null), of(5, null), of(0, null), of(null, 900), of(20, 1090), of(20, 2000)]).toEqual([
      1, 0.5, 0, 0.5, 0.5, 0,
    ]);
  });
});

it('lists its codes once each', () => {
  expect(new Set(TEAM_NEEDS).size).toBe(TEAM_NEEDS.length);
});
