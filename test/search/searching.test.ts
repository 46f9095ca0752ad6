import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../src/lib/ids.js';
import { askEngine, type EngineFailedError } from '../../src/search/engine/engine.queries.js';
import { liveUid } from '../../src/search/engine/engine.js';
import { noteFailure } from '../../src/search/query/search.answer.js';
import { startTestApp, type TestApp } from '../harness.js';
import { change, counts, enter, gid, indexed, institution, refused, searchEngine as search, titles } from './kit.js';

let t: TestApp;
let lanzhou: string;
let gansu: string;
let ids: string[];

beforeAll(async () => {
  t = await startTestApp();
  lanzhou = await institution(t, '兰州大学', 'Lanzhou University');
  gansu = await institution(t, '甘肃农业大学', 'Gansu Agricultural University');
  ids = await enter(t, [
    {
      institutionId: lanzhou,
      title: { zh: '铯原子频标小型化技术', en: 'Miniaturised caesium frequency standard' },
      summary: { zh: '用于守时的量子频率装置', en: 'A quantum clock for <b>timekeeping</b>' },
      keywords: { zh: ['原子钟'], en: ['atomic clock'] },
      industries: ['4019'],
      regionCode: '620100',
      trl: 6,
      score: 4.5,
      strategicAreas: ['2.1'],
      registeredOn: '2023-03-01',
      cooperationModes: [{ mode: 'LICENCE', licenceKind: 'SOLE' }],
      ipRights: [
        { type: 'INVENTION_PATENT', number: 'ZL201910402321.3', status: 'GRANTED' },
        { type: 'UTILITY_MODEL', number: null, status: 'LAPSED' },
      ],
      fundingNeed: { min: '1000000', max: '3000000', currency: 'CNY' },
      inventors: [{ name: { zh: '韩立成', en: 'Han Licheng' }, orcid: null }],
      registrationNo: '甘科登字2023Y0033',
      category: 'APPLIED_TECHNOLOGY',
    },
    {
      institutionId: lanzhou,
      title: { zh: '稀土永磁材料', en: 'Rare earth permanent magnets' },
      industries: ['3985'],
      regionCode: '620200',
      trl: 8,
      score: 3.2,
      registeredOn: '2024-01-01',
      fundingNeed: { min: '500000', max: '900000', currency: 'USD' },
      category: 'APPLIED_TECHNOLOGY',
    },
    {
      institutionId: lanzhou,
      title: { zh: '镍冶炼烟气治理', en: 'Smelter gas cleaning' },
      industries: ['3213'],
      regionCode: '620300',
      trl: 8,
      score: 4.1,
      cooperationModes: [{ mode: 'JOINT', licenceKind: null }],
      abstract: { zh: '金昌镍冶炼厂的二氧化硫回收', en: 'Recovery of sulphur dioxide' },
    },
    {
      institutionId: gansu,
      title: { zh: '旱地马铃薯栽培', en: 'Dryland potato cultivation' },
      industries: ['0122'],
      regionCode: '621100',
      trl: 9,
      score: 1,
      fundingNeed: { min: '2000000', max: '5000000', currency: 'CNY' },
    },
    {
      institutionId: gansu,
      title: { zh: '安全生产监测系统', en: 'Safety monitoring' },
      industries: ['6513', '3985'],
      regionCode: '610100',
      trl: 4,
      score: 2,
    },
    {
      institutionId: gansu,
      title: { zh: '量子通信终端（草稿）', en: 'Quantum draft' },
      status: 'DRAFT',
      industries: ['3985'],
    },
  ]);
  await indexed(t);
});
afterAll(() => t.close());

