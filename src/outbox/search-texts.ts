import type { EntityManager } from 'typeorm';

/**
 * SQL expression for an achievement's registration number in the normalised form of `numberKey`; an index on
 * `achievement` uses the same expression.
 */
export const REGISTRATION_KEY = `regexp_replace(upper(normalize(a.registration_no, NFKC)), '[^A-Z0-9]+', '', 'g')`;

const TITLE = `concat_ws(E'\\n', a.title->>'zh', a.title->>'en')`;

/**
 * SQL expression for an achievement's text: the same PUBLIC fields as in the search index, one per line, so that a
 * search term does not match across two fields.
 */
const BODY = `concat_ws(E'\\n', ${TITLE}, a.summary->>'zh', a.summary->>'en',
  (SELECT concat_ws(E'\\n', c.body->>'zh', c.body->>'en')
   FROM achievement_content c
   WHERE c.achievement_id = a.id AND c.tier = 'PUBLIC'),
  (SELECT string_agg(k.word, E'\\n') FROM jsonb_each(a.keywords) e, jsonb_array_elements_text(e.value) k(word)),
  (SELECT string_agg(e.value, E'\\n') FROM jsonb_array_elements(a.applications) x, jsonb_each_text(x) e),
  (SELECT concat_ws(E'\\n', o.name->>'zh', o.name->>'en') FROM organisation o WHERE o.id = a.institution_id),
  (SELECT string_agg(concat_ws(E'\\n', i.name->>'zh', i.name->>'en'), E'\\n')
   FROM inventor i
   WHERE i.achievement_id = a.id),
  a.registration_no, ${REGISTRATION_KEY},
  (SELECT string_agg(concat_ws(E'\\n', r.number, r.number_key), E'\\n')
   FROM ip_right r
   WHERE r.achievement_id = a.id))`;

/**
 * SQL (CTEs) that writes the texts of the achievements `$1` to the table that PostgreSQL searches; deletes the texts of
 * achievements outside the pool.
 */
export const WRITE_TEXTS = `
  gone AS (
    DELETE FROM search_text s
    USING achievement a
    WHERE s.achievement_id = ANY($1::uuid[]) AND a.id = s.achievement_id AND a.status <> 'ADMITTED'),
  written AS (
    INSERT INTO search_text (achievement_id, title, body)
    SELECT a.id, normalize(${TITLE}, NFKC), normalize(${BODY}, NFKC)
    FROM achievement a
    WHERE a.id = ANY($1::uuid[]) AND a.status = 'ADMITTED'
    ON CONFLICT (achievement_id) DO UPDATE SET title = excluded.title, body = excluded.body)`;

/**
 * Writes the texts that PostgreSQL searches, without queueing the index task: for achievements whose whole index is
 * rebuilt afterwards.
 */
export async function writeSearchTexts(tx: EntityManager, achievementIds: readonly string[]): Promise<void> {
  await tx.query(`WITH ${WRITE_TEXTS} SELECT`, [achievementIds]);
}
