import { recordHash } from '../achievements/achievement.record.js';
import { insertAchievements } from '../achievements/achievement.store.js';
import type { App, Context } from '../kernel/context.js';
import { appendLedger } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import { Cohort } from '../vetting/cohort/cohort.entity.js';
import { createCohort, freezeCohort, startReviewing } from '../vetting/cohort/cohort.service.js';
import { closeCohort } from '../vetting/admission/closing.service.js';
import { enterCohort, holdOpenCohort, postponeScreen } from '../vetting/cohort/entering.js';
import { startPublicNotice } from '../vetting/admission/notice.service.js';
import { appAt, contextAs } from './sample.actors.js';
import { toRecord, type SampleAchievement, type SampleReviewer } from './sample.data.js';
import { opinionOf } from './sample.opinions.js';
import { loadSampleReviewers, reviewerEmail, sampleLogins, sampleOrganisationIds } from './sample.people.js';
import { assignSample, submitAll } from './sample.reviewing.js';
import { yearOfChina } from '../lib/day.js';

const DAY_MS = 86_400_000;
const BATCH = 25;

/**
 * Schedule of a past sample cohort, in days after its opening. It is closed one day after the end of the public notice.
 */
const PLAN = { freeze: 40, assign: 42, due: 75, review: 45, reviewed: 70, notice: 78, close: 86 } as const;
/** Number of days ago that the last sample cohort was opened; enough for the whole schedule to lie in the past. */
const LAST_OPENED = 120;

/** Settings of the sample cohorts: maximum reviews per reviewer, and validity of score passports in months. */
const SETTINGS = { reviewerLoad: 45, validityMonths: 36 } as const;

const NAMES = [
  { zh: '样例批次（一）', en: 'Sample cohort 1' },
  { zh: '样例批次（二）', en: 'Sample cohort 2' },
  { zh: '样例批次（三）', en: 'Sample cohort 3' },
] as const;
export const COHORTS = NAMES.length;

export type Progress = (line: string) => void;

/** The sample cohort with number `k` as stored in the database; null before it is opened. */
const stored = (app: App, k: number): Promise<Cohort | null> =>
  app.dataSource.manager
    .createQueryBuilder(Cohort, 'c')
    .where(`c.name->>'en' = :name`, { name: NAMES[k]!.en })
    .orderBy('c.createdAt')
    .getOne();

/**
 * Opening dates of all sample cohorts, a year apart, so that every step of every cohort lies in the past. After a
 * restart they follow from the first cohort as stored.
 */
export async function openings(app: App): Promise<Date[]> {
  const first = await stored(app, 0);
  const start = first?.createdAt.getTime() ?? app.clock().getTime() - (LAST_OPENED + 365 * (COHORTS - 1)) * DAY_MS;
  return NAMES.map((_, k) => new Date(start + 365 * k * DAY_MS));
}

/**
 * Creates one past cohort from registration to closing, each step through the service that an operator or reviewer
 * would use. Steps that are already complete are skipped, so that an interrupted start continues.
 */
export async function playCohort(
  app: App,
  k: number,
  opened: Date,
  results: readonly SampleAchievement[],
  total: number,
  progress: Progress,
): Promise<void> {
  const on = (day: number) => appAt(app, new Date(opened.getTime() + day * DAY_MS));
  const operatorOn = (day: number): Promise<Context> => contextAs(on(day), sampleLogins.accounts[0].email);
  const label = `sample pool: cohort ${yearOfChina(opened)}`;
  const start = await operatorOn(0);
  const reviewers = await loadSampleReviewers(start.app, start);
  let cohort =
    (await stored(app, k)) ??
    (await createCohort(start, { year: yearOfChina(opened), name: NAMES[k]!, settings: SETTINGS }));
  const input = { id: cohort.globalId };
  if (cohort.status === 'OPEN') {
    await register(on(1), cohort.id, results, k * results.length, total, progress);
    cohort = await freezeCohort(await operatorOn(PLAN.freeze), input);
    progress(`${label} frozen: ${cohort.registeredCount} registered, at most ${cohort.quota} to be admitted`);
  }
  if (cohort.status === 'FROZEN') {
    progress(`${label} assigning ${reviewers.length} reviewers`);
    const operator = await operatorOn(PLAN.assign);
    await assignSample(operator.app, operator, cohort.id, on(PLAN.due).clock());
    cohort = await startReviewing(await operatorOn(PLAN.review), input);
  }
  if (cohort.status === 'REVIEWING') {
    await review(app, opened, cohort, reviewers, results, (done, all) =>
      progress(`${label} reviewing ${bar(done, all)} ${done}/${all}`),
    );
    cohort = await startPublicNotice(await operatorOn(PLAN.notice), { ...input, acceptMissingReviews: false });
    progress(`${label} on public notice`);
  }
  if (cohort.status === 'PUBLIC_NOTICE') {
    cohort = await closeCohort(await operatorOn(PLAN.close), input);
    progress(`${label} closed: ${cohort.admittedCount} admitted`);
  }
}

