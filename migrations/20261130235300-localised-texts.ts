import { addConstraint, SqlMigration } from '../src/lib/migration.js';

/** Columns that hold one text in Chinese, English or both, by table; those of NULLABLE may be null. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  achievement: ['title', 'summary', 'incumbent', 'improvement'],
  achievement_content: ['body'],
  cohort: ['name'],
  cultivation_gap: ['note'],
  demand: ['title', 'description'],
  gap_code: ['name'],
  industry: ['name'],
  inventor: ['name'],
  investor_profile: ['thesis'],
  matching_round: ['name'],
  organisation: ['name', 'description'],
  region: ['name'],
  reviewer: ['statement'],
  strategic_area: ['name'],
  support_service: ['name', 'description'],
  talent_evidence: ['title'],
  talent_profile: ['bio'],
};
const NULLABLE = new Set(['summary', 'incumbent', 'improvement', 'note', 'description', 'thesis', 'statement', 'bio']);

/** SQL condition that a jsonb value is an object with a text in zh, en or both, and nothing else. */
const isText = (value: string): string => `CASE WHEN jsonb_typeof(${value}) = 'object' THEN
    ${value} - 'zh' - 'en' = '{}' AND ${value} <> '{}'
    AND (NOT ${value} ? 'zh' OR jsonb_typeof(${value}->'zh') = 'string' AND ${value}->>'zh' ~ '[^[:space:]]')
    AND (NOT ${value} ? 'en' OR jsonb_typeof(${value}->'en') = 'string' AND ${value}->>'en' ~ '[^[:space:]]')
  ELSE false END`;

const pairs = Object.entries(COLUMNS).flatMap(([table, columns]) => columns.map((column) => [table, column] as const));

/** What of a value is a text, for rows that were written with empty texts, nulls or other members. */
const cleaned = (column: string): string => `(
  SELECT COALESCE(jsonb_object_agg(m.key, m.value), '{}')
  FROM jsonb_each(CASE WHEN jsonb_typeof(${column}) = 'object' THEN ${column} ELSE '{}' END) m
  WHERE m.key IN ('zh', 'en') AND jsonb_typeof(m.value) = 'string' AND m.value #>> '{}' ~ '[^[:space:]]'
)`;

/** PostgreSQL does not change the type of a column that a trigger names, so such triggers are made again. */
const retype = (type: string): string => `
DO $f$
DECLARE
  t record;
  kept text[];
  line text;
BEGIN
${Object.entries(COLUMNS)
  .map(
    ([table, columns]) => `  kept := '{}';
  FOR t IN
    SELECT g.tgname, pg_get_triggerdef(g.oid) AS made
    FROM pg_trigger g
    WHERE g.tgrelid = '${table}'::regclass AND NOT g.tgisinternal
      AND EXISTS (
        SELECT 1 FROM pg_attribute a
        WHERE a.attrelid = g.tgrelid AND a.attname IN (${columns.map((column) => `'${column}'`).join(', ')})
          AND (a.attnum = ANY (g.tgattr) OR pg_get_triggerdef(g.oid) ~ ('\\m' || a.attname || '\\M'))
      )
  LOOP
    EXECUTE format('DROP TRIGGER %I ON ${table}', t.tgname);
    kept := kept || t.made;
  END LOOP;
  ALTER TABLE ${table} ${columns.map((column) => `ALTER COLUMN ${column} TYPE ${type}`).join(', ')};
  FOREACH line IN ARRAY kept LOOP
    EXECUTE line;
  END LOOP;`,
  )
  .join('\n')}
END $f$;`;

/** A localised text has a text in at least one language, in every column that holds one. */
export class LocalisedTexts20261130235300 extends SqlMigration {
  readonly name = 'LocalisedTexts20261130235300';

  readonly forward = `
${pairs
  .map(([table, column]) =>
    NULLABLE.has(column)
      ? `UPDATE ${table} SET ${column} = NULLIF(${cleaned(column)}, '{}') WHERE ${column} IS NOT NULL AND NOT ${isText(column)};`
      : `UPDATE ${table} SET ${column} = ${cleaned(column)} WHERE NOT ${isText(column)} AND ${cleaned(column)} <> '{}';`,
  )
  .join('\n')}
SET CONSTRAINTS ALL IMMEDIATE;
-- Without its condition at first: with it, the change of the columns would read every table under an exclusive lock.
CREATE DOMAIN localised AS jsonb;
${retype('localised')}
ALTER DOMAIN localised ADD CONSTRAINT localised_text CHECK (VALUE IS NULL OR ${isText('VALUE')}) NOT VALID;

-- Lists of texts; and the headline of a talent, which is empty once the person is erased.
CREATE FUNCTION localised_list(list jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$
  SELECT CASE WHEN jsonb_typeof(list) = 'array'
    THEN (SELECT COALESCE(bool_and(${isText('x')}), true) FROM jsonb_array_elements(list) x)
    ELSE false
  END
$f$;
${addConstraint('achievement', 'achievement_applications_texts', 'CHECK (localised_list(applications))')}
${addConstraint('talent_profile', 'talent_profile_skills_texts', 'CHECK (localised_list(skills))')}
${addConstraint('talent_profile', 'talent_profile_headline_text', `CHECK (headline = '{}' OR ${isText('headline')})`)}
`;

  readonly backward = `
ALTER TABLE talent_profile DROP CONSTRAINT talent_profile_headline_text, DROP CONSTRAINT talent_profile_skills_texts;
ALTER TABLE achievement DROP CONSTRAINT achievement_applications_texts;
DROP FUNCTION localised_list;
${retype('jsonb')}
DROP DOMAIN localised;
`;
}
