import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { queueDuplicateScan } from '../../src/achievements/duplicates.service.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/** `TEXTS=100000 TWINS=1000` measures the size that is aimed at. */
const TEXTS = Number(process.env['TEXTS'] ?? 2_000);
const TWINS = Number(process.env['TWINS'] ?? 40);
/** Twins of which both are registered at the same time through the API. */
const AT_ONCE = 12;
const BATCH = 500;

let t: TestApp;
let owner: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  owner = await s.person();
  university = await s.organisation(owner);
});
afterAll(() => t.close());

/** A sentence that is in every third text, so that many share a band of it. */
const COMMON =
  '本成果提供一种制备方法及其应用，属于新材料技术领域，具有工艺简单、成本低廉、环境友好、性能稳定、便于推广等优点，可广泛应用于工业生产。';
let state = 7;
const next = (below: number) => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 4_294_967_296) * below);
};
const words = (count: number) =>
  Array.from({ length: count }, () => String.fromCodePoint(0x4e00 + next(6_000))).join('');

function generated(i: number): Pick<AchievementRecord, 'title' | 'summary'> {
  const crowded = i % 3 === 0;
  return {
    title: { zh: crowded ? `一种材料的制备方法及其应用${words(2)}` : words(14) },
    summary: { zh: crowded ? COMMON + words(14 + next(30)) : words(120) },
  };
}

async function store(records: Array<Pick<AchievementRecord, 'title' | 'summary'>>): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < records.length; from += BATCH) {
    const rows = records.slice(from, from + BATCH).map((record, i) => ({
      id: newId(),
      institutionId: university.uuid,
      status: 'REGISTERED' as const,
      revision: 1,
      record: { ...emptyRecord, ...record, registrationNo: `TW-${from + i}-${newId()}` },
      editedBy: null,
      note: null,
      at: t.app.clock(),
    }));
    await t.app.dataSource.transaction((tx) => insertAchievements(tx, rows));
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

/** Waits until every queued search is made. */
const searched = () =>
  eventually(
    async () => (await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM duplicate_scan`))[0]!.n === 0,
    Math.max(60_000, TWINS * 1_000),
  );

const isPair = async (a: string, b: string) =>
  (
    await t.sql<{ similarity: string }>(
      `SELECT similarity FROM near_duplicate WHERE a_id = LEAST($1::uuid, $2::uuid) AND b_id = GREATEST($1::uuid, $2::uuid)`,
      [a, b],
    )
  )[0]?.similarity;

it(`finds all of ${TWINS} twins among ${TEXTS} texts, a third of which share a band`, async () => {
  const records = Array.from({ length: TEXTS }, (_, i) => generated(i));
  const ids = await store(records);
  await t.sql(`ANALYZE achievement`);
  const [crowd] = await t.sql<{ n: number }>(
    `SELECT max(n)::int AS n FROM (SELECT count(*) AS n FROM achievement, unnest(text_bands) b GROUP BY b) x`,
  );
  expect(crowd!.n, 'a crowded band').toBeGreaterThan(100);
  // Every second twin is of a crowded text, and equal in its text alone.
  const originals = Array.from({ length: TWINS }, (_, i) => {
    const at = Math.floor((i * TEXTS) / TWINS);
    return i % 2 === 0 ? at - (at % 3) : at;
  });
  const twins = await store(
    originals.map((at, i) => ({
      title: i % 4 < 2 ? records[at]!.title : { zh: words(14) },
      summary: records[at]!.summary,
    })),
  );
  const begun = performance.now();
  await t.app.dataSource.transaction((tx) => queueDuplicateScan(tx, twins, t.app.clock()));
  await searched();
  const ms = performance.now() - begun;
  const found = await Promise.all(twins.map((twin, i) => isPair(ids[originals[i]!]!, twin)));
  if (process.env['TWINS'] !== undefined)
    console.log(
      `twins found=${found.filter((s) => s === '1.000').length} of=${TWINS} texts=${TEXTS} ms=${Math.round(ms)}`,
    );
  expect(found.filter((similarity) => similarity !== '1.000')).toEqual([]);
}, 3_600_000);

const CREATE = `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`;
const SUBMIT = `mutation ($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { id status } } }`;

it('finds twins that are registered at the same time', async () => {
  const token = owner.token;
  const drafts = await Promise.all(
    Array.from({ length: AT_ONCE * 2 }, async (_, i) => {
      const half = i % AT_ONCE;
      state = 1_000 + half;
      const [title, summary] = [words(14), words(100)];
      const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
        CREATE,
        {
          input: {
            institutionId: university.id,
            content: {
              title: { zh: title },
              summary: { zh: summary },
              abstract: { zh: summary },
              category: 'APPLIED_TECHNOLOGY',
              stage: 'MATURE',
              attribute: 'ORIGINAL_INNOVATION',
              trl: 6,
              regionCode: '620100',
              industries: ['3562'],
              inventors: [{ name: { zh: '测试人' } }],
            },
          },
        },
        { token },
      );
      return createAchievement.achievement.id;
    }),
  );
  const registered = await Promise.all(
    drafts.map((id) =>
      t.gql<{ registerAchievement: { achievement: { status: string } } }>(SUBMIT, { input: { id } }, { token }),
    ),
  );
  expect(registered.map(({ registerAchievement }) => registerAchievement.achievement.status)).toEqual(
    drafts.map(() => 'REGISTERED'),
  );
  await searched();
  const pairs = await t.sql<{ a: string; b: string }>(`SELECT a_id AS a, b_id AS b FROM near_duplicate`);
  const known = new Set(
    pairs.flatMap(({ a, b }) =>
      [a, b]
        .map((id) => toGlobalId('Achievement', id))
        .sort()
        .join(),
    ),
  );
  for (let i = 0; i < AT_ONCE; i += 1)
    expect(known.has([drafts[i]!, drafts[i + AT_ONCE]!].sort().join()), `twin ${i}`).toBe(true);
});
