import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { noteForIndexing } from '../../src/outbox/indexing.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { enterPool, seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { indexed } from './world.js';

const MANY = 24;

interface Side {
  owner: SeededPerson;
  institution: SeededOrganisation;
  /** Id of the entry to which revisions and near-duplicates belong. */
  first: string;
  /** Id of one of the imports. */
  run: string;
}

let t: TestApp;
let operator: SeededPerson;
/** Two sets of the same objects: a few of each kind, and many of each kind. */
let few: Side;
let many: Side;

/** Creates an institution with `count` objects of every kind that is listed. */
async function side(count: number): Promise<Side> {
  const s = seed(t);
  const owner = await s.person();
  const institution = await s.organisation(owner, { regionCode: '620100' });
  const rows = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    institutionId: institution.uuid,
    status: 'ADMITTED' as const,
    revision: 1,
    editedBy: owner.accountId,
    note: null,
    at: t.app.clock(),
    record: {
      ...emptyRecord,
      title: { zh: `成果${i}`, en: `Result ${i}` },
      summary: { en: 'A summary' },
      abstract: { en: 'An abstract' },
      technicalDetail: { en: 'Detail' },
      confidentialDetail: { en: 'More' },
      registrationNo: `S${count}-${1000 + i}`,
      industries: [['3562', '398', '2710'][i % 3]!, 'A'],
      strategicAreas: [['1', '2', '3'][i % 3]!],
      regionCode: ['620100', '620200', '110000'][i % 3]!,
      ipRights: [{ type: 'INVENTION_PATENT' as const, number: `ZL${count}${i}`, status: 'GRANTED' as const }],
      cooperationModes: [{ mode: 'LICENCE' as const, licenceKind: 'SOLE' as const }],
      inventors: [{ name: { en: `Inventor ${i}` }, orcid: null }],
    },
  }));
  await t.app.dataSource.transaction(async (tx) => {
    await insertAchievements(tx, rows);
    await enterPool(
      tx,
      rows.map((row) => row.id),
    );
    await noteForIndexing(
      tx,
      rows.map((row) => row.id),
    );
  });
  const first = rows[0]!.id;
  const now = t.app.clock();
  let run = '';
  for (const [i, row] of rows.entries()) {
    // Each thread is with another party, of an organisation of its own, and has as many messages as there are threads.
    const party = await s.person();
    const organisation = await s.organisation(party, { kind: 'INVESTOR' });
    await s.member(institution, 'MEMBER');
    const interest = newId();
    await t.sql(
      `INSERT INTO interest (
         id, achievement_id, institution_id, account_id, organisation_id, status, created_at, last_message_at,
         message_count, party_seq
       )
       VALUES ($1, $2, $3, $4, $5, 'OPEN', $6, $6, $7, $7)`,
      [interest, row.id, institution.uuid, party.accountId, organisation.uuid, now, count],
    );
    await t.sql(
      `INSERT INTO interest_message (id, interest_id, seq, author_id, side, body, created_at)
       SELECT gen_random_uuid(), $1, n, $2, 'PARTY', 'text', $3
       FROM generate_series(1, $4::int) n`,
      [interest, party.accountId, now, count],
    );
    await t.sql(
      `INSERT INTO shortlist_entry (id, account_id, achievement_id, note, added_at) VALUES ($1, $2, $3, 'note', $4)`,
      [newId(), owner.accountId, row.id, now],
    );
    await t.sql(
      `INSERT INTO nda_grant (id, achievement_id, organisation_id, status, requested_at)
       VALUES ($1, $2, $3, 'REQUESTED', $4)`,
      [newId(), row.id, organisation.uuid, now],
    );
    await t.sql(
      `INSERT INTO evidence_file (id, achievement_id, name, media_type, size_bytes, sha256, tier, created_at)
       VALUES ($1, $2, 'a.txt', 'text/plain', 1, $3, 'NDA', $4)`,
      [newId(), row.id, `${count}-${i}`, now],
    );
    await t.sql(
      `INSERT INTO invitation (id, organisation_id, email, role, token_hash, invited_by, created_at, expires_at)
       VALUES ($1, $2, $3, 'MEMBER', $4, $5, $6, $6)`,
      [newId(), institution.uuid, `i${count}.${i}@example.org`, newId(), (await s.person()).accountId, now],
    );
    await t.sql(
      `INSERT INTO column_mapping (id, institution_id, name, mapping, created_at, updated_at)
       VALUES ($1, $2, $3, '{"columns":{},"defaults":{},"dateOrder":null}', $4, $4)`,
      [newId(), institution.uuid, `mapping ${i}`, now],
    );
    const talent = newId();
    await t.sql(
      `INSERT INTO talent_profile (
         id, account_id, kind, headline, organisation_id, region_codes, visibility, status, verification, revision,
         created_at, updated_at
       )
       VALUES ($1, $2, 'SCIENCE', '{"zh":"人才"}', $3, '{620100}', 'PUBLIC', 'ACTIVE', 'UNVERIFIED', 1, $4, $4)`,
      [talent, party.accountId, institution.uuid, now],
    );
    await t.sql(`INSERT INTO talent_industry (talent_id, industry_code) VALUES ($1, '3562')`, [talent]);
    await t.sql(
      `INSERT INTO talent_evidence (id, talent_id, kind, title, achievement_id, position)
       VALUES ($1, $2, 'PAPER', '{"zh":"论文"}', $3, 1)`,
      [newId(), talent, row.id],
    );
    await t.sql(`UPDATE mention SET status = 'CONFIRMED' WHERE status = 'PENDING'`);
    const demand = newId();
    await t.sql(
      `INSERT INTO demand (id, organisation_id, title, region_code, status, revision, created_at, updated_at)
       VALUES ($1, $2, '{"zh":"需求"}', '620100', 'OPEN', 1, $3, $3)`,
      [demand, institution.uuid, now],
    );
    await t.sql(`INSERT INTO demand_industry (demand_id, industry_code) VALUES ($1, '3562')`, [demand]);
    run = newId();
    await t.sql(
      `INSERT INTO import_run (
         id, institution_id, created_by, status, mode, register, dry_run, file_name, file_sha256, format, headers,
         mapping, mapping_source, total_rows, created_at
       )
       VALUES (
         $1, $2, $3, 'COMPLETED', 'ROW_BY_ROW', 'NEVER', false, 'a.csv', 'ab', 'CSV', '{}',
         '{"columns":{},"defaults":{},"dateOrder":null}', 'GIVEN', 1, $4
       )`,
      [run, institution.uuid, party.accountId, now],
    );
    await t.sql(
      `INSERT INTO import_report_row (run_id, seq, severity, code, message)
       SELECT $1, n, 'ERROR', 'BAD', 'mend it'
       FROM generate_series(1, $2::int) n`,
      [run, count],
    );
    if (i > 0) {
      const [a, b] = [first, row.id].sort();
      await t.sql(
        `INSERT INTO near_duplicate (id, a_id, b_id, similarity, evidence, created_at)
         VALUES ($1, $2, $3, 0.9, 'TITLE', $4)`,
        [newId(), a, b, now],
      );
      await t.sql(
        `INSERT INTO achievement_revision (achievement_id, revision, record, edited_by, created_at)
         SELECT achievement_id, $2, record, $3, created_at
         FROM achievement_revision
         WHERE achievement_id = $1 AND revision = 1`,
        [first, i + 1, party.accountId],
      );
    }
  }
  return { owner, institution, first: toGlobalId('Achievement', first), run: toGlobalId('ImportRun', run) };
}

