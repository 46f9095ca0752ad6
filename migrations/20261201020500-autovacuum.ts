import { SqlMigration } from '../src/lib/migration.js';

/**
 * Tables whose rows come and go: with PostgreSQL's usual fifth of dead rows, their indexes would hold many dead entries
 * in between, and totals that are counted from an index would look into the table for rows of pages not known as visible.
 */
const HOT = [
  'achievement',
  'assignment',
  'cohort_entry',
  'idempotency_key',
  'import_run',
  'login_throttle',
  'match_change',
  'quota_lease',
  'refresh_token',
  'search_change',
  'search_outbox',
  'search_profile_outbox',
  'session',
];
const OPTIONS = {
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_vacuum_insert_scale_factor: '0.02',
  autovacuum_analyze_scale_factor: '0.02',
};

export class Autovacuum20261201020500 extends SqlMigration {
  readonly name = 'Autovacuum20261201020500';

  readonly forward = HOT.map(
    (table) =>
      `ALTER TABLE ${table} SET (${Object.entries(OPTIONS)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ')});`,
  ).join('\n');

  readonly backward = HOT.map((table) => `ALTER TABLE ${table} RESET (${Object.keys(OPTIONS).join(', ')});`).join('\n');
}