const bar = (done: number, all: number): string => '█'.repeat(Math.round((done / all) * 20)).padEnd(20, '░');

/**
 * Registers achievements in the open sample cohort, in small batches with one progress line each, so that the server
 * can answer requests in between.
 */
async function register(
  app: App,
  cohortId: string,
  results: readonly SampleAchievement[],
  before: number,
  total: number,
  progress: Progress,
): Promise<void> {
  const institutions = await sampleOrganisationIds(app.dataSource.manager);
  const known = new Set(
    ((await app.dataSource.query(`SELECT registration_no FROM achievement`)) as Array<{ registration_no: string }>).map(
      (row) => row.registration_no,
    ),
  );
  for (let start = 0; start < results.length; start += BATCH) {
    const batch = results.slice(start, start + BATCH).filter((result) => !known.has(result.registrationNo));
    if (batch.length > 0) await registerBatch(app, cohortId, batch, institutions);
    const count = before + Math.min(start + BATCH, results.length);
    progress(`sample pool: ${bar(count, total)} ${count}/${total}`);
  }
}

async function registerBatch(
  app: App,
  cohortId: string,
  batch: readonly SampleAchievement[],
  institutions: ReadonlyMap<string, string>,
): Promise<void> {
  const at = app.clock();
  const results = batch.map((sample) => ({
    id: newId(),
    institutionId: institutions.get(sample.institution)!,
    status: 'REGISTERED' as const,
    revision: 1,
    record: toRecord(sample),
    editedBy: null,
    note: null,
    at,
  }));
  await app.dataSource.transaction(async (tx) => {
    if ((await holdOpenCohort(tx)) !== cohortId)
      throw new Error('another cohort was opened while the sample pool was loading');
    await insertAchievements(tx, results);
    const entered = await enterCohort(
      tx,
      cohortId,
      results.map(({ id }) => id),
      at,
    );
    // The queued screening job would run with the real clock; freezing screens the entries with the past clock.
    await postponeScreen(tx, cohortId);
    await appendLedger(tx, null, at, [
      ...results.map(({ id, record }) => ({
        kind: 'achievement.register',
        subjectType: 'Achievement',
        subjectId: id,
        facts: { to: 'REGISTERED', hash: recordHash(record), by: 'sample' },
      })),
      ...entered,
    ]);
  });
}

/** Reviewers submit at equally spaced times, in days PLAN.review to PLAN.reviewed of the cohort. */
async function review(
  app: App,
  opened: Date,
  cohort: Cohort,
  reviewers: readonly SampleReviewer[],
  results: readonly SampleAchievement[],
  progress: (done: number, all: number) => void,
): Promise<void> {
  const byNumber = new Map(results.map((result) => [result.registrationNo, result]));
  const entries = (await app.dataSource.query(
    `SELECT e.achievement_id, a.registration_no
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     WHERE e.cohort_id = $1`,
    [cohort.id],
  )) as Array<{ achievement_id: string; registration_no: string }>;
  const resultOf = new Map(entries.map((entry) => [entry.achievement_id, byNumber.get(entry.registration_no)!]));
  const [count] = (await app.dataSource.query(
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE status = 'SUBMITTED')::int AS done
     FROM assignment
     WHERE cohort_id = $1 AND status IN ('ASSIGNED','SUBMITTED')`,
    [cohort.id],
  )) as Array<{ all: number; done: number }>;
  let { done } = count!;
  for (const [i, reviewer] of reviewers.entries()) {
    const day = PLAN.review + ((PLAN.reviewed - PLAN.review) * (i + 1)) / reviewers.length;
    done += await submitAll(
      appAt(app, new Date(opened.getTime() + day * DAY_MS)),
      cohort.id,
      reviewerEmail(reviewer.key),
      (achievement, dimensions) => opinionOf(reviewer, resultOf.get(achievement)!, dimensions),
    );
    if (i % 4 === 3) progress(done, count!.all);
  }
}
