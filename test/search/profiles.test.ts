import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newId } from '../../src/lib/ids.js';
import { Locale } from '../../src/kernel/localized.js';
import { textOf } from '../../src/search/engine/search.meilisearch.js';
import { checkIndex, repairIndex } from '../../src/search/index/search.check.js';
import { uidOf } from '../../src/search/index/search.collection.js';
import { indexChanges } from '../../src/search/index/search.indexer.js';
import { reindex } from '../../src/search/index/search.reindex.js';
import { profileCollection } from '../../src/search/profiles/profiles.collection.js';
import { searchProfilesByEngine } from '../../src/search/profiles/profiles.engine.js';
import { PROFILE_KINDS } from '../../src/search/profiles/profiles.kinds.js';
import { searchProfilesInDatabase } from '../../src/search/profiles/profiles.postgres.js';
import type { ProfileRequest } from '../../src/search/profiles/profiles.request.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { gateTo } from './kit.js';

let t: TestApp;
let s: Seed;
let gate: Awaited<ReturnType<typeof gateTo>>;
let funds: SeededOrganisation[];
let works: SeededOrganisation;
let owner: SeededPerson;

type Row = Record<string, unknown>;
const insert = async (table: string, row: Row) => {
  const keys = Object.keys(row);
  await t.sql(
    `INSERT INTO ${table} (${keys.join(', ')}) VALUES (${keys.map((_, i) => `$${i + 1}`).join(', ')})`,
    keys.map((key) => row[key]),
  );
};
const stamps = () => ({ revision: 1, created_at: t.app.clock(), updated_at: t.app.clock() });

async function investor(of: SeededOrganisation, row: Row = {}, industries: string[] = []): Promise<string> {
  const id = newId();
  await insert('investor_profile', { id, organisation_id: of.uuid, status: 'ACTIVE', ...stamps(), ...row });
  for (const code of industries)
    await insert('investor_industry', { investor_id: id, industry_code: code, wanted: true });
  return id;
}

async function talent(headline: object, row: Row = {}, industries: string[] = []): Promise<string> {
  const id = newId();
  const person = await s.person();
  await insert('talent_profile', {
    id,
    account_id: person.accountId,
    kind: 'SCIENCE',
    headline,
    visibility: 'PUBLIC',
    status: 'ACTIVE',
    verification: 'UNVERIFIED',
    ...stamps(),
    ...row,
  });
  for (const code of industries) await insert('talent_industry', { talent_id: id, industry_code: code });
  return id;
}

async function demand(title: object, row: Row = {}, industries: string[] = []): Promise<string> {
  const id = newId();
  await insert('demand', { id, organisation_id: works.uuid, title, status: 'OPEN', ...stamps(), ...row });
  for (const code of industries) await insert('demand_industry', { demand_id: id, industry_code: code });
  return id;
}

/** Inserts many rows in one statement. */
async function rows(table: string, columns: string, list: Row[]): Promise<void> {
  const names = columns
    .split(',')
    .map((column) => column.trim().split(' ')[0])
    .join(', ');
  await t.sql(`INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS r(${columns})`, [
    JSON.stringify(list),
  ]);
}

/** Waits until the index has applied every change. */
const indexed = () =>
  eventually(
    async () =>
      (
        await t.sql<{ done: boolean }>(
          `SELECT NOT EXISTS (SELECT 1 FROM search_profile_outbox)
             AND EXISTS (SELECT 1 FROM search_profile_generation WHERE state = 'LIVE') AS done`,
        )
      )[0]?.done,
    30_000,
  );

interface Found {
  totalCount: number;
  degraded: boolean;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: Array<{
    cursor: string;
    node: { id: string; title: { value: string } | null };
    highlights: Array<{ field: string; fragments: Array<{ parts: Array<{ text: string; match: boolean }> }> }>;
  }>;
  facets: Array<{
    name: string;
    size: number;
    values: Array<{ value: string; count: number; selected: boolean; level: number | null; label: { value: string } }>;
  }>;
}

