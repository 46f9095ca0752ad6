import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeCursor } from '../../src/graphql/pagination.js';
import { toGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { buffersOf, statementsDuring } from '../plans.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/**
 * Lists of several thousand rows with many equal sort keys. Foreign keys and triggers are off while they are written,
 * because only the order and the indexes of the lists matter here.
 */
const ROWS = 12_000;
const PAGE = 10;
/** Place of the cursor of a backward page; that of a forward one is as far from the end. */
const BEFORE = ROWS / 4;
/** Most buffers of one page: its rows, a few levels of the index, and what the right to see the list costs. */
const MOST = 60;

let t: TestApp;
let operator: SeededPerson;
let owner: SeededPerson;
let organisation: SeededOrganisation;
const cohort = randomUUID();
const round = randomUUID();
const investor = randomUUID();
const reviewer = randomUUID();
const achievement = randomUUID();

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  const s = seed(t);
  operator = await s.person({ operator: true });
  owner = await s.person();
  organisation = await s.organisation(owner, { kind: 'INVESTOR' });
  const fill = (table: string, columns: string, values: string) =>
    `INSERT INTO ${table} (${columns}) SELECT ${values} FROM generate_series(1, ${ROWS}) i;`;
  const uuid = 'gen_random_uuid()';
  await t.sql(`
    SET session_replication_role = replica;
    INSERT INTO cohort (id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load,
      notice_days, validity_months, double_share, blind, tie_rule, created_at)
    VALUES ('${cohort}', 2026, 1, '{"zh":"批次"}', 'REVIEWING', 0.2, '{}', '{}', 3, 40, 7, 24, 0, false, '{}', now());
    INSERT INTO matching_round (id, name, method, status, achievement_places, investor_places, created_at)
    VALUES ('${round}', '{"zh":"轮次"}', 'OPTIMUM', 'DRAFT', 1, 1, now());
    INSERT INTO investor_profile (id, organisation_id, status, revision, created_at, updated_at)
    VALUES ('${investor}', '${organisation.uuid}', 'ACTIVE', 1, now(), now());
    INSERT INTO reviewer (id, account_id, dimensions, status, created_at)
    VALUES ('${reviewer}', '${owner.accountId}', '{}', 'ACTIVE', now());
    INSERT INTO achievement (id, institution_id, status, revision, title, registration_no, registered_on, score,
      admitted_at, created_at, updated_at, record_hash)
    VALUES ('${achievement}', '${organisation.uuid}', 'ADMITTED', 1, '{"zh":"成果"}', 'N', '2026-01-01', 4, now(), now(), now(), '');
    INSERT INTO achievement_backer VALUES ('${achievement}', 1, 'b', '${organisation.uuid}');
    ${fill(
      'near_duplicate',
      'id, a_id, b_id, similarity, evidence, created_at',
      `${uuid}, '00000000-0000-4000-8000-000000000000', ${uuid}, .6 + (i % 5) * .1, 'TEXT', now()`,
    )}
    ${fill(
      'interest',
      'id, achievement_id, institution_id, organisation_id, account_id, status, created_at, last_message_at',
      `${uuid}, ${uuid}, '${organisation.uuid}', '${organisation.uuid}', '${owner.accountId}', 'OPEN', now(),
       '2026-01-01'::timestamptz + (i % 40) * interval '1 day'`,
    )}
    ${fill(
      'cohort_entry',
      'id, cohort_id, achievement_id, institution_id, revision, entered_at, screen, rank',
      `${uuid}, '${cohort}', ${uuid}, ${uuid}, 1, now(), 'COUNTED', CASE WHEN i % 3 = 0 THEN i END`,
    )}
    ${fill('conflict', 'cohort_id, entry_id, reviewer_id, reasons', `'${cohort}', ${uuid}, ${uuid}, '{DECLARED}'`)}
    ${fill(
      'matching_round_standing',
      'id, round_id, side, participant_id, organisation_id, candidates, places, pairs, got, best, share, ranks',
      `${uuid}, '${round}', 'INVESTOR', ${uuid}, ${uuid}, 1, 1, 1, 1, 1, CASE WHEN i % 2 = 0 THEN (i % 7) / 7.0 END, '{}'`,
    )}
    ${fill(
      'matching_round_pair',
      'id, round_id, achievement_id, investor_id, institution_id, organisation_id, score, terms, model_version, status',
      `${uuid}, '${round}', ${uuid}, ${uuid}, ${uuid}, ${uuid}, (i % 9) / 9.0, '[]', 1, 'PROPOSED'`,
    )}
    ${fill(
      'mention',
      'id, kind, subject_id, namer_id, organisation_id, status, created_at',
      `${uuid}, 'BACKER', '${achievement}', ${uuid}, '${organisation.uuid}', 'CONFIRMED', '2026-01-01'::timestamptz + (i % 9) * interval '1 day'`,
    )}
    ${fill(
      'track_record',
      'id, investor_id, company, company_key, invested_on, external_id, created_at',
      `${uuid}, '${investor}', 'c', 'c' || i, '2020-01-01'::date + i % 30, i, now()`,
    )}
    ${fill('shortlist_entry', 'id, account_id, achievement_id, added_at', `${uuid}, '${owner.accountId}', ${uuid}, now()`)}
    ${fill(
      'assignment',
      'id, cohort_id, entry_id, reviewer_id, panel, round, dimensions, status, assigned_at, due_at',
      `${uuid}, '${cohort}', ${uuid}, '${reviewer}', 1, 0, '{}', 'ASSIGNED', now(),
       CASE WHEN i % 3 = 0 THEN '2026-01-01'::timestamptz + (i % 9) * interval '1 day' END`,
    )}
    RESET session_replication_role`);
  await t.sql(`VACUUM ANALYZE`);
}, 120_000);
afterAll(() => t.close());

