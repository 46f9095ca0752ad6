import type { DataSource, EntityManager } from 'typeorm';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/**
 * Which pairs are never proposed, whatever their score: what either side declined, for the time of the decline; who
 * belongs to the lister's family of organisations; and of talents, the entry's own inventors. What the engine itself
 * leaves out (excluded industries, the same organisation, past deadlines) is not repeated here.
 */

type Db = DataSource | EntityManager;

interface Pair {
  achievement: string;
  counterpart: string;
}

const TABLE: Readonly<Record<'INVESTOR' | 'DEMAND', string>> = { INVESTOR: 'investor_profile', DEMAND: 'demand' };

/** Organisations in one family with those of `seed(id)`, as `family(seed, id)`. */
const FAMILY = `family(seed, id) AS (
    SELECT id, id
    FROM seed
    UNION
    SELECT m.seed, CASE WHEN f.parent_id = m.id THEN f.child_id ELSE f.parent_id END
    FROM family m
    JOIN organisation_family f ON m.id IN (f.parent_id, f.child_id)
  )`;

/** Rows `p` of each member of the family, by their index: of a recursive list nobody knows beforehand how short it is, and all rows would be read. */
const ofFamily = (rows: string) => `JOIN LATERAL (SELECT x.id FROM ${rows} = f.id OFFSET 0) p ON true`;

function declined(kind: MatchCounterpartKind, where: string): string {
  return `SELECT achievement_id AS achievement, counterpart_id AS counterpart
    FROM match_feedback
    WHERE counterpart_kind = '${kind}'
      AND action = 'DECLINED'
      AND ended_at IS NULL
      AND suppressed_until > $2
      AND ${where}`;
}

/** Barred counterparts of each of these entries; an entry without any is left out. */
export async function barredCounterparts(
  db: Db,
  kind: MatchCounterpartKind,
  achievementIds: readonly string[],
  now: Date,
): Promise<Map<string, Set<string>>> {
  const ties =
    kind === 'TALENT'
      ? `SELECT i.achievement_id, t.id
        FROM inventor i
        JOIN talent_profile t ON t.orcid = i.orcid
        WHERE i.achievement_id = ANY($1)`
      : `SELECT a.id, p.id
        FROM achievement a
        JOIN family f ON f.seed = a.institution_id ${ofFamily(`${TABLE[kind]} x WHERE x.organisation_id`)}
        WHERE a.id = ANY($1)`;
  const rows = (await db.query(
    `WITH RECURSIVE seed(id) AS (SELECT DISTINCT institution_id FROM achievement WHERE id = ANY($1)), ${FAMILY}
     ${declined(kind, 'achievement_id = ANY($1)')} UNION ${ties}`,
    [achievementIds, now],
  )) as Pair[];
  return grouped(rows, (row) => [row.achievement, row.counterpart]);
}

/** Barred entries of each of these counterparts of one kind. */
export async function barredAchievements(
  db: Db,
  kind: MatchCounterpartKind,
  counterpartIds: readonly string[],
  now: Date,
): Promise<Map<string, Set<string>>> {
  const ties =
    kind === 'TALENT'
      ? `SELECT i.achievement_id, t.id FROM talent_profile t JOIN inventor i ON i.orcid = t.orcid WHERE t.id = ANY($1)`
      : `SELECT p.id, c.id
        FROM ${TABLE[kind]} c
        JOIN family f ON f.seed = c.organisation_id
          ${ofFamily(`achievement x WHERE x.status = 'ADMITTED' AND x.institution_id`)}
        WHERE c.id = ANY($1)`;
  const seed =
    kind === 'TALENT'
      ? `SELECT NULL::uuid WHERE false`
      : `SELECT DISTINCT organisation_id FROM ${TABLE[kind]} WHERE id = ANY($1)`;
  const rows = (await db.query(
    `WITH RECURSIVE seed(id) AS (${seed}), ${FAMILY}
     ${declined(kind, 'counterpart_id = ANY($1)')} UNION ${ties}`,
    [counterpartIds, now],
  )) as Pair[];
  return grouped(rows, (row) => [row.counterpart, row.achievement]);
}

function grouped(rows: readonly Pair[], sides: (row: Pair) => [key: string, value: string]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const row of rows) {
    const [key, value] = sides(row);
    const group = groups.get(key);
    if (group) group.add(value);
    else groups.set(key, new Set([value]));
  }
  return groups;
}
