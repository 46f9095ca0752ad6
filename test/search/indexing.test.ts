import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveUid } from '../../src/search/engine/engine.js';
import { checkIndex, repairIndex } from '../../src/search/index/search.check.js';
import { ensureIndex, indexChanges, prepareSearch } from '../../src/search/index/search.indexer.js';
import { reindex } from '../../src/search/index/search.reindex.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { change, enter, gid, indexed, institution, search } from './kit.js';

let t: TestApp;
let university: string;

beforeAll(async () => {
  t = await startTestApp();
  university = await institution(t, '兰州大学', 'Lanzhou University');
});
afterAll(() => t.close());

describe('the indexer', () => {
  it('makes a change searchable soon after its commit, and a stream of changes too', async () => {
    const ids = await enter(
      t,
      Array.from({ length: 60 }, (_, i) => ({ institutionId: university, title: { zh: `流动条目${i}` } })),
    );
    await indexed(t);
    // 50 changes a second for two seconds, each in a transaction of its own.
    const changed: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      const due = performance.now() + 20;
      await change(t, [ids[i % ids.length]!], `title = jsonb_build_object('zh', $2::text)`, [`改名条目 r${i}`]);
      changed.push(i);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    const committed = performance.now();
    await eventually(async () => (await search(t, { query: 'r99' })).totalCount === 1, 5000);
    expect(performance.now() - committed).toBeLessThan(3000);
    expect((await search(t, { query: 'r98' })).totalCount).toBe(1);
    expect((await search(t, { query: 'r10' })).totalCount).toBe(0);
    expect(changed).toHaveLength(100);
    const lag = (await t.app.metrics.indexLag.get()).values.find(
      (value) => value.metricName === 'techpool_index_lag_seconds_count',
    );
    expect(lag!.value).toBeGreaterThanOrEqual(160);
  });

  it('holds PUBLIC content of ADMITTED entries and nothing else', async () => {
    const record = {
      institutionId: university,
      title: { zh: '公开题名' },
      abstract: { zh: '公开摘要 publicmarker' },
      technicalDetail: { zh: '注册可见 registeredmarker' },
      confidentialDetail: { zh: '保密 ndamarker' },
      externalId: 'externalmarker',
      inventors: [{ name: { zh: '张三' }, orcid: '0000-0002-1825-0097' }],
    };
    await enter(t, [
      record,
      ...(['DRAFT', 'REGISTERED', 'UNDER_REVIEW', 'CULTIVATING', 'RETIRED', 'WITHDRAWN'] as const).map((status) => ({
        ...record,
        status,
        externalId: status,
        abstract: { zh: `draftmarker${status}` },
      })),
    ]);
    await indexed(t);
    const { results } = await t.app.search.client.index(liveUid(t.app.search)).getDocuments({ limit: 1000 });
    const everything = JSON.stringify(results);
    expect(everything).toContain('publicmarker');
    for (const marker of ['registeredmarker', 'ndamarker', 'externalmarker', 'draftmarker', '1825-0097'])
      expect(everything).not.toContain(marker);
    for (const query of ['registeredmarker', 'ndamarker', 'externalmarker', 'draftmarkerDRAFT'])
      expect((await search(t, { query })).totalCount).toBe(0);
  });

  it('follows an institution’s new name', async () => {
    const someone = await seed(t).person();
    const organisation = await seed(t).organisation(someone, { name: '旧名研究所' });
    const [id] = await enter(t, [{ institutionId: organisation.uuid, title: { zh: '改名的单位' } }]);
    await indexed(t);
    expect((await search(t, { query: '旧名研究所' })).totalCount).toBe(1);
    const reply = await t.ask(
      `mutation($input: UpdateOrganisationInput!) { updateOrganisation(input: $input) { organisation { id } } }`,
      { input: { id: organisation.id, revision: 1, kind: 'UNIVERSITY', name: { zh: '崭新名称学院' } } },
      { token: someone.token },
    );
    expect(reply.errors).toBeUndefined();
    await indexed(t);
    // An unverified change is not public: the new name waits for an operator.
    expect((await search(t, { query: '崭新名称学院' })).totalCount).toBe(0);
    const operator = await seed(t).person({ operator: true });
    const verified = await t.ask(
      `mutation($input: VerifyOrganisationInput!) { verifyOrganisation(input: $input) { organisation { id } } }`,
      { input: { id: organisation.id, revision: 2 } },
      { token: operator.token },
    );
    expect(verified.errors).toBeUndefined();
    await indexed(t);
    expect((await search(t, { query: '崭新名称学院' })).edges.map((edge) => edge.node.id)).toEqual([gid(id!)]);
    expect((await search(t, { query: '旧名研究所' })).totalCount).toBe(0);
  });

  it('answers textless searches exactly even while the index lags', async () => {
    await indexed(t);
    const before = (await search(t, {})).totalCount;
    const release = await holdIndexer();
    try {
      await enter(t, [{ institutionId: university, title: { zh: '尚未入索引' }, trl: 3 }]);
      const found = await search(t, { filter: {} });
      expect([found.totalCount, found.degraded]).toEqual([before + 1, false]);
    } finally {
      await release();
    }
    await indexed(t);
    expect((await search(t, {})).totalCount).toBe(before + 1);
  });

  /** Blocks the indexer, as a long batch would. */
  async function holdIndexer(): Promise<() => Promise<void>> {
    const session = t.app.dataSource.createQueryRunner();
    await session.startTransaction();
    await session.query(`SELECT pg_advisory_xact_lock(7402321)`);
    return async () => {
      await session.commitTransaction();
      await session.release();
    };
  }
});

