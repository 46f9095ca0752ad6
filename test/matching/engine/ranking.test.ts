import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { byScoreThenId } from '../../../src/matching/engine/top.js';
import { createDemandIndex } from '../../../src/matching/engine/demand.index.js';
import { createInvestorIndex, InvestorIndex, type InvestorDump } from '../../../src/matching/engine/investor.index.js';
import { createTalentIndex } from '../../../src/matching/engine/talent.index.js';
import type { MatchItem, RankOptions, Ranking } from '../../../src/matching/engine/result.types.js';
import type { Opportunity } from '../../../src/matching/engine/types.js';
import { fullModel, maker, TODAY, TREE } from './records.js';

const MODEL = fullModel();

interface AnyIndex {
  readonly size: number;
  upsert(record: unknown): void;
  remove(id: string): boolean;
  rank(opportunity: Opportunity, options: RankOptions): Ranking;
  scorePair(id: string, opportunity: Opportunity, asOf: number): MatchItem | null;
  score(id: string, opportunity: Opportunity, asOf: number): number | null;
}

const kinds = [
  { kind: 'investor', create: () => createInvestorIndex(TREE, MODEL) as unknown as AnyIndex },
  { kind: 'talent', create: () => createTalentIndex(TREE, MODEL) as unknown as AnyIndex },
  { kind: 'demand', create: () => createDemandIndex(TREE, MODEL) as unknown as AnyIndex },
] as const;

const idOf = (i: number) => `${(i * 7919) % 1000}`.padStart(4, '0');

describe.each(kinds)('ranking by the index of $kind records', ({ kind, create }) => {
  const fill = (count: number, seed: number) => {
    const make = maker(seed);
    const index = create();
    const ids = Array.from({ length: count }, (_, i) => idOf(i));
    const records = new Map(ids.map((id) => [id, make[kind](id)]));
    for (const record of records.values()) index.upsert(record);
    return { make, index, ids, records };
  };

  it('gives what scoring every pair one by one gives, in order of score and id', () => {
    const { make, index, ids } = fill(250, 1);
    for (let i = 0; i < 15; i += 1) {
      const opportunity = make.opportunity(`a${i}`);
      const all = ids.flatMap((id) => index.scorePair(id, opportunity, TODAY) ?? []).sort(byScoreThenId);
      const ranking = index.rank(opportunity, { limit: 15, asOf: TODAY });
      expect(ids.map((id) => index.score(id, opportunity, TODAY))).toEqual(
        ids.map((id) => index.scorePair(id, opportunity, TODAY)?.score ?? null),
      );
      expect(ranking.total).toBe(all.length);
      expect(ranking.items).toEqual(all.slice(0, 15));
    }
  });

  it('gives contributions that add up to the score, in any order', () => {
    const { make, index } = fill(300, 2);
    for (let i = 0; i < 15; i += 1) {
      for (const { score, terms } of index.rank(make.opportunity(`a${i}`), { limit: 20, asOf: TODAY }).items) {
        expect(terms.reduce((sum, term) => sum + term.contribution, 0)).toBe(score);
        expect([...terms].reverse().reduce((sum, term) => sum + term.contribution, 0)).toBe(score);
        expect(terms.every((term) => term.evidence.code === term.code)).toBe(true);
      }
    }
  });

  it('continues after any place without gap or repetition', () => {
    const { make, index } = fill(200, 3);
    const opportunity = make.opportunity('a');
    const whole = index.rank(opportunity, { limit: 1000, asOf: TODAY });
    const pages: MatchItem[] = [];
    for (let page = index.rank(opportunity, { limit: 7, asOf: TODAY }).items; page.length > 0;) {
      pages.push(...page);
      const last = page[page.length - 1]!;
      page = index.rank(opportunity, { limit: 7, asOf: TODAY, after: { score: last.score, id: last.id } }).items;
    }
    expect(pages).toEqual(whole.items);
    expect(whole.items).toHaveLength(whole.total);
  });

  it('does not feel in what order records came, were replaced and removed', () => {
    const { make, index, ids, records } = fill(300, 4);
    const other = create();
    // The second index first holds other records and removes some, so that new records reuse their rows.
    for (const id of [...ids].reverse()) other.upsert(make[kind](id));
    for (const id of ids.filter((_, i) => i % 3 === 0)) other.remove(id);
    other.upsert(make[kind]('gone'));
    for (const record of records.values()) other.upsert(record);
    expect(other.remove('gone')).toBe(true);
    expect(other.remove('gone')).toBe(false);
    expect(other.size).toBe(index.size);
    for (let i = 0; i < 10; i += 1) {
      const opportunity = make.opportunity(`a${i}`);
      expect(other.rank(opportunity, { limit: 30, asOf: TODAY })).toEqual(
        index.rank(opportunity, { limit: 30, asOf: TODAY }),
      );
    }
  });

  it('leaves out what it is told to, and counts the rest', () => {
    const { make, index, ids } = fill(100, 5);
    const opportunity = make.opportunity('a');
    const whole = index.rank(opportunity, { limit: 1000, asOf: TODAY });
    const declined = whole.items.slice(0, 3).map((item) => item.id);
    const rest = index.rank(opportunity, { limit: 1000, asOf: TODAY, exclude: [...declined, 'unknown'] });
    expect(rest.items).toEqual(whole.items.slice(3));
    expect(rest.total).toBe(whole.total - 3);
    const few = ids.slice(0, 10);
    const only = index.rank(opportunity, { limit: 1000, asOf: TODAY, only: few });
    expect(only.items).toEqual(whole.items.filter((item) => few.includes(item.id)));
    expect(only.total).toBe(only.items.length);
  });

  it('ranks equal scores by id even when there are more of them than asked for', () => {
    const index = create();
    const blank = maker(6)[kind]('x');
    for (let i = 0; i < 200; i += 1)
      index.upsert({ ...blank, id: idOf(i), organisationId: null, key: `k${i}`, deadline: null });
    const opportunity = { ...maker(7).opportunity('a'), organisationId: null, industries: [] };
    const { items } = index.rank(opportunity, { limit: 5, asOf: TODAY });
    expect(items.map((item) => item.id)).toEqual(
      Array.from({ length: 200 }, (_, i) => idOf(i))
        .sort()
        .slice(0, 5),
    );
  });
});

