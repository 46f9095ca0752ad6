import { addConstraint, oneOf, SqlMigration, vocabularyConstraint } from '../src/lib/migration.js';

const NAME = vocabularyConstraint('ip_right', 'status');
const OLD = ['APPLIED', 'PUBLISHED', 'GRANTED', 'EXPIRED', 'LAPSED'];
const replaced = (codes: readonly string[]) =>
  `ALTER TABLE ip_right DROP CONSTRAINT ${NAME};\n${addConstraint('ip_right', NAME, `CHECK (${oneOf('status', codes)})`)}`;

/** The legal status UNKNOWN of an IP right, for rights of which nothing says how they stand. */
export class IpStatusUnknown20261201050100 extends SqlMigration {
  readonly name = 'IpStatusUnknown20261201050100';
  readonly forward = replaced([...OLD, 'UNKNOWN']);
  readonly backward = `UPDATE ip_right SET status = 'APPLIED' WHERE status = 'UNKNOWN';\n${replaced(OLD)}`;
}