describe('finding', () => {
  it('finds Chinese and English words in one index', async () => {
    expect((await search(t, { query: '量子' })).edges.map((e) => e.node.id)).toEqual([gid(ids[0]!)]);
    expect((await search(t, { query: 'quantum' })).edges.map((e) => e.node.id)).toEqual([gid(ids[0]!)]);
    expect(titles(await search(t, { query: '稀土 magnets' }))).toEqual(['稀土永磁材料']);
    expect(titles(await search(t, { query: '二氧化硫' }))).toEqual(['镍冶炼烟气治理']);
    expect((await search(t, { query: '韩立成' })).totalCount).toBe(1);
    expect((await search(t, { query: '兰州大学' })).totalCount).toBe(3);
  });

  it('needs every word, forgives a typo in Latin letters, and finds nothing for nonsense', async () => {
    expect((await search(t, { query: '稀土 量子' })).totalCount).toBe(0);
    expect(titles(await search(t, { query: 'permanant magnets' }))).toEqual(['稀土永磁材料']);
    expect((await search(t, { query: 'qqqqzzzz' })).totalCount).toBe(0);
  });

  it.each([
    'ZL201910402321.3',
    'zl 2019 1 0402321.3',
    'CN201910402321.3',
    '201910402321',
    '甘科登字2023Y0033',
    '２０２３Ｙ００３３',
    '2023y0033',
  ])('finds the one holder of the number %s', async (query) => {
    expect((await search(t, { query })).edges.map((e) => e.node.id)).toEqual([gid(ids[0]!)]);
  });

  it('takes a number with another digit for another number', async () => {
    expect((await search(t, { query: 'ZL201910402322.3' })).totalCount).toBe(0);
  });

  it('shows the finds as plain parts, whatever the text contains', async () => {
    const [edge] = (await search(t, { query: 'timekeeping' })).edges;
    const summary = edge!.highlights.find((h) => h.field === 'summary')!;
    expect(summary.locale).toBe('EN');
    expect(summary.fragments[0]!.parts.filter((p) => p.match).map((p) => p.text)).toEqual(['timekeeping']);
    expect(summary.fragments[0]!.parts.map((p) => p.text).join('')).toBe('A quantum clock for <b>timekeeping</b>');
    const [zh] = (await search(t, { query: '频标' })).edges;
    expect(zh!.highlights.find((h) => h.field === 'title' && h.locale === 'ZH')!.fragments[0]!.parts).toContainEqual({
      text: '频标',
      match: true,
    });
  });

  it('takes no query for a failure of the engine', async () => {
    const failures = () => t.logLines.filter((line) => String(line['msg']).includes('the search engine failed')).length;
    const before = failures();
    for (const query of ['\ud800abc', 'abc\udfff', '\u0000', '量子\u0000', '-', '"', '"" -量子', '+']) {
      expect([query, (await search(t, { query })).degraded]).toEqual([query, false]);
      const reply = await t.ask(
        `query($text: String!) { achievementSuggestions(text: $text) { text } achievementFacetValues(facet: INDUSTRY, text: $text, query: $text) { value } }`,
        { text: query },
      );
      expect(reply.errors).toBeUndefined();
    }
    expect((await search(t, { query: '量子\ud800' })).totalCount).toBe(1);
    expect(failures()).toBe(before);
  });

  it('goes on asking an engine that refused one query, and logs no value of it', async () => {
    const engine = t.app.search;
    const failures = () => t.logLines.filter((line) => String(line['msg']).includes('the search engine failed')).length;
    const before = failures();
    const refusal = await askEngine(engine, [
      { indexUid: liveUid(engine), q: '', limit: 1, attributesToRetrieve: ['id'], filter: ['nosuch = "secretvalue"'] },
    ]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'EngineFailedError', code: 'invalid_search_filter', repeated: false });
    await noteFailure(t.app, refusal as EngineFailedError);
    expect(failures()).toBe(before + 1);
    expect(JSON.stringify(t.logLines)).not.toContain('secretvalue');
    expect([engine.health.isDown, (await search(t, { query: '量子' })).degraded]).toEqual([false, false]);
  });

  it('names what is wrong with a search', async () => {
    expect(await refused(t, { filter: { years: Array.from({ length: 201 }, (_, i) => 1900 + i) } })).toMatchObject({
      field: 'filter.years',
      reason: 'TOO_MANY',
    });
    expect(
      await refused(t, { filter: { ipTypes: Array.from({ length: 201 }, () => 'INVENTION_PATENT') } }),
    ).toMatchObject({ field: 'filter.ipTypes', reason: 'TOO_MANY' });
    expect(await refused(t, { filter: { industries: ['C', 'nope'] } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'filter.industries[1]',
      reason: 'UNKNOWN_CODE',
    });
    expect(await refused(t, { filter: { fundingMin: '1' } })).toMatchObject({ field: 'filter.currency' });
    expect(await refused(t, { filter: { trlMin: 5, trlMax: 4 } })).toMatchObject({ field: 'filter.trlMin' });
    expect(await refused(t, { filter: { institutionIds: [gid(ids[0]!)] } })).toMatchObject({
      field: 'filter.institutionIds[0]',
      reason: 'BAD_ID',
    });
    expect(await refused(t, { query: 'x'.repeat(501) })).toMatchObject({ field: 'query' });
    const { pageInfo } = await search(t, { query: '大学', first: 1 });
    expect(await refused(t, { query: '兰州', first: 1, after: pageInfo.endCursor! })).toMatchObject({
      field: 'after',
      reason: 'BAD_CURSOR',
    });
  });
});

