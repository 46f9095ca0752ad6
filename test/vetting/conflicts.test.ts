import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMonths, dayNumber, dayOfChina, isoDay } from '../../src/lib/day.js';
import { emptyRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { findConflicts, reasonsOf } from '../../src/vetting/reviewers/conflicts.service.js';
import { readTies } from '../../src/vetting/reviewers/conflicts.ties.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import {
  as,
  assign,
  assignmentId,
  cohort,
  ledger,
  reviewer,
  type SeededCohort,
  type SeededReviewer,
} from './reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let university: SeededOrganisation;
let institute: SeededOrganisation;
let company: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  s = seed(t);
  operator = await s.person({ operator: true });
  university = await s.organisation(await s.person());
  institute = await s.organisation(await s.person());
  company = await s.organisation(await s.person());
});
afterAll(() => t.close());

const ORCID = '0000-0002-1825-0097';
const OTHER = '0000-0001-5109-3700';
const reasons = (c: SeededCohort, r: SeededReviewer, entry = 0) =>
  reasonsOf(t.app.dataSource.manager, c.uuid, c.entries[entry]!, r.reviewer, t.app.clock());
const inventors = (...list: Array<[name: string, orcid?: string]>) => ({
  inventors: list.map(([zh, orcid]) => ({ name: { zh }, orcid: orcid ?? null })),
});

/** Another achievement, registered on a day. */
async function earlier(institution: SeededOrganisation, registeredOn: string, list: Array<[string, string?]>) {
  await insertAchievements(t.app.dataSource.manager, [
    {
      id: newId(),
      institutionId: institution.uuid,
      status: 'REGISTERED',
      revision: 1,
      record: {
        ...emptyRecord,
        title: { zh: '旧成果' },
        registrationNo: `OLD-${newId()}`,
        registeredOn,
        ...inventors(...list),
      },
      editedBy: null,
      note: null,
      at: t.app.clock(),
    },
  ]);
}

const monthsAgo = (months: number, days = 0) => isoDay(dayNumber(addMonths(dayOfChina(t.app.clock()), -months)) - days);

