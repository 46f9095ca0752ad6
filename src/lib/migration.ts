import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Base class of database migrations that are plain SQL in both directions. */
export abstract class SqlMigration implements MigrationInterface {
  abstract readonly name: string;
  abstract readonly forward: string;
  abstract readonly backward: string;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.forward);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(this.backward);
  }
}

const literals = (values: readonly string[]): string =>
  values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ');

/** SQL condition that a text column holds a code of a vocabulary (or null). */
export const oneOf = (column: string, codes: readonly string[]): string => `${column} IN (${literals(codes)})`;

/** SQL condition that a column of type text[] holds only codes of a vocabulary (or is null). */
export const onlyOf = (column: string, codes: readonly string[]): string =>
  `${column} <@ ARRAY[${literals(codes)}]::text[]`;

/**
 * SQL that adds a constraint which holds for rows written from now on. The rows that are there already are checked by a
 * later migration in a transaction of its own (see `validateConstraints`), because a check of all rows under the lock of
 * ALTER TABLE would make every reader wait.
 */
export const addConstraint = (table: string, name: string, definition: string): string =>
  `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition} NOT VALID;\n`;

/** Name of the constraint that holds a column to its vocabulary. */
export const vocabularyConstraint = (table: string, column: string): string => `${table}_${column}_code`;

/**
 * SQL that checks the rows which were there before a constraint. Where some violate it, the constraint stays in force
 * for written rows alone (pg_constraint.convalidated is false), and the start of the program logs its name: a rule that
 * old data breaks must keep neither the program from starting nor new data from being checked.
 */
export const validateConstraints = `
DO $f$
DECLARE c record;
BEGIN
  FOR c IN
    SELECT k.conname, k.conrelid::regclass AS of_table, t.typname AS of_domain
    FROM pg_constraint k
    LEFT JOIN pg_type t ON t.oid = k.contypid
    WHERE NOT k.convalidated AND k.contype IN ('c', 'f') AND k.connamespace = current_schema()::regnamespace
    ORDER BY k.oid
  LOOP
    BEGIN
      IF c.of_domain IS NOT NULL THEN
        EXECUTE format('ALTER DOMAIN %I VALIDATE CONSTRAINT %I', c.of_domain, c.conname);
      ELSE
        EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.of_table, c.conname);
      END IF;
    EXCEPTION WHEN check_violation OR foreign_key_violation THEN
      RAISE WARNING 'rows of before violate %', c.conname;
    END;
  END LOOP;
END $f$;`;
