import { afterAll, beforeAll, expect, it } from 'vitest';
import { textHash } from '../../src/ledger/texts.js';
import { verifyDatabase } from '../../src/vetting/replay/replay.verify.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { panelOf, playCohort } from './kit.js';
import type { SeededReviewer } from '../vetting/reviewing-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let university: SeededOrganisation;
let panel: SeededReviewer[];

const WORDS = 'Ms Ren of the lake institute asked for it, ren@example.net.';

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true, displayName: 'Operator Osmanthus' });
  lister = await s.person({ displayName: 'Lister Larch' });
  university = await s.organisation(lister);
  await s.member(university, 'OWNER');
  panel = await panelOf(t);
  await playCohort(t, s, operator, university, panel);
}, 120_000);
afterAll(() => t.close());

const erase = async (person: SeededPerson) =>
  t.gql(
    `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
    { input: { password: person.password } },
    { token: await s.logIn(person) },
  );

it('keeps words beside the chain, under a salted hash', async () => {
  const [entry] = await t.sql<{ achievement_id: string }>(
    `SELECT achievement_id FROM cohort_entry WHERE decision = 'ADMITTED' ORDER BY rank DESC LIMIT 1`,
  );
  const id = Buffer.from(`Achievement:${entry!.achievement_id}`).toString('base64url');
  await t.gql(
    `mutation ($input: AchievementActionInput!) { revokeAdmission(input: $input) { achievement { status } } }`,
    { input: { id, reason: WORDS } },
    { token: await s.logIn(operator) },
  );
  const [record] = await t.sql<{ facts: { reasonHash: string } }>(
    `SELECT facts FROM ledger_record WHERE kind = 'achievement.revokeAdmission'`,
  );
  const [kept] = await t.sql<{ salt: string; text: string }>(`SELECT salt, text FROM ledger_text WHERE hash = $1`, [
    record!.facts.reasonHash,
  ]);
  expect(kept!.text).toBe(WORDS);
  expect(textHash(kept!.salt, kept!.text)).toBe(record!.facts.reasonHash);
  expect(JSON.stringify(await t.sql(`SELECT * FROM ledger_record`))).not.toContain('Ren');
  expect(await verifyDatabase(t.app)).toMatchObject({ cohorts: 1 });
});

it('verifies after reviewer, lister and operator were erased, and names none of them', async () => {
  const before = await t.sql<{ hash: string }>(`SELECT hash FROM ledger_record l ORDER BY l.seq`);
  for (const person of [panel[0]!, panel[1]!, lister, operator]) await erase(person);
  const all = JSON.stringify([
    await t.sql(`SELECT * FROM ledger_record`),
    await t.sql(`SELECT * FROM ledger_head`),
    await t.sql(`SELECT * FROM ledger_text`),
  ]);
  for (const person of [panel[0]!, lister, operator]) {
    expect(all).not.toContain(person.email);
    expect(all).not.toContain(person.displayName);
    expect(all).not.toContain(person.accountId);
  }
  expect(all).not.toContain('Ren');
  expect(await t.sql(`SELECT 1 FROM reviewer WHERE account_id = $1`, [panel[0]!.accountId])).toEqual([]);
  // No pseudonym in the chain leads to a row any more.
  expect(
    await t.sql(`SELECT 1 FROM ledger_record l JOIN account a ON a.pseudonym = l.actor WHERE a.id = ANY($1)`, [
      [panel[0]!.accountId, lister.accountId, operator.accountId],
    ]),
  ).toEqual([]);
  const after = await t.sql<{ hash: string }>(`SELECT hash FROM ledger_record l ORDER BY l.seq`);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(await verifyDatabase(t.app)).toMatchObject({ records: after.length, cohorts: 1, heads: 1 });
});