describe('conflicts from the database', () => {
  it('come from memberships and the profile’s organisation', async () => {
    const c = await cohort(t, [{ institution: university }, { institution: institute }]);
    const member = await reviewer(t);
    await s.member(university, 'MEMBER', member);
    const declared = await reviewer(t, { organisation: institute });
    expect([await reasons(c, member, 0), await reasons(c, member, 1)]).toEqual([['SAME_ORGANISATION'], []]);
    expect([await reasons(c, declared, 0), await reasons(c, declared, 1)]).toEqual([[], ['SAME_ORGANISATION']]);
  });

  it('come from families that operators keep, through any number of steps, and go with them', async () => {
    const [top, middle] = [await s.organisation(await s.person()), await s.organisation(await s.person())];
    const leaf = await s.organisation(await s.person());
    const family = (field: string, parent: SeededOrganisation, child: SeededOrganisation, who = operator) =>
      t.ask<Record<string, { changed: boolean }>>(
        `mutation ($input: OrganisationFamilyInput!) { ${field}(input: $input) { changed } }`,
        { input: { parentId: parent.id, childId: child.id } },
        as(who),
      );
    expect((await family('addOrganisationFamily', top, middle, await s.person())).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await family('addOrganisationFamily', top, middle)).data).toEqual({
      addOrganisationFamily: { changed: true },
    });
    expect((await family('addOrganisationFamily', top, middle)).data).toEqual({
      addOrganisationFamily: { changed: false },
    });
    await family('addOrganisationFamily', middle, leaf);
    expect((await family('addOrganisationFamily', leaf, leaf)).errors?.[0]?.extensions.reason).toBe('SAME');
    const c = await cohort(t, [{ institution: leaf }]);
    const r = await reviewer(t, { organisation: top });
    expect(await reasons(c, r)).toEqual(['ORGANISATION_FAMILY']);
    await family('removeOrganisationFamily', middle, leaf);
    expect(await reasons(c, r)).toEqual([]);
  });

  it('come from inventors: ORCID iD anywhere, exact name in the same organisation', async () => {
    const c = await cohort(t, [{ institution: university, record: inventors(['赵一', ORCID], ['钱 二']) }]);
    expect(await reasons(c, await reviewer(t, { orcid: ORCID }))).toContain('CO_INVENTOR');
    expect(await reasons(c, await reviewer(t, { displayName: '钱二' }))).toEqual([]);
    expect(await reasons(c, await reviewer(t, { displayName: '钱二', organisation: university }))).toEqual(
      expect.arrayContaining(['SAME_ORGANISATION', 'CO_INVENTOR']),
    );
  });

  it('come from who wrote the record', async () => {
    const c = await cohort(t, [{ institution: university }]);
    const r = await reviewer(t);
    await t.sql(
      `INSERT INTO achievement_revision (achievement_id, revision, record, edited_by, created_at)
       SELECT achievement_id, 2, record, $2, created_at FROM achievement_revision WHERE achievement_id = $1`,
      [c.achievements[0], r.accountId],
    );
    expect(await reasons(c, r)).toEqual(['OWN_ACHIEVEMENT']);
  });

  it('come from common inventorship in another achievement within 48 months', async () => {
    const c = await cohort(t, [
      { institution: university, record: inventors(['孙三', OTHER]) },
      { institution: institute, record: inventors(['李四']) },
    ]);
    const byOrcid = await reviewer(t, { orcid: '0000-0002-1694-233X' });
    await earlier(company, monthsAgo(47), [
      ['某人', '0000-0002-1694-233X'],
      ['孙三', OTHER],
    ]);
    expect([await reasons(c, byOrcid, 0), await reasons(c, byOrcid, 1)]).toEqual([['COLLABORATION'], []]);
    const old = await reviewer(t, { orcid: '0000-0001-5000-0007' });
    await earlier(company, monthsAgo(48, 3), [
      ['另一人', '0000-0001-5000-0007'],
      ['孙三', OTHER],
    ]);
    expect(await reasons(c, old, 0)).toEqual([]);
    const byName = await reviewer(t, { displayName: '周 五', organisation: company });
    await earlier(company, monthsAgo(2), [['周五'], ['孙三', OTHER]]);
    expect(await reasons(c, byName, 0)).toEqual(['COLLABORATION']);
    const namesake = await reviewer(t, { displayName: '周五', organisation: institute });
    expect(await reasons(c, namesake, 0)).toEqual([]);
  });

  it('come from declarations, which the reviewer alone makes and takes back', async () => {
    const c = await cohort(t, [{ institution: university, record: inventors(['吴六', ORCID]) }]);
    const r = await reviewer(t);
    const declare = (input: object, who: SeededPerson = r) =>
      t.ask<{ declareTie: { declaration: { id: string } } }>(
        `mutation ($input: DeclareTieInput!) { declareTie(input: $input) { declaration { id } } }`,
        { input },
        as(who),
      );
    const retract = (id: string, who: SeededPerson = r) =>
      t.ask(
        `mutation ($input: RetractDeclarationInput!) { retractDeclaration(input: $input) { retractedId } }`,
        { input: { id } },
        as(who),
      );
    const past = await declare({
      kind: 'ORGANISATION',
      relation: 'COLLABORATION',
      organisationId: university.id,
      endedOn: '2015-06-30',
    });
    expect(await reasons(c, r)).toEqual([]);
    await declare({
      kind: 'ORGANISATION',
      relation: 'COLLABORATION',
      organisationId: university.id,
      endedOn: monthsAgo(10),
    });
    expect(await reasons(c, r)).toEqual(['COLLABORATION']);
    const person = await declare({ kind: 'PERSON', relation: 'CONFLICT', orcid: ORCID, reason: '导师' });
    expect(await reasons(c, r)).toEqual(['COLLABORATION', 'DECLARED']);
    expect((await retract(person.data.declareTie.declaration.id, operator)).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    expect((await retract(person.data.declareTie.declaration.id)).errors).toBeUndefined();
    expect(await reasons(c, r)).toEqual(['COLLABORATION']);
    expect(
      (await declare({ kind: 'PERSON', relation: 'CONFLICT', orcid: '1234' })).errors?.[0]?.extensions.reason,
    ).toBe('BAD_ORCID');
    expect(
      (
        await declare({
          kind: 'ORGANISATION',
          relation: 'CONFLICT',
          organisationId: university.id,
          endedOn: '2020-01-01',
        })
      ).errors?.[0]?.extensions.reason,
    ).toBe('NOT_A_COLLABORATION');
    expect(
      (
        await declare({
          kind: 'ACHIEVEMENT',
          relation: 'CONFLICT',
          achievementId: toGlobalId('Achievement', c.achievements[0]!),
        })
      ).errors?.[0]?.extensions.code,
    ).toBe('NOT_FOUND');
    expect(
      (await declare({ kind: 'ORGANISATION', relation: 'CONFLICT', organisationId: university.id }, await s.person()))
        .errors?.[0]?.extensions.code,
    ).toBe('NOT_FOUND');
    const node = `query ($id: ID!) { node(id: $id) { id } }`;
    const id = past.data.declareTie.declaration.id;
    expect((await t.gql<{ node: unknown }>(node, { id }, as(operator))).node).toEqual({ id });
    expect((await t.gql<{ node: unknown }>(node, { id }, as(await s.person()))).node).toBeNull();
  });

  it('end every assignment that they forbid, submitted ones too, and stand in the ledger', async () => {
    const c = await cohort(t, [{ institution: university }, { institution: university }, { institution: institute }]);
    const r = await reviewer(t);
    const ids = await Promise.all(c.entries.map((entry) => assign(t, c, entry, r)));
    await t.sql(`UPDATE assignment SET status = 'SUBMITTED' WHERE id = $1`, [ids[1]]);
    const declared = await t.gql<{ declareTie: { withdrawnAssignments: number } }>(
      `mutation ($input: DeclareTieInput!) { declareTie(input: $input) { withdrawnAssignments } }`,
      { input: { kind: 'ORGANISATION', relation: 'CONFLICT', organisationId: university.id } },
      as(r),
    );
    expect(declared.declareTie.withdrawnAssignments).toBe(2);
    // Issue 15, point 14: one mail tells of all seats that ended.
    const mails = await t.sql<{ payload: { event: string; to: string; subject: string; body: string } }>(
      `SELECT j.payload
       FROM graphile_worker._private_jobs j
       JOIN graphile_worker._private_tasks k ON k.id = j.task_id
       WHERE k.identifier = 'mail:send' AND j.payload->>'to' = $1`,
      [r.email],
    );
    expect(mails.map(({ payload }) => payload.event)).toEqual(['reviewer.conflict-found']);
    expect(mails[0]!.payload.subject).toMatch(/2/);
    expect(
      (
        await t.sql<{ id: string }>(`SELECT id FROM assignment WHERE reviewer_id = $1 AND status = 'ASSIGNED'`, [
          r.reviewer,
        ])
      ).map((row) => row.id),
    ).toEqual([ids[2]]);
    expect((await ledger(t, 'assignment.withdrawn')).map((row) => row.subject_id)).toEqual(
      expect.arrayContaining([ids[0], ids[1]]),
    );
    expect(
      (await ledger(t, 'conflict.found')).filter((row) => row.facts.cohort === c.uuid).at(-1)!.facts,
    ).toMatchObject({
      reviewer: r.reviewer,
      conflicts: [...c.entries.slice(0, 2)].sort().map((entry) => ({ entry, reasons: ['DECLARED'] })),
    });
  });

  it('stand in the ledger with all entries of the reviewer, though one entry alone was looked at', async () => {
    const c = await cohort(t, [{ institution: university }, { institution: institute }]);
    const r = await reviewer(t);
    await s.member(university, 'MEMBER', r);
    // Found while the reviewer was a member of the institute too; the membership has ended since.
    for (const entry of c.entries)
      await t.sql(`INSERT INTO conflict VALUES ($1, $2, $3, '{SAME_ORGANISATION}')`, [c.uuid, entry, r.reviewer]);
    const held = await assign(t, c, c.entries[1]!, await reviewer(t));
    const replaced = await t.gql<{ outcome: { __typename: string } }>(
      `mutation ($input: ReplaceAssignmentInput!) { outcome: replaceAssignment(input: $input) { __typename } }`,
      { input: { id: assignmentId(held), reviewerId: r.reviewerId, reason: 'ill' } },
      as(operator),
    );
    expect(replaced.outcome.__typename).toBe('AssignmentPayload');
    expect((await ledger(t, 'conflict.found')).filter((row) => row.facts.cohort === c.uuid).at(-1)!.facts).toEqual({
      cohort: c.uuid,
      reviewer: r.reviewer,
      conflicts: [{ entry: c.entries[0], reasons: ['SAME_ORGANISATION'] }],
    });
  });

  it('make an assignment impossible even by SQL', async () => {
    const c = await cohort(t, [{ institution: university }]);
    const r = await reviewer(t);
    await t.sql(`INSERT INTO conflict VALUES ($1, $2, $3, '{DECLARED}')`, [c.uuid, c.entries[0], r.reviewer]);
    await expect(assign(t, c, c.entries[0]!, r)).rejects.toThrow(/conflict of interest/);
  });

  it('are computed for a cohort in a fixed number of statements', async () => {
    const c = await cohort(
      t,
      Array.from({ length: 12 }, (_, i) => ({ institution: i % 2 ? university : institute })),
    );
    const db = t.app.dataSource.manager;
    const runner = t.app.dataSource.createQueryRunner();
    let statements = 0;
    const query = runner.manager.query.bind(runner.manager);
    runner.manager.query = ((...args: Parameters<typeof query>) => {
      statements += 1;
      return query(...args);
    }) as typeof runner.manager.query;
    const ties = await readTies(runner.manager, c.uuid, t.app.clock());
    await runner.release();
    expect(ties.entries).toHaveLength(12);
    expect(ties.reviewers.length).toBeGreaterThan(5);
    expect(statements).toBe(4);
    const pairs = await findConflicts(ties);
    for (const pair of pairs.slice(0, 20))
      expect(await reasonsOf(db, c.uuid, pair.entryId, pair.reviewerId, t.app.clock())).toEqual(pair.reasons);
  });
});
