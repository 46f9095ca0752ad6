import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dayOfChina } from '../../src/lib/day.js';
import { createApp, type RunningApp } from '../../src/app.js';
import { MissCollector, PATIENCE_MS } from '../../src/search/misses/misses.collector.js';
import { pruneSearchMisses } from '../../src/search/misses/misses.service.js';
import { isRefinement, missText } from '../../src/search/misses/misses.text.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededPerson } from '../seed.js';
import { enter, gid, indexed, institution, search } from './kit.js';

let t: TestApp;
let other: RunningApp;
let operator: SeededPerson;
let found: string[];
const backends = () => ({
  databaseUrl: t.databaseUrl,
  meiliUrl: inject('meiliUrl'),
  meiliKey: inject('meiliKey'),
  secretKey: t.app.secretKey,
});

beforeAll(async () => {
  // Clients come from addresses of their own, as a proxy states them.
  t = await startTestApp({ trustProxy: 1 });
  const university = await institution(t, '兰州大学', 'Lanzhou University');
  found = (
    await enter(t, [
      {
        institutionId: university,
        title: { zh: '量子重力仪' },
        industries: ['3985'],
        inventors: [{ name: { zh: '韩立成', en: 'Han Licheng' }, orcid: null }],
      },
      { institutionId: university, title: { zh: '稀土永磁材料' } },
      ...Array.from({ length: 25 }, (_, i) => ({ institutionId: university, title: { zh: `旱作节水${i}` } })),
    ])
  ).map(gid);
  await indexed(t);
  operator = await seed(t).person({ operator: true });
  other = await createApp({ ...t.app.config, worker: false }, backends(), { log: t.app.log, clock: t.app.clock });
});
afterAll(async () => {
  await other.close();
  await t.close();
});

interface Miss {
  text: string;
  count: number;
  industry: { code: string } | null;
  months: Array<{ month: string; count: number }>;
}
const MISSES = `query($kind: SearchMissKind!, $from: String, $to: String, $industry: String, $first: Int, $after: String) {
  searchMisses(kind: $kind, from: $from, to: $to, industry: $industry, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { text count industry { code } months { month count } } } }`;
async function misses(variables: Record<string, unknown>) {
  // Time travels, and the token of a while ago has expired.
  const token = await seed(t).logIn(operator);
  return (
    await t.gql<{
      searchMisses: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Miss[] };
    }>(MISSES, variables, { token })
  ).searchMisses;
}
/** The stored counts of texts, after all counted searches are written. */
async function kept(...texts: string[]): Promise<Record<string, [without: number, abandoned: number]>> {
  await t.app.misses.flush();
  const rows = await t.sql<{ text: string; w: number; a: number }>(
    `SELECT text, sum(without_result)::int AS w, sum(abandoned)::int AS a
     FROM search_miss
     WHERE text = ANY($1)
     GROUP BY text`,
    [texts],
  );
  return Object.fromEntries(rows.map((row) => [row.text, [row.w, row.a]]));
}

let networks = 0;
/** An address of a network that no other client has. */
function newNetwork(): string {
  networks += 1;
  return `10.${networks >> 8}.${networks & 255}.7`;
}

