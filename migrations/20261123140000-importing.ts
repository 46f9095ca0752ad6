import { SqlMigration } from '../src/lib/migration.js';

/** Import runs with their files and reports, and saved column mappings. */
export class Importing20261123140000 extends SqlMigration {
  readonly name = 'Importing20261123140000';

  readonly forward = `
CREATE TABLE import_run (
  id uuid PRIMARY KEY,
  institution_id uuid NOT NULL REFERENCES organisation,
  -- Null for the command.
  created_by uuid REFERENCES account ON DELETE SET NULL,
  status text NOT NULL CHECK (status IN ('QUEUED','RUNNING','COMPLETED','ROLLED_BACK','REFUSED','CANCELLED','INTERRUPTED','FAILED')),
  mode text NOT NULL CHECK (mode IN ('ROW_BY_ROW','ALL_OR_NOTHING')),
  register text NOT NULL CHECK (register IN ('NEVER','WHEN_COMPLETE','REQUIRED')),
  dry_run boolean NOT NULL,
  file_name text NOT NULL,
  file_sha256 text NOT NULL,
  format text NOT NULL,
  encoding text,
  headers text[] NOT NULL,
  mapping jsonb NOT NULL,
  mapping_source text NOT NULL CHECK (mapping_source IN ('GIVEN','SAVED','SUGGESTED')),
  total_rows integer NOT NULL,
  processed integer NOT NULL DEFAULT 0,
  created integer NOT NULL DEFAULT 0,
  updated integer NOT NULL DEFAULT 0,
  unchanged integer NOT NULL DEFAULT 0,
  rejected integer NOT NULL DEFAULT 0,
  registered integer NOT NULL DEFAULT 0,
  report_rows integer NOT NULL DEFAULT 0,
  -- SHA-256 chained over the ids of the results that this run registered, batch after batch.
  registered_digest text NOT NULL DEFAULT '',
  cancel_requested boolean NOT NULL DEFAULT false,
  fault jsonb,
  created_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  heartbeat_at timestamptz(3),
  finished_at timestamptz(3)
);
-- At most one import per institution is under way; the second to come is told so.
CREATE UNIQUE INDEX import_run_active ON import_run (institution_id) WHERE status IN ('QUEUED','RUNNING');
CREATE INDEX import_run_institution ON import_run (institution_id, id);
CREATE INDEX import_run_created_by ON import_run (created_by);

-- The uploaded bytes, until the run has ended, in parts, so that no process holds a file in memory.
CREATE TABLE import_file (
  run_id uuid NOT NULL REFERENCES import_run ON DELETE CASCADE,
  part integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (run_id, part)
);
ALTER TABLE import_file ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE import_report_row (
  run_id uuid NOT NULL REFERENCES import_run ON DELETE CASCADE,
  seq integer NOT NULL,
  severity text NOT NULL CHECK (severity IN ('ERROR','INFO')),
  line integer,
  column_name text,
  field text,
  code text NOT NULL,
  message text NOT NULL,
  value text,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE column_mapping (
  id uuid PRIMARY KEY,
  institution_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  name text NOT NULL,
  mapping jsonb NOT NULL,
  updated_by uuid REFERENCES account ON DELETE SET NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  UNIQUE (institution_id, name)
);

-- Files of evidence are read piece by piece, which compressed values do not allow.
ALTER TABLE evidence_blob ALTER COLUMN bytes SET STORAGE EXTERNAL;
`;

  readonly backward = `
ALTER TABLE evidence_blob ALTER COLUMN bytes SET STORAGE EXTENDED;
DROP TABLE column_mapping, import_report_row, import_file, import_run;
`;
}
