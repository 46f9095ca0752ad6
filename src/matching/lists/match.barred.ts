import { confirmedMention } from '../../mentions/mention.sources.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/**
 * Barred pairs, which are not proposed whatever their score: pairs that were declined, for the period of the decline;
 * counterparts in the same family of organisations as the achievement's institution; and talents who have confirmed
 * being inventors of the achievement. Exclusions by the engine itself (excluded industries, same organisation, passed
 * deadlines) are not repeated here.
 */

/**
 * The reader for whom declined pairs are left out. A side's list leaves out that side's own declines only: a pair that
 * disappeared at the other side's decline would name the decliner. POOL leaves out the declines of both sides; it is
 * for decisions about the whole pool and for operators.
 */
export type DeclinesSeenBy = 'LISTER' | 'COUNTERPART' | 'POOL';

type Db = DataSource | EntityManager;

/**
 * SQL condition on an achievement `a` and a talent `t` whom it names as inventor: the talent has confirmed being an
 * inventor. Otherwise an institution could keep its entry from any talent's proposals by naming the talent.
 */
const OWN_INVENTOR = confirmedMention('INVENTOR', 'a.id', 'a.institution_id', 't.id');

interface Pair {
  achievement: string;
  counterpart: string;
}

const TABLE: Readonly<Record<'INVESTOR' | 'DEMAND', string>> = { INVESTOR: 'investor_profile', DEMAND: 'demand' };

/**
 * SQL of a recursive table `family(seed, id)`: for each organisation in `seed(id)`, all organisations connected to it
 * by parent-child links, itself included.
 */
const FAMILY = `family(seed, id) AS (
    SELECT id, id
    FROM seed
    UNION
    SELECT m.seed, CASE WHEN f.parent_id = m.id THEN f.child_id ELSE f.parent_id END
    FROM family m
    JOIN organisation_family f ON m.id IN (f.parent_id, f.child_id)
  )`;

/**
 * SQL join that finds the rows `p` belonging to each organisation `f` of a family. OFFSET 0 forces an index look-up per
 * organisation: PostgreSQL overestimates the size of a recursive table and would scan all rows.
 */
const ofFamily = (rows: string) => `JOIN LATERAL (SELECT x.id FROM ${rows} = f.id OFFSET 0) p ON true`;

function declined(kind: MatchCounterpartKind, seenBy: DeclinesSeenBy, where: string): string {
  return `SELECT achievement_id AS achievement, counterpart_id AS counterpart
    FROM match_feedback
    WHERE counterpart_kind = '${kind}'
      AND action = 'DECLINED'
      ${seenBy === 'POOL' ? '' : `AND side = '${seenBy}'`}
      AND ended_at IS NULL
      AND suppressed_until > $2
      AND ${where}`;
}

/**
 * Ids of the talents who are inventors of an achievement: they have the ORCID iD of a named inventor and have confirmed
 * being it.
 */
export async function inventorsAmongTalents(db: Db, achievementId: string): Promise<ReadonlySet<string>> {
  const rows = (await db.query(
    `SELECT t.id
     FROM inventor i
     JOIN talent_profile t ON t.orcid = i.orcid
     JOIN achievement a ON a.id = i.achievement_id
     WHERE i.achievement_id = $1 AND ${OWN_INVENTOR}`,
    [achievementId],
  )) as Array<{ id: string }>;
  return new Set(rows.map(({ id }) => id));
}

/** Ids of the barred counterparts of each given achievement; an achievement without any is missing from the map. */
export async function barredCounterparts(
  db: Db,
  kind: MatchCounterpartKind,
  achievementIds: readonly string[],
  now: Date,
  seenBy: DeclinesSeenBy,
): Promise<Map<string, Set<string>>> {
  const ties =
    kind === 'TALENT'
      ? `SELECT i.achievement_id, t.id
        FROM inventor i
        JOIN talent_profile t ON t.orcid = i.orcid
        JOIN achievement a ON a.id = i.achievement_id
        WHERE i.achievement_id = ANY($1) AND ${OWN_INVENTOR}`
      : `SELECT a.id, p.id
        FROM achievement a
        JOIN family f ON f.seed = a.institution_id ${ofFamily(`${TABLE[kind]} x WHERE x.organisation_id`)}
        WHERE a.id = ANY($1)`;
  const rows = (await db.query(
    `WITH RECURSIVE seed(id) AS (SELECT DISTINCT institution_id FROM achievement WHERE id = ANY($1)), ${FAMILY}
     ${declined(kind, seenBy, 'achievement_id = ANY($1)')} UNION ${ties}`,
    [achievementIds, now],
  )) as Pair[];
  return grouped(rows, (row) => [row.achievement, row.counterpart]);
}

/** Ids of the barred entries for each given counterpart; a counterpart without any is missing from the map. */
export async function barredAchievements(
  db: Db,
  kind: MatchCounterpartKind,
  counterpartIds: readonly string[],
  now: Date,
  seenBy: DeclinesSeenBy,
): Promise<Map<string, Set<string>>> {
  const ties =
    kind === 'TALENT'
      ? `SELECT i.achievement_id, t.id
        FROM talent_profile t
        JOIN inventor i ON i.orcid = t.orcid
        JOIN achievement a ON a.id = i.achievement_id
        WHERE t.id = ANY($1) AND ${OWN_INVENTOR}`
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
     ${declined(kind, seenBy, 'counterpart_id = ANY($1)')} UNION ${ties}`,
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
