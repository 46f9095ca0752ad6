import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';
import { enter, gateTo, indexed, institution, search, titles } from './kit.js';

const SET = `mutation($input: SetSynonymGroupInput!) { setSynonymGroup(input: $input) { synonymGroup { id terms } } }`;
const REMOVE = `mutation($input: RemoveSynonymGroupInput!) { removeSynonymGroup(input: $input) { removedId } }`;

let t: TestApp;
let gate: Awaited<ReturnType<typeof gateTo>>;
let operator: SeededPerson;

beforeAll(async () => {
  gate = await gateTo(inject('meiliUrl'));
  t = await startTestApp({ searchCache: false }, { meiliUrl: gate.url });
  operator = await seed(t).person({ operator: true });
  const university = await institution(t, '兰州大学', 'Lanzhou University');
  await enter(t, [
    { institutionId: university, title: { zh: '氢能储运装置' } },
    { institutionId: university, title: { zh: '面向氢能源的电解槽' } },
    { institutionId: university, title: { zh: '光抽运频率标准装置' } },
    { institutionId: university, title: { zh: '铯原子频标小型化' } },
    { institutionId: university, title: { zh: '人工智能辅助诊断' } },
    { institutionId: university, title: { zh: '基于AI的矿石分选' } },
    { institutionId: university, title: { en: 'Artificial intelligence for maintenance' } },
    { institutionId: university, title: { zh: '石墨烯散热膜' } },
    { institutionId: university, title: { zh: '测量标准与单频点频率', en: 'Air aid for frequencies of a standard' } },
    { institutionId: university, title: { zh: '稀土发光', en: 'Light lithium lines' } },
    { institutionId: university, title: { zh: 'LI法测距', en: 'Rare-earths by LI' } },
  ]);
  await indexed(t);
});
afterAll(async () => {
  await t.close();
  await gate.close();
});

const DIRECTIONS: Array<[string, string[]]> = [
  ['氢能', ['氢能储运装置', '面向氢能源的电解槽']],
  ['氢能源', ['氢能储运装置', '面向氢能源的电解槽']],
  ['频标', ['光抽运频率标准装置', '铯原子频标小型化']],
  ['频率标准', ['光抽运频率标准装置', '铯原子频标小型化']],
  ['AI', ['Artificial intelligence for maintenance', '人工智能辅助诊断', '基于AI的矿石分选']],
  ['人工智能', ['Artificial intelligence for maintenance', '人工智能辅助诊断', '基于AI的矿石分选']],
  ['artificial intelligence', ['Artificial intelligence for maintenance', '人工智能辅助诊断', '基于AI的矿石分选']],
  ['氢能源 电解槽', ['面向氢能源的电解槽']],
  ['ai', ['Artificial intelligence for maintenance', '人工智能辅助诊断', '基于AI的矿石分选']],
  ['AI-诊断', ['人工智能辅助诊断']],
  ['frequency standards', ['光抽运频率标准装置', '铯原子频标小型化']],
  ['rare earth', ['稀土发光', 'LI法测距']],
  ['LI', ['LI法测距']],
  ['li', ['LI法测距']],
  ['"频率标准"', ['光抽运频率标准装置']],
];

describe('synonyms', () => {
  it.each(DIRECTIONS)('of the first start let %s find all that mean it', async (query, expected) => {
    const found = await search(t, { query });
    expect([titles(found).sort(), found.degraded]).toEqual([[...expected].sort(), false]);
  });

  it('hold without the engine too', async () => {
    await gate.close();
    try {
      for (const [query, expected] of DIRECTIONS) {
        const found = await search(t, { query });
        expect([query, titles(found).sort(), found.degraded]).toEqual([query, [...expected].sort(), true]);
      }
    } finally {
      await gate.open();
    }
    await eventually(async () => !(await search(t, { query: '氢能' })).degraded);
  });

  it('are marked where they are found, in whatever words', async () => {
    const found = await search(t, { query: '频标 装置' });
    expect(found.edges[0]!.highlights.find((h) => h.field === 'title')!.fragments[0]!.parts).toEqual([
      { text: '光抽运', match: false },
      { text: '频率标准装置', match: true },
    ]);
  });

  it('are edited by an operator, and searches follow', async () => {
    expect((await search(t, { query: 'graphene' })).totalCount).toBe(0);
    const { setSynonymGroup } = await t.gql<{ setSynonymGroup: { synonymGroup: { id: string; terms: string[] } } }>(
      SET,
      { input: { terms: ['石墨烯', 'graphene', ' Graphene '] } },
      { token: operator.token },
    );
    expect(setSynonymGroup.synonymGroup.terms).toEqual(['石墨烯', 'graphene']);
    await eventually(async () => (await search(t, { query: 'graphene' })).totalCount === 1);
    const { id } = setSynonymGroup.synonymGroup;
    await t.gql(SET, { input: { id, terms: ['石墨烯', 'single-layer carbon'] } }, { token: operator.token });
    await eventually(async () => (await search(t, { query: 'single-layer carbon' })).totalCount === 1);
    await t.gql(REMOVE, { input: { id } }, { token: operator.token });
    await eventually(async () => (await search(t, { query: 'single-layer carbon' })).totalCount === 0);
    const kinds = await t.sql<{ kind: string }>(
      `SELECT kind FROM ledger_record WHERE subject_type = 'SynonymGroup' ORDER BY seq`,
    );
    expect(kinds.map((row) => row.kind)).toEqual(['synonyms.set', 'synonyms.set', 'synonyms.removed']);
    const { synonymGroups } = await t.gql<{ synonymGroups: Array<{ terms: string[] }> }>(
      `{ synonymGroups { id terms createdAt updatedAt } }`,
      {},
      { token: operator.token },
    );
    expect(synonymGroups.length).toBeGreaterThanOrEqual(18);
    expect(synonymGroups.map((group) => group.terms)).toContainEqual(['AI', '人工智能', 'artificial intelligence']);
  });

  it('are no one else’s to see or edit, and must be at least two terms', async () => {
    const other = await seed(t).person();
    expect((await t.ask(`{ synonymGroups { id } }`, {}, { token: other.token })).errors![0]!.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect(
      (await t.ask(SET, { input: { terms: ['a', 'b'] } }, { token: other.token })).errors![0]!.extensions.code,
    ).toBe('FORBIDDEN');
    expect(
      (await t.ask(SET, { input: { terms: ['a', 'A'] } }, { token: operator.token })).errors![0]!.extensions,
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.terms' });
    expect(
      (await t.ask(SET, { input: { terms: ['', 'b'] } }, { token: operator.token })).errors![0]!.extensions,
    ).toMatchObject({ field: 'input.terms[0]' });
  });
});
