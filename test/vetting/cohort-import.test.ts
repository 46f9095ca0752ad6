import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { COMPLETE_HEADER, completeRow, csv, importFile } from '../importing/import-kit.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { askStep, assign, DAY, registered, review, reviewers, stepTo } from './cohort-kit.js';
import { fromGlobalId } from '../../src/lib/ids.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let editor: SeededPerson;
let institution: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  editor = await s.person();
  institution = await s.organisation(editor, { regionCode: '620100' });
});
afterAll(() => t.close());

const TITLES = ['极薄铜箔连续电沉积', '牦牛乳清蛋白分离', '黄土高原雨水集蓄', '高温超导磁体绕制', '苹果冷链无损检测'];

it('an import enters the open cohort row by row and all at once, is screened, and its records stay in one chain', async () => {
  const { id } = await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 1, floors: [] } });
  const rows = TITLES.map((title, i) => {
    const row = completeRow(String(i), title);
    row[2] = `${title}的方法与装置，第${i}种。`;
    return row;
  });
  await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, ...rows.slice(0, 3)) });
  await importFile(
    t,
    editor,
    institution,
    { content: csv(COMPLETE_HEADER, ...rows.slice(3)) },
    { mode: 'ALL_OR_NOTHING' },
  );
  await eventually(
    async () =>
      (await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM cohort_entry WHERE screen = 'COUNTED'`))[0]!.n === 5,
  );
  const [actor] = await t.sql<{ pseudonym: string }>(`SELECT pseudonym FROM account WHERE id = $1`, [editor.accountId]);
  expect(
    await t.sql(`SELECT actor, count(*)::int AS n FROM ledger_record WHERE kind = 'entry.registered' GROUP BY 1`),
  ).toEqual([{ actor: actor!.pseudonym, n: 5 }]);
  expect(
    await t.sql(
      `SELECT 1 FROM ledger_record a JOIN ledger_record b ON b.seq = a.seq + 1 WHERE b.previous_hash <> a.hash`,
    ),
  ).toEqual([]);

  // An import cannot change an entry under review: its row reports it, and the other rows are imported.
  await stepTo(t, operator, 'freezeCohort', { id });
  const changed = [rows[0]!, completeRow('99', '戈壁光伏组件自清洁')];
  changed[0]![1] = '改名后的铜箔';
  await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, ...changed) });
  expect(await t.sql(`SELECT code FROM import_report_row WHERE severity = 'ERROR'`)).toEqual([
    { code: 'NOT_EDITABLE' },
  ]);
  expect(await t.sql(`SELECT count(*)::int AS n FROM cohort_entry`)).toEqual([{ n: 5 }]);
  await assign(t, fromGlobalId(id)!.key, await reviewers(t, 6));
  await stepTo(t, operator, 'startReviewing', { id });
  await review(t, fromGlobalId(id)!.key, (entry, reviewer) => 4 - entry.index / 2 + (reviewer % 3) / 4);
  await stepTo(t, operator, 'startPublicNotice', { id });
  t.travel(2 * DAY);
  operator = { ...operator, token: await s.logIn(operator) };
  expect(await stepTo(t, operator, 'closeCohort', { id })).toMatchObject({
    registeredCount: 5,
    quota: 1,
    admittedCount: 1,
  });

  // A result registered too late waits for the next cohort, which it enters when that opens.
  await registered(t, institution, 1);
  await stepTo(t, operator, 'createCohort', { year: 2027 });
  const waiting = await t.sql<{ zh: string }>(
    `SELECT a.title->>'zh' AS zh
     FROM cohort_entry e
     JOIN cohort c ON c.id = e.cohort_id AND c.year = 2027
     JOIN achievement a ON a.id = e.achievement_id`,
  );
  expect(waiting).toHaveLength(2);
  expect(waiting.map((row) => row.zh)).toContain('戈壁光伏组件自清洁');
});

it('an erased person leaves objections and appeals without a name and without words', async () => {
  const [entry] = await t.sql<{ id: string; cohort_id: string }>(
    `SELECT e.id, e.cohort_id FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id AND c.status = 'OPEN' LIMIT 1`,
  );
  const leaver = await s.person();
  await t.sql(`UPDATE cohort_entry SET appeal = 'an appeal', appealed_at = now(), appealed_by = $2 WHERE id = $1`, [
    entry!.id,
    leaver.accountId,
  ]);
  const reply = await t.ask(
    `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
    { input: { password: leaver.password } },
    { token: leaver.token },
  );
  expect(reply.errors).toBeUndefined();
  expect(await t.sql(`SELECT appeal, appealed_by FROM cohort_entry WHERE id = $1`, [entry!.id])).toEqual([
    { appeal: '[已随账号删除 · erased with its author’s account]', appealed_by: null },
  ]);
});

it('two cohorts are never open at once, however many operators try', async () => {
  const [open] = await t.sql<{ id: string }>(`SELECT id FROM cohort WHERE status = 'OPEN'`);
  await t.sql(`DELETE FROM cohort_entry WHERE cohort_id = $1`, [open!.id]);
  await t.sql(`DELETE FROM cohort WHERE id = $1`, [open!.id]);
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => askStep(t, operator, 'createCohort', { year: 2028 })),
  );
  expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
  expect(new Set(replies.flatMap((reply) => reply.errors ?? []).map((error) => error.extensions.reason))).toEqual(
    new Set(['COHORT_OPEN']),
  );
  expect(
    await t.sql(
      `SELECT count(*)::int AS n FROM cohort_entry e JOIN cohort c ON c.id = e.cohort_id WHERE c.year = 2028`,
    ),
  ).toEqual([{ n: 2 }]);
});