const PAGES = `{ pageInfo { endCursor } edges { cursor } }`;
const ARGS = `first: $first, after: $after, last: $last, before: $before`;

interface List {
  name: string;
  table: string;
  /** Sort keys in SQL, and the same as the cursor's values. */
  order: string;
  cursor: string;
  where?: string;
  field: string;
  as: 'operator' | 'owner';
  /** Fields around the list, by global id. */
  of?: () => [string, string];
}
const LISTS: List[] = [
  {
    name: 'near-duplicates',
    table: 'near_duplicate',
    order: 'similarity DESC, id DESC',
    cursor: 'similarity::text, id',
    field: 'nearDuplicates',
    as: 'operator',
  },
  {
    name: 'inbox of an institution',
    table: 'interest',
    order: 'last_message_at DESC, id DESC',
    cursor: 'last_message_at, id',
    field: 'interests',
    as: 'owner',
    of: () => ['Organisation', organisation.uuid],
  },
  {
    name: 'threads that the viewer opened',
    table: 'interest',
    order: 'last_message_at DESC, id DESC',
    cursor: 'last_message_at, id',
    field: 'viewerInterests',
    as: 'owner',
  },
  {
    name: 'entries of a cohort by rank',
    table: 'cohort_entry',
    order: 'COALESCE(rank, 2147483647), id',
    cursor: 'COALESCE(rank, 2147483647), id',
    field: 'entries',
    as: 'operator',
    of: () => ['Cohort', cohort],
  },
  {
    name: 'entries of a cohort by id',
    table: 'cohort_entry',
    order: 'id',
    cursor: 'id',
    field: 'entries',
    as: 'owner',
    of: () => ['Cohort', cohort],
  },
  {
    name: 'conflicts',
    table: 'conflict',
    order: 'entry_id, reviewer_id',
    cursor: 'entry_id, reviewer_id',
    field: 'conflicts',
    as: 'operator',
    of: () => ['Cohort', cohort],
  },
  {
    name: 'standings of a round',
    table: 'matching_round_standing',
    order: 'COALESCE(share, 2), id',
    cursor: 'COALESCE(share, 2), id',
    field: 'standings',
    as: 'operator',
    of: () => ['MatchingRound', round],
  },
  {
    name: 'pairs of a round',
    table: 'matching_round_pair',
    order: 'score DESC, id DESC',
    cursor: 'score, id',
    field: 'pairs',
    as: 'operator',
    of: () => ['MatchingRound', round],
  },
  {
    name: 'mentions of an organisation',
    table: 'mention',
    order: 'created_at DESC, id DESC',
    cursor: 'created_at, id',
    field: 'mentions',
    as: 'owner',
    of: () => ['Organisation', organisation.uuid],
  },
  {
    name: 'past investments',
    table: 'track_record',
    order: 'invested_on DESC, id DESC',
    cursor: 'invested_on, id',
    field: 'trackRecords',
    as: 'owner',
    of: () => ['InvestorProfile', investor],
  },
  {
    name: 'shortlist',
    table: 'shortlist_entry',
    order: 'added_at DESC, id DESC',
    cursor: 'added_at, id',
    field: 'viewer { shortlist',
    as: 'owner',
  },
  {
    name: 'desk of a reviewer',
    table: 'assignment',
    order: `COALESCE(due_at, 'infinity'), id`,
    cursor: `COALESCE(due_at, 'infinity'), id`,
    field: 'reviewerDesk { assignments',
    as: 'owner',
  },
];

it.each(LISTS)('a deep page of the $name reads as few buffers as the first one', async (list) => {
  const rows = await t.sql<{ key: unknown[]; at: number }>(
    `SELECT key, at::int FROM (
       SELECT json_build_array(${list.cursor}) AS key, row_number() OVER (ORDER BY ${list.order}) AS at FROM ${list.table}
     ) x WHERE at IN (${BEFORE}, ${ROWS - BEFORE}) ORDER BY at`,
  );
  const cursorOf = (row: { key: unknown[] }) =>
    encodeCursor(
      row.key.map((value) =>
        typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value,
      ) as Array<string | number>,
    );
  const nested = list.field.split(' { ');
  const field = nested.map((name, i) => (i === nested.length - 1 ? `${name}(${ARGS}) ${PAGES}` : name)).join(' { ');
  const closed = field + ' }'.repeat(nested.length - 1);
  const [type, id] = list.of?.() ?? [];
  const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
    ${type ? `node(id: "${toGlobalId(type as 'Cohort', id!)}") { ... on ${type} { ${closed} } }` : closed} }`;
  const token = list.as === 'operator' ? operator.token : owner.token;
  for (const variables of [
    { first: PAGE },
    { first: PAGE, after: cursorOf(rows[1]!) },
    { last: PAGE },
    { last: PAGE, before: cursorOf(rows[0]!) },
  ]) {
    let reply = {};
    const statements = await statementsDuring(async () => {
      reply = await t.gql(query, variables, { token });
    });
    const told = JSON.stringify(reply);
    expect(told.match(/"cursor"/g), told).toHaveLength(PAGE);
    const reads = statements.filter(({ text }) => /^\s*(SELECT|WITH)/.test(text) && text.includes(list.table));
    expect(reads.length).toBeGreaterThan(0);
    for (const read of reads)
      expect(await buffersOf(t, read), `${JSON.stringify(variables)}\n${read.text}`).toBeLessThan(MOST);
  }
});
