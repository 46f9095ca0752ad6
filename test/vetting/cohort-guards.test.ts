import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { askStep, assign, DAY, registered, review, reviewers, stepTo, toNotice } from './cohort-kit.js';

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let university: SeededOrganisation;
/** A fresh cohort of 25 counted entries on public notice, 5 of them proposed. */
let cohort: string;
let uuid: string;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  university = await s.organisation(await s.person());
});
afterAll(() => t.close());
beforeEach(async () => {
  operator = { ...operator, token: await s.logIn(operator) };
  await registered(t, university, 25);
  cohort = (await stepTo(t, operator, 'createCohort', { year: 2026, settings: { noticeDays: 1, floors: [] } })).id;
  uuid = fromGlobalId(cohort)!.key;
  expect(await toNotice(t, operator, cohort, uuid)).toMatchObject({ registeredCount: 25, quota: 5 });
});

const numbers = async () =>
  (
    await t.sql<{ status: string; admitted: number; decided: number; pool: number; closed: number; passports: number }>(
      `SELECT c.status, c.admitted_count AS admitted,
         count(*) FILTER (WHERE e.decision = 'ADMITTED')::int AS decided,
         count(*) FILTER (WHERE a.status = 'ADMITTED')::int AS pool,
         (
           SELECT count(*)::int FROM ledger_record WHERE kind = 'cohort.closed' AND subject_id = c.id::text
         ) AS closed,
         (SELECT count(*)::int FROM score_passport WHERE cohort_id = c.id) AS passports
       FROM cohort c
       JOIN cohort_entry e ON e.cohort_id = c.id
       JOIN achievement a ON a.id = e.achievement_id
       WHERE c.id = $1
       GROUP BY c.id`,
      [uuid],
    )
  )[0]!;
const undecided = { status: 'PUBLIC_NOTICE', admitted: 0, decided: 0, pool: 0, closed: 0, passports: 0 };
const constraintOf = async (run: Promise<unknown>): Promise<string | undefined> =>
  run.then(
    () => undefined,
    (error: { constraint?: string; message: string }) => error.constraint ?? error.message,
  );

describe('fifty at once', () => {
  it('close a cohort exactly once', async () => {
    t.travel(2 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => askStep(t, operator, 'closeCohort', { id: cohort })),
    );
    const won = replies.filter((reply) => reply.data?.['closeCohort']?.cohort?.status === 'CLOSED');
    expect(won).toHaveLength(1);
    expect(
      new Set(replies.filter((reply) => reply.errors).map((reply) => reply.errors![0]!.extensions.reason)),
    ).toEqual(new Set(['INVALID_TRANSITION']));
    expect(await numbers()).toEqual({ status: 'CLOSED', admitted: 5, decided: 5, pool: 5, closed: 1, passports: 5 });
  });

  it('admit by plain SQL never one over the quota', async () => {
    const ids = (
      await t.sql<{ id: string }>(`SELECT id FROM cohort_entry WHERE cohort_id = $1 ORDER BY id`, [uuid])
    ).map((row) => row.id);
    const pool = new pg.Pool({ connectionString: t.databaseUrl, max: 20 });
    try {
      const attempts = await Promise.allSettled(
        Array.from({ length: 50 }, (_, i) =>
          pool.query(`UPDATE cohort_entry SET decision = 'ADMITTED' WHERE id = $1 AND decision IS NULL`, [
            ids[i % ids.length],
          ]),
        ),
      );
      const refusals = attempts
        .filter((attempt) => attempt.status === 'rejected')
        .map((attempt) => (attempt.reason as { constraint: string }).constraint);
      expect(
        attempts.reduce(
          (sum, attempt) => sum + (attempt.status === 'fulfilled' ? (attempt.value.rowCount ?? 0) : 0),
          0,
        ),
      ).toBe(5);
      expect(new Set(refusals)).toEqual(new Set(['cohort_quota_cap']));
    } finally {
      await pool.end();
    }
    expect(
      await t.sql(
        `SELECT admitted_count,
           (SELECT count(*)::int FROM cohort_entry WHERE cohort_id = $1 AND decision = 'ADMITTED') AS n
         FROM cohort
         WHERE id = $1`,
        [uuid],
      ),
    ).toEqual([{ admitted_count: 5, n: 5 }]);
    // Closed directly, as it was decided directly, so that the next test can open its own cohort.
    await t.sql(`UPDATE cohort SET status = 'CLOSED' WHERE id = $1`, [uuid]);
  });
});