describe('an index of investors that was put away', () => {
  it('ranks to the bit as the one that it was taken from, and goes on as it does', () => {
    const make = maker(11);
    const index = createInvestorIndex(TREE, MODEL);
    for (let i = 0; i < 200; i += 1) index.upsert(make.investor(idOf(i)));
    for (let i = 0; i < 40; i += 3) index.remove(idOf(i));
    const again = InvestorIndex.restored(TREE, MODEL, deserialize(serialize(index.dump())) as InvestorDump);
    const compare = (i: number) => {
      const opportunity = make.opportunity(`a${i}`);
      expect(again.size).toBe(index.size);
      expect(again.rank(opportunity, { limit: 300, asOf: TODAY })).toEqual(
        index.rank(opportunity, { limit: 300, asOf: TODAY }),
      );
    };
    for (let i = 0; i < 10; i += 1) compare(i);
    // Forces reuse of rows, growth of columns, and words new to both indexes.
    for (let i = 30; i < 500; i += 1) {
      const record = make.investor(idOf(i));
      for (const each of [index, again])
        each.upsert(i % 7 === 0 ? { ...record, key: `new${i}`, organisationId: `new${i}` } : record);
    }
    for (let i = 100; i < 180; i += 1) expect(again.remove(idOf(i))).toBe(index.remove(idOf(i)));
    for (let i = 10; i < 30; i += 1) compare(i);
    expect(InvestorIndex.restored(TREE, MODEL, createInvestorIndex(TREE, MODEL).dump()).size).toBe(0);
  });
});
