import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';
import type { TestApp } from '../harness.js';
import type { SeededOrganisation, SeededPerson } from '../seed.js';

export const DAY = 86_400_000;
let serial = 0;

/** A complete achievement record, distinct from all others. */
export function completeRecord(record: Partial<AchievementRecord> = {}): AchievementRecord {
  serial += 1;
  const word = Array.from({ length: 12 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((serial * 7919 + i * 104_729) % 20_000)),
  ).join('');
  return {
    ...emptyRecord,
    title: { zh: `${word}${serial}`, en: `Result ${serial}` },
    summary: { zh: [...word].reverse().join('') + serial },
    category: 'APPLIED_TECHNOLOGY',
    industries: ['3562'],
    trl: 6,
    regionCode: '620100',
    registrationNo: `C-${serial}`,
    registeredOn: '2026-01-05',
    ...record,
  };
}

/**
 * Inserts registered achievements directly into the database, before any cohort is open. Returns their UUIDs in the
 * order written.
 */
export async function registered(
  t: TestApp,
  institution: SeededOrganisation,
  count: number,
  record: (i: number) => Partial<AchievementRecord> = () => ({}),
): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    institutionId: institution.uuid,
    status: 'REGISTERED' as const,
    revision: 1,
    record: completeRecord(record(i)),
    editedBy: null,
    note: null,
    at: t.app.clock(),
  }));
  await t.app.dataSource.transaction((tx) => insertAchievements(tx, rows));
  return rows.map((row) => row.id);
}

const IN = {
  createCohort: 'CreateCohortInput',
  updateCohort: 'UpdateCohortInput',
  unfreezeCohort: 'UnfreezeCohortInput',
  startPublicNotice: 'StartPublicNoticeInput',
} as Record<string, string>;
const UNION = new Set([
  'updateCohort',
  'screenCohort',
  'freezeCohort',
  'startReviewing',
  'startPublicNotice',
  'closeCohort',
]);
export const COHORT = 'id status registeredCount quota admittedCount cutOff quotaRate minReviews noticeEndsAt';
export interface CohortFields {
  id: string;
  status: string;
  registeredCount: number;
  quota: number;
  admittedCount: number;
  cutOff: number | null;
  noticeEndsAt: string | null;
}
export interface Outcome {
  __typename: string;
  message?: string;
  cohort?: CohortFields;
  [key: string]: unknown;
}

/** Requests a step in a cohort's lifecycle; returns its payload or refusal, with errors included. */
export function askStep(t: TestApp, person: SeededPerson, mutation: string, input: Record<string, unknown>) {
  const fields = UNION.has(mutation)
    ? `__typename ... on CohortPayload { cohort { ${COHORT} } } ... on VettingRefusal { message }`
    : `cohort { ${COHORT} }`;
  return t.ask<Record<string, Outcome>>(
    `mutation ($input: ${IN[mutation] ?? 'CohortActionInput'}!) { ${mutation}(input: $input) { ${fields} } }`,
    { input },
    { token: person.token },
  );
}

/** Requests a step that must succeed; fails the test otherwise. */
export async function stepTo(
  t: TestApp,
  person: SeededPerson,
  mutation: string,
  input: Record<string, unknown>,
): Promise<CohortFields> {
  const reply = await askStep(t, person, mutation, input);
  const cohort = reply.data?.[mutation]?.cohort;
  if (!cohort)
    throw new Error(
      `${mutation}: ${JSON.stringify(reply.errors ?? reply.data)} ${JSON.stringify(t.logLines.filter((line) => line['level'] === 50 || line['level'] === 'error').at(-1) ?? null)}`,
    );
  return cohort;
}

/** Inserts reviewers directly into the database; returns their UUIDs. */
export async function reviewers(t: TestApp, count: number): Promise<string[]> {
  const rows = await t.sql<{ id: string }>(
    `INSERT INTO reviewer (id, dimensions, status, created_at)
     SELECT gen_random_uuid(), $2, 'ACTIVE', now()
     FROM generate_series(1, $1::int)
     RETURNING id`,
    [count, DIMENSIONS],
  );
  return rows.map((row) => row.id).sort();
}

