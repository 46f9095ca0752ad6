import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { changedRows } from '../../lib/changed-rows.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import type { BatchOutcome, ReportLine } from './import.outcome.js';
import { ImportRun } from './import.entity.js';
import type { ImportStatus } from './import.vocabularies.js';
import { storedMessage, type StoredFault } from './import.said.js';

/** Progress of a run; stored with every batch. */
export interface RunState {
  processed: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  admittedChanged: number;
  passportsVoided: number;
  registered: number;
  reportRows: number;
  registeredDigest: string;
}

export const startState: RunState = {
  processed: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  admittedChanged: 0,
  passportsVoided: 0,
  registered: 0,
  reportRows: 0,
  registeredDigest: '',
};

/** Thrown to end an import run that a user has cancelled. */
export class RunCancelled extends Error {}
/**
 * Thrown to end an import when the process stops, or when another process has taken the run for abandoned and ended it.
 */
export class RunInterrupted extends Error {}

/** The state after a batch of `rows` rows. */
export function stateAfter(state: RunState, rows: number, outcome: BatchOutcome): RunState {
  const { registeredIds } = outcome;
  return {
    processed: state.processed + rows,
    created: state.created + outcome.created,
    updated: state.updated + outcome.updated,
    unchanged: state.unchanged + outcome.unchanged,
    rejected: state.rejected + outcome.rejected,
    admittedChanged: state.admittedChanged + outcome.admittedChanged,
    passportsVoided: state.passportsVoided + outcome.passportsVoided,
    registered: state.registered + registeredIds.length,
    reportRows: state.reportRows + outcome.report.length,
    registeredDigest:
      registeredIds.length === 0
        ? state.registeredDigest
        : createHash('sha256')
            .update([state.registeredDigest, ...registeredIds].join('\n'))
            .digest('hex'),
  };
}

/** Stores counts and progress of a running import; throws if it was cancelled, or ended by another process. */
export async function saveState(db: EntityManager, runId: string, state: RunState, at: Date): Promise<void> {
  const [run] = await changedRows<{ cancel_requested: boolean }>(
    db,
    `UPDATE import_run
     SET processed = $2, created = $3, updated = $4, unchanged = $5, rejected = $6, registered = $7,
       report_rows = $8, registered_digest = $9, heartbeat_at = $10, admitted_changed = $11, passports_voided = $12
     WHERE id = $1 AND status = 'RUNNING'
     RETURNING cancel_requested`,
    [
      runId,
      state.processed,
      state.created,
      state.updated,
      state.unchanged,
      state.rejected,
      state.registered,
      state.reportRows,
      state.registeredDigest,
      at,
      state.admittedChanged,
      state.passportsVoided,
    ],
  );
  if (!run) throw new RunInterrupted('the run is no longer under way');
  if (run.cancel_requested) throw new RunCancelled('the run was cancelled');
}

/** Appends lines to the stored report of an import; their numbers begin after `from`. */
export async function saveReport(
  db: EntityManager,
  runId: string,
  lines: readonly ReportLine[],
  from: number,
): Promise<void> {
  if (lines.length === 0) return;
  await db.query(
    `INSERT INTO import_report_row (run_id, seq, severity, line, column_name, field, code, message, message_key, message_params, value)
     SELECT $1, r.seq, r.severity, r.line, r."column", r.field, r.code, r.message, r.message_key, r.message_params, r.value
     FROM jsonb_to_recordset($2::jsonb) AS r(
       seq int, severity text, line int, "column" text, field text, code text, message text, message_key text,
       message_params jsonb, value text
     )`,
    [runId, JSON.stringify(lines.map((line, i) => ({ seq: from + i + 1, ...line, ...storedMessage(line.message) })))],
  );
}

/**
 * Ends an unfinished import run: sets its status, appends a ledger record if the run created or updated records and was
 * no dry run, and deletes the stored file unless the run can be repeated. Does nothing if another process has ended the
 * run.
 */
export async function endRun(
  tx: EntityManager,
  app: App,
  runId: string,
  status: ImportStatus,
  fault: StoredFault | null,
): Promise<void> {
  const now = app.clock();
  const ended = await changedRows<{ id: string }>(
    tx,
    `UPDATE import_run
     SET status = $2, fault = $3, finished_at = $4
     WHERE id = $1 AND status IN ('QUEUED','RUNNING')
     RETURNING id`,
    [runId, status, fault === null ? null : JSON.stringify(fault), now],
  );
  if (ended.length === 0) return;
  if (status !== 'INTERRUPTED' && status !== 'FAILED')
    await changedRows(tx, `DELETE FROM import_file WHERE run_id = $1`, [runId]);
  const run = await tx.findOneByOrFail(ImportRun, { id: runId });
  if (run.dryRun || run.created + run.updated === 0) return;
  const [account] = (await tx.query(`SELECT pseudonym FROM account WHERE id = $1`, [run.createdById])) as Array<{
    pseudonym: string;
  }>;
  const { processed, created, updated, unchanged, rejected, registered } = run;
  await appendLedger(tx, account?.pseudonym ?? null, now, [
    {
      kind: `import.${status.toLowerCase()}`,
      subjectType: 'ImportRun',
      subjectId: runId,
      facts: {
        institution: run.institutionId,
        // `target` is left out for achievements, because ledger records from before other kinds of import existed do
        // not have it either.
        ...(run.target === 'ACHIEVEMENTS' ? {} : { target: run.target }),
        file: run.fileSha256,
        mode: run.mode,
        register: run.register,
        counts: { processed, created, updated, unchanged, rejected, registered },
        registeredDigest: run.registeredDigest,
      },
    },
  ]);
}
