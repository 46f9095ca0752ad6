import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { highlighterFor } from '../../src/search/query/search.highlights.js';
import { Ranker } from '../../src/search/ranking/ranker.js';
import { searchTasks } from '../../src/search/index/search.jobs.js';
import { readSearchState } from '../../src/search/query/search.state.js';
import { slotsOf } from '../../src/search/query/search.terms.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import {
  change,
  counts,
  enter,
  everyEdge,
  gateTo,
  indexed,
  institution,
  matches,
  related,
  relatedTitles,
  search,
  titles,
  type Found,
  type Wish,
} from './kit.js';

/** More than twice the number of results that the ranking orders. */
const MANY = 260;
/** Seven equally rare words in a circle: every entry below contains some consecutive ones. */
const WORDS = ['zalbor', 'veltin', 'quorim', 'passet', 'dromel', 'kelfan', 'mivoro'];
const circle = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => WORDS[(from + i) % WORDS.length]!);
const QUESTION = WORDS.join(' ');

let t: TestApp;
let gate: Awaited<ReturnType<typeof gateTo>>;
let university: string;

beforeAll(async () => {
  gate = await gateTo(inject('meiliUrl'));
  // Without the cache, because answers during the engine's outage must not come from it.
  t = await startTestApp({ searchCache: false }, { meiliUrl: gate.url });
  university = await institution(t, '兰州大学', 'Lanzhou University');
  const wish = (title: Wish['title'], more: Partial<Wish> = {}): Wish => ({
    institutionId: university,
    title,
    ...more,
  });
  await enter(t, [
    // Every third in agriculture, the others in manufacturing; the later, the longer.
    ...Array.from({ length: MANY }, (_, i) =>
      wish(
        { zh: `石墨烯散热膜${i}` },
        { industries: [i % 3 === 0 ? '0122' : '3985'], abstract: { zh: '散热'.repeat(1 + (i % 20)) } },
      ),
    ),
    wish({ zh: '钙钛矿光伏组件' }, { industries: ['3985'] }),
    wish({ zh: '柔性电池' }, { abstract: { zh: '以钙钛矿吸光，用于光伏。' }, industries: ['0122'] }),
    wish({ zh: '马铃薯栽培' }, { industries: ['3985'] }),
    wish({ zh: '种植模式' }, { abstract: { zh: '马铃薯与豆类间作，改良栽培。' }, industries: ['0122'] }),
    wish({ zh: '马铃薯仓储' }, { industries: ['3985'] }),
    wish({ zh: '栽培机具' }, { industries: ['0122'] }),
    wish({ zh: '大棚栽培' }),
    ...WORDS.map((_, i) =>
      wish({ en: `Five ${i}: ${circle(i, 5).join(' ')}` }, { industries: [i < 3 ? '0122' : '3985'] }),
    ),
    ...WORDS.map((_, i) => wish({ en: `Trio ${i}: ${circle(i, 3).join(' ')}` })),
    wish({ en: 'Synonym: lorvat mestin norvik optran', zh: '人工智能' }),
    wish({ en: 'Without: lorvat mestin norvik' }),
    wish({ zh: '量子钟', en: 'Quantum clock for timekeeping' }),
    wish(
      { zh: '高原环境下量子重力测量', en: 'Gravimeter' },
      { registrationNo: '9622023Y0033', abstract: { zh: '原子干涉装置小型化。' } },
    ),
    wish({ zh: '说明材料' }, { abstract: { zh: '另见成果9622023Y0033与重力测量。' } }),
    wish({ zh: '稀土永磁材料', en: 'Rare earth permanent magnets' }),
  ]);
  await indexed(t);
  await t.app.ranking.sync();
});
afterAll(async () => {
  await t.close();
  await gate.close();
});

const ids = (edges: Found['edges']) => edges.map((edge) => edge.node.id);
const sumOf = (found: Found, facet: string) =>
  Object.values(counts(found, facet)).reduce((sum, count) => sum + count, 0);

