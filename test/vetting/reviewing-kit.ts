import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { eventually, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

export const ALL = ['MARKET_POTENTIAL', 'ECONOMIC_VALUE', 'TECHNICAL_CONTENT'];
export const as = (person: SeededPerson) => ({ token: person.token });

export interface SeededReviewer extends SeededPerson {
  /** Global id of the profile (`reviewerId`), and its UUID. */
  reviewerId: string;
  reviewer: string;
}

export interface SeededCohort {
  id: string;
  uuid: string;
  /** UUIDs of the entries, in the order of the records. */
  entries: string[];
  achievements: string[];
}

export interface EntryWish {
  institution: SeededOrganisation;
  record?: Partial<AchievementRecord>;
  /** Industry division; must be in `record.industries` if these are given. */
  industry?: string;
}

/** Inserts a cohort, FROZEN or REVIEWING, with these entries counted, directly into the database. */
export async function cohort(
  t: TestApp,
  wishes: EntryWish[],
  wish: {
    status?: 'FROZEN' | 'REVIEWING';
    blind?: boolean;
    minReviews?: number;
    load?: number;
    doubleShare?: number;
    quotaRate?: number;
  } = {},
): Promise<SeededCohort> {
  const id = newId();
  const at = t.app.clock();
  const [row] = await t.sql<{ n: number }>(
    `SELECT COALESCE(max(number), 0)::int + 1 AS n FROM cohort WHERE year = 2026`,
  );
  const third = Math.round(1e6 / 3) / 1e6;
  await t.sql(
    `INSERT INTO cohort (
       id, year, number, name, status, quota_rate, weights, floors, min_reviews, reviewer_load, notice_days,
       validity_months, double_share, blind, tie_rule, created_at
     )
     VALUES (
       $1, 2026, $2, '{"zh":"批次","en":"Cohort"}', 'OPEN', $3, $4, $5, $6, $7, 5, 24, $8, $9, '{ENTRY_ID}', $10
     )`,
    [
      id,
      row!.n,
      wish.quotaRate ?? 0.2,
      JSON.stringify({ MARKET_POTENTIAL: third, ECONOMIC_VALUE: third, TECHNICAL_CONTENT: 1 - 2 * third }),
      JSON.stringify({ MARKET_POTENTIAL: 0, ECONOMIC_VALUE: 0, TECHNICAL_CONTENT: 0 }),
      wish.minReviews ?? 3,
      wish.load ?? 20,
      wish.doubleShare ?? 0,
      wish.blind ?? true,
      at,
    ],
  );
  const achievements = wishes.map(() => newId());
  await insertAchievements(
    t.app.dataSource.manager,
    wishes.map((w, i) => ({
      id: achievements[i]!,
      institutionId: w.institution.uuid,
      status: 'UNDER_REVIEW',
      revision: 1,
      record: {
        ...emptyRecord,
        title: { zh: `成果 ${i + 1}`, en: `Result ${i + 1}` },
        registrationNo: `R-${id.slice(-6)}-${i + 1}`,
        industries: [w.industry ?? '39'],
        ...w.record,
      },
      editedBy: null,
      note: null,
      at,
    })),
  );
  const entries = wishes.map(() => newId());
  for (const [i, w] of wishes.entries()) {
    await t.sql(
      `INSERT INTO cohort_entry (
         id, cohort_id, achievement_id, institution_id, revision, industry_code, entered_at, screen
       )
       VALUES ($1, $2, $3, $4, 1, $5, $6, 'COUNTED')`,
      [entries[i], id, achievements[i], w.institution.uuid, w.industry ?? '39', at],
    );
  }
  await t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = $2 WHERE id = $1`, [id, at]);
  if (wish.status !== 'FROZEN')
    await t.sql(`UPDATE cohort SET status = 'REVIEWING', reviewing_at = $2 WHERE id = $1`, [id, at]);
  return { id: toGlobalId('Cohort', id), uuid: id, entries, achievements };
}

/** Inserts an active reviewer directly into the database. */
export async function reviewer(
  t: TestApp,
  wish: {
    dimensions?: string[];
    industries?: string[];
    organisation?: SeededOrganisation;
    orcid?: string;
    statement?: string;
    maxLoad?: number;
    person?: SeededPerson;
    displayName?: string;
    status?: string;
  } = {},
): Promise<SeededReviewer> {
  const person =
    wish.person ?? (await seed(t).person(wish.displayName === undefined ? {} : { displayName: wish.displayName }));
  const uuid = newId();
  await t.sql(
    `INSERT INTO reviewer (
       id, account_id, organisation_id, statement, dimensions, orcid, status, max_load, created_at
     )
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      uuid,
      person.accountId,
      wish.organisation?.uuid ?? null,
      wish.statement === undefined ? null : JSON.stringify({ zh: wish.statement }),
      wish.dimensions ?? ALL,
      wish.orcid ?? null,
      wish.status ?? 'ACTIVE',
      wish.maxLoad ?? null,
      t.app.clock(),
    ],
  );
  for (const code of wish.industries ?? []) await t.sql(`INSERT INTO reviewer_industry VALUES ($1, $2)`, [uuid, code]);
  return { ...person, reviewer: uuid, reviewerId: toGlobalId('Reviewer', uuid) };
}

