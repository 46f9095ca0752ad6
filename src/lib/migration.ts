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
