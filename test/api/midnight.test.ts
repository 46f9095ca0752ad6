import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { COMPLETE_HEADER, completeRow, csv, importFile } from '../importing/import-kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

/** Issue 15, point 15: the day is China's, through the endpoint, on both sides of midnight of a new year. */

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;

/** 31 December 2030, 23:50 in Beijing; 40 minutes later it is 1 January there, and still 31 December in UTC. */
const BEFORE = Date.parse('2030-12-31T15:50:00Z');
const MINUTES = 60_000;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  t.travel(BEFORE - t.app.clock().getTime());
  lister = await s.person();
  university = await s.organisation(lister, { regionCode: '620100' });
});
afterAll(() => t.close());

const content = (title: string) => ({
  title: { zh: title },
  summary: { zh: `${title}的摘要，说明它是什么、好在哪里。` },
  abstract: { zh: `${title}的全文。` },
  category: 'APPLIED_TECHNOLOGY',
  industries: ['3562', '398'],
  trl: 6,
});

async function register(title: string) {
  const token = await s.logIn(lister);
  const { createAchievement } = await t.gql<{ createAchievement: { achievement: { id: string } } }>(
    `mutation($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`,
    { input: { institutionId: university.id, content: content(title) } },
    { token },
  );
  const { registerAchievement } = await t.gql<{
    registerAchievement: { achievement: { registrationNo: string; registeredOn: string } };
  }>(
    `mutation($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { registrationNo registeredOn } } }`,
    { input: { id: createAchievement.achievement.id } },
    { token },
  );
  return registerAchievement.achievement;
}

async function demand(deadline: string) {
  const owner = await s.person();
  const organisation = await s.organisation(owner, { kind: 'ENTERPRISE', regionCode: '620300' });
  return t.ask<{ createDemand: { demand: { id: string } } }>(
    `mutation($input: CreateDemandInput!) { createDemand(input: $input) { demand { id } } }`,
    {
      input: {
        organisationId: organisation.id,
        content: { title: { zh: '高纯镍粉' }, description: { zh: '电池用' }, industries: ['3239'], deadline },
      },
    },
    { token: owner.token },
  );
}

async function evidence(year: number) {
  const person = await s.person();
  await t.gql(
    `mutation($input: CreateTalentProfileInput!) { createTalentProfile(input: $input) { talent { id } } }`,
    { input: { profile: { kind: 'MARKET', headline: { zh: '技术经理人' }, industries: ['3239'] } } },
    { token: person.token },
  );
  return t.ask(
    `mutation($input: SetTalentEvidenceInput!) { setTalentEvidence(input: $input) { talent { id } } }`,
    { input: { revision: 1, evidence: [{ kind: 'AWARD', title: { zh: '奖' }, year }] } },
    { token: person.token },
  );
}

const listed = async (expired: boolean) =>
  (
    await t.gql<{ demands: { nodes: Array<{ id: string }> } }>(
      `query ($expired: Boolean) { demands(first: 100, filter: { expired: $expired }) { nodes { id } } }`,
      { expired },
    )
  ).demands.nodes.map(({ id }) => id);

describe('the day is China’s at midnight of the new year (issue 15, point 15)', () => {
  let open: string;

  it('before midnight it is the old year', async () => {
    const { registrationNo, registeredOn } = await register('岁末的离心机');
    expect([registrationNo.slice(0, 6), registeredOn]).toEqual(['TP2030', '2030-12-31']);
    const reply = await demand('2030-12-31');
    expect(reply.errors).toBeUndefined();
    open = reply.data.createDemand.demand.id;
    expect(await listed(false)).toContain(open);
    expect((await evidence(2031)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(t.app.matching.day).toBe(Date.parse('2030-12-31') / 86_400_000);
  });

  it('at 00:30 it is the new one: registrations, their numbers, deadlines, evidence, days of exports', async () => {
    t.travel(40 * MINUTES);
    expect(t.app.clock().toISOString()).toContain('2030-12-31T16:3');
    const { registrationNo, registeredOn } = await register('岁首的离心机');
    expect([registrationNo.slice(0, 6), registeredOn]).toEqual(['TP2031', '2031-01-01']);
    expect(await listed(true)).toContain(open);
    expect(await listed(false)).not.toContain(open);
    const { demand: shown } = await t.gql<{ demand: { isExpired: boolean } }>(
      `query($id: ID!) { demand(id: $id) { isExpired } }`,
      { id: open },
    );
    expect(shown.isExpired).toBe(true);
    expect((await demand('2030-12-31')).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await evidence(2031)).errors).toBeUndefined();
    expect(t.app.matching.day).toBe(Date.parse('2031-01-01') / 86_400_000);
    const file = await fetch(`${t.url}/export/pool.csv`);
    expect(file.headers.get('content-disposition')).toContain('pool-2031-01-01.csv');
    await file.arrayBuffer();
  });

  it('dates imported rows by the same day', async () => {
    const person = { ...lister, token: await s.logIn(lister) };
    const run = await importFile(t, person, university, { content: csv(COMPLETE_HEADER, completeRow('midnight-1')) });
    expect(run).toMatchObject({ counts: { registered: 1, rejected: 0 } });
    const [row] = await t.sql<{ no: string; day: string }>(
      `SELECT registration_no AS no, registered_on::text AS day FROM achievement WHERE external_id = 'midnight-1'`,
    );
    expect([row?.no.slice(0, 6), row?.day]).toEqual(['TP2031', '2031-01-01']);
  });

  it('asks the database for days in the same zone', async () => {
    const [row] = (await t.app.dataSource.query(`SHOW timezone`)) as Array<{ TimeZone: string }>;
    expect(row?.TimeZone).toBe('Asia/Shanghai');
  });

  it('shows the moment of admission in spreadsheets by the clock of China', async () => {
    const [row] = await t.sql<{ id: string }>(
      `SELECT id FROM achievement WHERE registration_no LIKE 'TP2031%' LIMIT 1`,
    );
    await s.admit([row!.id]);
    const text = await (await fetch(`${t.url}/export/pool.csv?locale=en`)).text();
    expect(text).toContain('2031-01-01 00:3');
  });
});
