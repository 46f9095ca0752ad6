import { SqlMigration } from '../src/lib/migration.js';

const KINDS = [
  ['investor_profile', 'INVESTOR'],
  ['talent_profile', 'TALENT'],
  ['demand', 'DEMAND'],
] as const;

/** Feedback names its counterpart without a foreign key: it goes with a counterpart that is deleted. */
export class DraftDeletion20261130135500 extends SqlMigration {
  readonly name = 'DraftDeletion20261130135500';

  readonly forward = `
-- The argument is the kind of the deleted counterpart.
CREATE FUNCTION match_forget_counterpart() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  DELETE FROM match_feedback WHERE counterpart_kind = TG_ARGV[0] AND counterpart_id = OLD.id;
  RETURN NULL;
END $f$;
${KINDS.map(
  ([table, kind]) =>
    `CREATE TRIGGER match_forget AFTER DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION match_forget_counterpart('${kind}');`,
).join('\n')}
`;

  readonly backward = `
${KINDS.map(([table]) => `DROP TRIGGER match_forget ON ${table};`).join('\n')}
DROP FUNCTION match_forget_counterpart;
`;
}