const NODE = {
  investor: 'id title: thesis { value } organisation { name { value } }',
  talent: 'id title: headline { value }',
  demand: 'id title { value }',
};
const query = (
  kind: keyof typeof NODE,
) => `query ($query: String, $filter: ${kind[0]!.toUpperCase()}${kind.slice(1)}SearchFilter, $first: Int, $after: String, $locale: Locale) {
  found: ${kind}Search(query: $query, filter: $filter, first: $first, after: $after, locale: $locale) {
    totalCount degraded pageInfo { hasNextPage endCursor } edges { cursor node { ${NODE[kind]} } highlights { field fragments { parts { text match } } } }
    facets { name size values { value count selected level label { value } } } } }`;
const searchNow = async (kind: keyof typeof NODE, variables: object = {}) =>
  (await t.gql<{ found: Found }>(query(kind), { ...variables })).found;
/** Repeats a search until the engine answers, since on a busy machine it may time out once. */
const search = (kind: keyof typeof NODE, variables: object = {}) =>
  eventually(async () => {
    const found = await searchNow(kind, variables);
    return !found.degraded && found;
  }, 20_000);
const titles = (found: Found) => found.edges.map((edge) => edge.node.title?.value ?? '').sort();
const counts = (found: Found, name: string) =>
  Object.fromEntries(
    found.facets.find((facet) => facet.name === name)!.values.map(({ value, count }) => [value, count]),
  );

beforeAll(async () => {
  gate = await gateTo(inject('meiliUrl'));
  t = await startTestApp({}, { meiliUrl: gate.url });
  s = seed(t);
  owner = await s.person();
  funds = [];
  for (const name of ['陇山创投', '黄河产业基金', '未核实基金'])
    funds.push(await s.organisation(owner, { kind: 'INVESTOR', name, verified: !name.startsWith('未') }));
  works = await s.organisation(owner, { kind: 'ENTERPRISE', name: '金昌镍业' });
  await investor(
    funds[0]!,
    {
      thesis: { zh: '关注新能源与储能', en: 'New energy and storage' },
      funding_stages: ['SEED', 'ANGEL'],
      region_codes: ['620100'],
      trl_min: 3,
      trl_max: 5,
      cooperation_modes: ['EQUITY'],
    },
    ['38'],
  );
  await investor(funds[1]!, { thesis: { zh: '关注生物医药' } }, ['2710']);
  await investor(funds[2]!, { thesis: { zh: '关注储能' } });
  await talent(
    { zh: '氢能系统工程师', en: 'A systems engineer' },
    {
      bio: { zh: '做过三代电解槽' },
      skills: JSON.stringify([{ zh: '电解槽设计', en: 'electrolyser design' }]),
      region_codes: ['620100'],
      languages: ['zh', 'en'],
      roles: ['FOUNDER'],
    },
    ['3841'],
  );
  await talent(
    { zh: '医药渠道负责人' },
    { kind: 'MARKET', languages: ['zh'], roles: ['ADVISER', 'TECHNOLOGY_MANAGER'], manager_grade: 'SENIOR' },
    ['27'],
  );
  await talent({ zh: '隐藏的电解槽专家' }, { visibility: 'HIDDEN' });
  await talent({ zh: '仅认证机构可见的电解槽专家' }, { visibility: 'REGISTERED' });
  await talent({ zh: '暂停的电解槽专家' }, { status: 'PAUSED' });
  await talent({ zh: '未通过的电解槽专家' }, { verification: 'REJECTED' });
  await demand(
    { zh: '高纯镍粉制备' },
    {
      description: { zh: '用于电池正极' },
      region_code: '620300',
      required_trl: 6,
      deadline: '2999-01-01',
      targets: JSON.stringify([{ name: { zh: '松装密度' }, value: '1', unit: null }]),
    },
    ['3239'],
  );
  await demand({ zh: '镍冶炼烟气余热回收' }, { deadline: '2020-01-01' }, ['3213']);
  await demand({ zh: '已满足的镍需求' }, { status: 'FULFILLED' });
  await indexed();
}, 120_000);
afterAll(async () => {
  await t?.close();
  await gate?.close();
});