beforeAll(async () => {
  t = await startTestApp();
  operator = await seed(t).person({ operator: true });
  few = await side(2);
  many = await side(MANY);
  await indexed(t);
  await eventually(
    async () =>
      (
        await t.sql<{ done: boolean }>(
          `SELECT NOT EXISTS (SELECT 1 FROM search_profile_outbox)
             AND EXISTS (SELECT 1 FROM search_profile_generation WHERE state = 'LIVE') AS done`,
        )
      )[0]?.done,
    30_000,
  );
});
afterAll(() => t?.close());

const ENTRY = `id title { value } institution { name { value } viewerCanEdit } region { name { value } parent { code } } industries { code name { value } parent { code } } primaryIndustry { code }
  strategicAreas { code } ipRights { number } cooperationModes { mode } inventors { name { value } } evidence { name } a: content(tier: PUBLIC) { granted } b: content(tier: REGISTERED) { granted }
  c: content(tier: NDA) { granted body { value } } revisions { revision editedBy } viewerInterest { id unreadCount } interestCount viewerShortlistEntry { note stillInPool }
  nearDuplicatesOf { otherTitle { value } otherInstitution { value } other { title { value } } }`;
const ORGANISATION = 'query ($id: ID!, $first: Int!) { organisation(id: $id)';

interface Ask {
  query: string;
  /** The person who sends the query; by default the owner of the side. */
  as?: () => SeededPerson | undefined;
}