/** A client that no other test uses, with a network of its own unless one is given. */
function client(app: { url: string } = t, network?: string) {
  const agent = randomUUID();
  const address = network ?? newNetwork();
  const ask = async (query: string, variables: Record<string, unknown> = {}, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      'user-agent': agent,
      'x-forwarded-for': address,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const reply = (await (
      await fetch(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    ).json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(reply.errors).toBeUndefined();
    return reply.data;
  };
  return {
    ask,
    async search(query: string, more: { filter?: object; first?: number; after?: string } = {}) {
      const data = await ask(
        `query($q: String, $filter: AchievementSearchFilter, $first: Int, $after: String) { achievementSearch(query: $q, filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor } nodes { id } } }`,
        { q: query, ...more },
      );
      return data['achievementSearch'] as { totalCount: number; pageInfo: { endCursor: string } };
    },
  };
}

describe('searches without a result', () => {
  it('count by text, month and section, once for each client', async () => {
    for (let i = 0; i < 4; i += 1) {
      const someone = client();
      for (let again = 0; again < 3; again += 1)
        await someone.search('　深海 采矿ＲＯＶ ', { filter: { industries: ['0911', '09'] } });
      if (i < 3) await someone.search('深海 采矿ROV', { filter: { industries: ['0911', 'C'] } });
      if (i < 1) await someone.search('深海 采矿rov 缆绳');
    }
    expect(await kept('深海 采矿rov', '深海 采矿rov 缆绳')).toEqual({
      '深海 采矿rov': [7, 0],
      '深海 采矿rov 缆绳': [1, 0],
    });
    const month = dayOfChina(t.app.clock()).slice(0, 7);
    const { nodes, totalCount } = await misses({ kind: 'WITHOUT_RESULT' });
    expect([nodes, totalCount]).toEqual([
      [
        { text: '深海 采矿rov', count: 4, industry: { code: 'B' }, months: [{ month, count: 4 }] },
        // The search is narrowed to two sections, so it counts for neither of them.
        { text: '深海 采矿rov', count: 3, industry: null, months: [{ month, count: 3 }] },
      ],
      2,
    ]);
    expect((await misses({ kind: 'WITHOUT_RESULT', industry: 'B' })).nodes.map((miss) => miss.count)).toEqual([4]);
    expect((await misses({ kind: 'ABANDONED' })).nodes).toEqual([]);
  });

  it('count where PostgreSQL answered in place of the engine, and where related entries showed', async () => {
    t.app.search.health.failed();
    await client().search('核聚变 堆芯');
    t.app.search.health.succeeded();
    await client().search('量子 磁流体');
    expect(await kept('核聚变 堆芯', '量子 磁流体')).toEqual({ '核聚变 堆芯': [1, 0], '量子 磁流体': [1, 0] });
  });

  it('are not those for counts or facets alone, of other lists, or of known numbers', async () => {
    const someone = client();
    await someone.ask(
      `{ achievementSearch(query: "无人问津甲") { totalCount facets { name } } achievementFacetValues(facet: INDUSTRY, text: "x", query: "无人问津甲") { value } achievementSuggestions(text: "无人问津甲") { text } }`,
    );
    await someone.search('');
    expect(await kept('无人问津甲')).toEqual({});
  });

  it('hold nothing that leads to a person', async () => {
    await client().search('联系人 zhang.san@example.org 13800138000 钛合金泡沫');
    await client().search('13800138000');
    // The name of an inventor, in any writing.
    for (const name of ['韩立成 ', '韩 立成', 'HAN LICHENG'])
      await client().search(name, { filter: { years: [1901] } });
    expect(await kept('联系人 钛合金泡沫', '韩立成', '韩 立成', 'han licheng')).toEqual({
      '联系人 钛合金泡沫': [1, 0],
    });
    const everything = JSON.stringify(await t.sql(`SELECT * FROM search_miss`));
    for (const secret of ['138', 'example', '立成', 'licheng']) expect(everything).not.toContain(secret);
    expect(JSON.stringify(t.logLines)).not.toContain('钛合金泡沫');
    expect(
      (
        await t.sql<{ name: string }>(
          `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'search_miss' ORDER BY 1`,
        )
      ).map(({ name }) => name),
    ).toEqual(['abandoned', 'industry', 'month', 'text', 'without_result']);
  });
});

describe('abandoned searches', () => {
  it('are those that nothing was opened of in ten minutes, or before another', async () => {
    const [left, hopped, patient] = [client(), client(), client()];
    await left.search('量子重力仪');
    await hopped.search('稀土永磁');
    await patient.search('重力仪');
    expect(await kept('量子重力仪', '稀土永磁', '重力仪')).toEqual({});
    await hopped.search('旱作节水');
    expect(await kept('量子重力仪', '稀土永磁', '重力仪')).toEqual({ 稀土永磁: [0, 1] });
    await patient.ask(`query($id: ID!) { achievement(id: $id) { id } }`, { id: found[0] });
    t.travel(PATIENCE_MS + 1);
    expect(await kept('量子重力仪', '稀土永磁', '重力仪', '旱作节水')).toEqual({
      量子重力仪: [0, 1],
      稀土永磁: [0, 1],
      旱作节水: [0, 1],
    });
  });

  it('are one with their refinements, and count as the last of them', async () => {
    const someone = client();
    for (const query of ['量子', '量子重力', '重力仪 量子', '量子重力仪'])
      await someone.search(query, { filter: { industries: ['C'] } });
    const before = await kept('量子', '量子重力', '重力仪 量子', '量子重力仪');
    await someone.search('稀土');
    const after = await kept('量子', '量子重力', '重力仪 量子', '量子重力仪');
    expect([before['量子'], after['量子'], after['量子重力'], after['重力仪 量子']]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(after['量子重力仪']![1] - before['量子重力仪']![1]).toBe(1);
  });

  const OPENINGS: Array<[string, (someone: ReturnType<typeof client>, token: string) => Promise<unknown>]> = [
    ['achievement(id)', (someone) => someone.ask(`query($id: ID!) { achievement(id: $id) { id } }`, { id: found[1] })],
    ['node(id)', (someone) => someone.ask(`query($id: ID!) { node(id: $id) { id } }`, { id: found[1] })],
    [
      'a comparison',
      (someone) =>
        someone.ask(`query($ids: [ID!]!) { compareAchievements(ids: $ids) { rows { key } } }`, {
          ids: found.slice(0, 2),
        }),
    ],
    [
      'the next page',
      async (someone) =>
        someone.search('节水', { first: 5, after: (await someone.search('节水', { first: 5 })).pageInfo.endCursor }),
    ],
  ];
  it.each(OPENINGS)('are not those gone on with by %s', async (_name, open) => {
    const [someone, control] = [client(), client()];
    const before = (await kept('节水'))['节水']?.[1] ?? 0;
    await control.search('节水', { first: 5 });
    await someone.search('节水', { first: 5 });
    await open(someone, '');
    t.travel(PATIENCE_MS + 1);
    // Only the control search was counted.
    expect((await kept('节水'))['节水']![1]).toBe(before + 1);
  });

  it('are not those gone on with by interest or the shortlist; an account is one client, whatever its program', async () => {
    const acts: Array<[string, string]> = [
      [
        'expressInterest',
        `mutation($id: ID!) { expressInterest(input: { achievementId: $id, message: "请联系" }) { interest { id } } }`,
      ],
      ['addToShortlist', `mutation($id: ID!) { addToShortlist(input: { achievementId: $id }) { __typename } }`],
    ];
    for (const [name, mutation] of acts) {
      const person = await seed(t).person();
      const before = (await kept('永磁材料'))['永磁材料']?.[1] ?? 0;
      await client().ask(`{ achievementSearch(query: "永磁材料") { nodes { id } } }`, {}, person.token);
      await client().ask(mutation, { id: found[1] }, person.token);
      t.travel(PATIENCE_MS + 1);
      expect([name, (await kept('永磁材料'))['永磁材料']?.[1] ?? 0]).toEqual([name, before]);
    }
  });

  it('are not opened by looking at what is not there, or by somebody else', async () => {
    const before = (await kept('永磁'))['永磁']?.[1] ?? 0;
    const someone = client();
    await someone.search('永磁');
    await someone.ask(`query($id: ID!) { achievement(id: $id) { id } }`, { id: gid(randomUUID()) });
    await client().ask(`query($id: ID!) { achievement(id: $id) { id } }`, { id: found[1] });
    t.travel(PATIENCE_MS + 1);
    expect((await kept('永磁'))['永磁']![1]).toBe(before + 1);
  });
});

describe('what the operator sees', () => {
  it('are texts behind which at least three searches stand in the period and section', async () => {
    await t.sql(
      `INSERT INTO search_miss (month, text, industry, without_result, abandoned)
       VALUES ('2025-01-01', '三次', '', 3, 2), ('2025-01-01', '两次', '', 2, 9), ('2025-01-01', '分月', 'A', 2, 0),
         ('2025-02-01', '分月', 'A', 1, 0), ('2025-02-01', '分业', 'A', 2, 0), ('2025-02-01', '分业', 'B', 2, 0)`,
    );
    const texts = async (variables: object) =>
      (await misses({ kind: 'WITHOUT_RESULT', ...variables })).nodes.map((miss) => [miss.text, miss.count]);
    expect(await texts({ from: '2025-01', to: '2025-02' })).toEqual([
      ['三次', 3],
      ['分月', 3],
    ]);
    expect(await texts({ from: '2025-01', to: '2025-01' })).toEqual([['三次', 3]]);
    expect(await texts({ from: '2025-02', to: '2025-02' })).toEqual([]);
    expect(
      (await misses({ kind: 'ABANDONED', from: '2025-01', to: '2025-02' })).nodes.map((miss) => miss.text),
    ).toEqual(['两次']);
    expect((await misses({ kind: 'WITHOUT_RESULT', from: '2025-01', to: '2025-02', industry: 'A' })).nodes).toEqual([
      {
        text: '分月',
        count: 3,
        industry: { code: 'A' },
        months: [
          { month: '2025-01', count: 2 },
          { month: '2025-02', count: 1 },
        ],
      },
    ]);
  });

  it('come in pages, most frequent first, without repeating or skipping', async () => {
    await t.sql(
      `INSERT INTO search_miss (month, text, industry, without_result)
       SELECT '2024-06-01', 'text ' || i, CASE WHEN i % 2 = 0 THEN 'C' ELSE '' END, 3 + i % 4
       FROM generate_series(1, 25) i`,
    );
    const seen: Miss[] = [];
    for (let after: string | undefined; ;) {
      const page = await misses({ kind: 'WITHOUT_RESULT', from: '2024-06', to: '2024-06', first: 4, after });
      expect(page.totalCount).toBe(25);
      seen.push(...page.nodes);
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect([seen.length, new Set(seen.map((miss) => miss.text)).size]).toEqual([25, 25]);
    expect(seen.map((miss) => miss.count)).toEqual(seen.map((miss) => miss.count).sort((a, b) => b - a));
  });

  it('are refused to everybody else, and with arguments that mean nothing', async () => {
    const person = await seed(t).person();
    expect((await t.ask(MISSES, { kind: 'ABANDONED' })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect((await t.ask(MISSES, { kind: 'ABANDONED' }, { token: person.token })).errors![0]!.extensions.code).toBe(
      'FORBIDDEN',
    );
    const token = await seed(t).logIn(operator);
    for (const [wrong, field] of [
      [{ from: '2025-13' }, 'from'],
      [{ to: 'x' }, 'to'],
      [{ from: '2025-02', to: '2025-01' }, 'from'],
      [{ industry: '0911' }, 'industry'],
      [{ first: 0 }, 'first'],
      [{ after: 'x' }, 'after'],
      [{ after: Buffer.from('["x","y","z"]').toString('base64url') }, 'after'],
    ] as const) {
      const reply = await t.ask(MISSES, { kind: 'ABANDONED', ...wrong }, { token });
      expect([wrong, reply.errors?.[0]?.extensions]).toEqual([
        wrong,
        expect.objectContaining({ code: 'BAD_USER_INPUT', field }),
      ]);
    }
  });

  it('goes after 36 months', async () => {
    await t.sql(
      `INSERT INTO search_miss (month, text, without_result)
       VALUES (date_trunc('month', $1::timestamptz AT TIME ZONE 'Asia/Shanghai') - interval '36 months', 'just kept', 1),
         (date_trunc('month', $1::timestamptz AT TIME ZONE 'Asia/Shanghai') - interval '37 months', 'too old', 1)`,
      [t.app.clock()],
    );
    await pruneSearchMisses(t.app);
    expect(await kept('just kept', 'too old')).toEqual({ 'just kept': [1, 0] });
  });
});

describe('the counts', () => {
  it('of processes that write at the same time add up', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `并发词 ${i}`);
    const collectors = [t.app.misses, other.app.misses];
    for (let round = 0; round < 5; round += 1) {
      collectors.forEach((collector, which) => {
        for (const text of which === 0 ? texts : [...texts].reverse())
          collector.noteSearch(
            { accountId: null, ip: `192.0.2.${which * 10 + round}`, userAgent: '' },
            { text, industry: '', found: false },
          );
      });
      await Promise.all(collectors.flatMap((collector) => [collector.flush(), collector.flush()]));
    }
    const counts = await kept(...texts);
    expect(Object.keys(counts)).toHaveLength(40);
    expect(new Set(Object.values(counts).map(([without]) => without))).toEqual(new Set([10]));
  });

  it('are written when a process stops', async () => {
    const third = await createApp({ ...t.app.config, worker: false }, backends(), {
      log: t.app.log,
      clock: t.app.clock,
    });
    await client(third).search('停机前之词');
    await third.close();
    expect(await kept('停机前之词')).toEqual({ 停机前之词: [1, 0] });
  });

  it('are written within seconds without being asked for', async () => {
    await client().search('自行写入之词');
    await expect
      .poll(() => t.sql(`SELECT without_result FROM search_miss WHERE text = '自行写入之词'`), { timeout: 15_000 })
      .toEqual([{ without_result: 1 }]);
  });

  it('wait for a database that is away, and fail no search', async () => {
    const lines = t.logLines.length;
    await t.sql(`ALTER TABLE search_miss RENAME TO search_miss_away`);
    try {
      expect((await search(t, { query: '迟到之词' })).totalCount).toBe(0);
      await t.app.misses.flush();
    } finally {
      await t.sql(`ALTER TABLE search_miss_away RENAME TO search_miss`);
    }
    expect(await kept('迟到之词')).toEqual({ 迟到之词: [1, 0] });
    const warnings = t.logLines.slice(lines).filter((line) => String(line['msg']).includes('could not be noted'));
    expect([warnings.length > 0, JSON.stringify(warnings).includes('迟到')]).toEqual([true, false]);
  });

  it('count a party once per month and text', async () => {
    let now = 0;
    const collector = new MissCollector(
      t.app.dataSource,
      t.app.log,
      () => new Date(Date.UTC(2026, 0, 31, 15, 55) + now),
    );
    const someone = { accountId: null, ip: '192.0.2.9', userAgent: 'x' };
    const again = () => collector.noteSearch(someone, { text: '再来一次', industry: '', found: false });
    again();
    again();
    now = PATIENCE_MS;
    again();
    await collector.close();
    // Counted once per month; the second is in another month.
    expect(
      await t.sql(
        `SELECT to_char(month, 'YYYY-MM') AS month, without_result FROM search_miss WHERE text = '再来一次' ORDER BY month`,
      ),
    ).toEqual([
      { month: '2026-01', without_result: 1 },
      { month: '2026-02', without_result: 1 },
    ]);
  });
});

describe('the text that is kept', () => {
  it.each([
    ['　Ｄeep  SEA\t采矿 ', 'deep sea 采矿'],
    ['zhang.san@example.org 钛合金', '钛合金'],
    ['钛合金 张三＠例子.中国', '钛合金'],
    ['@zhangsan 钛合金', '钛合金'],
    ['微信：zhangsan88 钛合金', '钛合金'],
    ['https://example.org/a?b=c 钛合金', '钛合金'],
    ['见www.example.org/张三', '见 张三'],
    ['138 0013 8000 钛合金', '钛合金'],
    ['+86-138-0013-8000钛合金', '钛合金'],
    ['(0931) 8912-345 钛合金', '钛合金'],
    ['62010219900101123X 钛合金', '钛合金'],
    ['ZL201910402321.3 钛合金', '钛合金'],
    ['钛合金 123456', '钛合金'],
    ['5G 2030 C++ ti-6al-4v', '5g 2030 c++ ti-6al-4v'],
    ['"quoted words"', 'quoted words'],
    ['13800138000', null],
    ['2030', null],
    ['!!!', null],
    ['', null],
  ])('of %s is %s', (text, expected) => {
    expect(missText(text)).toBe(expected);
  });

  it('is at most 80 characters, in whole words', () => {
    const long = missText(`${'metrology '.repeat(12)}`)!;
    expect([long.length <= 80, long.endsWith('metrology'), long.startsWith('metrology metrology')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([...missText('量子测量'.repeat(40))!].length).toBe(80);
  });

  it.each([
    ['量子', '量子重力仪', true],
    ['量子重力仪', '重力', true],
    ['量子测量', '重力测量', true],
    ['permanant', 'permanent magnets', true],
    ['laser gas', 'gas laser 2', true],
    ['量子', '稀土', false],
    ['laser for gas', 'pump for oil', false],
    ['铜', '铝', false],
    ['the laser', 'the pump', false],
  ])('of %s, then %s, is one search: %s', (before, after, expected) => {
    expect(isRefinement(before, after)).toBe(expected);
  });
});