describe('related entries', () => {
  it('follow the matches, best first, and no count holds them', async () => {
    const found = await search(t, { query: '马铃薯 栽培' });
    expect(titles(found)).toEqual(['马铃薯栽培', '种植模式']);
    // The rarer word has more weight.
    expect(relatedTitles(found)[0]).toBe('马铃薯仓储');
    expect(relatedTitles(found).sort()).toEqual(['大棚栽培', '栽培机具', '马铃薯仓储'].sort());
    expect(found.edges.map((edge) => edge.related)).toEqual([false, false, true, true, true]);
    expect([
      found.totalCount,
      sumOf(found, 'YEAR'),
      counts(found, 'INSTITUTION')[Object.keys(counts(found, 'INSTITUTION'))[0]!],
    ]).toEqual([2, 2, 2]);
    expect(counts(found, 'INDUSTRY')).toMatchObject({ A: 1, C: 1 });
  });

  it('are narrowed by the filter like the matches', async () => {
    const found = await search(t, { query: '马铃薯 栽培', filter: { industries: ['A'] } });
    expect([titles(found), relatedTitles(found), found.totalCount]).toEqual([['种植模式'], ['栽培机具'], 1]);
  });

  it('stand where nothing matches, but not for nonsense, not in another order, and not for what is quoted', async () => {
    const none = await search(t, { query: '钙钛矿 治沙' });
    expect([none.totalCount, titles(none), relatedTitles(none).length > 0, sumOf(none, 'YEAR')]).toEqual([
      0,
      [],
      true,
      0,
    ]);
    for (const variables of [
      { query: 'qqqqzzzz' },
      { query: '"钙钛矿" 光伏支架 治沙' },
      { query: '钙钛矿 治沙', sort: { field: 'NEWEST' } },
      { query: '䶮' },
    ]) {
      const found = await search(t, variables);
      expect([variables, found.edges, found.totalCount, found.pageInfo.hasNextPage]).toEqual([variables, [], 0, false]);
    }
  });

  it('are paged through after the matches', async () => {
    const whole = await search(t, { query: '马铃薯 栽培' });
    for (const first of [1, 2, 3, 4, 5, 50]) {
      const { edges, totalCount } = await everyEdge(t, { query: '马铃薯 栽培', first });
      expect([first, totalCount, edges.map((edge) => [edge.node.id, edge.related])]).toEqual([
        first,
        2,
        whole.edges.map((edge) => [edge.node.id, edge.related]),
      ]);
    }
  });
});

describe('paging beyond what the ranking orders', () => {
  it.each([
    [{}, MANY],
    [{ industries: ['C'] }, 173],
    [{ industries: ['A'] }, 87],
  ])('neither repeats nor skips, whatever the size of the pages (%j)', async (filter, expected) => {
    const lists = [];
    for (const first of [13, 60, 100]) {
      const { edges, totalCount } = await everyEdge(t, { query: '石墨烯', filter, first });
      const found = edges.filter((edge) => !edge.related);
      expect([first, totalCount, found.length, new Set(ids(edges)).size]).toEqual([
        first,
        expected,
        expected,
        edges.length,
      ]);
      lists.push(ids(edges));
    }
    expect(lists[1]).toEqual(lists[0]);
    expect(lists[2]).toEqual(lists[0]);
  });

  it('starts with what the ranking puts first', async () => {
    const { edges } = await search(t, { query: '石墨烯散热膜', first: 20 });
    const ranking = t.app.ranking.rank([{ text: '石墨烯散热膜', alternatives: [] }]);
    const best = ranking.best(20).map((entry) => entry.score);
    expect(new Set(best).size).toBeGreaterThan(1);
    // Results with equal scores may be in any order.
    expect(edges.map((edge) => ranking.scoreOf(fromGlobalId(edge.node.id)!.key))).toEqual(best);
  });
});

