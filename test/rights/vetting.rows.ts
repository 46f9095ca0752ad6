import { newId } from '../../src/lib/ids.js';
import { DIMENSIONS } from '../../src/vetting/vocabularies.js';
import type { SeededOrganisation } from '../seed.js';
import type { Case, World } from './types.js';

export type CohortStatus = 'OPEN' | 'FROZEN' | 'REVIEWING' | 'PUBLIC_NOTICE' | 'CLOSED';

export const MARKET = 'MARKET_POTENTIAL';

/** Inserts rows in any state of a cohort's lifecycle, bypassing the database guards that forbid skipping states. */
export async function standing(
  w: World,
  rows: ReadonlyArray<readonly [table: string, row: Record<string, unknown>]>,
): Promise<void> {
  await w.t.app.dataSource.transaction(async (tx) => {
    await tx.query(`SET LOCAL session_replication_role = replica`);
    for (const [table, row] of rows) {
      const keys = Object.keys(row);
      await tx.query(
        `INSERT INTO ${table} (${keys.join(', ')}) VALUES (${keys.map((_, i) => `$${i + 1}`).join(', ')})`,
        keys.map((key) => row[key]),
      );
    }
  });
}

export interface StandingCohort {
  id: string;
  entry: string;
  achievement: string;
}

const ACHIEVEMENT = {
  OPEN: 'REGISTERED',
  FROZEN: 'UNDER_REVIEW',
  REVIEWING: 'UNDER_REVIEW',
  PUBLIC_NOTICE: 'UNDER_REVIEW',
  CLOSED: 'CULTIVATING',
} as const;

/** Creates a cohort with a status and one entry. Only one cohort can be open, so an earlier open one is frozen. */
export async function cohortIn(
  w: World,
  status: CohortStatus,
  {
    institution = w.own,
    entry = {},
    achievement,
  }: { institution?: SeededOrganisation; entry?: Record<string, unknown>; achievement?: string } = {},
): Promise<StandingCohort> {
  const id = newId();
  const entryId = newId();
  const at = w.t.app.clock();
  const number = w.serial();
  if (status === 'OPEN') await w.t.sql(`UPDATE cohort SET status = 'FROZEN', frozen_at = now() WHERE status = 'OPEN'`);
  const achievementId =
    achievement ??
    (await w.entry(ACHIEVEMENT[status], { institution, record: { technicalDetail: null, confidentialDetail: null } }));
  const weights = { MARKET_POTENTIAL: 0.35, ECONOMIC_VALUE: 0.3, TECHNICAL_CONTENT: 0.35 };
  const after = (...states: CohortStatus[]) => (states.includes(status) ? at : null);
  await standing(w, [
    [
      'cohort',
      {
        id,
        year: 2050,
        number,
        name: { en: `Cohort ${number}` },
        status,
        quota_rate: 0.2,
        weights,
        floors: { MARKET_POTENTIAL: 2, ECONOMIC_VALUE: 2, TECHNICAL_CONTENT: 2 },
        min_reviews: 3,
        reviewer_load: 40,
        notice_days: 7,
        validity_months: 24,
        double_share: 0,
        blind: true,
        tie_rule: ['ENTRY_ID'],
        created_at: at,
        frozen_at: status === 'OPEN' ? null : at,
        reviewing_at: after('REVIEWING', 'PUBLIC_NOTICE', 'CLOSED'),
        notice_at: after('PUBLIC_NOTICE', 'CLOSED'),
        notice_ends_at:
          after('PUBLIC_NOTICE', 'CLOSED') && new Date(at.getTime() + (status === 'CLOSED' ? 0 : 86_400_000)),
        closed_at: after('CLOSED'),
        registered_count: status === 'OPEN' ? 0 : 10,
        quota: status === 'OPEN' ? 0 : 2,
        admitted_count: 0,
      },
    ],
    [
      'cohort_entry',
      {
        id: entryId,
        cohort_id: id,
        achievement_id: achievementId,
        institution_id: institution.uuid,
        revision: 1,
        evidence_revision: 'ab',
        industry_code: '35',
        entered_at: at,
        screen: 'COUNTED',
        ...entry,
      },
    ],
  ]);
  return { id, entry: entryId, achievement: achievementId };
}

/** Creates an assignment; returns its UUID. */
export async function assignmentOf(
  w: World,
  cohort: StandingCohort,
  reviewer: string,
  row: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  const at = w.t.app.clock();
  await standing(w, [
    [
      'assignment',
      {
        id,
        cohort_id: cohort.id,
        entry_id: cohort.entry,
        reviewer_id: reviewer,
        panel: 1,
        round: 0,
        dimensions: [...DIMENSIONS],
        status: 'ASSIGNED',
        assigned_at: at,
        due_at: new Date(at.getTime() + 86_400_000),
        ...row,
      },
    ],
  ]);
  return id;
}

/** Creates a review of every dimension; the rationale of the first dimension may be shared with the lister. */
export async function reviewOf(
  w: World,
  assignment: string,
  status: 'DRAFT' | 'SUBMITTED',
  rationales: Record<string, string>,
  row: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  const at = w.t.app.clock();
  const scores = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, 2]));
  await standing(w, [
    [
      'review',
      {
        id,
        assignment_id: assignment,
        version: 1,
        status,
        scores,
        rationales,
        confidence: 3,
        gap_codes: ['NO_PILOT_DATA'],
        updated_at: at,
        submitted_at: status === 'DRAFT' ? null : at,
        ...row,
      },
    ],
  ]);
  return id;
}

/**
 * Adds the objects of vetting: cohorts in every state, two reviewers who judge the same entries, figures, objections,
 * services.
 */

/** Only one cohort can be open at a time, so calls on an open cohort run one after another. */
export const turns = (status: CohortStatus): Partial<Case> => (status === 'OPEN' ? { alone: true } : {});
