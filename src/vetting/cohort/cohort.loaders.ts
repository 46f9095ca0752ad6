import { In, type EntityManager } from 'typeorm';
import { byKey, defineLoader, groupedByKey } from '../../lib/batching.js';
import { CohortCounts, CohortProgress, type ScreenReasonCount } from './cohort.types.js';
import { Assessment, CohortEntry } from './entry.entity.js';
import { ScorePassport } from '../admission/passport.entity.js';
import { DIMENSIONS } from '../vocabularies.js';

/** The public counts of cohorts: those of a closed one as they were stored at its closing, of others counted now. */
export const countsOfCohort = defineLoader<string, CohortCounts>(async (db, ids) => {
  const stored = (await db.query(
    `SELECT cohort_id AS id, entered, pending, counted, excluded, proposed, reviewed, reviews, objections,
       objections_upheld AS "objectionsUpheld", excluded_for AS "excludedFor"
     FROM cohort_counts
     WHERE cohort_id = ANY($1)`,
    [ids],
  )) as Array<CohortCounts & { id: string }>;
  const known = new Map(stored.map(({ id, ...counts }) => [id, Object.assign(new CohortCounts(), counts)]));
  const open = ids.filter((id) => !known.has(id));
  const counted = open.length === 0 ? [] : await countNow(db, open);
  open.forEach((id, i) => known.set(id, counted[i]!));
  return ids.map((id) => known.get(id)!);
});

/**
 * Counts the entries, reviews and objections of cohorts, in the order of the ids. The function `cohort_counts_store` of
 * the database stores the same at a closing.
 */
async function countNow(db: EntityManager, ids: readonly string[]): Promise<CohortCounts[]> {
  const [entries, reasons, reviews, objections] = (await Promise.all([
    db.query(
      `SELECT cohort_id AS id, count(*)::int AS entered, count(*) FILTER (WHERE screen = 'PENDING')::int AS pending,
         count(*) FILTER (WHERE screen = 'COUNTED')::int AS counted,
         count(*) FILTER (WHERE screen = 'EXCLUDED')::int AS excluded,
         count(*) FILTER (WHERE proposal = 'ADMITTED')::int AS proposed
       FROM cohort_entry
       WHERE cohort_id = ANY($1)
       GROUP BY 1`,
      [ids],
    ),
    db.query(
      `SELECT cohort_id AS id, reason, count(*)::int AS count
       FROM cohort_entry
       CROSS JOIN unnest(screen_reasons) AS r(reason)
       WHERE cohort_id = ANY($1) AND screen = 'EXCLUDED'
       GROUP BY 1, 2
       ORDER BY 2`,
      [ids],
    ),
    db.query(
      `SELECT cohort_id AS id, count(*)::int AS reviews, count(DISTINCT entry_id)::int AS reviewed
       FROM assignment
       WHERE cohort_id = ANY($1) AND status = 'SUBMITTED'
       GROUP BY 1`,
      [ids],
    ),
    db.query(
      `SELECT cohort_id AS id, count(*)::int AS objections,
         count(*) FILTER (WHERE outcome = 'UPHELD')::int AS "objectionsUpheld"
       FROM objection
       WHERE cohort_id = ANY($1)
       GROUP BY 1`,
      [ids],
    ),
  ])) as [
    Array<{ id: string }>,
    Array<ScreenReasonCount & { id: string }>,
    Array<{ id: string }>,
    Array<{ id: string }>,
  ];
  const none = {
    entered: 0,
    pending: 0,
    counted: 0,
    excluded: 0,
    reviewed: 0,
    reviews: 0,
    proposed: 0,
    objections: 0,
    objectionsUpheld: 0,
  };
  const find = (rows: Array<{ id: string }>, id: string) => rows.find((row) => row.id === id) ?? {};
  return ids.map((id) =>
    Object.assign(new CohortCounts(), none, find(entries, id), find(reviews, id), find(objections, id), {
      excludedFor: reasons.filter((row) => row.id === id),
    }),
  );
}

/**
 * Progress of cohorts: numbers of open, submitted and dropped assignments, of reviewers with an open or submitted one,
 * of entries with the minimum number of submitted reviews in every dimension, of entries whose 95 % interval contains
 * the cut-off score (null without one), and of unanswered appeals and objections.
 */