describe('a search of profiles', () => {
  it('finds by words in either language, synonyms, skills, evidence, targets, names and pinyin, and marks what it found', async () => {
    expect(titles(await search('investor', { query: '储能' }))).toEqual(['关注新能源与储能']);
    expect(titles(await search('investor', { query: 'storage' }))).toEqual(['关注新能源与储能']);
    expect(titles(await search('investor', { query: '黄河' }))).toEqual(['关注生物医药']);
    expect(titles(await search('investor', { query: 'hhcyjj' }))).toEqual(['关注生物医药']);
    const byWord = await search('talent', { query: '电解槽' });
    expect([titles(byWord), byWord.totalCount, byWord.degraded]).toEqual([['氢能系统工程师'], 1, false]);
    expect(byWord.edges[0]!.highlights.map((highlight) => highlight.field).sort()).toEqual(['keywords', 'summary']);
    expect(titles(await search('talent', { query: 'hydrogen energy' }))).toEqual(['氢能系统工程师']);
    expect(titles(await search('demand', { query: '松装密度' }))).toEqual(['高纯镍粉制备']);
    expect(titles(await search('demand', { query: '金昌镍业' }))).toEqual(['镍冶炼烟气余热回收', '高纯镍粉制备']);
    expect((await search('talent', { query: '储能' })).totalCount).toBe(0);
  });

  it('finds what is public and proposable alone, the same for everyone', async () => {
    expect((await search('talent')).totalCount).toBe(2);
    expect((await search('investor')).totalCount).toBe(2);
    expect((await search('demand')).totalCount).toBe(2);
    const operator = await s.person({ operator: true });
    expect((await t.gql<{ found: Found }>(query('talent'), {}, { token: operator.token })).found.totalCount).toBe(2);
    const { results } = await t.app.search.client
      .index(uidOf(t.app.search, profileCollection))
      .getDocuments({ limit: 100 });
    expect(JSON.stringify(results)).not.toMatch(/隐藏|仅认证|暂停|未通过|已满足|example\.org/);
  });

  it('counts facets: a choice leaves its siblings’ counts standing, and nothing said of a closed list is each of it', async () => {
    const all = await search('investor');
    expect(counts(all, 'INDUSTRY')).toEqual({ C: 2, 27: 1, 271: 1, 2710: 1, 38: 1 });
    expect(counts(all, 'REGION')).toEqual({ 620000: 1, 620100: 1, ANYWHERE: 1 });
    expect(counts(all, 'FUNDING_STAGE')).toMatchObject({ SEED: 2, ANGEL: 2, PRE_A: 1 });
    expect(counts(all, 'TRL')).toEqual({ 1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 1, 7: 1, 8: 1, 9: 1 });
    const narrowed = await search('investor', { filter: { regions: ['620000'] } });
    expect([titles(narrowed), counts(narrowed, 'REGION'), counts(narrowed, 'INDUSTRY')]).toEqual([
      ['关注新能源与储能'],
      { 620000: 1, 620100: 1, ANYWHERE: 1 },
      { C: 1, 38: 1 },
    ]);
    expect((await search('investor', { filter: { regions: ['620000', 'ANYWHERE'] } })).totalCount).toBe(2);
    expect(titles(await search('investor', { filter: { fundingStages: ['PRE_A'], trl: [9] } }))).toEqual([
      '关注生物医药',
    ]);
    const talents = await search('talent', { filter: { languages: ['en'] }, locale: 'EN' });
    expect(talents.facets.find((facet) => facet.name === 'LANGUAGE')!.values).toEqual([
      { value: 'zh', count: 2, selected: false, level: null, label: { value: 'Chinese' } },
      { value: 'en', count: 1, selected: true, level: null, label: { value: 'English' } },
    ]);
    expect(counts(talents, 'KIND')).toEqual({ SCIENCE: 1 });
    expect(counts(await search('talent', { filter: { roles: ['ADVISER'] } }), 'ROLE')).toEqual({
      FOUNDER: 1,
      ADVISER: 1,
      TECHNOLOGY_MANAGER: 1,
    });
  });

  it('tells demands that still wait from those whose deadline is past, by the day', async () => {
    const all = await search('demand', { query: '镍' });
    expect([all.totalCount, counts(all, 'STANDING')]).toEqual([2, { OPEN: 1, EXPIRED: 1 }]);
    const open = await search('demand', { query: '镍', filter: { standings: ['OPEN'] } });
    expect([titles(open), counts(open, 'STANDING')]).toEqual([['高纯镍粉制备'], { OPEN: 1, EXPIRED: 1 }]);
    expect(titles(await search('demand', { filter: { standings: ['EXPIRED'] } }))).toEqual(['镍冶炼烟气余热回收']);
    expect(counts(all, 'TRL')).toEqual({ 6: 1 });
  });

  it('names the field of what is wrong in a filter, and refuses the cursor of another search', async () => {
    const refused = async (kind: keyof typeof NODE, variables: object) =>
      (await t.ask(query(kind), { ...variables })).errors?.[0]?.extensions;
    expect(
      await refused('talent', { filter: { industries: ['C', 'ZZ'], regions: ['1'], languages: ['zz'] } }),
    ).toMatchObject({
      problems: [
        { field: 'filter.industries[1]', code: 'UNKNOWN_CODE' },
        { field: 'filter.regions[0]', code: 'UNKNOWN_CODE' },
        { field: 'filter.languages[0]', code: 'UNKNOWN_CODE' },
      ],
    });
    expect(await refused('demand', { filter: { trl: [10] } })).toMatchObject({ reason: 'OUT_OF_RANGE' });
    expect(await refused('demand', { first: 101 })).toMatchObject({ reason: 'PAGE_SIZE' });
    const { pageInfo } = await search('demand', { first: 1 });
    expect(pageInfo.hasNextPage).toBe(true);
    expect((await search('demand', { first: 1, after: pageInfo.endCursor })).edges).toHaveLength(1);
    expect(await refused('talent', { first: 1, after: pageInfo.endCursor })).toMatchObject({ reason: 'BAD_CURSOR' });
  });
});

