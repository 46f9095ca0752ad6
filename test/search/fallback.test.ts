import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Locale } from '../../src/kernel/localized.js';
import { FACET_NAMES, type SearchFacetName } from '../../src/search/query/search.facets.js';
import { searchPostgres } from '../../src/search/query/search.postgres.js';
import type { SearchAnswer, SearchRequest, SortField } from '../../src/search/query/search.request.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { change, enter, gateTo, indexed, institution, search, titles, type Wish } from './kit.js';

const ENTRIES = 400;
const WORDS = ['量子', '稀土永磁', '催化', '旱作农业', '储能', '人工智能', '机器学习', '电池', '膜', '𤺺'];
const LATIN = [
  'AI',
  'lithium-ion battery',
  'batteries',
  'naïve Bayes',
  'X-ray',
  'wind power',
  'drones',
  'café',
  'H2O2',
];
const SORTS: SortField[] = ['RELEVANCE', 'SCORE', 'NEWEST', 'TRL', 'FUNDING', 'TITLE'];

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
  return { int, one };
}

/** A server that accepts connections and never answers. */
async function hangingServer(port: number): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let t: TestApp;
let hanging: Awaited<ReturnType<typeof hangingServer>>;
let ids: string[];

function wish(g: ReturnType<typeof generator>, institutionId: string, i: number): Wish {
  return {
    institutionId,
    title: { zh: `${g.one(WORDS)}${g.one(WORDS)}${i}`, ...(g.int(2) ? { en: `${g.one(LATIN)} of kind ${i}` } : {}) },
    summary: { zh: `${g.one(WORDS)}与${g.one(LATIN)}的${g.one(WORDS)}` },
    keywords: { zh: [g.one(WORDS)], en: [g.one(LATIN)] },
    industries: [g.one(['0111', '2614', '3985', '4019', '7340'])],
    regionCode: g.one(['620100', '620200', '110000']),
    trl: g.int(10) || null,
    registeredOn: `${2020 + g.int(3)}-05-01`,
    score: g.int(5) === 0 ? null : g.int(500) / 100,
    admittedAt: new Date(Date.UTC(2024, 0, 1 + g.int(40))),
  };
}

beforeAll(async () => {
  const gate = await gateTo(inject('meiliUrl'));
  t = await startTestApp({ searchCache: false, worker: true }, { meiliUrl: gate.url });
  const university = await institution(t, '兰州大学', 'Lanzhou University');
  const g = generator(17);
  ids = await enter(
    t,
    Array.from({ length: ENTRIES }, (_, i) => wish(g, university, i)),
  );
  await indexed(t);
  await t.app.ranking.sync();
  await gate.close();
  hanging = await hangingServer(Number(new URL(gate.url).port));
  // Changes that the search index, and therefore the ranking, does not contain.
  await change(t, [ids[0]!], `title = jsonb_build_object('zh', '量子储能改名')`);
  await change(t, [ids[1]!], `trl = 9, score = 5`);
  await change(t, [ids[2]!], `status = 'RETIRED'`);
  await enter(t, [wish(g, university, ENTRIES)]);
}, 60_000);
afterAll(async () => {
  await hanging.close();
  await t.close();
});

function randomText(g: ReturnType<typeof generator>): string {
  const part = () => {
    const word = g.one([...WORDS, ...LATIN]);
    switch (g.int(6)) {
      case 0:
        return [...word].slice(0, 1 + g.int(4)).join('');
      case 1:
        return [...word].slice(g.int(2)).join('');
      case 2:
        return `"${word}"`;
      case 3:
        return word.toUpperCase();
      case 4:
        return `${g.one(WORDS)}${word}`;
      default:
        return word;
    }
  };
  return Array.from({ length: 1 + g.int(2) }, part)
    .join(' ')
    .normalize('NFKC')
    .trim();
}

