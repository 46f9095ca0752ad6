import { SqlMigration } from '../src/lib/migration.js';

/**
 * Registered achievements are searched for near-duplicates once more: equal ones that were registered at the same time,
 * or whose texts share a part with many others, were not found before.
 */
export class DuplicatesAgain20261130235500 extends SqlMigration {
  readonly name = 'DuplicatesAgain20261130235500';

  readonly forward = `
INSERT INTO duplicate_scan (achievement_id, queued_at)
SELECT id, now() FROM achievement WHERE status = 'REGISTERED'
ON CONFLICT DO NOTHING;
`;

  readonly backward = `SELECT 1;`;
}
