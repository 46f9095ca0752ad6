import type { EntityManager } from 'typeorm';
import {
  COLLABORATION_MONTHS,
  coInventorKey,
  familiesOf,
  monthsBefore,
  nameKey,
  type ConflictWorld,
  type DeclaredTie,
  type EntryTies,
  type ReviewerTies,
} from './conflicts.rules.js';
import { timeZone } from '../../lib/day.js';

/**
 * Restricts a computation of conflicts to some reviewers, whatever their status, or to some of the counted entries; by
 * default all active reviewers and all counted entries.
 */
export interface ConflictScope {
  reviewerIds?: readonly string[];
  entryIds?: readonly string[];
}

type Name = { zh?: string; en?: string };
const keysOf = (name: Name): string[] => [name.zh, name.en].filter((text) => text !== undefined).map(nameKey);

/**
 * Reads all facts about a cohort's reviewers and entries that the conflict rules need, in a fixed number of statements.
 */
export async function readTies(
  db: EntityManager,
  cohortId: string,
  at: Date,
  scope: ConflictScope = {},
): Promise<{ reviewers: ReviewerTies[]; entries: EntryTies[]; world: ConflictWorld }> {
  const since = monthsBefore(at, COLLABORATION_MONTHS);
  const families = (await db.query(
    `SELECT parent_id, child_id FROM organisation_family ORDER BY parent_id, child_id`,
  )) as Array<{ parent_id: string; child_id: string }>;
  const entries = await readEntries(db, cohortId, scope.entryIds);
  const reviewers = await readReviewers(db, since, scope.reviewerIds);
  return {
    reviewers,
    entries,
    world: {
      familyOf: familiesOf(families.map((pair) => [pair.parent_id, pair.child_id] as const)),
      collaborationsSince: since,
    },
  };
}

async function readEntries(
  db: EntityManager,
  cohortId: string,
  ids: readonly string[] | undefined,
): Promise<EntryTies[]> {
  const rows = (await db.query(
    `SELECT e.id, e.achievement_id, e.institution_id,
       COALESCE(
         (
           SELECT array_agg(DISTINCT r.edited_by)
           FROM achievement_revision r
           WHERE r.achievement_id = e.achievement_id AND r.edited_by IS NOT NULL
         ),
         '{}'
       ) AS editors,
       COALESCE(
         (
           SELECT jsonb_agg(jsonb_build_object('orcid', i.orcid, 'name', i.name))
           FROM inventor i
           WHERE i.achievement_id = e.achievement_id
         ),
         '[]'
       ) AS inventors
     FROM cohort_entry e
     WHERE e.cohort_id = $1 AND e.screen = 'COUNTED' AND ($2::uuid[] IS NULL OR e.id = ANY($2))
     ORDER BY e.id`,
    [cohortId, ids ?? null],
  )) as Array<{
    id: string;
    achievement_id: string;
    institution_id: string;
    editors: string[];
    inventors: Array<{ orcid: string | null; name: Name }>;
  }>;
  return rows.map((row) => ({
    entryId: row.id,
    achievementId: row.achievement_id,
    institutionId: row.institution_id,
    editors: new Set(row.editors),
    inventors: row.inventors.map((inventor) => ({ orcid: inventor.orcid, names: keysOf(inventor.name) })),
  }));
}

interface ReviewerRow {
  id: string;
  account_id: string | null;
  orcid: string | null;
  display_name: string | null;
  organisations: string[];
  declarations: DeclaredTie[];
}

