import { addConstraint, SqlMigration } from '../src/lib/migration.js';

/**
 * Columns that repeat a key of the row's parent, so that lists are one index range: table, the foreign key that is
 * replaced, columns of the composite one, parent with the columns that it refers to, and what follows from a deletion.
 */
const COPIES: ReadonlyArray<
  readonly [table: string, column: string, copy: string, parent: string, key: string, action?: string]
> = [
  ['interest', 'achievement_id', 'institution_id', 'achievement', 'institution_id', 'ON DELETE CASCADE'],
  ['team', 'achievement_id', 'institution_id', 'achievement', 'institution_id', 'ON DELETE CASCADE'],
  ['matching_round_pair', 'achievement_id', 'institution_id', 'achievement', 'institution_id', 'ON DELETE CASCADE'],
  ['matching_round_pair', 'investor_id', 'organisation_id', 'investor_profile', 'organisation_id', 'ON DELETE CASCADE'],
  ['cohort_entry', 'achievement_id', 'institution_id', 'achievement', 'institution_id'],
  ['assignment', 'entry_id', 'cohort_id', 'cohort_entry', 'cohort_id'],
  ['conflict', 'entry_id', 'cohort_id', 'cohort_entry', 'cohort_id', 'ON DELETE CASCADE'],
  ['objection', 'entry_id', 'cohort_id', 'cohort_entry', 'cohort_id'],
  ['score_passport', 'entry_id', 'cohort_id', 'cohort_entry', 'cohort_id'],
  ['score_passport', 'entry_id', 'achievement_id', 'cohort_entry', 'achievement_id'],
  ['pool_rank', 'passport_id', 'achievement_id', 'score_passport', 'achievement_id'],
  ['one_time_token', 'sign_up_id', 'account_id', 'pending_sign_up', 'account_id', 'ON DELETE CASCADE'],
  ['cohort_entry', 'previous_entry_id', 'achievement_id', 'cohort_entry', 'achievement_id'],
  [
    'matching_round_pair',
    'interest_id',
    'achievement_id',
    'interest',
    'achievement_id',
    'ON DELETE SET NULL (interest_id)',
  ],
];
/** Copies that are brought in line with the parent; a reference to the wrong parent is not a copy that can be corrected. */
const CORRECTED = COPIES.filter(([, column]) => !['passport_id', 'previous_entry_id', 'interest_id'].includes(column));

const name = (table: string, column: string, copy: string) =>
  `${table}_${column.replace(/_id$/, '')}_${copy.replace(/_id$/, '')}_fkey`;
const plain = (table: string, column: string) => `${table}_${column}_fkey`;
const replaced = [
  ...new Map(
    COPIES.map(([table, column, , parent, , action]) => [
      plain(table, column),
      [table, column, parent, action ?? ''] as const,
    ]),
  ),
];

/** Columns that hold several codes, with the table of the codes. */
const CODE_LISTS = [
  ['investor_profile', 'region_codes', 'region'],
  ['talent_profile', 'region_codes', 'region'],
  ['support_service', 'gap_codes', 'gap_code'],
  ['review', 'gap_codes', 'gap_code'],
] as const;

/** A key that a row repeats from its parent is the parent's: interest, teams, pairs, entries, assignments, passports. */
export class CopiedKeys20261130235200 extends SqlMigration {
  readonly name = 'CopiedKeys20261130235200';