describe('narrowing', () => {
  it('leaves the siblings of a selected value their counts', async () => {
    const found = await search(t, { filter: { regions: ['620000'], industries: ['C'] } });
    expect(found.totalCount).toBe(3);
    // Counts of industries ignore the industry filter, and counts of regions ignore the region filter.
    expect(counts(found, 'INDUSTRY')).toMatchObject({ C: 3, A: 1 });
    expect(counts(found, 'REGION')).toMatchObject({ 620000: 3, 610000: 1, 620100: 1 });
    expect(counts(found, 'TRL')).toEqual({ 6: 1, 8: 2 });
    const two = await search(t, { filter: { regions: ['620100', '620200'], industries: ['C'] } });
    expect(two.totalCount).toBe(2);
    expect(counts(two, 'REGION')).toMatchObject({ 620000: 3, 610000: 1, 620100: 1, 620200: 1, 620300: 1 });
    expect(
      two.facets
        .find((f) => f.name === 'REGION')!
        .values.filter((v) => v.selected)
        .map((v) => v.value)
        .sort(),
    ).toEqual(['620100', '620200']);
  });

  it('drills down from a section to a class, with names in the language asked for', async () => {
    const QUERY = `query($filter: AchievementSearchFilter, $parent: String, $level: Int) { achievementSearch(filter: $filter, locale: EN) {
      totalCount facets(names: [INDUSTRY]) { name values(parent: $parent, level: $level) { value count level label { value locale } zh: label(locale: ZH) { value } } } } }`;
    type Reply = {
      achievementSearch: {
        totalCount: number;
        facets: Array<{
          name: string;
          values: Array<{
            value: string;
            count: number;
            level: number;
            zh: { value: string };
            label: { value: string; locale: string };
          }>;
        }>;
      };
    };
    const ask = async (filter: object, parent?: string, level?: number) =>
      (await t.gql<Reply>(QUERY, { filter, parent, level })).achievementSearch;
    const top = await ask({}, undefined, 1);
    expect(top.facets[0]!.values.find((v) => v.value === 'C')).toMatchObject({
      count: 4,
      level: 1,
      label: { value: 'Manufacturing', locale: 'EN' },
      zh: { value: '制造业' },
    });
    expect((await ask({ industries: ['C'] }, 'C')).facets[0]!.values.map((v) => [v.value, v.count])).toEqual([
      ['39', 2],
      ['32', 1],
      ['40', 1],
    ]);
    expect((await ask({ industries: ['39'] }, '39')).facets[0]!.values.map((v) => [v.value, v.count])).toEqual([
      ['398', 2],
    ]);
    expect((await ask({ industries: ['3985'] }, '398')).totalCount).toBe(2);
  });

  it('filters by ranges, funding within one currency only', async () => {
    expect((await search(t, { filter: { scoreMin: 4, scoreMax: 4.5 } })).totalCount).toBe(2);
    expect((await search(t, { filter: { trlMin: 7 } })).totalCount).toBe(3);
    expect(titles(await search(t, { filter: { fundingMin: '4000000', currency: 'CNY' } }))).toEqual(['旱地马铃薯栽培']);
    expect(
      (await search(t, { filter: { fundingMin: '1', fundingMax: '9999999999', currency: 'CNY' } })).totalCount,
    ).toBe(2);
    expect(titles(await search(t, { filter: { fundingMin: '900000', currency: 'USD' } }))).toEqual(['稀土永磁材料']);
  });

  it('filters by institution, IP and cooperation', async () => {
    expect((await search(t, { filter: { institutionIds: [toGlobalId('Organisation', gansu)] } })).totalCount).toBe(2);
    expect(
      (await search(t, { filter: { ipStatuses: ['LAPSED', 'EXPIRED'], ipTypes: ['INVENTION_PATENT'] } })).totalCount,
    ).toBe(1);
    expect((await search(t, { filter: { cooperationModes: ['JOINT', 'LICENCE'] } })).totalCount).toBe(2);
    expect(
      (
        await search(t, {
          filter: { licenceKinds: ['SOLE'], strategicAreas: ['2'], years: [2023], categories: ['APPLIED_TECHNOLOGY'] },
        })
      ).totalCount,
    ).toBe(1);
  });

  it('finds facet values by a Chinese or English name, or a code', async () => {
    const QUERY = `query($facet: SearchFacetName!, $text: String!) { achievementFacetValues(facet: $facet, text: $text) { value count label(locale: ZH) { value } } }`;
    const ask = async (facet: string, text: string) =>
      (
        await t.gql<{ achievementFacetValues: Array<{ value: string; count: number; label: { value: string } }> }>(
          QUERY,
          { facet, text },
        )
      ).achievementFacetValues;
    expect(await ask('INSTITUTION', '农业')).toEqual([
      { value: toGlobalId('Organisation', gansu), count: 2, label: { value: '甘肃农业大学' } },
    ]);
    expect((await ask('REGION', 'lanzhou')).map((v) => v.value)).toEqual(['620100']);
    expect((await ask('INDUSTRY', '制造业')).map((v) => [v.value, v.count])).toContainEqual(['C', 4]);
    expect(await ask('REGION', 'no such place')).toEqual([]);
  });
});

