import { afterAll, beforeAll, expect, it } from 'vitest';
import { toGlobalId } from '../../src/lib/ids.js';
import { codeLists } from '../../src/taxonomy/code-lists.js';
import { createContext } from '../../src/kernel/context.js';
import { Locale } from '../../src/kernel/localized.js';
import { FACET_NAMES } from '../../src/search/query/search.facets.js';
import { readFilter } from '../../src/search/query/search.filter.js';
import { searchEngine } from '../../src/search/engine/search.meilisearch.js';
import { searchPostgres } from '../../src/search/query/search.postgres.js';
import type { SearchAnswer, SearchRequest, SortField } from '../../src/search/query/search.request.js';
import { startTestApp, type TestApp } from '../harness.js';
import { enter, indexed, institution, matches, search, type Wish } from './kit.js';
import { anonymousViewer } from '../../src/kernel/viewer.js';

const ENTRIES = 300;
const SORTS: SortField[] = ['RELEVANCE', 'SCORE', 'NEWEST', 'TRL', 'FUNDING', 'TITLE'];
const INDUSTRIES = [
  '0111',
  '0122',
  '2614',
  '2614',
  '2710',
  '3213',
  '3240',
  '3985',
  '3982',
  '4019',
  '4415',
  '6513',
  '7340',
  '26',
  'C',
  '398',
];
const REGIONS = ['620100', '620200', '620300', '621100', '610100', '110000', '620000'];
const AREAS = ['1', '1.1', '1.2', '2.1', '3', '3.2'];
const WORDS = ['量子', '稀土', '催化', '旱作', '储能', '诊断', '冶炼', '电池'];

let t: TestApp;
let institutions: string[];

/** Numbers that repeat from run to run (mulberry32). */
function generator(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (n: number) => Math.floor(next() * n);
  const one = <T>(list: readonly T[]) => list[int(list.length)]!;
  const some = <T>(list: readonly T[], most: number) => [
    ...new Set(Array.from({ length: int(most + 1) }, () => one(list))),
  ];
  const maybe = <T>(chance: number, make: () => T) => (next() < chance ? make() : undefined);
  return { int, one, some, maybe };
}

beforeAll(async () => {
  t = await startTestApp();
  institutions = [
    await institution(t, '兰州大学', 'Lanzhou University'),
    await institution(t, '西北师范大学', 'Northwest Normal University'),
    await institution(t, '甘肃农业大学', 'Gansu Agricultural University'),
  ];
  const g = generator(20261123);
  const wishes = Array.from({ length: ENTRIES }, (_, i): Wish => {
    const min = g.int(50) * 100_000.5;
    return {
      institutionId: g.one(institutions),
      status: g.int(10) === 0 ? 'RETIRED' : 'ADMITTED',
      title: { zh: `${g.one(WORDS)}${g.one(WORDS)}${i}`, ...(g.int(2) ? { en: `Result ${g.int(99)}` } : {}) },
      summary: { zh: `${g.some(WORDS, 4).join('与')}的研究` },
      industries: g.some(INDUSTRIES, 3),
      strategicAreas: g.some(AREAS, 2),
      regionCode: g.maybe(0.9, () => g.one(REGIONS)) ?? null,
      trl: g.maybe(0.9, () => 1 + g.int(9)) ?? null,
      category: g.maybe(0.8, () => g.one(['BASIC_THEORY', 'APPLIED_TECHNOLOGY', 'SOFT_SCIENCE'] as const)) ?? null,
      // Ancient ones too: a year has no leading zeros on either side.
      registeredOn: `${i % 50 === 0 ? '0999' : 2020 + g.int(6)}-0${1 + g.int(9)}-11`,
      fundingNeed:
        g.maybe(0.7, () => ({
          min: min.toFixed(2),
          max: (min + g.int(9) * 1_000_000.25).toFixed(2),
          currency: g.one(['CNY', 'CNY', 'USD', 'EUR']),
        })) ?? null,
      cooperationModes: g.some(['ASSIGNMENT', 'LICENCE', 'JOINT', 'EQUITY'] as const, 3).map((mode) => ({
        mode,
        licenceKind: mode === 'LICENCE' ? g.one(['EXCLUSIVE', 'SOLE', 'ORDINARY'] as const) : null,
      })),
      ipRights: g
        .some(['INVENTION_PATENT', 'UTILITY_MODEL', 'SOFTWARE_COPYRIGHT'] as const, 3)
        .map((type) => ({ type, number: null, status: g.one(['APPLIED', 'GRANTED', 'LAPSED'] as const) })),
      score: g.maybe(0.8, () => g.int(501) / 100) ?? null,
      admittedAt: new Date(Date.UTC(2025, g.int(12), 1)),
    };
  });
  await enter(t, wishes);
  await indexed(t);
});
afterAll(() => t.close());