describe('the index of profiles', () => {
  it('follows every writer, also of what only belongs to a profile', async () => {
    const id = await talent({ zh: '稀土分离工艺师' });
    await indexed();
    expect(titles(await search('talent', { query: '稀土分离' }))).toEqual(['稀土分离工艺师']);
    await insert('talent_evidence', {
      id: newId(),
      talent_id: id,
      kind: 'AWARD',
      title: { zh: '镧铈镨钕奖' },
      position: 1,
    });
    await indexed();
    expect(titles(await search('talent', { query: '镧铈镨钕' }))).toEqual(['稀土分离工艺师']);
    await t.sql(`UPDATE talent_profile SET status = 'PAUSED' WHERE id = $1`, [id]);
    await indexed();
    expect((await search('talent', { query: '稀土分离' })).totalCount).toBe(0);
    await t.sql(`UPDATE organisation SET verification = 'REJECTED' WHERE id = $1`, [works.uuid]);
    await indexed();
    expect((await search('demand', { query: '镍' })).totalCount).toBe(0);
    await t.sql(`UPDATE organisation SET verification = 'VERIFIED', name = '{"zh":"河西镍业"}' WHERE id = $1`, [
      works.uuid,
    ]);
    await indexed();
    expect((await search('demand', { query: '河西' })).totalCount).toBe(2);
  });

  it('holds nothing of a person who was erased', async () => {
    const person = await s.person();
    await insert('talent_profile', {
      id: newId(),
      account_id: person.accountId,
      kind: 'BRIDGE',
      headline: { zh: '将被遗忘的人' },
      visibility: 'PUBLIC',
      status: 'ACTIVE',
      verification: 'VERIFIED',
      ...stamps(),
    });
    await indexed();
    expect((await search('talent', { query: '遗忘' })).totalCount).toBe(1);
    await t.gql(
      'mutation ($p: String!) { eraseMyAccount(input: { password: $p }) { erased } }',
      { p: person.password },
      { token: person.token },
    );
    await indexed();
    expect((await search('talent', { query: '遗忘' })).totalCount).toBe(0);
    expect(
      JSON.stringify(
        (await t.app.search.client.index(uidOf(t.app.search, profileCollection)).getDocuments({ limit: 1000 })).results,
      ),
    ).not.toContain('遗忘');
  });

  it('is built anew and swapped, compared with the database, and repaired', async () => {
    const count = await reindex(t.app, { collection: profileCollection });
    expect(count).toBeGreaterThanOrEqual(6);
    expect(await checkIndex(t.app, profileCollection)).toMatchObject({
      inDatabase: count,
      inIndex: count,
      differences: [],
    });
    const index = t.app.search.client.index(uidOf(t.app.search, profileCollection));
    const [first, second] = (await index.getDocuments({ limit: 2 })).results as Array<{ id: string }>;
    await index.deleteDocument(first!.id).waitTask();
    await index.updateDocuments([{ id: second!.id, title_zh: '被篡改' }]).waitTask();
    await index.addDocuments([{ id: newId(), type: 'Demand', title_zh: '凭空而来' }]).waitTask();
    const { differences } = await checkIndex(t.app, profileCollection);
    expect(differences.map((difference) => difference.kind).sort()).toEqual(['CHANGED', 'MISSING', 'ORPHAN']);
    await repairIndex(t.app, differences, profileCollection);
    await indexChanges(t.app);
    expect((await checkIndex(t.app, profileCollection)).differences).toEqual([]);
  });

  it('counts exactly as the database does, whatever is chosen', async () => {
    const g = <T>(list: readonly T[], i: number) => list[i % list.length]!;
    const many = Array.from({ length: 60 }, (_, i) => ({ id: newId(), account: newId(), i }));
    await rows(
      'account',
      'id uuid, pseudonym uuid, email text, password_hash text, display_name text, locale text, is_operator boolean, created_at timestamptz',
      many.map(({ account, i }) => ({
        id: account,
        pseudonym: newId(),
        email: `talent${i}@example.org`,
        password_hash: 'none',
        display_name: `Talent ${i}`,
        locale: 'ZH',
        is_operator: false,
        created_at: t.app.clock(),
      })),
    );
    await rows(
      'talent_profile',
      'id uuid, account_id uuid, kind text, headline jsonb, visibility text, status text, verification text, languages text[], roles text[], region_codes text[], revision int, created_at timestamptz, updated_at timestamptz',
      many.map(({ id, account, i }) => ({
        id,
        account_id: account,
        kind: g(['SCIENCE', 'MARKET', 'BRIDGE'], i),
        headline: { zh: `第${i}位专家` },
        visibility: g(['PUBLIC', 'PUBLIC', 'REGISTERED'], i >> 1),
        status: 'ACTIVE',
        verification: 'UNVERIFIED',
        languages: g([['zh'], ['zh', 'en'], ['de']], i),
        roles: g([['FOUNDER'], [], ['ADVISER', 'FOUNDER']], i >> 2),
        region_codes: g([['620100'], [], ['620000', '110000']], i >> 1),
        ...stamps(),
      })),
    );
    await rows(
      'talent_industry',
      'talent_id uuid, industry_code text',
      many.flatMap(({ id, i }) =>
        g([['3841'], ['C', '27'], ['0111'], []], i).map((code) => ({ talent_id: id, industry_code: code })),
      ),
    );
    const needs = many.map(({ i }) => ({ id: newId(), i }));
    await rows(
      'demand',
      'id uuid, organisation_id uuid, title jsonb, region_code text, required_trl smallint, deadline date, status text, revision int, created_at timestamptz, updated_at timestamptz',
      needs.map(({ id, i }) => ({
        id,
        organisation_id: works.uuid,
        title: { zh: `第${i}项需求` },
        region_code: g(['620100', '620300', null], i),
        required_trl: g([3, 6, null], i >> 1),
        deadline: g(['2020-02-02', null, '2999-01-01'], i >> 2),
        status: g(['OPEN', 'OPEN', 'PAUSED'], i),
        ...stamps(),
      })),
    );
    await rows(
      'demand_industry',
      'demand_id uuid, industry_code text',
      needs.map(({ id, i }) => ({ demand_id: id, industry_code: g(['3239', '32', 'A'], i) })),
    );
    await indexed();
    const chosen: Record<string, Array<Record<string, string[]>>> = {
      TalentProfile: [
        {},
        { INDUSTRY: ['C'] },
        { REGION: ['620000', 'ANYWHERE'], KIND: ['SCIENCE'] },
        { LANGUAGE: ['en', 'de'], ROLE: ['FOUNDER'] },
        { INDUSTRY: ['0111', '27'], REGION: ['110000'], LANGUAGE: ['zh'] },
      ],
      Demand: [
        {},
        { STANDING: ['OPEN'] },
        { STANDING: ['OPEN', 'EXPIRED'], TRL: ['6'] },
        { REGION: ['620000'], STANDING: ['EXPIRED'] },
        { INDUSTRY: ['32'], TRL: ['3', '6'] },
      ],
      InvestorProfile: [{}, { TRL: ['9'] }, { REGION: ['ANYWHERE'], FUNDING_STAGE: ['SEED'] }],
    };
    for (const kind of Object.values(PROFILE_KINDS)) {
      for (const selected of chosen[kind.type]!) {
        const request: ProfileRequest = {
          kind,
          text: null,
          selected,
          facets: Object.keys(kind.facets),
          highlights: false,
          locale: Locale.ZH,
          offset: 0,
          limit: 100,
          today: '2026-11-26',
        };
        const [engine, database] = await Promise.all([
          searchProfilesByEngine(t.app.search, request, [], textOf([])),
          t.app.dataSource.transaction((tx) => searchProfilesInDatabase(tx, request, [])),
        ]);
        const plain = ({ ids, total, facets }: typeof engine) => ({ ids, total, facets: Object.fromEntries(facets) });
        expect({ selected, ...plain(engine) }).toEqual({ selected, ...plain(database) });
      }
    }
  });
});

describe('without the search engine', () => {
  it('the database answers with the same facets, marked degraded, and the engine takes over again', async () => {
    const variables = { query: '专家', filter: { industries: ['C'] }, first: 100 };
    const whole = await search('talent', variables);
    expect([whole.degraded, whole.totalCount > 5]).toEqual([false, true]);
    await gate.close();
    const answer = await searchNow('talent', variables);
    expect(answer.degraded).toBe(true);
    expect([titles(answer), answer.totalCount, counts(answer, 'REGION'), counts(answer, 'INDUSTRY')]).toEqual([
      titles(whole),
      whole.totalCount,
      counts(whole, 'REGION'),
      counts(whole, 'INDUSTRY'),
    ]);
    await talent({ zh: '停机之时的专家' });
    const found = await searchNow('talent', { query: '停机之时' });
    expect([titles(found), found.edges[0]!.highlights[0]!.fragments[0]!.parts[0]]).toEqual([
      ['停机之时的专家'],
      { text: '停机之时', match: true },
    ]);
    await gate.open();
    await eventually(async () => {
      const again = await searchNow('talent', { query: '停机之时' });
      return !again.degraded && again.totalCount === 1;
    }, 30_000);
  });
});