describe('a new index', () => {
  it('is built under changes without losing one and without a gap', async () => {
    const ids = await enter(
      t,
      Array.from({ length: 1200 }, (_, i) => ({ institutionId: university, title: { zh: `重建条目${i}` } })),
    );
    await indexed(t);
    let building = true;
    const seen: number[] = [];
    const searching = (async () => {
      while (building) seen.push((await search(t, { query: '重建条目', first: 1 })).totalCount);
    })();
    const done = reindex(t.app);
    const changing = (async () => {
      for (let i = 0; building && i < 200; i += 1) {
        await change(t, [ids[i * 5]!], `title = jsonb_build_object('zh', $2::text)`, [`重建条目 during${i}x`]);
        if (i % 10 === 0) await change(t, [ids[i * 5 + 1]!], `status = 'RETIRED'`);
      }
    })();
    expect(await done).toBeGreaterThan(1000);
    building = false;
    await Promise.all([searching, changing]);
    await indexed(t);
    expect(Math.min(...seen)).toBeGreaterThan(1000);
    expect(await checkIndex(t.app)).toMatchObject({ differences: [], waiting: 0 });
    const { results } = await t.app.search.client.getRawIndexes({ limit: 1000 });
    expect(results.filter((index) => index.uid.startsWith(liveUid(t.app.search))).map((index) => index.uid)).toEqual([
      liveUid(t.app.search),
    ]);
    expect(await t.sql(`SELECT state FROM search_generation WHERE state <> 'RETIRED'`)).toEqual([{ state: 'LIVE' }]);
  }, 120_000);

  it('is not disturbed by what a crashed build has left', async () => {
    const uid = `${liveUid(t.app.search)}_0123456789ab`;
    await t.app.search.client.createIndex(uid, { primaryKey: 'id' }).waitTask();
    await t.sql(`INSERT INTO search_generation (index_uid, settings_hash, state) VALUES ($1, 'x', 'BUILDING')`, [uid]);
    const [id] = await enter(t, [{ institutionId: university, title: { zh: '崩溃之后 aftercrash' } }]);
    await indexed(t);
    expect((await search(t, { query: 'aftercrash' })).edges.map((edge) => edge.node.id)).toEqual([gid(id!)]);
    expect(await t.sql(`SELECT state FROM search_generation WHERE index_uid = $1`, [uid])).toEqual([
      { state: 'RETIRED' },
    ]);
    expect(await reindex(t.app)).toBeGreaterThan(1000);
    const { results } = await t.app.search.client.getRawIndexes({ limit: 1000 });
    expect(results.map((index) => index.uid)).not.toContain(uid);
  });

  it('is built in the background when the program indexes otherwise than before', async () => {
    await t.sql(`UPDATE search_generation SET settings_hash = 'other' WHERE state = 'LIVE'`);
    const [before] = await t.sql<{ id: string }>(`SELECT id FROM search_generation WHERE state = 'LIVE'`);
    await prepareSearch(t.app);
    await eventually(
      async () =>
        (
          await t.sql(`SELECT 1 FROM search_generation WHERE state = 'LIVE' AND settings_hash <> 'other' AND id > $1`, [
            before!.id,
          ])
        ).length === 1,
      20_000,
    );
    const [after] = await t.sql<{ id: string }>(`SELECT id FROM search_generation WHERE state = 'LIVE'`);
    // The next start has nothing to do.
    await ensureIndex(t.app);
    expect(await t.sql(`SELECT id FROM search_generation WHERE state = 'LIVE'`)).toEqual([after]);
  });

  it('is built by one process at a time', async () => {
    const both = await Promise.all([reindex(t.app), reindex(t.app)]);
    expect(both.filter((count) => count === undefined)).toHaveLength(1);
  });

  it('is made again when the engine has lost it', async () => {
    await t.app.search.client.deleteIndex(liveUid(t.app.search)).waitTask();
    expect((await search(t, { query: 'aftercrash' })).degraded).toBe(true);
    const found = await eventually(async () => {
      const answer = await search(t, { query: 'aftercrash' });
      return !answer.degraded && answer;
    }, 15_000);
    expect(found.totalCount).toBe(1);
  });
});

describe('the check', () => {
  it('finds what is missing, left over or different, and has it mended', async () => {
    const [changed, missing] = await enter(t, [
      { institutionId: university, title: { zh: '甲' } },
      { institutionId: university, title: { zh: '乙' } },
    ]);
    await indexed(t);
    expect((await checkIndex(t.app)).differences).toEqual([]);
    const index = t.app.search.client.index(liveUid(t.app.search));
    const orphan = '00000000-0000-7000-8000-000000000000';
    await index.updateDocuments([{ id: changed!, title_zh: '丙' }]).waitTask();
    await index.deleteDocuments([missing!]).waitTask();
    await index.addDocuments([{ id: orphan, title_zh: '丁' }]).waitTask();
    const { differences } = await checkIndex(t.app);
    expect(Object.fromEntries(differences.map((d) => [d.id, d.kind]))).toEqual({
      [changed!]: 'CHANGED',
      [missing!]: 'MISSING',
      [orphan]: 'ORPHAN',
    });
    await repairIndex(t.app, differences);
    await indexChanges(t.app);
    await indexed(t);
    expect((await checkIndex(t.app)).differences).toEqual([]);
  });
});
