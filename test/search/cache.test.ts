import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import {
  change,
  countingProxy,
  enter,
  gid,
  indexed,
  institution,
  search,
  searchAt,
  titles,
  type SearchVariables,
} from './kit.js';

let t: TestApp;
let other: RunningApp;
let proxy: Awaited<ReturnType<typeof countingProxy>>;
let university: string;
let ids: string[];

beforeAll(async () => {
  proxy = await countingProxy(inject('meiliUrl'));
  t = await startTestApp({ searchCache: true }, { meiliUrl: proxy.url });
  university = await institution(t, '兰州大学', 'Lanzhou University');
  ids = await enter(t, [
    {
      institutionId: university,
      title: { zh: '量子重力仪' },
      technicalDetail: { zh: '注册可见之文' },
      industries: ['3985'],
    },
    { institutionId: university, title: { zh: '量子通信' } },
    { institutionId: university, title: { zh: '稀土永磁' } },
  ]);
  await indexed(t);
  await t.app.ranking.sync();
  // A second process of the same deployment; the first one runs its jobs.
  other = await createApp(
    { ...t.app.config, worker: false },
    {
      databaseUrl: t.databaseUrl,
      meiliUrl: inject('meiliUrl'),
      meiliKey: inject('meiliKey'),
      secretKey: t.app.secretKey,
    },
    { log: t.app.log },
  );
});
afterAll(async () => {
  await other.close();
  await t.close();
  await proxy.close();
});

/** Number of requests to the engine while `run` executes. */
async function asked(run: () => Promise<unknown>): Promise<number> {
  const before = proxy.searches();
  await run();
  return proxy.searches() - before;
}

describe('the cache', () => {
  it('asks the engine once for what is asked twice', async () => {
    const variables: SearchVariables = { query: '量子', filter: { industries: ['C'] } };
    const answers: unknown[] = [];
    const ask = async () => answers.push(await search(t, variables));
    expect(await asked(ask)).toBeGreaterThan(0);
    expect(await asked(ask)).toBe(0);
    expect(answers[1]).toEqual(answers[0]);
    // Every other query is a different search.
    for (const different of [
      { query: '量子 重力' },
      { ...variables, first: 1 },
      { ...variables, filter: {} },
      { ...variables, sort: { field: 'NEWEST' } },
    ]) {
      expect([different, (await asked(() => search(t, different))) > 0]).toEqual([different, true]);
    }
  });

  it('asks the engine once for what many ask at the same time', async () => {
    const once = await asked(() => search(t, { query: '稀土', first: 7 }));
    expect(once).toBeGreaterThan(0);
    const answers: unknown[] = [];
    expect(
      await asked(
        async () =>
          void answers.push(
            ...(await Promise.all(Array.from({ length: 8 }, () => search(t, { query: '稀土', first: 8 })))),
          ),
      ),
    ).toBe(once);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('keeps apart what is asked for, facets or entries', async () => {
    const facets = `{ achievementSearch(query: "通信") { totalCount facets(names: [YEAR]) { values { count } } } }`;
    const entries = `{ achievementSearch(query: "通信") { totalCount edges { node { id } highlights { field } } } }`;
    const plain = `{ achievementSearch(query: "通信") { edges { node { id } } } }`;
    for (const query of [facets, entries, plain])
      expect([query, (await asked(() => t.gql(query))) > 0]).toEqual([query, true]);
    for (const query of [facets, entries, plain]) expect([query, await asked(() => t.gql(query))]).toEqual([query, 0]);
    const reply = await t.gql<{ achievementSearch: { edges: Array<{ highlights: unknown[] }> } }>(entries);
    expect(reply.achievementSearch.edges[0]!.highlights.length).toBeGreaterThan(0);
  });

  it('forgets with every change of the index, in every process', async () => {
    const both = async (query: string) => [
      titles(await search(t, { query })),
      titles(await searchAt(other.url, { query })),
    ];
    expect(await both('永磁')).toEqual([['稀土永磁'], ['稀土永磁']]);
    expect(await both('永磁')).toEqual([['稀土永磁'], ['稀土永磁']]);
    await change(t, [ids[2]!], `title = jsonb_build_object('zh', $2::text)`, ['稀土发光']);
    await indexed(t);
    expect(await both('永磁')).toEqual([[], []]);
    expect(await both('发光')).toEqual([['稀土发光'], ['稀土发光']]);
    await enter(t, [{ institutionId: university, title: { zh: '永磁电机' } }]);
    await indexed(t);
    expect(await both('永磁')).toEqual([['永磁电机'], ['永磁电机']]);
  });

  it('is not stale for a question either, once the ranking has followed', async () => {
    const question = 'zalbor veltin quorim passet dromel kelfan mivoro';
    expect((await search(t, { query: question })).totalCount).toBe(0);
    await enter(t, [{ institutionId: university, title: { en: question } }]);
    await indexed(t);
    await eventually(async () => (await search(t, { query: question })).totalCount === 1);
    await eventually(async () => (await searchAt(other.url, { query: question })).totalCount === 1);
    expect(await asked(() => search(t, { query: question }))).toBe(0);
  });

  it('never shows what has left the pool, nor what another viewer may read', async () => {
    const s = seed(t);
    const owner = await s.person();
    await s.organisation(owner);
    const query = `{ achievementSearch(query: "重力仪") { edges { node { id content(tier: REGISTERED) { granted body { value } } } } } }`;
    type Reply = {
      achievementSearch: {
        edges: Array<{ node: { id: string; content: { granted: boolean; body: { value: string } | null } } }>;
      };
    };
    const seen = async (token?: string) =>
      (await t.gql<Reply>(query, {}, { token })).achievementSearch.edges.map((edge) => edge.node);
    const registered = { id: gid(ids[0]!), content: { granted: true, body: { value: '注册可见之文' } } };
    expect(await seen(owner.token)).toEqual([registered]);
    expect(
      await asked(async () =>
        expect(await seen()).toEqual([{ id: gid(ids[0]!), content: { granted: false, body: null } }]),
      ),
    ).toBe(0);
    expect(await seen(owner.token)).toEqual([registered]);
    // As if the index lagged behind: the change is not noted in the outbox.
    await t.sql(`UPDATE achievement SET status = 'RETIRED' WHERE id = $1`, [ids[0]]);
    expect(await asked(async () => expect([await seen(owner.token), await seen()]).toEqual([[], []]))).toBe(0);
    await t.sql(`UPDATE achievement SET status = 'ADMITTED' WHERE id = $1`, [ids[0]]);
  });

  it('follows synonyms', async () => {
    const operator = await seed(t).person({ operator: true });
    expect(titles(await search(t, { query: 'gravimeter' }))).toEqual([]);
    await t.gql(
      `mutation { setSynonymGroup(input: { terms: ["gravimeter", "重力仪"] }) { synonymGroup { id } } }`,
      {},
      { token: operator.token },
    );
    await eventually(async () => {
      const found = await search(t, { query: 'gravimeter' });
      return !found.degraded && found.totalCount === 1;
    }, 20_000);
  });

  it('keeps no degraded answer', async () => {
    const query = '量子通信';
    const health = t.app.search.health;
    health.failed();
    const degraded = await search(t, { query });
    expect([degraded.degraded, titles(degraded)]).toEqual([true, ['量子通信']]);
    health.succeeded();
    expect(await asked(async () => expect((await search(t, { query })).degraded).toBe(false))).toBeGreaterThan(0);
    // The engine's answer is cached and stays valid while the engine is down.
    health.failed();
    expect((await search(t, { query })).degraded).toBe(false);
    health.succeeded();
  });
});
