import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromGlobalId, newId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { completeRecord } from '../vetting/cohort-kit.js';

/** Issue 15, point 13: drafts can be deleted by their owner, and nothing else can. */

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let operator: SeededPerson;
let university: SeededOrganisation;
let unverified: SeededOrganisation;
let enterprise: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  owner = await s.person();
  operator = await s.person({ operator: true });
  university = await s.organisation(owner);
  unverified = await s.organisation(owner, { kind: 'ENTERPRISE', verified: false });
  enterprise = await s.organisation(owner, { kind: 'ENTERPRISE' });
}, 120_000);
afterAll(() => t?.close());

const MUTATIONS: Record<string, string> = {
  deleteDraftAchievement: 'DeleteDraftInput',
  deleteDraftDemand: 'DeleteDraftInput',
  deleteDraftInvestorProfile: 'DeleteDraftInput',
  deleteDraftTalentProfile: 'DeleteOwnDraftInput',
};
const del = (name: string, input: Record<string, unknown>, who = owner) =>
  t.ask<Record<string, { deletedId: string }>>(
    `mutation ($input: ${MUTATIONS[name]}!) { ${name}(input: $input) { deletedId } }`,
    { input },
    { token: who.token },
  );
const run = async <T>(mutation: string, type: string, fields: string, input: object, who = owner): Promise<T> =>
  (
    await t.gql<Record<string, T>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} } }`,
      { input },
      { token: who.token },
    )
  )[mutation]!;
const codeOf = ({ errors }: Awaited<ReturnType<typeof del>>) =>
  errors && [errors[0]!.extensions.code, errors[0]!.extensions.reason].filter(Boolean).join(':');
const keyOf = (id: string) => fromGlobalId(id)!.key;
const ledger = (id: string) =>
  t.sql<{ kind: string; facts: Record<string, unknown> }>(
    `SELECT kind, facts FROM ledger_record WHERE subject_id = $1 ORDER BY seq`,
    [keyOf(id)],
  );
/** Names of all tables that hold the id anywhere, except the ledger and the keys of repeated calls. */
async function tablesWith(id: string): Promise<string[]> {
  const tables = await t.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
       AND table_name NOT IN ('ledger_record', 'idempotency_key', 'match_change', 'search_profile_outbox', 'search_outbox')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await t.sql(`SELECT 1 FROM "${name}" x WHERE strpos(to_jsonb(x)::text, $1) > 0 LIMIT 1`, [keyOf(id)]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

const draft = async (institution = university, title = 'A trial') =>
  (
    await run<{ achievement: { id: string } }>('createAchievement', 'CreateAchievementInput', 'achievement { id }', {
      institutionId: institution.id,
      content: { title: { en: title } },
    })
  ).achievement.id;
const demand = async (organisation = unverified) =>
  (
    await run<{ demand: { id: string } }>('createDemand', 'CreateDemandInput', 'demand { id }', {
      organisationId: organisation.id,
      content: { title: { en: 'A need' } },
    })
  ).demand.id;
const talent = async (visibility: string) => {
  const who = await s.person();
  const made = await run<{ talent: { id: string } }>(
    'createTalentProfile',
    'CreateTalentProfileInput',
    'talent { id }',
    { profile: { kind: 'MARKET', visibility } },
    who,
  );
  return { who, id: made.talent.id };
};

describe('a draft of an achievement (issue 15, point 13)', () => {
  it('is deleted with its revisions, evidence and files; the ledger says so', async () => {
    const id = await draft();
    await run('updateAchievement', 'UpdateAchievementInput', 'achievement { id }', {
      id,
      revision: 1,
      content: { summary: { en: 'Alder wood' } },
    });
    await t.sql(
      `INSERT INTO evidence_file (id, achievement_id, name, media_type, size_bytes, sha256, tier, uploaded_by, created_at)
       VALUES (gen_random_uuid(), $1, 'a.pdf', 'application/pdf', 3, repeat('ab', 32), 'NDA', $2, now())`,
      [keyOf(id), owner.accountId],
    );
    await t.sql(
      `INSERT INTO evidence_blob (evidence_id, bytes) SELECT id, 'abc' FROM evidence_file WHERE achievement_id = $1`,
      [keyOf(id)],
    );
    expect(await tablesWith(id)).toContain('achievement_revision');
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 1 }))).toBe('CONFLICT:STALE_REVISION');
    expect((await del('deleteDraftAchievement', { id, revision: 2 })).data['deleteDraftAchievement']).toEqual({
      deletedId: id,
    });
    expect(await tablesWith(id)).toEqual([]);
    expect(await t.sql(`SELECT 1 FROM evidence_blob`)).toEqual([]);
    expect((await ledger(id)).at(-1)).toMatchObject({
      kind: 'achievement.deleted',
      facts: { from: 'DRAFT', revision: 2, evidence: ['ab'.repeat(32)] },
    });
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 2 }))).toMatch(/^NOT_FOUND/);
  });

  it('is deleted once by twenty calls at once', async () => {
    const id = await draft();
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        del('deleteDraftAchievement', { id, revision: 1, idempotencyKey: `delete-${i % 2}` }),
      ),
    );
    expect(all.filter((one) => codeOf(one) === undefined)).toHaveLength(1);
    expect(all.filter((one) => codeOf(one)?.startsWith('NOT_FOUND'))).toHaveLength(19);
    expect((await ledger(id)).map(({ kind }) => kind)).toEqual(['achievement.deleted']);
  });

  it('is for the institution’s editors, and unknown to others', async () => {
    const id = await draft();
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 1 }, await s.person()))).toMatch(/^NOT_FOUND/);
    const member = await s.member(university, 'MEMBER');
    for (const who of [member, operator])
      expect(codeOf(await del('deleteDraftAchievement', { id, revision: 1 }, who))).toMatch(/^FORBIDDEN/);
    expect(await ledger(id)).toEqual([]);
  });

  it('stays once it was registered, also as a draft again; a draft that was withdrawn does not', async () => {
    const { title, summary, category, industries, trl, regionCode } = completeRecord();
    const { achievement } = await run<{ achievement: { id: string; revision: number } }>(
      'createAchievement',
      'CreateAchievementInput',
      'achievement { id }',
      { institutionId: university.id, content: { title, summary, category, industries, trl, regionCode } },
    );
    const { id } = achievement;
    const step = (name: string) =>
      run<{ achievement: { revision: number } }>(name, 'AchievementActionInput', 'achievement { revision }', { id });
    await step('registerAchievement');
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 2 }))).toBe('CONFLICT:NOT_A_DRAFT');
    await step('withdrawAchievement');
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 2 }))).toBe('CONFLICT:NOT_A_DRAFT');
    const { revision } = (await step('reopenAchievement')).achievement;
    const kept = await del('deleteDraftAchievement', { id, revision });
    expect(codeOf(kept)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(kept.errors![0]!.message).toMatch(/leave it withdrawn|withdraw it/);

    const other = await draft();
    await run('withdrawAchievement', 'AchievementActionInput', 'achievement { id }', { id: other });
    expect(codeOf(await del('deleteDraftAchievement', { id: other, revision: 1 }))).toBeUndefined();
  });

  it('no longer keeps an unverified organisation from being deleted', async () => {
    const trial = await s.organisation(owner, { kind: 'ENTERPRISE', verified: false });
    const id = await draft(trial);
    const remove = () =>
      t.ask(
        `mutation ($input: DeleteOrganisationInput!) { deleteOrganisation(input: $input) { deletedId } }`,
        { input: { id: trial.id } },
        { token: owner.token },
      );
    expect((await remove()).errors![0]!.extensions.reason).toBe('ORGANISATION_IN_USE');
    expect(codeOf(await del('deleteDraftAchievement', { id, revision: 1 }))).toBeUndefined();
    expect((await remove()).errors).toBeUndefined();
  });
});

describe('a profile that nobody else has seen (issue 15, point 13)', () => {
  it('of an organisation that was never verified is deleted, with the texts of earlier revisions', async () => {
    const id = await demand();
    await run('updateDemand', 'UpdateDemandInput', 'demand { id }', {
      id,
      revision: 1,
      content: { title: { en: 'Another need' } },
    });
    const texts = () =>
      t.sql(`SELECT 1 FROM ledger_text WHERE starts_with(hash, 'replaced:') AND text LIKE '%A need%'`);
    expect(await texts()).toHaveLength(1);
    expect(codeOf(await del('deleteDraftDemand', { id, revision: 1 }))).toBe('CONFLICT:STALE_REVISION');
    expect(codeOf(await del('deleteDraftDemand', { id, revision: 2 }))).toBeUndefined();
    expect(await tablesWith(id)).toEqual([]);
    expect(await texts()).toEqual([]);
    expect((await ledger(id)).at(-1)).toMatchObject({ kind: 'demand.deleted', facts: { from: 'OPEN', revision: 2 } });
    expect(codeOf(await del('deleteDraftDemand', { id, revision: 2 }))).toMatch(/^NOT_FOUND/);

    const { profile } = await run<{ profile: { id: string } }>(
      'createInvestorProfile',
      'CreateInvestorProfileInput',
      'profile { id }',
      { organisationId: unverified.id, profile: { thesis: { en: 'Alders' }, industries: ['35'] } },
    );
    expect(codeOf(await del('deleteDraftInvestorProfile', { id: profile.id, revision: 1 }))).toBeUndefined();
    expect(await tablesWith(profile.id)).toEqual([]);
  });

  it('stays where its organisation is or was verified, and says what to do instead', async () => {
    const id = await demand(enterprise);
    const kept = await del('deleteDraftDemand', { id, revision: 1 });
    expect(codeOf(kept)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(kept.errors![0]!.message).toMatch(/withdraw it/);
    const once = await s.organisation(owner, { kind: 'ENTERPRISE', verified: false });
    const before = await demand(once);
    const decide = (name: string, input: object) =>
      t.gql(
        `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { organisation { revision } } }`,
        { input },
        { token: operator.token },
      );
    await decide('verifyOrganisation', { id: once.id, revision: 1 });
    await decide('rejectOrganisation', { id: once.id, revision: 2, note: 'not one' });
    expect(codeOf(await del('deleteDraftDemand', { id: before, revision: 1 }))).toBe('CONFLICT:NOT_A_DRAFT');
    const { profile } = await run<{ profile: { id: string } }>(
      'createInvestorProfile',
      'CreateInvestorProfileInput',
      'profile { id }',
      { organisationId: enterprise.id },
    );
    const investor = await del('deleteDraftInvestorProfile', { id: profile.id, revision: 1 });
    expect(codeOf(investor)).toBe('CONFLICT:NOT_A_DRAFT');
    expect(investor.errors![0]!.message).toMatch(/pause it/);
  });

  it('stays while an operator has suspended it', async () => {
    const id = await demand();
    await run('suspendDemand', 'SuspendDemandInput', 'demand { id }', { id, reason: 'a complaint' }, operator);
    expect(codeOf(await del('deleteDraftDemand', { id, revision: 1 }))).toBe('CONFLICT:NOT_A_DRAFT');
  });

  it('of a talent is deleted while it was always hidden, with its feedback, and can be written again', async () => {
    const { who, id } = await talent('HIDDEN');
    const achievement = await draft();
    await t.sql(
      `INSERT INTO match_feedback (id, achievement_id, counterpart_kind, counterpart_id, side, action, created_at)
       VALUES (gen_random_uuid(), $1, 'TALENT', $2, 'COUNTERPART', 'INTERESTED', now())`,
      [keyOf(achievement), keyOf(id)],
    );
    expect(codeOf(await del('deleteDraftTalentProfile', { revision: 3 }, who))).toBe('CONFLICT:STALE_REVISION');
    expect((await del('deleteDraftTalentProfile', { revision: 1 }, who)).data['deleteDraftTalentProfile']).toEqual({
      deletedId: id,
    });
    expect(await tablesWith(id)).toEqual([]);
    expect((await ledger(id)).map(({ kind }) => kind)).toEqual(['talent.created', 'talent.deleted']);
    expect(codeOf(await del('deleteDraftTalentProfile', { revision: 1 }, who))).toMatch(/^NOT_FOUND/);
    await run('createTalentProfile', 'CreateTalentProfileInput', 'talent { id }', { profile: { kind: 'MARKET' } }, who);
  });

  it('of a talent stays once it was shown, judged or part of a team', async () => {
    const shown = await talent('PUBLIC');
    const kept = () => del('deleteDraftTalentProfile', { revision: 1 }, shown.who);
    expect(codeOf(await kept())).toBe('CONFLICT:NOT_A_DRAFT');
    await run(
      'updateTalentProfile',
      'UpdateTalentProfileInput',
      'talent { id }',
      { revision: 1, profile: { visibility: 'HIDDEN' } },
      shown.who,
    );
    expect(codeOf(await kept())).toBe('CONFLICT:NOT_A_DRAFT');
    const judged = await talent('HIDDEN');
    await run(
      'rejectTalent',
      'RejectTalentInput',
      'talent { id }',
      { id: judged.id, revision: 1, reason: 'not so' },
      operator,
    );
    expect(codeOf(await del('deleteDraftTalentProfile', { revision: 1 }, judged.who))).toBe('CONFLICT:NOT_A_DRAFT');
    const member = await talent('HIDDEN');
    const team = newId();
    await t.sql(
      `INSERT INTO team (id, achievement_id, institution_id, status, created_at, updated_at)
       VALUES ($1, $2, $3, 'PROPOSED', now(), now())`,
      [team, keyOf(await draft()), university.uuid],
    );
    await t.sql(`INSERT INTO team_member (team_id, talent_id, position, status) VALUES ($1, $2, 1, 'PROPOSED')`, [
      team,
      keyOf(member.id),
    ]);
    expect(codeOf(await del('deleteDraftTalentProfile', { revision: 1 }, member.who))).toBe('CONFLICT:NOT_A_DRAFT');
    expect((await ledger(member.id)).map(({ kind }) => kind)).toEqual(['talent.created']);
  });
});