export const progressOfCohort = defineLoader<string, CohortProgress>(async (db, ids) => {
  const [assignments, complete, waiting] = (await Promise.all([
    db.query(
      `SELECT cohort_id AS id, count(*) FILTER (WHERE status = 'ASSIGNED')::int AS assigned,
         count(*) FILTER (WHERE status = 'SUBMITTED')::int AS submitted,
         count(*) FILTER (WHERE status IN ('DECLINED','WITHDRAWN'))::int AS dropped,
         count(DISTINCT reviewer_id) FILTER (WHERE status IN ('ASSIGNED','SUBMITTED'))::int AS reviewers
       FROM assignment
       WHERE cohort_id = ANY($1)
       GROUP BY 1`,
      [ids],
    ),
    db.query(
      `SELECT cohort_id AS id, count(*)::int AS "entriesComplete"
       FROM (
         SELECT d.cohort_id, d.entry_id
         FROM (
           SELECT a.cohort_id, a.entry_id, x.dimension, count(*) AS n
           FROM assignment a
           CROSS JOIN unnest(a.dimensions) AS x(dimension)
           WHERE a.cohort_id = ANY($1) AND a.status = 'SUBMITTED'
           GROUP BY 1, 2, 3
         ) d
         JOIN cohort c ON c.id = d.cohort_id
         WHERE d.n >= c.min_reviews
         GROUP BY 1, 2
         HAVING count(*) = $2
       ) e
       GROUP BY 1`,
      [ids, DIMENSIONS.length],
    ),
    db.query(
      `SELECT c.id,
         (
           SELECT count(*)::int
           FROM cohort_entry e
           WHERE e.cohort_id = c.id AND e.appealed_at IS NOT NULL AND e.appeal_answered_at IS NULL
         ) AS "appealsOpen",
         (SELECT count(*)::int FROM objection o WHERE o.cohort_id = c.id AND o.outcome IS NULL) AS "objectionsOpen",
         CASE
           WHEN c.cut_off IS NOT NULL THEN (
             SELECT count(*)::int
             FROM cohort_entry e
             WHERE e.cohort_id = c.id AND abs(e.combined_score - c.cut_off) <= 1.96 * e.combined_se
           )
         END AS band
       FROM cohort c
       WHERE c.id = ANY($1)`,
      [ids],
    ),
  ])) as [Array<{ id: string }>, Array<{ id: string }>, Array<{ id: string }>];
  const none = {
    assigned: 0,
    submitted: 0,
    dropped: 0,
    reviewers: 0,
    entriesComplete: 0,
    appealsOpen: 0,
    objectionsOpen: 0,
    band: null,
  };
  const find = (rows: Array<{ id: string }>, id: string) => rows.find((row) => row.id === id) ?? {};
  return ids.map((id) =>
    Object.assign(new CohortProgress(), none, find(assignments, id), find(complete, id), find(waiting, id)),
  );
});

/** Assessments of each entry from the final calibration; none before the public notice. */
export const assessmentsOf = defineLoader<string, Assessment[]>(async (db, ids) =>
  groupedByKey(ids, await db.findBy(Assessment, { entryId: In([...ids]) }), (row) => row.entryId),
);

/** The latest passport of an achievement, valid or void. */
export const passportOf = defineLoader<string, ScorePassport | null>(async (db, ids) => {
  const rows = await db
    .createQueryBuilder(ScorePassport, 'p')
    .distinctOn(['p.achievement_id'])
    .where('p.achievement_id = ANY(:ids)', { ids: [...ids] })
    .orderBy('p.achievement_id')
    .addOrderBy('p.issued_at', 'DESC')
    .addOrderBy('p.id', 'DESC')
    .getMany();
  return byKey(ids, rows, (passport) => passport.achievementId);
});

export const passportById = defineLoader<string, ScorePassport | null>(async (db, ids) =>
  byKey(ids, await db.findBy(ScorePassport, { id: In([...ids]) }), (passport) => passport.id),
);

/** The cohort entries of an achievement (one per cohort), newest first. */
export const entriesOfAchievement = defineLoader<string, CohortEntry[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await db.find(CohortEntry, { where: { achievementId: In([...ids]) }, order: { id: 'DESC' } }),
    (entry) => entry.achievementId,
  ),
);