const plain = (answer: SearchAnswer) => ({
  total: answer.total,
  ids: answer.ids,
  facets: Object.fromEntries(answer.facets),
});

describe('17.1 a search without the engine', () => {
  it('gives the totals, facets and pages that the database alone gives', async () => {
    // Until the columns are loaded, the database answers alone.
    await search(t, {});
    await eventually(() => Promise.resolve(t.app.fallback.isReady));
    let found = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const g = generator(seed);
      const selected: Partial<Record<SearchFacetName, string[]>> = {};
      if (g.int(3) === 0) selected.INDUSTRY = [g.one(['A', 'C', '4019', '39'])];
      if (g.int(4) === 0) selected.REGION = [g.one(['620000', '110000'])];
      if (g.int(5) === 0) selected.TRL = [String(1 + g.int(9)), '9'];
      if (g.int(9) === 0) selected.YEAR = [];
      const request: SearchRequest = {
        text: g.int(6) === 0 ? null : randomText(g),
        identifierKeys: null,
        filter: { selected, scoreMin: g.int(5) === 0 ? 2.5 : null, scoreMax: g.int(7) === 0 ? 4 : null, funding: null },
        sort: { field: g.one(SORTS), descending: g.int(2) === 0 },
        locale: g.one([Locale.ZH, Locale.EN]),
        offset: g.int(3) * 10,
        limit: 20,
        facets: new Set(FACET_NAMES.filter(() => g.int(3) > 0)),
        highlights: false,
      };
      const [columns, database] = [
        await t.app.fallback.search(request),
        await searchPostgres(t.app.dataSource.manager, request),
      ];
      expect({ seed, text: request.text, ...plain(columns) }).toEqual({ seed, text: request.text, ...plain(database) });
      found += database.total;
    }
    // The texts must find something to compare.
    expect(found).toBeGreaterThan(3000);
  }, 60_000);

  it('finds what was changed since the engine went away', async () => {
    expect(titles(await search(t, { query: '储能改名' }))).toEqual(['量子储能改名']);
    const before = (await search(t, { query: '人工智能' })).totalCount;
    await change(t, ids.slice(3, 6), `title = jsonb_build_object('zh', '人工智能于停机之时')`);
    const after = await search(t, { query: '人工智能于停机之时' });
    expect([after.degraded, after.totalCount]).toEqual([true, 3]);
    expect((await search(t, { query: '人工智能' })).totalCount).toBeGreaterThanOrEqual(before);
  });

  it('24 at the same time leave the lists of others alone, and more than can wait are refused', async () => {
    const list = () =>
      t.gql(`{ achievements(first: 20) { edges { node { id title { value } } } } }`).then(() => undefined);
    const texts = Array.from({ length: 24 }, (_, i) => ({ query: WORDS[i % 8]! }));
    let isOver = false;
    const searches = Promise.all(texts.map((variables) => search(t, variables))).finally(() => (isOver = true));
    let inUse = 0;
    let lists = 0;
    while (!isOver) {
      await list();
      lists += 1;
      const [row] = await t.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'techpool-search'`,
      );
      inUse = Math.max(inUse, row!.n);
    }
    for (const found of await searches) expect([found.degraded, found.totalCount > 0]).toEqual([true, true]);
    expect(lists).toBeGreaterThan(1);
    // The searches have their own connections, and few of them.
    expect(inUse).toBeLessThanOrEqual(2);

    const many = await Promise.all(
      Array.from({ length: 80 }, (_, i) =>
        t.ask(`query S($query: String) { achievementSearch(query: $query) { totalCount degraded } }`, {
          query: WORDS[i % 8]!,
        }),
      ),
    );
    const refused = many.filter((reply) => reply.errors);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(80);
    for (const reply of refused) {
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '2']);
      expect(reply.errors![0]!.extensions).toMatchObject({ code: 'UNAVAILABLE', reason: 'BUSY', retryAfterSeconds: 2 });
    }
  }, 60_000);
});