/** Assigns `perEntry` reviewers to every counted entry of a cohort in turn, for all dimensions. */
export async function assign(t: TestApp, cohort: string, panel: readonly string[], perEntry = 3): Promise<void> {
  const entries = await t.sql<{ id: string }>(
    `SELECT id FROM cohort_entry WHERE cohort_id = $1 AND screen = 'COUNTED' ORDER BY id`,
    [cohort],
  );
  const rows = entries.flatMap((entry, i) =>
    Array.from({ length: perEntry }, (_, k) => ({
      id: newId(),
      entry_id: entry.id,
      reviewer_id: panel[(i * perEntry + k * (1 + (i % 3))) % panel.length]!,
    })),
  );
  const unique = [...new Map(rows.map((row) => [row.entry_id + row.reviewer_id, row])).values()];
  // If the rotation yields a reviewer twice, the next free reviewer takes the seat.
  for (const entry of entries) {
    const have = new Set(unique.filter((row) => row.entry_id === entry.id).map((row) => row.reviewer_id));
    for (const reviewer of panel)
      if (have.size < perEntry && !have.has(reviewer)) {
        have.add(reviewer);
        unique.push({ id: newId(), entry_id: entry.id, reviewer_id: reviewer });
      }
  }
  await t.sql(
    `INSERT INTO assignment (id, cohort_id, entry_id, reviewer_id, panel, round, dimensions, status, assigned_at)
     SELECT r.id, $2, r.entry_id, r.reviewer_id, 1, 0, $3, 'ASSIGNED', now()
     FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, entry_id uuid, reviewer_id uuid)`,
    [JSON.stringify(unique), cohort, DIMENSIONS],
  );
}

/** Submits every assigned review; `score` returns the half points of a review. */
export async function review(
  t: TestApp,
  cohort: string,
  score: (entry: { id: string; achievementId: string; index: number }, reviewer: number, dimension: number) => number,
): Promise<void> {
  const rows = await t.sql<{ id: string; entry_id: string; achievement_id: string; reviewer_id: string }>(
    `SELECT a.id, a.entry_id, e.achievement_id, a.reviewer_id
     FROM assignment a
     JOIN cohort_entry e ON e.id = a.entry_id
     WHERE a.cohort_id = $1 AND a.status = 'ASSIGNED'
     ORDER BY e.achievement_id, a.reviewer_id`,
    [cohort],
  );
  const entries = [...new Set(rows.map((row) => row.achievement_id))];
  const people = [...new Set(rows.map((row) => row.reviewer_id))].sort();
  const half = (value: number) => Math.min(5, Math.max(0, Math.round(value * 2) / 2));
  const reviews = rows.map((row) => ({
    id: newId(),
    assignment_id: row.id,
    scores: Object.fromEntries(
      DIMENSIONS.map((dimension, d) => [
        dimension,
        half(
          score(
            { id: row.entry_id, achievementId: row.achievement_id, index: entries.indexOf(row.achievement_id) },
            people.indexOf(row.reviewer_id),
            d,
          ),
        ),
      ]),
    ),
  }));
  await t.sql(
    `INSERT INTO review (id, assignment_id, version, status, scores, confidence, updated_at, submitted_at)
     SELECT r.id, r.assignment_id, 1, 'SUBMITTED', r.scores, 4, now(), now()
     FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, assignment_id uuid, scores jsonb)`,
    [JSON.stringify(reviews)],
  );
  await t.sql(`UPDATE assignment SET status = 'SUBMITTED' WHERE cohort_id = $1 AND status = 'ASSIGNED'`, [cohort]);
}

/** Advances an open cohort with its registered entries to public notice: entries written first score highest. */
export async function toNotice(
  t: TestApp,
  operator: SeededPerson,
  cohortId: string,
  uuid: string,
  score: Parameters<typeof review>[2] = (entry, _reviewer, dimension) =>
    Math.floor((27 - entry.index + dimension) / 3) / 2,
): Promise<CohortFields> {
  await stepTo(t, operator, 'freezeCohort', { id: cohortId });
  await assign(t, uuid, await reviewers(t, 12));
  await stepTo(t, operator, 'startReviewing', { id: cohortId });
  await review(t, uuid, score);
  return stepTo(t, operator, 'startPublicNotice', { id: cohortId });
}

export const entryGid = (uuid: string): string => toGlobalId('CohortEntry', uuid);
