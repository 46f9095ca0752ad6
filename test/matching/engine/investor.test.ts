import { describe, expect, it } from 'vitest';
import { createInvestorIndex } from '../../../src/matching/engine/investor.index.js';
import { DEFAULT_MODEL } from '../../../src/matching/engine/default-model.js';
import { investorGaps } from '../../../src/matching/engine/gaps.js';
import type { MatchInvestor, Opportunity } from '../../../src/matching/engine/types.js';
import { TODAY, TREE } from './records.js';

const EMPTY: Omit<MatchInvestor, 'id' | 'key'> = {
  organisationId: null,
  declared: {
    wanted: [],
    excluded: [],
    trlMin: null,
    trlMax: null,
    stages: [],
    ticketMin: null,
    ticketMax: null,
    regions: [],
    cooperationModes: [],
  },
  track: [],
  text: null,
};
const investor = (id: string, change: Partial<MatchInvestor> = {}): MatchInvestor => ({
  ...EMPTY,
  id,
  key: id,
  ...change,
});
const deal = (industry: string, daysAgo: number, change: Partial<MatchInvestor['track'][number]> = {}) => ({
  industry,
  region: null,
  stage: null,
  amount: null,
  day: TODAY - daysAgo,
  coInvestors: [],
  ...change,
});
const OPPORTUNITY: Opportunity = {
  id: 'a',
  organisationId: 'o1',
  industries: ['C11'],
  regions: ['6201'],
  stages: [{ stage: 'SERIES_A', weight: 1 }],
  trl: 6,
  amount: { min: 5e6, max: 1e7 },
  backers: [],
  cooperationModes: ['LICENCE'],
  languages: [],
  text: null,
};

function ranked(records: readonly MatchInvestor[], opportunity: Partial<Opportunity> = {}) {
  const index = createInvestorIndex(TREE, DEFAULT_MODEL);
  for (const record of records) index.upsert(record);
  return index.rank({ ...OPPORTUNITY, ...opportunity }, { limit: 100, asOf: TODAY }).items;
}
const order = (...args: Parameters<typeof ranked>) => ranked(...args).map((item) => item.id);

describe('an investor is proposed', () => {
  it('before another whose record lies in a sister class, and that one before one from another section', () => {
    const record = (id: string, industry: string) => investor(id, { track: [deal(industry, 10), deal(industry, 400)] });
    expect(order([record('other', 'A11'), record('sister', 'C12'), record('same', 'C11')])).toEqual([
      'same',
      'sister',
      'other',
    ]);
  });

  it('earlier for having declared the section alone than for having declared another one', () => {
    expect(
      order([
        investor('other', { declared: { ...EMPTY.declared, wanted: ['A'] } }),
        investor('whole', { declared: { ...EMPTY.declared, wanted: ['C'] } }),
      ]),
    ).toEqual(['whole', 'other']);
  });

  it('never in an industry that it excludes at any level, to its own organisation, or to what it backs already', () => {
    const records = [
      investor('excludes', { declared: { ...EMPTY.declared, excluded: ['C'] } }),
      investor('own', { organisationId: 'o1' }),
      investor('backer'),
      investor('stays', { declared: { ...EMPTY.declared, excluded: ['C12'] } }),
    ];
    expect(order(records, { backers: ['backer'] })).toEqual(['stays']);
    const index = createInvestorIndex(TREE, DEFAULT_MODEL);
    for (const record of records) index.upsert(record);
    expect(
      ['excludes', 'own', 'backer'].map((id) => index.scorePair(id, { ...OPPORTUNITY, backers: ['backer'] }, TODAY)),
    ).toEqual([null, null, null]);
  });

  it('later the farther the TRL lies outside its range, and the farther the amount off its ticket', () => {
    const range = (id: string, trlMin: number, trlMax: number) =>
      investor(id, { declared: { ...EMPTY.declared, trlMin, trlMax } });
    expect(order([range('far', 1, 3), range('near', 1, 5), range('in', 5, 7)])).toEqual(['in', 'near', 'far']);
    const ticket = (id: string, ticketMin: number, ticketMax: number) =>
      investor(id, { declared: { ...EMPTY.declared, ticketMin, ticketMax } });
    expect(order([ticket('huge', 1e9, 2e9), ticket('large', 2e7, 5e7), ticket('fits', 5e6, 1e7)])).toEqual([
      'fits',
      'large',
      'huge',
    ]);
  });

  it('earlier when it has invested together with an earlier backer, and the term names it', () => {
    const items = ranked(
      [
        investor('stranger', { track: [deal('A1', 5, { coInvestors: ['other'] })] }),
        investor('friend', { track: [deal('A1', 5, { coInvestors: ['lead', 'other'] })] }),
      ],
      { backers: ['lead'] },
    );
    expect(items[0]!.id).toBe('friend');
    expect(items[0]!.terms.find((term) => term.code === 'CO_INVESTORS')!.evidence).toEqual({
      code: 'CO_INVESTORS',
      ties: [{ key: 'lead', rounds: 1, latest: TODAY - 5 }],
    });
  });

  it('by how active it is when it says nothing, and is told what would help', () => {
    const silent = investor('silent');
    const active = investor('active', {
      track: [deal('C11', 30), deal('C2', 60), deal('A1', 90)].map((entry) => ({ ...entry, industry: null })),
    });
    expect(order([silent, active])).toEqual(['active', 'silent']);
    expect(investorGaps(silent)).toEqual([
      'TRACK_RECORD',
      'INDUSTRIES',
      'STAGES',
      'TICKET',
      'REGIONS',
      'TRL',
      'THESIS',
    ]);
    expect(
      investorGaps(investor('i', { track: [deal('C', 1, { stage: 'SEED', amount: 1e6, region: '62' })] })),
    ).toEqual(['TRL', 'THESIS']);
  });
});

describe('a reason', () => {
  it('counts the record at the most exact level that it has', () => {
    const track = [deal('C11', 300), deal('C12', 40), deal('C2', 20), deal('A1', 10)];
    const evidence = (industries: string[]) =>
      ranked([investor('i', { track })], { industries })[0]!.terms.find((term) => term.code === 'INDUSTRY')!.evidence;
    expect(evidence(['C11'])).toEqual({
      code: 'INDUSTRY',
      sought: 'C11',
      at: 'C11',
      investments: 1,
      of: 4,
      latest: TODAY - 300,
      declared: null,
    });
    expect(evidence(['C13'])).toEqual({
      code: 'INDUSTRY',
      sought: 'C13',
      at: 'C1',
      investments: 2,
      of: 4,
      latest: TODAY - 40,
      declared: null,
    });
    expect(evidence(['C33'])).toEqual({
      code: 'INDUSTRY',
      sought: 'C33',
      at: 'C',
      investments: 3,
      of: 4,
      latest: TODAY - 20,
      declared: null,
    });
    expect(evidence(['D'])).toEqual({
      code: 'INDUSTRY',
      sought: 'D',
      at: 'D',
      investments: 0,
      of: 4,
      latest: null,
      declared: null,
    });
  });
});
