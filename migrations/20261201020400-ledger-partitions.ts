import { SqlMigration } from '../src/lib/migration.js';

/**
 * Third step: the ledger is partitioned by ranges of record numbers. It renames, creates an empty parent and attaches,
 * all of which takes the lock of the table for milliseconds. Later partitions hold a million records each; a full one is
 * sealed, which signs the hash of its last record (see ledger/partitions.ts).
 */
export class LedgerPartitions20261201020400 extends SqlMigration {
  readonly name = 'LedgerPartitions20261201020400';

  readonly forward = `
CREATE TABLE ledger_partition (
  -- The partition's table is ledger_record_p<from_seq>; it holds the records from_seq to to_seq.
  from_seq bigint PRIMARY KEY CHECK (from_seq >= 1),
  to_seq bigint NOT NULL UNIQUE CHECK (to_seq >= from_seq),
  sealed_at timestamptz(3),
  -- Hash of record to_seq, under the signature of the head with that number.
  last_hash text CHECK (last_hash ~ '^[0-9a-f]{64}$'),
  CHECK ((sealed_at IS NULL) = (last_hash IS NULL))
);
CREATE FUNCTION ledger_partition_guard() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sealed_at IS NULL AND (OLD.from_seq, OLD.to_seq) = (NEW.from_seq, NEW.to_seq) THEN
    IF NOT EXISTS (SELECT 1 FROM ledger_head h JOIN ledger_record l ON l.seq = h.seq WHERE h.seq = NEW.to_seq AND h.hash = NEW.last_hash AND l.hash = NEW.last_hash) THEN
      RAISE EXCEPTION 'a partition is sealed by the signed head of its last record' USING ERRCODE = '23514', CONSTRAINT = 'ledger_partition_sealed';
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only';
END $f$;
CREATE TRIGGER ledger_partition_append_only BEFORE UPDATE OR DELETE ON ledger_partition FOR EACH ROW EXECUTE FUNCTION ledger_partition_guard();
CREATE TRIGGER ledger_partition_no_truncate BEFORE TRUNCATE ON ledger_partition FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

DROP TRIGGER ledger_record_append_only ON ledger_record;
ALTER TABLE ledger_record RENAME TO ledger_record_p1;
ALTER TABLE ledger_record_p1 RENAME CONSTRAINT ledger_record_pkey TO ledger_record_p1_pkey;
ALTER TABLE ledger_record_p1 RENAME CONSTRAINT ledger_record_hash_key TO ledger_record_p1_hash_key;
ALTER INDEX ledger_record_subject RENAME TO ledger_record_p1_subject;
ALTER INDEX ledger_record_kind RENAME TO ledger_record_p1_kind;
-- A hash is unique within a partition; across partitions it is, since it covers the record's number.
CREATE TABLE ledger_record (
  seq bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  actor uuid,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  facts jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL
) PARTITION BY RANGE (seq);
CREATE INDEX ledger_record_subject ON ledger_record (subject_type, subject_id, seq);
CREATE INDEX ledger_record_kind ON ledger_record (kind, seq);
CREATE TRIGGER ledger_record_append_only BEFORE UPDATE OR DELETE ON ledger_record FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_record_no_truncate BEFORE TRUNCATE ON ledger_record FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
DO $f$
DECLARE beyond bigint := (SELECT substring(pg_get_constraintdef(oid) FROM '\\d+')::bigint FROM pg_constraint
  WHERE conrelid = 'ledger_record_p1'::regclass AND conname = 'ledger_record_range');
BEGIN
  EXECUTE format('ALTER TABLE ledger_record ATTACH PARTITION ledger_record_p1 FOR VALUES FROM (MINVALUE) TO (%s)', beyond);
  ALTER TABLE ledger_record_p1 DROP CONSTRAINT ledger_record_range;
  INSERT INTO ledger_partition (from_seq, to_seq) VALUES (1, beyond - 1);
END $f$;

CREATE FUNCTION ledger_partition_size() RETURNS bigint LANGUAGE sql IMMUTABLE AS $f$ SELECT 1000000::bigint $f$;

-- Makes the table of a partition. ATTACH lets others read and append meanwhile.
CREATE FUNCTION ledger_make_partition(first bigint, last bigint) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
  partition text := 'ledger_record_p' || first;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE ledger_record INCLUDING ALL EXCLUDING INDEXES, CONSTRAINT %I PRIMARY KEY (seq), CONSTRAINT %I UNIQUE (hash))',
    partition, partition || '_pkey', partition || '_hash_key');
  EXECUTE format('CREATE INDEX %I ON %I (subject_type, subject_id, seq)', partition || '_subject', partition);
  EXECUTE format('CREATE INDEX %I ON %I (kind, seq)', partition || '_kind', partition);
  EXECUTE format('CREATE TRIGGER ledger_record_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', partition);
  EXECUTE format('ALTER TABLE ledger_record ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', partition, CASE first WHEN 1 THEN 'MINVALUE' ELSE first::text END, last + 1);
END $f$;

-- Adds partitions until there is one for a record number; returns how many were added.
CREATE FUNCTION ledger_extend(upto bigint) RETURNS integer LANGUAGE plpgsql AS $f$
DECLARE
  last bigint;
  added integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7402315);
  LOOP
    SELECT max(to_seq) INTO last FROM ledger_partition;
    EXIT WHEN last >= upto;
    PERFORM ledger_make_partition(last + 1, last + ledger_partition_size());
    INSERT INTO ledger_partition (from_seq, to_seq) VALUES (last + 1, last + ledger_partition_size());
    added := added + 1;
  END LOOP;
  RETURN added;
END $f$;

-- For a restore: replaces the partitions of an empty ledger by those that the rows of ledger_partition describe.
CREATE FUNCTION ledger_rebuild() RETURNS void LANGUAGE plpgsql AS $f$
DECLARE p record;
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_record) THEN RAISE EXCEPTION 'the ledger is append-only'; END IF;
  FOR p IN SELECT inhrelid::regclass AS name FROM pg_inherits WHERE inhparent = 'ledger_record'::regclass LOOP
    EXECUTE format('DROP TABLE %s', p.name);
  END LOOP;
  FOR p IN SELECT from_seq, to_seq FROM ledger_partition ORDER BY from_seq LOOP
    PERFORM ledger_make_partition(p.from_seq, p.to_seq);
  END LOOP;
END $f$;

SELECT ledger_extend(max(to_seq) + 1) FROM ledger_partition;

-- As before, and a record for which no partition was prepared gets one.
CREATE OR REPLACE FUNCTION ledger_append(before text[], after text[]) RETURNS void LANGUAGE plpgsql AS $f$
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
  IF number + cardinality(before) > (SELECT max(to_seq) FROM ledger_partition) THEN
    PERFORM ledger_extend(number + cardinality(before));
  END IF;
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

  // The way back copies nothing either where one partition holds all records; otherwise it copies the later ones.
  readonly backward = `
CREATE OR REPLACE FUNCTION ledger_append(before text[], after text[]) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
  number bigint;
  previous text;
  line text;
  digest text;
BEGIN
  PERFORM pg_advisory_xact_lock(7402311);
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
END $f$;
ALTER TABLE ledger_record DETACH PARTITION ledger_record_p1;
INSERT INTO ledger_record_p1 SELECT * FROM ledger_record;
DROP TABLE ledger_record, ledger_partition;
DROP FUNCTION ledger_partition_guard, ledger_partition_size, ledger_make_partition, ledger_extend, ledger_rebuild;
ALTER TABLE ledger_record_p1 RENAME TO ledger_record;
ALTER TABLE ledger_record RENAME CONSTRAINT ledger_record_p1_pkey TO ledger_record_pkey;
ALTER TABLE ledger_record RENAME CONSTRAINT ledger_record_p1_hash_key TO ledger_record_hash_key;
ALTER INDEX ledger_record_p1_subject RENAME TO ledger_record_subject;
ALTER INDEX ledger_record_p1_kind RENAME TO ledger_record_kind;
ALTER TABLE ledger_record ADD CONSTRAINT ledger_record_range CHECK (seq < 9223372036854775807);
CREATE TRIGGER ledger_record_append_only BEFORE UPDATE OR DELETE ON ledger_record FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();`;
}
