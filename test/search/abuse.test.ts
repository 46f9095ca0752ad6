import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { enter, everyEdge, indexed, institution, matches, related, search, titles } from './kit.js';

/** More matches than the ranking orders, but few enough for related entries to follow. */
const MATCHES = 80;
const NEAR = 30;
/** Matches and related entries that the ranking proposes. */
const PROPOSED = 100;
/** More words than the engine reads of a text. */
const WORDS = [
  'zalbor',
  'veltin',
  'quorim',
  'passet',
  'dromel',
  'kelfan',
  'mivoro',
  'hundol',
  'brisket',
  'jorvan',
  'wexley',
  'tamrin',
];

const ABOUT_QUANTA = ['量子通信：C++与C#', '量子重力仪😀'];

let t: TestApp;

beforeAll(async () => {
  t = await startTestApp({ searchCache: false });
  const university = await institution(t, '陇原大学', 'Longyuan University');
  await enter(t, [
    { institutionId: university, title: { zh: '量子重力仪😀' } },
    { institutionId: university, title: { zh: '量子通信：C++与C#' } },
    { institutionId: university, title: { en: WORDS.join(' ') } },
    { institutionId: university, title: { zh: '长词', en: `A ${'y'.repeat(300)} end` } },
    ...Array.from({ length: MATCHES }, (_, i) => ({
      institutionId: university,
      title: { zh: `石英谐振器${i}` },
      abstract: { zh: '石英'.repeat(1 + (i % 9)) },
    })),
    ...Array.from({ length: NEAR }, (_, i) => ({ institutionId: university, title: { zh: `石英坩埚${i}` } })),
    // Entries that make the other words rare enough to have weight.
    ...Array.from({ length: 200 }, (_, i) => ({ institutionId: university, title: { zh: `马铃薯仓储${i}` } })),
  ]);
  await indexed(t);
  await t.app.ranking.sync();
});
afterAll(() => t.close());

/** Results of a text with the engine and without it. */
async function both(query: string): Promise<[string[], string[]]> {
  const withEngine = titles(await search(t, { query }));
  t.app.search.health.failed();
  const without = titles(await search(t, { query }));
  t.app.search.health.succeeded();
  return [withEngine, without];
}

describe('signs', () => {
  it.each([
    '？？？',
    '。',
    '***',
    '、',
    '——',
    '()',
    '.',
    '++',
    '_',
    '\\',
    '[]',
    '（）',
    '"',
    '""',
    '"？"',
    '" "',
    '-',
    '😀',
    '🚀🚀',
    '👨‍👩‍👧',
    '🇨🇳',
    '1️⃣'.slice(1),
    '$',
    '%',
  ])('alone find nothing: %s', async (query) => {
    expect(await both(query)).toEqual([[], []]);
  });

  it.each(['量子 ？', '量子 ——', '量子🚀', '🚀 量子', '"" 量子', '量子👨‍👩‍👧'])(
    'beside words change nothing: %s',
    async (query) => {
      const [withEngine, without] = await both(query);
      expect([withEngine.sort(), without.sort()]).toEqual([ABOUT_QUANTA, ABOUT_QUANTA]);
    },
  );

  it('without width do not part words, and alone are no text', async () => {
    expect(titles(await search(t, { query: '\ufeff重\u200b力\u00ad仪' }))).toEqual(['量子重力仪😀']);
    const all = await search(t, { query: '\u200b\u200d\ufeff' });
    expect(all.totalCount).toBe((await search(t, {})).totalCount);
  });

  it('belong to names that carry them', async () => {
    for (const query of ['C++', 'C#', 'c++ 量子'])
      expect([query, titles(await search(t, { query }))]).toEqual([query, ['量子通信：C++与C#']]);
  });
});

describe('long texts', () => {
  it.each(['x'.repeat(500), `${'x'.repeat(260)} 量子`, '龘'.repeat(500), 'qqqqzzzz '.repeat(50)])(
    'of nonsense find nothing',
    async (query) => {
      const found = await search(t, { query });
      expect([matches(found), found.totalCount, found.degraded]).toEqual([[], 0, false]);
    },
  );

  it('are read to their last word where something is quoted', async () => {
    const quoted = WORDS.map((word) => `"${word}"`).join(' ');
    expect(titles(await search(t, { query: quoted }))).toEqual([WORDS.join(' ')]);
    for (const query of [
      `${quoted} nosuchword`,
      `${quoted} "nosuchword"`,
      `"${WORDS[0]}" ${WORDS.slice(1).join(' ')} nosuchword`,
      `"${WORDS.join(' ')} nosuchword"`,
    ]) {
      const found = await search(t, { query });
      expect([query, found.edges, found.totalCount, found.degraded]).toEqual([query, [], 0, false]);
    }
  });

  it('that repeat one word are that word', async () => {
    expect(titles(await search(t, { query: '量子'.repeat(250) })).sort()).toEqual(ABOUT_QUANTA);
  });
});

describe('paging from matches that the ranking orders, over others, to related entries', () => {
  it('neither repeats nor skips', async () => {
    const whole = (await everyEdge(t, { query: '石英 谐振', first: 100 })).edges;
    expect([
      whole.filter((edge) => !edge.related).length,
      whole.filter((edge) => edge.related).length,
      new Set(whole.map((edge) => edge.node.id)).size,
    ]).toEqual([MATCHES, PROPOSED - MATCHES, PROPOSED]);
    for (const first of [7, 20, 59, 60, 61, 80, 81]) {
      const { edges, totalCount } = await everyEdge(t, { query: '石英 谐振', first });
      expect([first, totalCount, edges.map((edge) => [edge.node.id, edge.related])]).toEqual([
        first,
        MATCHES,
        whole.map((edge) => [edge.node.id, edge.related]),
      ]);
    }
  });

  it('stays so beyond the end', async () => {
    const { edges } = await everyEdge(t, { query: '石英 谐振', first: 50 });
    const last = await search(t, { query: '石英 谐振', first: 50, after: edges.at(-1)!.cursor });
    expect([last.edges, last.pageInfo.hasNextPage, last.totalCount, related(last)]).toEqual([[], false, MATCHES, []]);
  });
});
