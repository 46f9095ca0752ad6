import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app.js';
import { MAX_PER_PARTY, MAX_ROWS_PER_MONTH, MissCollector } from '../../src/search/misses/misses.collector.js';
import { missText } from '../../src/search/misses/misses.text.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';

/** Issue 15, point 12: searches in vain are counted by parties, each up to a ceiling, without names and numbers. */

let t: TestApp;
let other: RunningApp;

beforeAll(async () => {
  // Clients come from addresses of their own, as a proxy states them.
  t = await startTestApp({ trustProxy: 1 });
  other = await createApp(
    { ...t.app.config, worker: false },
    {
      databaseUrl: t.databaseUrl,
      meiliUrl: inject('meiliUrl'),
      meiliKey: inject('meiliKey'),
      secretKey: t.app.secretKey,
    },
    { log: t.app.log, clock: t.app.clock },
  );
});
afterAll(async () => {
  await other.close();
  await t.close();
});

const SEARCH = `query($q: String) { achievementSearch(query: $q, filter: { years: [1901] }) { totalCount nodes { id } } }`;
let agents = 0;
/** Searches from an address, every time by another program. */
async function searchFrom(address: string, q: string, token?: string, url = t.url): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'user-agent': `program ${(agents += 1)}`,
    'x-forwarded-for': address,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const body = JSON.stringify({ query: SEARCH, variables: { q } });
  const reply = (await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json()) as {
    errors?: unknown;
  };
  expect(reply.errors).toBeUndefined();
}

const withoutResult = async (text: string) => {
  await t.app.misses.flush();
  const [row] = await t.sql<{ n: number }>(`SELECT sum(without_result)::int AS n FROM search_miss WHERE text = $1`, [
    text,
  ]);
  return row!.n;
};
const listed = async () => {
  const { token } = await seed(t).person({ operator: true });
  const { searchMisses } = await t.gql<{ searchMisses: { nodes: Array<{ text: string }> } }>(
    `{ searchMisses(kind: WITHOUT_RESULT, first: 100) { nodes { text } } }`,
    {},
    { token },
  );
  return searchMisses.nodes.map(({ text }) => text);
};

describe('what one machine can do (issue 15, point 12)', () => {
  it('is one search, however many programs it poses as, accounts it opens unconfirmed, or addresses of its network', async () => {
    const network = '2001:db8:1:2';
    for (let i = 0; i < 5; i += 1) await searchFrom(`${network}::${i + 1}`, '冒名的需求');
    const { token } = await seed(t).person({ confirmed: false });
    await searchFrom(`${network}::9`, '冒名的需求', token);
    expect(await withoutResult('冒名的需求')).toBe(1);
    // The next day, and the next process, know the party still.
    t.travel(86_400_000);
    await searchFrom(`${network}::1`, '冒名的需求');
    await searchFrom(`${network}::1`, '冒名的需求', undefined, other.url);
    await other.app.misses.flush();
    expect(await withoutResult('冒名的需求')).toBe(1);
    expect(await listed()).not.toContain('冒名的需求');
    // Three confirmed accounts are three parties, from wherever they search.
    for (let i = 0; i < 3; i += 1) {
      const person = await seed(t).person();
      await searchFrom(`${network}::1`, '冒名的需求', person.token);
    }
    expect(await withoutResult('冒名的需求')).toBe(4);
    expect(await listed()).toContain('冒名的需求');
  });

  it('does not fill the list: 600 requests in a row are counted up to a ceiling', { timeout: 120_000 }, async () => {
    await t.app.misses.flush();
    const before = await t.sql<{ n: string }>(`SELECT count(*) AS n FROM search_miss`);
    const address = '203.0.113.5';
    for (let batch = 0; batch < 20; batch += 1)
      await Promise.all(Array.from({ length: 30 }, (_, i) => searchFrom(address, `垃圾词条 ${batch}x${i}q`)));
    await t.app.misses.flush();
    const after = await t.sql<{ n: string }>(`SELECT count(*) AS n FROM search_miss`);
    expect(Number(after[0]!.n) - Number(before[0]!.n)).toBe(MAX_PER_PARTY);
    expect((await listed()).filter((text) => text.includes('垃圾'))).toEqual([]);
  });

  it('stays within a bounded table: texts of one party make room, others stay', async () => {
    const collector = new MissCollector(t.app.dataSource, t.app.log, () => new Date('2020-05-05T00:00:00Z'));
    await t.sql(
      `INSERT INTO search_miss (month, text, without_result)
       SELECT '2020-05-01', 'word ' || i, CASE WHEN i <= 5 THEN 3 ELSE 1 END FROM generate_series(1, $1::int) i`,
      [MAX_ROWS_PER_MONTH + 10],
    );
    collector.noteSearch(
      { accountId: null, ip: '192.0.2.77', userAgent: '' },
      { text: '又一词', industry: '', found: false },
    );
    await collector.close();
    const [row] = await t.sql<{ n: number; many: number }>(
      `SELECT count(*)::int AS n, count(*) FILTER (WHERE without_result = 3)::int AS many FROM search_miss WHERE month = '2020-05-01'`,
    );
    expect(row).toEqual({ n: MAX_ROWS_PER_MONTH, many: 5 });
  });

  it('leaves out names of persons and numbers, by rule', async () => {
    await seed(t).person({ displayName: 'Bartholomew Quux' });
    for (const query of [
      '王小明',
      'bartholomew quux',
      '李建国教授 钛锆泡沫',
      '钛锆泡沫 张伟',
      'zhang wei',
      '一三八零零一三八零零零',
      '138_0013_8000',
    ])
      await searchFrom(`198.51.100.${(agents % 200) + 1}`, query);
    await t.app.misses.flush();
    const stored = JSON.stringify(await t.sql(`SELECT text FROM search_miss WHERE month > '2021-01-01'`));
    for (const part of ['王小明', 'quux', '建国', '张伟', 'zhang', '一三八', '138']) expect(stored).not.toContain(part);
    expect(await withoutResult('钛锆泡沫')).toBe(2);
  });

  it.each([
    ['石墨烯', '石墨烯'],
    ['高镍', '高镍'],
    ['金刚石', '金刚石'],
    ['单晶 高温合金', '单晶 高温合金'],
    ['离心机 5g', '离心机 5g'],
    ['lithium battery', 'lithium battery'],
    ['deep learning', 'deep learning'],
    ['诸葛亮', null],
    ['欧阳小锋', null],
    ['王强', null],
    ['高建明', null],
    ['找 陈志强 老师', '找 老师'],
    ['dr. john smith 电池', '电池'],
    ['Li Xiaoming', null],
    ['Xiaoming Li 电池', '电池'],
    ['wang@example.org', null],
    ['李 明', null],
    ['李-明 铜箔', '铜箔'],
    ['张\u200b伟', null],
    ['李明的铜箔', '铜箔'],
    ['王教授的激光器', '激光器'],
    ['陈院士团队', null],
    ['小李', null],
    ['老王 离心机', '离心机'],
    ['zhāng wěi', null],
    ['zhang.wei laser', 'laser'],
    ['碳-碳复合材料', '碳-碳复合材料'],
    ['高 温 合金', '高 温 合金'],
    ['小麦', '小麦'],
    ['老化', '老化'],
    ['铜箔的制备', '铜箔的制备'],
    ['micro-lens li-ion', 'micro-lens li-ion'],
    ['620102199001011234', null],
    ['6201 0219 9001 0112 34', null],
  ])('keeps of %s: %s', (text, expected) => {
    expect(missText(text)).toBe(expected);
  });
});