function randomFilter(g: ReturnType<typeof generator>): Record<string, unknown> {
  const range = (a: number, b: number) => (a < b ? [a, b] : [b, a]);
  const [trlMin, trlMax] = range(1 + g.int(9), 1 + g.int(9));
  const [scoreMin, scoreMax] = range(g.int(501) / 100, g.int(501) / 100);
  const [fundingMin, fundingMax] = range(g.int(80) * 100_000, g.int(80) * 100_000);
  return {
    industries: g.maybe(0.3, () => g.some([...INDUSTRIES, 'A', '39', '32', '321'], 3)),
    regions: g.maybe(0.3, () => g.some(REGIONS, 3)),
    institutionIds: g.maybe(0.2, () => g.some(institutions, 2).map((id) => toGlobalId('Organisation', id))),
    trl: g.maybe(0.2, () => g.some([1, 2, 3, 4, 5, 6, 7, 8, 9], 4)),
    ...g.maybe(0.2, () => ({ trlMin, trlMax })),
    cooperationModes: g.maybe(0.2, () => g.some(['ASSIGNMENT', 'LICENCE', 'JOINT'], 2)),
    licenceKinds: g.maybe(0.1, () => g.some(['SOLE', 'ORDINARY'], 2)),
    ipStatuses: g.maybe(0.2, () => g.some(['APPLIED', 'GRANTED', 'LAPSED'], 2)),
    ipTypes: g.maybe(0.1, () => g.some(['INVENTION_PATENT', 'UTILITY_MODEL'], 2)),
    strategicAreas: g.maybe(0.2, () => g.some(AREAS, 2)),
    years: g.maybe(0.2, () => g.some([2020, 2021, 2022, 2023], 3)),
    categories: g.maybe(0.2, () => g.some(['BASIC_THEORY', 'SOFT_SCIENCE'], 2)),
    ...g.maybe(0.2, () => ({ scoreMin, scoreMax })),
    ...g.maybe(0.2, () => ({
      fundingMin: String(fundingMin),
      fundingMax: String(fundingMax),
      currency: g.one(['CNY', 'USD']),
    })),
  };
}

const plain = (answer: SearchAnswer) => ({
  total: answer.total,
  ids: answer.ids,
  facets: Object.fromEntries(answer.facets),
});

it('gives the same totals, facets and pages as PostgreSQL for any filter and order', async () => {
  const codes = await codeLists(t.app.dataSource);
  const db = createContext(t.app, {
    viewer: anonymousViewer,
    locale: Locale.ZH,
    requestId: 'test',
    ip: '127.0.0.1',
  }).db;
  let found = 0;
  for (let seed = 1; seed <= 150; seed += 1) {
    const g = generator(seed);
    const filter = readFilter(randomFilter(g), codes);
    const request: SearchRequest = {
      text: null,
      identifierKeys: null,
      filter,
      sort: { field: g.one(SORTS), descending: g.int(2) === 0 },
      locale: g.one([Locale.ZH, Locale.EN]),
      offset: g.int(3) * 10,
      limit: 20,
      facets: new Set(FACET_NAMES),
      highlights: false,
    };
    const [engine, database] = [await searchEngine(t.app.search, request, []), await searchPostgres(db, request)];
    expect({ seed, ...plain(engine) }).toEqual({ seed, ...plain(database) });
    expect({ seed, ...plain(await t.app.fallback.search(request)) }).toEqual({ seed, ...plain(database) });
    found += database.total;
  }
  // The filters must leave something to compare.
  expect(found).toBeGreaterThan(1000);
}, 120_000);

it.each([undefined, '量子', '研究'])(
  'pages to the last entry without repeating or skipping one (text: %s)',
  async (query) => {
    for (const sort of [undefined, { field: 'TITLE' }, { field: 'TRL', direction: 'ASC' }]) {
      const seen: string[] = [];
      let after: string | undefined;
      let total = 0;
      for (let more = true; more;) {
        const page = await search(t, { query, sort, first: 37, after });
        total = page.totalCount;
        seen.push(...matches(page).map((edge) => edge.node.id));
        more = page.pageInfo.hasNextPage;
        after = page.pageInfo.endCursor ?? undefined;
      }
      expect(total).toBeGreaterThan(37);
      expect([seen.length, new Set(seen).size]).toEqual([total, total]);
    }
  },
);

it('counts a text’s facets over exactly its matches', async () => {
  const found = await search(t, { query: '量子', first: 100 });
  const years = found.facets
    .find((facet) => facet.name === 'YEAR')!
    .values.reduce((sum, value) => sum + value.count, 0);
  expect(years).toBe(found.totalCount);
});

it('asks the database for nothing that was not selected, and for no more with more entries', async () => {
  const count = async (first: number, extra: string) => {
    t.statements.length = 0;
    await t.gql(
      `query($first: Int) { achievementSearch(query: "研究", first: $first) { totalCount edges { node { id title { value } } } ${extra} } }`,
      { first },
    );
    return t.statements.filter((sql) => /achievement|organisation|industry|region|strategic/i.test(sql)).length;
  };
  expect(await count(1, '')).toBe(await count(100, ''));
  expect(await count(100, '')).toBe(1);
  // One more for the names of institutions, unless they were named at this version of the index.
  expect(
    await count(100, 'facets(names: [TRL, INDUSTRY, INSTITUTION]) { values { count label { value } } }'),
  ).toBeLessThanOrEqual(2);
});