describe('the database', () => {
  const tryAll = async (attempts: Record<string, string>) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(attempts).map(
          async ([name, sql]) => [name, await constraintOf(t.sql(sql.replaceAll('$1', `'${uuid}'`)))] as const,
        ),
      ),
    );

  it('holds quota, denominator, settings and entries against plain SQL', async () => {
    expect(
      await tryAll({
        sixAtOnce: `UPDATE cohort_entry
          SET decision = 'ADMITTED'
          WHERE id IN (SELECT id FROM cohort_entry WHERE cohort_id = $1 LIMIT 6)`,
        denominator: `UPDATE cohort SET registered_count = 1000, quota = 200 WHERE id = $1`,
        rate: `UPDATE cohort SET quota_rate = 0.1 WHERE id = $1`,
        weights: `UPDATE cohort
          SET weights = '{"MARKET_POTENTIAL":1,"ECONOMIC_VALUE":0,"TECHNICAL_CONTENT":0}'
          WHERE id = $1`,
        back: `UPDATE cohort SET status = 'OPEN' WHERE id = $1`,
        remove: `DELETE FROM cohort_entry WHERE cohort_id = $1`,
        late: `INSERT INTO cohort_entry (id, cohort_id, achievement_id, institution_id, revision, entered_at, screen)
          SELECT gen_random_uuid(), $1, id, institution_id, 1, now(), 'COUNTED'
          FROM achievement
          LIMIT 1`,
        screen: `UPDATE cohort_entry SET screen = 'EXCLUDED', screen_reasons = '{OPERATOR}' WHERE cohort_id = $1`,
        truncate: `TRUNCATE cohort_entry CASCADE`,
        above: `INSERT INTO cohort (
            id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days,
            validity_months, double_share, blind, tie_rule, created_at
          )
          SELECT gen_random_uuid(), 2030, 1, '{"zh":"批次"}', 'OPEN', 0.21, '{}', '{}', 3, 1, 1, 1, 0, true, '{}', now()`,
        bornClosed: `INSERT INTO cohort (
            id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days,
            validity_months, double_share, blind, tie_rule, created_at, registered_count, quota
          )
          SELECT gen_random_uuid(), 2030, 1, '{"zh":"批次"}', 'CLOSED', 0.2, '{}', '{}', 3, 1, 1, 1, 0, true, '{}', now(),
            1000, 200`,
        straightIn: `UPDATE achievement
          SET status = 'ADMITTED'
          WHERE id IN (SELECT achievement_id FROM cohort_entry WHERE cohort_id = $1)`,
      }),
    ).toEqual({
      sixAtOnce: 'cohort_quota_cap',
      denominator: 'cohort_denominator_frozen',
      rate: 'cohort_settings_frozen',
      weights: 'cohort_settings_frozen',
      back: 'cohort_transition',
      remove: 'cohort_entry_stays',
      late: 'cohort_entry_open',
      screen: 'cohort_entry_screen_frozen',
      truncate: expect.stringContaining('is not emptied') as string,
      above: 'cohort_quota_rate_check',
      bornClosed: 'cohort_begins_open',
      straightIn: 'achievement_needs_admission',
    });
    // A number written directly is replaced by the correct one.
    await t.sql(`UPDATE cohort SET admitted_count = 3 WHERE id = $1`, [uuid]);
    expect(await numbers()).toEqual(undecided);
    t.travel(2 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    await stepTo(t, operator, 'closeCohort', { id: cohort });
    expect(
      await tryAll({
        again: `UPDATE cohort_entry SET decision = NULL WHERE cohort_id = $1 AND decision = 'ADMITTED'`,
        rank: `UPDATE cohort_entry SET rank = 1 WHERE cohort_id = $1 AND rank = 9`,
        reopen: `UPDATE cohort SET status = 'PUBLIC_NOTICE' WHERE id = $1`,
        cut: `UPDATE cohort SET cut_off = 1 WHERE id = $1`,
      }),
    ).toEqual({
      again: 'cohort_entry_decided_once',
      rank: 'cohort_entry_closed',
      reopen: 'cohort_closed',
      cut: 'cohort_closed',
    });
  });

  it('lets nothing be decided that does not follow from the reviews', async () => {
    t.travel(2 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    const [last] = await t.sql<{ id: string }>(
      `UPDATE cohort_entry
       SET proposal = 'ADMITTED', decision_reason = NULL
       WHERE cohort_id = $1 AND rank = 25
       RETURNING id`,
      [uuid],
    );
    const swapped = await askStep(t, operator, 'closeCohort', { id: cohort });
    expect(swapped.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'FIT_CHANGED' });
    expect(await numbers()).toEqual(undecided);
    await t.sql(`UPDATE cohort_entry SET proposal = 'NOT_ADMITTED', decision_reason = 'QUOTA' WHERE id = $1`, [
      last!.id,
    ]);
    await stepTo(t, operator, 'closeCohort', { id: cohort });
  });

  it('keeps nothing of a closing that fails at its end', async () => {
    t.travel(2 * DAY);
    operator = { ...operator, token: await s.logIn(operator) };
    await t.sql(
      `CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.kind = 'cohort.closed' THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN NEW; END $$`,
    );
    await t.sql(`CREATE TRIGGER test_fail BEFORE INSERT ON ledger_record FOR EACH ROW EXECUTE FUNCTION test_fail()`);
    const failed = await askStep(t, operator, 'closeCohort', { id: cohort });
    expect(failed.errors![0]!.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await numbers()).toEqual(undecided);
    await t.sql(`DROP TRIGGER test_fail ON ledger_record`);
    await stepTo(t, operator, 'closeCohort', { id: cohort });
    expect(await numbers()).toMatchObject({ status: 'CLOSED', admitted: 5, pool: 5, closed: 1, passports: 5 });
  });
});