/** The queries; each must return more rows on the larger side, which shows that both sides are filled. */
const QUERIES: Record<string, Ask> = {
  'achievements with everything below': {
    query: `query ($id: ID!, $first: Int!) { achievements(first: $first, filter: { institutionId: $id }) { totalCount nodes { ${ENTRY} } } }`,
  },
  'achievements as the public sees them': {
    query: `query ($id: ID!, $first: Int!) { achievements(first: $first, filter: { institutionId: $id }) { nodes { ${ENTRY} } } }`,
    as: () => undefined,
  },
  'achievements as an operator sees them': {
    query: `query ($id: ID!, $first: Int!) { achievements(first: $first, filter: { institutionId: $id }) { nodes { ${ENTRY} } } }`,
    as: () => operator,
  },
  'records and what is missing': {
    query:
      'query ($id: ID!, $first: Int!) { achievements(first: $first, filter: { institutionId: $id }) { nodes { record missing { field } } } }',
  },
  'a search with its facets': {
    query: `query ($id: ID!, $first: Int!) { achievementSearch(query: "Result", first: $first, filter: { institutionIds: [$id] }) { totalCount edges { highlights { field } node { ${ENTRY} } } facets { values { value count label { value } } } } }`,
  },
  'the inbox with threads': {
    query: `${ORGANISATION} { unreadInterestCount interests(first: $first) { totalCount nodes { unreadCount viewerCanReply party { displayName } organisation { name { value } } institution { id } achievement { title { value } region { code } } messages(first: $first) { totalCount nodes { body author { displayName } interest { id } } } } } } }`,
  },
  members: {
    query: `${ORGANISATION} { members(first: $first) { totalCount nodes { role viewerCanEdit account { displayName } organisation { name { value } } } } } }`,
  },
  invitations: {
    query: `${ORGANISATION} { invitations(first: $first) { nodes { email invitedBy { displayName } organisation { id } } } } }`,
  },
  'NDA requests': {
    query: `${ORGANISATION} { ndaRequests(first: $first) { nodes { status achievement { title { value } } organisation { name { value } } } } } }`,
  },
  'import runs': {
    query: `${ORGANISATION} { importRuns(first: $first) { nodes { fileName counts { created } createdBy { displayName } institution { id } } } columnMappings { name } } }`,
  },
  'an import with its report': {
    query:
      'query ($run: ID!, $first: Int!) { importRun(id: $run) { counts { created } createdBy { displayName } reportRows(first: $first) { totalCount nodes { message value } } } }',
  },
  'a shortlist': {
    query: `query ($first: Int!) { viewer { shortlist(first: $first) { totalCount nodes { note stillInPool achievement { ${ENTRY} } } } } }`,
  },
  'near-duplicates of one': {
    query:
      'query ($achievement: ID!) { achievement(id: $achievement) { nearDuplicatesOf { otherTitle { value } otherInstitution { value } pair { similarity achievements { title { value } } } other { title { value } } } } }',
  },
  talents: {
    query:
      'query ($first: Int!) { talentProfiles(first: $first) { totalCount nodes { displayName headline { value } industries { name { value } } regions { name { value } } organisation { name { value } } evidence { title { value } achievement { title { value } } } viewerCanEdit } } }',
  },
  'a search of talents': {
    query:
      'query ($first: Int!) { talentSearch(query: "人才", first: $first) { totalCount edges { highlights { field } node { displayName industries { name { value } } organisation { name { value } } } } facets { values { value label { value } } } } }',
    as: () => undefined,
  },
  demands: {
    query: `${ORGANISATION} { demands(first: $first) { totalCount nodes { title { value } isExpired region { name { value } } industries { name { value } } organisation { name { value } } viewerCanEdit } } } }`,
  },
  revisions: {
    query:
      'query ($achievement: ID!) { achievement(id: $achievement) { revisions(first: 100) { revision editedBy note } } }',
  },
};

/** Number of SQL statements of an operation, and length of its answer. */
async function cost({ query, as }: Ask, of: Side, first: number): Promise<{ statements: number; length: number }> {
  const person = as ? as() : of.owner;
  const known: Record<string, unknown> = { id: of.institution.id, achievement: of.first, run: of.run, first };
  const variables = Object.fromEntries(Object.entries(known).filter(([name]) => query.includes(`$${name}`)));
  t.statements.length = 0;
  const data = await t.gql(query, variables, person ? { token: person.token } : {});
  return { statements: t.statements.length, length: JSON.stringify(data).length };
}

describe('the statements of', () => {
  it.each(Object.entries(QUERIES))('%s do not grow with the rows', async (_name, query) => {
    // Lists of codes are read once per process.
    await cost(query, few, 2);
    const [two, lots] = [await cost(query, few, 2), await cost(query, many, MANY)];
    expect(lots.length).toBeGreaterThan(two.length * 4);
    expect({ statements: lots.statements }).toEqual({ statements: two.statements });
  });
});
