import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration as TypeORM takes it: a class, whose objects have a name that ends in the time of writing. */
export type MigrationClass = new () => MigrationInterface & { readonly name: string };

/** Description of an index that is built while others read and write its table. */
export interface OnlineIndex {
  name: string;
  /** Table, columns and condition as in `CREATE INDEX name ON …`. */
  on: string;
  /** True for an index that keeps its columns unique. */
  unique?: boolean;
}

/**
 * Base class of database migrations whose steps take long on large tables: they run outside a transaction and without
 * the time limit of statements, in PostgreSQL's forms that let others read and write meanwhile (CREATE INDEX
 * CONCURRENTLY). An interrupted migration is not recorded and runs again from its first step, so that each step must
 * give the same result when it is repeated.
 */
export abstract class OnlineMigration implements MigrationInterface {
  abstract readonly name: string;
  /** Tells TypeORM to open no transaction. */
  readonly transaction = false;
  /** Statements to run first, each of which may be repeated and keeps nobody waiting. They have no way back. */
  readonly statements: readonly string[] = [];
  /** Indexes to build, in this order. */
  readonly indexes: readonly OnlineIndex[] = [];
  /** Indexes to drop after that, with their definitions for the way back. */
  readonly dropped: readonly OnlineIndex[] = [];

  async up(runner: QueryRunner): Promise<void> {
    await withoutLimits(runner, async () => {
      for (const statement of this.statements) await runner.query(statement);
      for (const index of this.indexes) await build(runner, index);
      for (const { name } of this.dropped) await drop(runner, name);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await withoutLimits(runner, async () => {
      for (const index of this.dropped) await build(runner, index);
      for (const { name } of this.indexes) await drop(runner, name);
    });
  }
}

/**
 * Lifts the limits of statements and of waits for locks: a concurrent build waits for older transactions to end, which
 * keeps nobody else waiting.
 */
async function withoutLimits(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  await runner.query('SET statement_timeout = 0');
  await runner.query('SET lock_timeout = 0');
  try {
    await work();
  } finally {
    await runner.query('RESET statement_timeout');
    await runner.query('RESET lock_timeout');
  }
}

// TypeORM undoes each migration in a transaction, where PostgreSQL does not allow the concurrent form.
const concurrently = (runner: QueryRunner) => (runner.isTransactionActive ? '' : 'CONCURRENTLY');

async function build(runner: QueryRunner, { name, on, unique }: OnlineIndex): Promise<void> {
  const [found] = (await runner.query(
    `SELECT i.indisvalid AS valid
     FROM pg_index i
     WHERE i.indexrelid = to_regclass($1)`,
    [name],
  )) as Array<{ valid: boolean }>;
  if (found?.valid) return;
  // An interrupted concurrent build leaves an index that is kept up to date but never used.
  if (found) await drop(runner, name);
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${concurrently(runner)} ${name} ON ${on}`);
}

async function drop(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(`DROP INDEX ${concurrently(runner)} IF EXISTS ${name}`);
}