describe('reviews', () => {
  it('that are missing hold the public notice back, or keep their entries out', async () => {
    await stepTo(t, operator, 'closeCohort', { id: cohort }).catch(() => undefined);
    await registered(t, university, 10);
    const next = await stepTo(t, operator, 'createCohort', { year: 2027, settings: { noticeDays: 1, floors: [] } });
    const id = fromGlobalId(next.id)!.key;
    await stepTo(t, operator, 'freezeCohort', { id: next.id });
    await assign(t, id, await reviewers(t, 8));
    await stepTo(t, operator, 'startReviewing', { id: next.id });
    await review(t, id, (_entry, reviewer) => 3 + (reviewer % 3) / 2);
    const [gone] = await t.sql<{ entry_id: string }>(
      `UPDATE assignment
       SET status = 'WITHDRAWN'
       WHERE id = (SELECT id FROM assignment WHERE cohort_id = $1 ORDER BY id LIMIT 1)
       RETURNING entry_id`,
      [id],
    );
    expect((await askStep(t, operator, 'startPublicNotice', { id: next.id })).data['startPublicNotice']).toMatchObject({
      __typename: 'ReviewsIncomplete',
    });
    expect(await stepTo(t, operator, 'startPublicNotice', { id: next.id, acceptMissingReviews: true })).toMatchObject({
      status: 'PUBLIC_NOTICE',
    });
    expect(await t.sql(`SELECT proposal, decision_reason FROM cohort_entry WHERE id = $1`, [gone!.entry_id])).toEqual([
      { proposal: 'NOT_ADMITTED', decision_reason: 'TOO_FEW_REVIEWS' },
    ]);
  });
});