describe('a question, of more than six words', () => {
  it('finds what holds half the weight of its words', async () => {
    const found = await search(t, { query: QUESTION, first: 50 });
    expect(
      titles(found)
        .map((title) => title.slice(0, 6))
        .sort(),
    ).toEqual(WORDS.map((_, i) => `Five ${i}`));
    expect(
      relatedTitles(found)
        .map((title) => title.slice(0, 6))
        .sort(),
    ).toEqual(WORDS.map((_, i) => `Trio ${i}`));
    expect([found.totalCount, sumOf(found, 'YEAR'), found.degraded]).toEqual([7, 7, false]);
  });

  it('needs every word when it has six, or quotes one', async () => {
    const six = await search(t, { query: WORDS.slice(0, 6).join(' ') });
    expect([titles(six), six.totalCount]).toEqual([[], 0]);
    expect(matches(await search(t, { query: `"${WORDS[0]}" ${WORDS.slice(1).join(' ')}` }))).toEqual([]);
    expect(titles(await search(t, { query: WORDS.slice(0, 5).join(' ') }))).toEqual([
      `Five 0: ${circle(0, 5).join(' ')}`,
    ]);
  });

  it('finds the same in every order and under filters, page by page', async () => {
    const { edges } = await everyEdge(t, { query: QUESTION, first: 3 });
    const all = ids(edges.filter((edge) => !edge.related)).sort();
    for (const field of ['TITLE', 'NEWEST', 'SCORE']) {
      const ordered = await everyEdge(t, { query: QUESTION, sort: { field }, first: 3 });
      expect([field, ids(ordered.edges).sort(), ordered.totalCount]).toEqual([field, all, 7]);
    }
    const narrowed = await search(t, { query: QUESTION, filter: { industries: ['A'] } });
    expect([titles(narrowed).length, narrowed.totalCount, counts(narrowed, 'INDUSTRY')]).toEqual([
      3,
      3,
      expect.objectContaining({ A: 3, C: 4 }),
    ]);
  });

  it('is answered alike while the engine is away', async () => {
    const whole = await search(t, { query: QUESTION });
    await gate.close();
    try {
      const found = await search(t, { query: QUESTION });
      expect([found.degraded, found.totalCount, ids(matches(found)).sort()]).toEqual([
        true,
        7,
        ids(matches(whole)).sort(),
      ]);
      expect(counts(found, 'INDUSTRY')).toEqual(counts(whole, 'INDUSTRY'));
      expect(related(found)).toEqual([]);
    } finally {
      await gate.open();
    }
    await eventually(async () => !(await search(t, { query: QUESTION })).degraded);
  });

  it('takes a synonym for its term', async () => {
    const found = await search(t, { query: 'AI lorvat mestin norvik optran pulvex ristal' });
    expect(titles(found)).toEqual(['人工智能']);
    expect(relatedTitles(found)).toEqual(['Without: lorvat mestin norvik']);
  });

  it('finds in Chinese what is put in other words', async () => {
    const found = await search(t, { query: '高原环境下基于原子干涉的量子重力测量装置小型化' });
    expect([titles(found)[0], found.totalCount]).toEqual(['高原环境下量子重力测量', 1]);
  });
});

describe('words of two languages, and numbers', () => {
  it('stand in one search', async () => {
    expect(titles(await search(t, { query: '量子 clock' }))).toEqual(['量子钟']);
    expect(titles(await search(t, { query: 'gravimeter 重力' }))).toEqual(['高原环境下量子重力测量']);
    expect(titles(await search(t, { query: '量子timekeeping' }))).toEqual(['量子钟']);
  });

  it('a number finds its holder alone, whoever mentions it', async () => {
    for (const query of ['9622023Y0033', '962-2023-y-0033']) {
      const found = await search(t, { query });
      expect([titles(found), related(found), found.totalCount]).toEqual([['高原环境下量子重力测量'], [], 1]);
    }
  });
});

