import { SqlMigration } from '../src/lib/migration.js';

/**
 * Chains records in one statement: whoever appends makes all others wait until it commits, so the way to and fro between
 * program and database counts. The texts are the program's own, before and after the number; see ledger.service.ts.
 */
export class LedgerAppend20261126110000 extends SqlMigration {
  readonly name = 'LedgerAppend20261126110000';

  readonly forward = `
CREATE FUNCTION ledger_append(before text[], after text[]) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
  number bigint;
  previous text;
  line text;
  digest text;
BEGIN
  PERFORM pg_advisory_xact_lock(7402311);
  -- A statement of its own, so that it sees what was committed while the lock was waited for.
  SELECT r.seq, r.hash INTO number, previous FROM ledger_record r ORDER BY r.seq DESC LIMIT 1;
  number := COALESCE(number, 0);
  previous := COALESCE(previous, '');
  FOR i IN 1 .. cardinality(before) LOOP
    number := number + 1;
    line := before[i] || number || after[i];
    digest := encode(sha256(convert_to(previous || E'\\n' || line, 'UTF8')), 'hex');
    INSERT INTO ledger_record (seq, at, kind, actor, subject_type, subject_id, facts, previous_hash, hash)
    SELECT r.seq, r.at, r.kind, r.actor, r.subject_type, r.subject_id, r.facts, previous, digest
    FROM jsonb_to_record(line::jsonb) AS r(seq bigint, at timestamptz, kind text, actor uuid, subject_type text, subject_id text, facts jsonb);
    previous := digest;
  END LOOP;
END $f$;`;

  readonly backward = `
DROP FUNCTION ledger_append(text[], text[]);`;
}
