import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { ConflictError } from '../../kernel/errors.js';
import { addLostJob } from '../../kernel/jobs.js';
import type { Organisation } from '../../identity/organisations/organisation.entity.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { ImportRun } from './import.entity.js';
import { importLock } from './import.lock.js';
import { endRun } from './import.state.js';
import type { ImportMode, ImportRegister, ImportTargetCode, MappingSource } from './import.vocabularies.js';
import type { Mapping, SuggestedColumn } from '../mapping/mapping.js';
import type { FileReading } from './file-reading.js';
import { columnNotes } from './import.reading.js';
import type { TabularSource } from '../../lib/tabular/types.js';
import { say } from '../../messages/catalogue.js';
import { importFault } from './import.said.js';

export const IMPORT_TASK = 'imports:run';

/** Queues the job that executes an import of an uploaded file, unless it waits or runs; returns whether it was queued. */
export function queueImport(tx: EntityManager, runId: string): Promise<boolean> {
  return addLostJob(tx, IMPORT_TASK, { runId }, { key: `import:${runId}`, maxAttempts: 1 });
}

export interface NewRun {
  /** Kind of import; ACHIEVEMENTS by default. */
  target?: ImportTargetCode;
  institution: Organisation;
  accountId: string | null;
  mode: ImportMode;
  register: ImportRegister;
  dryRun: boolean;
  fileName: string;
  fileSha256: string;
  source: TabularSource;
  mapping: Mapping;
  mappingSource: MappingSource;
  /** Lines that are confirmed as new titles of stored records. */
  retitledLines?: number[];
  /** How the file is read, as the user has said. */
  reading: FileReading;
  /** Fields that its headers suggest. */
  suggested: readonly SuggestedColumn[];
}

/** Creates a queued import run. Throws CONFLICT (IMPORT_RUNNING) if the institution has an unfinished one. */
export async function createRun(tx: EntityManager, app: App, wish: NewRun): Promise<ImportRun> {
  const institutionId = wish.institution.id;
  await closeAbandoned(tx, app, institutionId);
  const id = newId();
  const inserted = (await tx.query(
    `INSERT INTO import_run (
       id, institution_id, created_by, status, mode, register, dry_run, file_name, file_sha256, format, encoding,
       headers, mapping, mapping_source, total_rows, created_at, target, retitled_lines, reading, column_notes,
       sheet_name
     )
     VALUES ($1, $2, $3, 'QUEUED', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     ON CONFLICT (institution_id) WHERE status IN ('QUEUED','RUNNING') DO NOTHING
     RETURNING id`,
    [
      id,
      institutionId,
      wish.accountId,
      wish.mode,
      wish.register,
      wish.dryRun,
      wish.fileName,
      wish.fileSha256,
      wish.source.format,
      wish.source.encoding ?? null,
      wish.source.headers,
      JSON.stringify(wish.mapping),
      wish.mappingSource,
      wish.source.rowCount,
      app.clock(),
      wish.target ?? 'ACHIEVEMENTS',
      wish.retitledLines ?? [],
      JSON.stringify(wish.reading),
      JSON.stringify(
        columnNotes(wish.mapping, wish.source.headers, wish.mappingSource === 'SUGGESTED' ? wish.suggested : null),
      ),
      wish.source.sheetName ?? null,
    ],
  )) as unknown[];
  if (inserted.length === 0) throw await running(tx, institutionId);
  return tx.findOneByOrFail(ImportRun, { id });
}

/**
 * Milliseconds for which a queued run without a stored file may wait: the command, which alone creates such runs, begins
 * them at once.
 */
const COMMAND_MS = 60_000;

/**
 * Queues again the queued import runs whose job is lost, and ends those of the command whose process died before it
 * began. Returns their number.
 */
export async function reviveQueued(tx: EntityManager, app: App): Promise<number> {
  const queued = (await tx.query(
    `SELECT r.id, r.created_at, EXISTS (SELECT 1 FROM import_file f WHERE f.run_id = r.id) AS stored
     FROM import_run r
     WHERE r.status = 'QUEUED'
     ORDER BY r.id`,
  )) as Array<{ id: string; created_at: Date; stored: boolean }>;
  let revived = 0;
  for (const { id, created_at, stored } of queued) {
    if (stored) {
      if (await queueImport(tx, id)) revived += 1;
    } else if (created_at.getTime() < app.clock().getTime() - COMMAND_MS) {
      await endRun(tx, app, id, 'INTERRUPTED', importFault(say('INTERRUPTED.command')));
      revived += 1;
    }
  }
  return revived;
}

/** Makes the conflict error that names the institution's unfinished import run. */
export async function running(tx: EntityManager, institutionId: string): Promise<ConflictError> {
  const [other] = (await tx.query(
    `SELECT id FROM import_run WHERE institution_id = $1 AND status IN ('QUEUED','RUNNING')`,
    [institutionId],
  )) as Array<{ id: string }>;
  return new ConflictError(say('IMPORT_RUNNING.institution'), 'IMPORT_RUNNING', {
    runId: other ? toGlobalId('ImportRun', other.id) : null,
  });
}

/** Milliseconds without a heartbeat after which a running import, if its advisory lock is free, counts as abandoned. */
const SILENT_MS = 5_000;

/**
 * Ends abandoned import runs with status INTERRUPTED, those of one institution or, with null, of all. A process that is
 * still importing holds the institution's advisory lock, which PostgreSQL releases when its connection ends. Returns
 * the number of runs ended.
 */
export async function closeAbandoned(tx: EntityManager, app: App, institutionId: string | null): Promise<number> {
  const silent = (await tx.query(
    `SELECT id, institution_id
     FROM import_run
     WHERE status = 'RUNNING' AND heartbeat_at < $1 AND ($2::uuid IS NULL OR institution_id = $2)`,
    [new Date(app.clock().getTime() - SILENT_MS), institutionId],
  )) as Array<{ id: string; institution_id: string }>;
  let closed = 0;
  for (const run of silent) {
    const [key, values] = importLock(run.institution_id);
    const [free] = (await tx.query(`SELECT pg_try_advisory_xact_lock(${key}) AS free`, values)) as Array<{
      free: boolean;
    }>;
    if (!free!.free) continue;
    await endRun(tx, app, run.id, 'INTERRUPTED', importFault(say('INTERRUPTED.process')));
    closed += 1;
  }
  return closed;
}