/** Inserts an assignment directly into the database; returns its UUID. */
export async function assign(
  t: TestApp,
  c: SeededCohort,
  entry: string,
  r: SeededReviewer,
  wish: { dimensions?: string[]; panel?: number; dueAt?: Date } = {},
): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO assignment (
       id, cohort_id, entry_id, reviewer_id, panel, round, dimensions, status, assigned_at, due_at
     )
     VALUES ($1, $2, $3, $4, $5, 0, $6, 'ASSIGNED', $7, $8)`,
    [
      id,
      c.uuid,
      entry,
      r.reviewer,
      wish.panel ?? 1,
      wish.dimensions ?? ALL,
      t.app.clock(),
      wish.dueAt ?? new Date(t.app.clock().getTime() + 7 * 86_400_000),
    ],
  );
  return id;
}

export const deskId = (uuid: string) => toGlobalId('DeskAssignment', uuid);
export const assignmentId = (uuid: string) => toGlobalId('Assignment', uuid);

export const scores = (value: number, rationale?: string) =>
  ALL.map((dimension) => ({ dimension, score: value, rationale: rationale ?? null }));

const REFUSALS = `... on VettingRefusal { message } ... on ConflictOfInterest { reasons } ... on ReviewAlreadySubmitted { submittedAt } ... on CohortNotOpen { status }`;
const REVIEW = `... on ReviewPayload { review { id version status confidence correctionReason submittedAt gapCodes scores { dimension score rationale } } }`;

export const DRAFT = `mutation ($input: SaveReviewDraftInput!) { outcome: saveReviewDraft(input: $input) { __typename ${REVIEW} ${REFUSALS} } }`;
export const SUBMIT = `mutation ($input: SubmitReviewInput!) { outcome: submitReview(input: $input) { __typename ${REVIEW} ${REFUSALS} ... on ReviewIncomplete { missing { dimension part } } } }`;
export const CORRECT = `mutation ($input: CorrectReviewInput!) { outcome: correctReview(input: $input) { __typename ${REVIEW} ... on VettingRefusal { message } ... on ReviewIncomplete { missing { dimension part } } ... on CohortNotOpen { status } } }`;

export interface Outcome {
  outcome: {
    __typename: string;
    message?: string;
    reasons?: string[];
    status?: string;
    missing?: Array<{ dimension: string | null; part: string }>;
    review?: {
      id: string;
      version: number;
      status: string;
      confidence: number | null;
      correctionReason: string | null;
      submittedAt: string | null;
      gapCodes: string[];
      scores: Array<{ dimension: string; score: number | null; rationale: string | null }>;
    };
  };
}

/** Waits until the newest run of a cohort has ended; fails the test if the run failed. */
export async function ended(
  t: TestApp,
  c: SeededCohort,
): Promise<{ id: string; status: string; made: number; unmet: unknown[]; quality: Record<string, { gap: number }> }> {
  const run = await eventually(async () => {
    const [row] = await t.sql<{
      id: string;
      status: string;
      fault: string | null;
      made: number;
      unmet: unknown[];
      quality: Record<string, { gap: number }>;
    }>(
      `SELECT id, status, fault, made, unmet, quality
       FROM assignment_run
       WHERE cohort_id = $1
       ORDER BY id DESC
       LIMIT 1`,
      [c.uuid],
    );
    return row && (row.status === 'COMPLETED' || row.status === 'FAILED') ? row : null;
  }, 60_000);
  if (run.status === 'FAILED') throw new Error(run.fault ?? 'failed');
  return run;
}

export const ledger = (t: TestApp, kind: string) =>
  t.sql<{ subject_id: string; actor: string | null; facts: Record<string, unknown> }>(
    `SELECT subject_id, actor, facts FROM ledger_record WHERE kind = $1 ORDER BY seq`,
    [kind],
  );
