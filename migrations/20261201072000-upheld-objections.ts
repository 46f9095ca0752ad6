import { onlyOf, SqlMigration, vocabularyConstraint } from '../src/lib/migration.js';

const REASONS = 'INCOMPLETE NEAR_DUPLICATE NOT_ELIGIBLE ALREADY_ADMITTED WITHDRAWN OBJECTION_UPHELD OPERATOR';
const constraint = vocabularyConstraint('cohort_entry', 'screen_reasons');
const reasons = (codes: readonly string[]): string => `
ALTER TABLE cohort_entry DROP CONSTRAINT ${constraint};
ALTER TABLE cohort_entry ADD CONSTRAINT ${constraint} CHECK (${onlyOf('screen_reasons', codes)});`;

/** An upheld objection excludes a result from later cohorts; the screen finds it by the objections of its entries. */
export class UpheldObjections20261201072000 extends SqlMigration {
  readonly name = 'UpheldObjections20261201072000';

  readonly forward = `
CREATE INDEX objection_upheld ON objection (entry_id) WHERE outcome = 'UPHELD';
${reasons(REASONS.split(' '))}
`;

  readonly backward = `
${reasons(REASONS.split(' ').filter((code) => code !== 'OBJECTION_UPHELD'))}
DROP INDEX objection_upheld;
`;
}
