import { SqlMigration } from '../src/lib/migration.js';

/** The points of the API's quotas that processes have leased, one row per key and window of a minute. */
export class QuotaLeases20261130233000 extends SqlMigration {
  readonly name = 'QuotaLeases20261130233000';

  // Unlogged: the rows are of use for a minute, so a crash of the database may empty the table. The free space of a
  // page keeps updates within it.
  readonly forward = `
CREATE UNLOGGED TABLE quota_lease (
  -- A digest of the account or network, and of the limit.
  key text PRIMARY KEY,
  leased bigint NOT NULL,
  ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
`;

  readonly backward = `
DROP TABLE quota_lease;
`;
}