async function readReviewers(
  db: EntityManager,
  since: string,
  ids: readonly string[] | undefined,
): Promise<ReviewerTies[]> {
  const rows = (await db.query(
    `SELECT r.id, r.account_id, r.orcid, a.display_name,
       ARRAY(
         SELECT m.organisation_id
         FROM membership m
         WHERE m.account_id = r.account_id
         UNION
         SELECT r.organisation_id
         WHERE r.organisation_id IS NOT NULL
       ) AS organisations,
       COALESCE(
         (
           SELECT jsonb_agg(
             jsonb_build_object(
               'kind', d.kind, 'relation', d.relation, 'organisationId', d.organisation_id,
               'achievementId', d.achievement_id, 'orcid', d.orcid, 'endedOn', d.ended_on
             )
           )
           FROM reviewer_declaration d
           WHERE d.reviewer_id = r.id
         ),
         '[]'
       ) AS declarations
     FROM reviewer r
     LEFT JOIN account a ON a.id = r.account_id
     WHERE CASE WHEN $1::uuid[] IS NULL THEN r.status = 'ACTIVE' ELSE r.id = ANY($1) END
     ORDER BY r.id`,
    [ids ?? null],
  )) as ReviewerRow[];
  const reviewers = rows.map((row) => ({
    reviewerId: row.id,
    accountId: row.account_id,
    orcid: row.orcid,
    names: new Set(row.display_name === null ? [] : [nameKey(row.display_name)]),
    organisations: new Set(row.organisations),
    declarations: row.declarations,
    coInventors: new Set<string>(),
  }));
  await addCoInventors(db, since, reviewers);
  return reviewers;
}

/** SQL expression for a normalised name; gives the same result as `nameKey`. */
const sqlKey = (name: string) => `lower(regexp_replace(normalize(${name}, NFKC), '[[:space:].,·•・]+', '', 'g'))`;

/**
 * Finds achievements registered (or, without a day of registration, created) on or after the day `since` of which a
 * reviewer is an inventor, by ORCID iD or by name in an organisation of the reviewer; drafts do not count. Adds their
 * other inventors to the reviewer's co-inventors.
 */
async function addCoInventors(
  db: EntityManager,
  since: string,
  reviewers: Array<ReviewerTies & { coInventors: Set<string> }>,
): Promise<void> {
  if (reviewers.length === 0) return;
  const rows = (await db.query(
    `WITH r AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(reviewer int, orcid text, name text, organisation uuid)
     ),
       recent AS (
         SELECT id, institution_id
         FROM achievement
         WHERE status <> 'DRAFT' AND COALESCE(registered_on, (created_at AT TIME ZONE '${timeZone()}')::date) >= $2::date
       ),
       named AS MATERIALIZED (
         SELECT i.achievement_id, a.institution_id,
           unnest(ARRAY[${sqlKey(`i.name->>'zh'`)}, ${sqlKey(`i.name->>'en'`)}]) AS name
         FROM recent a
         JOIN inventor i ON i.achievement_id = a.id
         WHERE a.institution_id IN (SELECT organisation FROM r)
       ),
       own AS (
         SELECT r.reviewer, i.achievement_id
         FROM r
         JOIN inventor i ON i.orcid = r.orcid
         JOIN recent a ON a.id = i.achievement_id
         UNION
         SELECT r.reviewer, n.achievement_id
         FROM r
         JOIN named n ON n.institution_id = r.organisation AND n.name = r.name
       )
     SELECT own.reviewer, a.institution_id AS institution, i.orcid, i.name
     FROM own
     JOIN achievement a ON a.id = own.achievement_id
     JOIN inventor i ON i.achievement_id = own.achievement_id`,
    [
      JSON.stringify(
        reviewers.flatMap((reviewer, index) =>
          [...reviewer.organisations, null].map((organisation) => ({
            reviewer: index,
            orcid: reviewer.orcid,
            name: [...reviewer.names][0] ?? null,
            organisation,
          })),
        ),
      ),
      since,
    ],
  )) as Array<{ reviewer: number; institution: string; orcid: string | null; name: Name }>;
  for (const row of rows) {
    const reviewer = reviewers[row.reviewer]!;
    const names = keysOf(row.name);
    const self =
      (reviewer.orcid !== null && row.orcid === reviewer.orcid) || names.some((name) => reviewer.names.has(name));
    if (self) continue;
    if (row.orcid !== null) reviewer.coInventors.add(row.orcid);
    for (const name of names) reviewer.coInventors.add(coInventorKey(name, row.institution));
  }
}