describe('the ranking', () => {
  const order = async () => titles(await search(t, { query: '钙钛矿光伏' }));

  it('follows edits, additions and entries that leave the pool', async () => {
    expect((await order())[0]).toBe('钙钛矿光伏组件');
    const [added] = await enter(t, [{ institutionId: university, title: { zh: '钙钛矿光伏' } }]);
    await indexed(t);
    expect(await eventually(async () => ((await order())[0] === '钙钛矿光伏' ? order() : false))).toEqual([
      '钙钛矿光伏',
      '钙钛矿光伏组件',
      '柔性电池',
    ]);
    await change(t, [added!], `title = jsonb_build_object('zh', $2::text)`, ['乌有之物']);
    await indexed(t);
    expect(await order()).toEqual(['钙钛矿光伏组件', '柔性电池']);
    expect(
      await eventually(async () =>
        t.app.ranking.rank([{ text: '乌有之物', alternatives: [] }]).scoreOf(added!) > 0 ? order() : false,
      ),
    ).toEqual(['钙钛矿光伏组件', '柔性电池']);
    await change(t, [added!], `status = 'RETIRED'`);
    await indexed(t);
    await eventually(async () => {
      const found = await search(t, { query: '乌有之物' });
      return (
        found.edges.length === 0 && t.app.ranking.rank([{ text: '乌有之物', alternatives: [] }]).scoreOf(added!) === 0
      );
    });
  });

  it('starts anew where the changes that it missed are pruned', async () => {
    const sleeper = new Ranker(t.app.dataSource, t.app.log);
    await sleeper.sync();
    const before = sleeper.size.entries;
    const added = await enter(
      t,
      Array.from({ length: 3 }, (_, i) => ({ institutionId: university, title: { zh: `后来者${i}` } })),
    );
    await indexed(t);
    await t.sql(`UPDATE search_change SET at = at - interval '8 days'`);
    await searchTasks.tasks['search:prune']!(t.app, {});
    expect(await t.sql(`SELECT version::int FROM search_change`)).toEqual([
      { version: (await readSearchState(t.app)).version },
    ]);
    await sleeper.sync();
    expect([sleeper.size.entries, sleeper.at]).toEqual([before + 3, (await readSearchState(t.app)).version]);
    expect(
      sleeper
        .rank([{ text: '后来者', alternatives: [] }])
        .best(9)
        .map((entry) => entry.id)
        .sort(),
    ).toEqual([...added].sort());
  });

  it('lets a question follow too', async () => {
    const [added] = await enter(t, [{ institutionId: university, title: { en: `Six: ${circle(0, 6).join(' ')}` } }]);
    await indexed(t);
    await eventually(async () => (await search(t, { query: QUESTION })).totalCount === 8);
    await change(t, [added!], `status = 'RETIRED'`);
    await indexed(t);
    await eventually(async () => (await search(t, { query: QUESTION })).totalCount === 7);
  });
});

describe('highlights', () => {
  const marked = (query: string, fields: Record<string, unknown>) =>
    highlighterFor(slotsOf(query, []))(fields).map(({ field, fragments }) => [
      field,
      fragments.flatMap(({ parts }) => parts.filter((part) => part.match).map((part) => part.text)),
    ]);

  it('show a misspelt word where it was found', async () => {
    const [edge] = (await search(t, { query: 'permanant magnets' })).edges;
    const title = edge!.highlights.find(({ field, locale }) => field === 'title' && locale === 'EN')!;
    expect(title.fragments[0]!.parts).toEqual([
      { text: 'Rare earth ', match: false },
      { text: 'permanent', match: true },
      { text: ' ', match: false },
      { text: 'magnets', match: true },
    ]);
  });

  it('mark the words of a Chinese term where they stand apart', () => {
    expect(marked('稀土永磁材料', { title_zh: '稀土元素与永磁电机的材料' })).toEqual(
      [['title', ['稀土', '材料']]].map(([field, words]) => [field, expect.arrayContaining(words as string[])]),
    );
    expect(marked('"稀土材料"', { title_zh: '稀土与材料' })).toEqual([]);
    expect(marked('量子', { title_zh: '无关' })).toEqual([]);
  });

  it('forgive one typo in words from five letters on, two from nine', () => {
    expect(marked('lazer', { title_en: 'Laser lattice' })).toEqual([['title', ['Laser']]]);
    expect(marked('gass', { title_en: 'Glass gas' })).toEqual([]);
    expect(marked('interferomter', { title_en: 'Interferometer' })).toEqual([['title', ['Interferometer']]]);
    expect(marked('gravimetre', { title_en: 'Gravimeter, gravity' })).toEqual([['title', ['Gravimeter']]]);
    expect(marked('12345', { title_en: '12346' })).toEqual([]);
  });
});
