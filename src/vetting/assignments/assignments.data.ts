import type { EntityManager } from 'typeorm';
import type { SimilarityText } from '../../text/similarity.js';
import { familiesOf } from '../reviewers/conflicts.rules.js';
import type { CohortFacts, ReviewerFacts, StandingSeat } from './assignments.problem.js';
import type { Dimension } from '../vocabularies.js';

/** Group key for the entries without an industry, which share one panel of reviewers. */
const NO_INDUSTRY = '-';

/**
 * Reads the facts needed to assign reviewers to a cohort's entries, ordered by id, in a fixed number of statements.
 * Operators are left out, because an operator must not review.
 */
export async function readCohortFacts(db: EntityManager, cohortId: string): Promise<CohortFacts> {
  const [cohort] = (await db.query(
    `SELECT min_reviews, reviewer_load, double_share::float8 AS double_share FROM cohort WHERE id = $1`,
    [cohortId],
  )) as Array<{
    min_reviews: number;
    reviewer_load: number;
    double_share: number;
  }>;
  const entries = (await db.query(
    `SELECT e.id AS "entryId", COALESCE(e.industry_code, $2) AS industry, a.region_code AS "regionCode"
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND e.withdrawn_at IS NULL
     ORDER BY e.id`,
    [cohortId, NO_INDUSTRY],
  )) as CohortFacts['entries'];
  const seats = (await db.query(
    `SELECT entry_id AS "entryId", reviewer_id AS "reviewerId", panel, dimensions,
       status IN ('ASSIGNED','SUBMITTED') AS active
     FROM assignment
     WHERE cohort_id = $1
     ORDER BY entry_id, reviewer_id`,
    [cohortId],
  )) as StandingSeat[];
  const conflicts = (await db.query(
    `SELECT entry_id AS "entryId", reviewer_id AS "reviewerId" FROM conflict WHERE cohort_id = $1 ORDER BY 1, 2`,
    [cohortId],
  )) as CohortFacts['conflicts'];
  return {
    cohortId,
    minReviews: cohort!.min_reviews,
    reviewerLoad: cohort!.reviewer_load,
    doubleShare: cohort!.double_share,
    entries,
    reviewers: await readReviewers(db),
    seats,
    conflicts,
  };
}

async function readReviewers(db: EntityManager): Promise<ReviewerFacts[]> {
  const families = (await db.query(`SELECT parent_id, child_id FROM organisation_family ORDER BY 1, 2`)) as Array<{
    parent_id: string;
    child_id: string;
  }>;
  const familyOf = familiesOf(families.map((pair) => [pair.parent_id, pair.child_id] as const));
  // A reviewer's declared industry is mapped to divisions (two-digit codes of GB/T 4754): a section covers all its
  // divisions; a group or class belongs to the division above it.
  const rows = (await db.query(
    `SELECT r.id, r.dimensions, r.max_load, o.id AS organisation_id, o.region_code,
       ARRAY(
         SELECT DISTINCT d.code
         FROM reviewer_industry ri
         JOIN industry i ON i.code = ri.industry_code
         JOIN industry d ON d.level = 2 AND (d.code = ANY(i.path) OR i.code = ANY(d.path))
         WHERE ri.reviewer_id = r.id
         ORDER BY 1
       ) AS divisions
     FROM reviewer r
     JOIN account a ON a.id = r.account_id AND a.erased_at IS NULL AND NOT a.is_operator
     LEFT JOIN LATERAL (
       SELECT o.id, o.region_code
       FROM organisation o
       WHERE o.id = COALESCE(
         r.organisation_id,
         (SELECT m.organisation_id FROM membership m WHERE m.account_id = r.account_id ORDER BY m.id LIMIT 1)
       )
     ) o ON true
     WHERE r.status = 'ACTIVE'
     ORDER BY r.id`,
  )) as Array<{
    id: string;
    dimensions: Dimension[];
    max_load: number | null;
    organisation_id: string | null;
    region_code: string | null;
    divisions: string[];
  }>;
  return rows.map((row) => ({
    reviewerId: row.id,
    dimensions: row.dimensions,
    divisions: row.divisions,
    family: row.organisation_id === null ? null : familyOf(row.organisation_id),
    regionCode: row.region_code,
    maxLoad: row.max_load,
  }));
}

/**
 * Texts between which similarity is computed: one text per entry, of its public content; for each active reviewer, the
 * profile's statement and the documents.
 */
export interface ComparedTexts {
  entries: Map<string, SimilarityText>;
  reviewers: Map<string, SimilarityText[]>;
}

const both = (name: string) => `concat_ws(E'\\n', ${name}->>'zh', ${name}->>'en')`;

export async function readTexts(db: EntityManager, cohortId: string): Promise<ComparedTexts> {
  const entries = (await db.query(
    `SELECT e.id, ${both('a.title')} AS title,
       concat_ws(E'\\n', ${both('a.summary')}, ${both('c.body')}, a.keywords->>'zh', a.keywords->>'en') AS abstract
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     LEFT JOIN achievement_content c ON c.achievement_id = a.id AND c.tier = 'PUBLIC'
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND e.withdrawn_at IS NULL
     ORDER BY e.id`,
    [cohortId],
  )) as Array<SimilarityText & { id: string }>;
  const documents = (await db.query(
    `SELECT r.id, d.title, d.abstract FROM reviewer r
     JOIN LATERAL (SELECT title, abstract, position FROM reviewer_document WHERE reviewer_id = r.id
                   UNION ALL SELECT NULL, ${both('r.statement')}, 0 WHERE r.statement IS NOT NULL) d ON true
     WHERE r.status = 'ACTIVE' ORDER BY r.id, d.position`,
  )) as Array<SimilarityText & { id: string }>;
  const reviewers = new Map<string, SimilarityText[]>();
  for (const { id, title, abstract } of documents) {
    const list = reviewers.get(id);
    if (list) list.push({ title, abstract });
    else reviewers.set(id, [{ title, abstract }]);
  }
  return { entries: new Map(entries.map(({ id, title, abstract }) => [id, { title, abstract }])), reviewers };
}
