import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { buffersOf, statementsDuring } from '../plans.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/** Achievements of the tested institution, as many in the pool as drafts, and those of all others together. */
const OWN = 4_000;
const OTHERS = 40_000;
/** Most buffers of a total: index pages of the counted rows (some 150 a page), and what checks the visibility of heap pages. */
const MOST_OWN = 250;
const MOST_ALL = 900;

let t: TestApp;
let operator: SeededPerson;
let owner: SeededPerson;
let stranger: SeededPerson;
let institution: SeededOrganisation;
let heapPages: number;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  const s = seed(t);
  operator = await s.person({ operator: true });
  [owner, stranger] = [await s.person(), await s.person()];
  institution = await s.organisation(owner);
  await s.organisation(stranger);
  const other = await s.organisation(await s.person());
  const fill = (count: number, of: string) => `
    INSERT INTO achievement (id, institution_id, status, revision, title, summary, registration_no, registered_on, score,
      admitted_at, created_at, updated_at, record_hash)
    SELECT gen_random_uuid(), '${of}', CASE WHEN i % 2 = 0 THEN 'ADMITTED' ELSE 'DRAFT' END, 1, '{"zh":"成果"}',
      jsonb_build_object('zh', repeat(md5(i::text), 40)), gen_random_uuid()::text, '2026-01-01', 4, now(), now(), now(), ''
    FROM generate_series(1, ${count}) i;`;
  await t.sql(`
    SET session_replication_role = replica;
    ${fill(OTHERS / 2, other.uuid)} ${fill(OWN, institution.uuid)} ${fill(OTHERS / 2, other.uuid)}
    RESET session_replication_role`);
  // Pages are marked as visible to everyone, as autovacuum does it, once no snapshot from before the load is open.
  heapPages = await eventually(async () => {
    await t.sql(`VACUUM ANALYZE achievement`);
    const [table] = await t.sql<{ pages: number; visible: number }>(
      `SELECT relpages AS pages, relallvisible AS visible FROM pg_class WHERE oid = 'achievement'::regclass`,
    );
    return table!.visible === table!.pages && table!.pages;
  });
}, 120_000);
afterAll(() => t.close());

/** Asks for a total; returns it with the buffers that its counts read, as PostgreSQL's own EXPLAIN tells. */
async function total(query: string, token?: string) {
  let found = -1;
  const sent = await statementsDuring(async () => {
    const data = await t.gql<{ of: { totalCount?: number; achievements?: { totalCount: number } } }>(
      query,
      { id: institution.id },
      token === undefined ? {} : { token },
    );
    found = data.of.totalCount ?? data.of.achievements!.totalCount;
  });
  const counts = sent.filter(({ text }) => /^SELECT COUNT\(/.test(text));
  expect(counts.length).toBeGreaterThan(0);
  let buffers = 0;
  for (const statement of counts) buffers += await buffersOf(t, statement);
  return { found, buffers };
}

const OF_INSTITUTION = `query ($id: ID!) { of: node(id: $id) { ... on Organisation { achievements(first: 1) { totalCount } } } }`;
const ALL = `{ of: achievements(first: 1) { totalCount } }`;

it.each([
  ['a member', () => owner.token, OWN],
  ['an operator', () => operator.token, OWN],
  ['a member of another institution', () => stranger.token, OWN / 2],
  ['the public', () => undefined, OWN / 2],
])('the total of an institution is counted from one index for %s (17.4)', async (_who, token, expected) => {
  const { found, buffers } = await total(OF_INSTITUTION, token());
  expect(found).toBe(expected);
  expect(buffers).toBeLessThan(MOST_OWN);
});

it.each([
  ['an operator', () => operator.token, OWN + OTHERS],
  ['an editor, who sees the pool and their own drafts', () => owner.token, (OWN + OTHERS) / 2 + OWN / 2],
  ['the public', () => undefined, (OWN + OTHERS) / 2],
])('the total of all achievements reads an index instead of the table for %s (17.4)', async (_who, token, expected) => {
  const { found, buffers } = await total(ALL, token());
  expect(found).toBe(expected);
  expect(buffers).toBeLessThan(MOST_ALL);
  expect(buffers).toBeLessThan(heapPages / 4);
});

it('lists and totals of every viewer agree with the rule, however they are narrowed (17.4)', async () => {
  const statuses = [undefined, ['ADMITTED'], ['DRAFT'], ['ADMITTED', 'DRAFT'], ['WITHDRAWN']];
  for (const [who, token] of [
    ['operator', operator.token],
    ['owner', owner.token],
    ['stranger', stranger.token],
    ['public', undefined],
  ] as const)
    for (const of of [undefined, institution])
      for (const wanted of statuses) {
        const [{ n }] = (await t.sql<{ n: number }>(
          `SELECT count(*)::int AS n
           FROM achievement
           WHERE ($1::uuid IS NULL OR institution_id = $1) AND ($2::text[] IS NULL OR status = ANY($2))
             AND ($3 OR status = 'ADMITTED' OR institution_id = $4)`,
          [of?.uuid ?? null, wanted ?? null, who === 'operator', who === 'owner' ? institution.uuid : null],
        )) as [{ n: number }];
        const { achievements } = await t.gql<{ achievements: { totalCount: number; nodes: unknown[] } }>(
          `query ($filter: AchievementListFilter) { achievements(first: 3, filter: $filter) { totalCount nodes { id } } }`,
          { filter: { institutionId: of?.id ?? null, statuses: wanted ?? null } },
          token === undefined ? {} : { token },
        );
        expect({ who, wanted, of: of?.id, ...achievements, nodes: achievements.nodes.length }).toEqual({
          who,
          wanted,
          of: of?.id,
          totalCount: n,
          nodes: Math.min(3, n),
        });
      }
});