describe('ordering and suggesting', () => {
  it('orders strictly, entries without a value last, titles by pinyin', async () => {
    const by = async (field: string, direction?: string, locale?: 'ZH' | 'EN') =>
      (await search(t, { sort: { field, direction }, locale })).edges.map((e) =>
        ids.findIndex((id) => gid(id) === e.node.id),
      );
    expect(await by('SCORE')).toEqual([0, 2, 1, 4, 3]);
    expect(await by('SCORE', 'ASC')).toEqual([3, 4, 1, 2, 0]);
    expect(await by('TRL')).toEqual([3, 1, 2, 0, 4]);
    // An quan, Han di, Nie, Se, Xi.
    expect(await by('TITLE')).toEqual([4, 3, 2, 0, 1]);
    expect(await by('TITLE', 'ASC', 'EN')).toEqual([3, 0, 1, 4, 2]);
    expect(await by('FUNDING')).toEqual([3, 0, 1, 2, 4]);
  });

  it('suggests keywords, institutions and titles while one types', async () => {
    const ask = async (text: string) =>
      (
        await t.gql<{
          achievementSuggestions: Array<{
            kind: string;
            text: string;
            institutionId: string | null;
            achievement: { id: string } | null;
          }>;
        }>(
          `query($text: String!) { achievementSuggestions(text: $text) { kind text institutionId achievement { id } } }`,
          { text },
        )
      ).achievementSuggestions;
    expect(await ask('原子')).toContainEqual({
      kind: 'KEYWORD',
      text: '原子钟',
      institutionId: null,
      achievement: null,
    });
    expect(await ask('lanz')).toContainEqual({
      kind: 'INSTITUTION',
      text: 'Lanzhou University',
      institutionId: toGlobalId('Organisation', lanzhou),
      achievement: null,
    });
    expect(await ask('稀土')).toContainEqual({
      kind: 'TITLE',
      text: '稀土永磁材料',
      institutionId: null,
      achievement: { id: gid(ids[1]!) },
    });
    expect(await ask('草稿')).toEqual([]);
  });

  it('follows an entry out of the pool at once in the answer, and in the index soon', async () => {
    const [id] = await enter(t, [{ institutionId: gansu, title: { zh: '短暂停留的条目' } }]);
    await indexed(t);
    expect((await search(t, { query: '短暂停留' })).totalCount).toBe(1);
    // As if the index lagged behind: the change is not noted in the outbox.
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [id]);
    expect((await search(t, { query: '短暂停留' })).edges).toEqual([]);
    await change(t, [id!], `status = 'RETIRED'`);
    await indexed(t);
    expect((await search(t, { query: '短暂停留' })).totalCount).toBe(0);
  });
});