  readonly forward = `
${CORRECTED.map(
  ([table, column, copy, parent, key]) =>
    `UPDATE ${table} c SET ${copy} = p.${key} FROM ${parent} p WHERE p.id = c.${column} AND c.${copy} <> p.${key};`,
).join('\n')}
-- Statements above leave checks of foreign keys to the end of the transaction; ALTER TABLE does not wait for them.
SET CONSTRAINTS ALL IMMEDIATE;

-- The same indexes as before, and unique, so that foreign keys can refer to both columns.
CREATE UNIQUE INDEX achievement_of_institution ON achievement (institution_id, id);
DROP INDEX achievement_institution;
CREATE UNIQUE INDEX cohort_entry_of_cohort ON cohort_entry (cohort_id, id);
DROP INDEX cohort_entry_cohort;
CREATE UNIQUE INDEX cohort_entry_of_achievement ON cohort_entry (achievement_id, id);
DROP INDEX cohort_entry_achievement;
CREATE UNIQUE INDEX pending_sign_up_of_account ON pending_sign_up (account_id, id);
DROP INDEX pending_sign_up_account;
CREATE UNIQUE INDEX investor_profile_of_organisation ON investor_profile (organisation_id, id);
CREATE UNIQUE INDEX interest_of_achievement ON interest (achievement_id, id);
CREATE UNIQUE INDEX score_passport_of_achievement ON score_passport (achievement_id, id);

${replaced.map(([constraint, [table]]) => `ALTER TABLE ${table} DROP CONSTRAINT ${constraint};`).join('\n')}
${COPIES.map(([table, column, copy, parent, key, action = '']) =>
  addConstraint(
    table,
    name(table, column, copy),
    `FOREIGN KEY (${column}, ${copy}) REFERENCES ${parent} (id, ${key}) ${action}`,
  ),
).join('')}
-- A code of the list of regions that had no foreign key.
${addConstraint('organisation', 'organisation_region_code_fkey', 'FOREIGN KEY (region_code) REFERENCES region')}

-- Columns that hold several codes; the arguments are the column and the table of the codes.
CREATE FUNCTION codes_exist() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE unknown text;
BEGIN
  EXECUTE format('SELECT COALESCE(c, ''null'') FROM unnest(($1).%I) c WHERE NOT EXISTS (SELECT 1 FROM %I WHERE code = c) LIMIT 1', TG_ARGV[0], TG_ARGV[1])
    INTO unknown USING NEW;
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION '% holds no code %', TG_ARGV[1], unknown USING ERRCODE = '23503', CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0];
  END IF;
  RETURN NEW;
END $f$;
${CODE_LISTS.map(
  ([table, column, list]) =>
    `CREATE TRIGGER ${column}_exist BEFORE INSERT OR UPDATE OF ${column} ON ${table} FOR EACH ROW EXECUTE FUNCTION codes_exist('${column}', '${list}');`,
).join('\n')}

-- A standing names its participant by side, so no foreign key can hold the copy of the participant's organisation.
CREATE FUNCTION matching_round_standing_owner() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF NEW.organisation_id IS DISTINCT FROM (CASE NEW.side
    WHEN 'ACHIEVEMENT' THEN (SELECT institution_id FROM achievement WHERE id = NEW.participant_id)
    ELSE (SELECT organisation_id FROM investor_profile WHERE id = NEW.participant_id)
  END) THEN
    RAISE EXCEPTION 'the organisation of a standing is its participant''s' USING ERRCODE = '23514', CONSTRAINT = 'matching_round_standing_owner';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER matching_round_standing_owner BEFORE INSERT OR UPDATE OF side, participant_id, organisation_id ON matching_round_standing
  FOR EACH ROW EXECUTE FUNCTION matching_round_standing_owner();
`;

  readonly backward = `
DROP TRIGGER matching_round_standing_owner ON matching_round_standing;
DROP FUNCTION matching_round_standing_owner;
${CODE_LISTS.map(([table, column]) => `DROP TRIGGER ${column}_exist ON ${table};`).join('\n')}
DROP FUNCTION codes_exist;
ALTER TABLE organisation DROP CONSTRAINT organisation_region_code_fkey;
${COPIES.map(([table, column, copy]) => `ALTER TABLE ${table} DROP CONSTRAINT ${name(table, column, copy)};`).join('\n')}
${replaced
  .map(
    ([constraint, [table, column, parent, action]]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} FOREIGN KEY (${column}) REFERENCES ${parent} ${action.replace(/ \(.*/, '')};`,
  )
  .join('\n')}
DROP INDEX score_passport_of_achievement, interest_of_achievement, investor_profile_of_organisation;
CREATE INDEX pending_sign_up_account ON pending_sign_up (account_id, id);
DROP INDEX pending_sign_up_of_account;
CREATE INDEX cohort_entry_achievement ON cohort_entry (achievement_id, id);
DROP INDEX cohort_entry_of_achievement;
CREATE INDEX cohort_entry_cohort ON cohort_entry (cohort_id, id);
DROP INDEX cohort_entry_of_cohort;
CREATE INDEX achievement_institution ON achievement (institution_id, id);
DROP INDEX achievement_of_institution;
`;
}
