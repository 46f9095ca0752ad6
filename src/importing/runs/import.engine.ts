import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { passes } from '../../kernel/database/outages.js';
import { changedRows } from '../../lib/changed-rows.js';
import { appendLedger, type LedgerEntry } from '../../ledger/ledger.service.js';
import { ImportRun } from './import.entity.js';
import { takeLock } from './import.lock.js';
import { type BatchOutcome, type ReportLine } from './import.outcome.js';
import { holdImportRight, RightEnded, rightEnded } from './import.right.js';
import { rowKeeper, type KeyedRow } from './import.row-keys.js';
import {
  endRun,
  RunCancelled,
  RunInterrupted,
  saveReport,
  saveState,
  startState,
  stateAfter,
  type RunState,
} from './import.state.js';
import { checkMapping, MappingFault } from '../mapping/mapping.js';
import { readLabels, treeNames } from '../mapping/names.js';
import { ContainerFault } from '../../lib/tabular/faults.js';
import type { TableNote, TabularSource } from '../../lib/tabular/types.js';
import { Slices } from '../../lib/tabular/slices.js';
import { conflictOutcome, isDataException } from './import.refusals.js';
import { settingsOf, type RunSettings } from './import.settings.js';
import { codeOf } from '../../lib/messages/message.js';
import { say } from '../../messages/catalogue.js';
import { importFault, type StoredFault } from './import.said.js';

/**
 * Number of rows that are imported per transaction: enough to need few statements, but few enough to hold locks only
 * briefly.
 */
const BATCH_ROWS = 200;
/**
 * Maximum number of characters in a batch of rows. Only extreme rows reach it: 200 rows of maximum length would exhaust
 * the memory.
 */
const BATCH_CHARS = 2_000_000;
/** Interval, in milliseconds, at which a pass that only checks rows stores its progress. */
const PROGRESS_MS = 1000;

export interface RunOptions {
  /** Aborting this signal ends the run with status INTERRUPTED; used when the process stops. */
  signal?: AbortSignal | undefined;
  onProgress?: ((processed: number, total: number) => void) | undefined;
  /**
   * True for a run that a member asked for: it needs that member's right to import at its start and in every
   * transaction that writes records. False for the command, which is run by an administrator of the server.
   */
  forMember?: boolean | undefined;
}

const databaseWasAway = importFault(say('INTERRUPTED.database'));

/** Thrown inside the transaction of an ALL_OR_NOTHING import when a row is rejected, to roll it back. */
class RolledBack extends Error {
  constructor(
    readonly outcome: BatchOutcome,
    readonly rows: number,
  ) {
    super('a row was rejected');
  }
}

/**
 * Executes a queued import run to its end. Does nothing if the run is not queued, for example because another process
 * has started it.
 */
export async function executeRun(
  app: App,
  runId: string,
  open: () => Promise<TabularSource>,
  options: RunOptions = {},
): Promise<void> {
  const claimed = await changedRows(
    app.dataSource.manager,
    `UPDATE import_run
     SET status = 'RUNNING', started_at = $2, heartbeat_at = $2
     WHERE id = $1 AND status = 'QUEUED'
     RETURNING id`,
    [runId, app.clock()],
  );
  if (claimed.length === 0) return;
  const run = await app.dataSource.manager.findOneByOrFail(ImportRun, { id: runId });
  const lock = app.dataSource.createQueryRunner();
  const end = (status: Parameters<typeof endRun>[3], fault: StoredFault | null = null) =>
    app.dataSource.transaction((tx) => endRun(tx, app, runId, status, fault));
  try {
    await takeLock(lock, run.institutionId);
    const source = await open();
    try {
      await new RunPass(app, run, await settingsOf(app, run), source, options, lock.manager).run();
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof RunCancelled) await end('CANCELLED');
    else if (error instanceof RightEnded) await end('CANCELLED', rightEnded);
    else if (error instanceof RunInterrupted) await end('INTERRUPTED');
    else if (error instanceof ContainerFault || error instanceof MappingFault)
      await end('REFUSED', importFault(error.said, (error as ContainerFault).line ?? null));
    else if (passes(error)) await end('INTERRUPTED', databaseWasAway);
    else {
      app.log.error({ err: error, runId }, 'an import failed');
      await end('FAILED', importFault(say('INTERNAL.import')));
    }
  } finally {
    await lock.query(`SELECT pg_advisory_unlock_all()`).catch(() => undefined);
    await lock.release();
  }
}

/**
 * The pseudonym, for the ledger, of the account that requested the import; null if there is no such account (any more).
 */
async function actorOf(tx: EntityManager, run: ImportRun): Promise<string | null> {
  const [account] = (await tx.query(`SELECT pseudonym FROM account WHERE id = $1`, [run.createdById])) as Array<{
    pseudonym: string;
  }>;
  return account?.pseudonym ?? null;
}

/** The processing of one run's file. */
class RunPass {
  private state: RunState = startState;
  private touched = new Map<string, number>();
  private savedAt = 0;
  /**
   * Ledger entries of an ALL_OR_NOTHING import. They are appended at its end, because appending locks the ledger for
   * all other writers until the commit.
   */
  private followed: LedgerEntry[] = [];

  constructor(
    private readonly app: App,
    private readonly run_: ImportRun,
    private readonly settings: RunSettings,
    private readonly source: TabularSource,
    private readonly options: RunOptions,
    /** Runs on the connection that holds the institution's lock, so that progress within a transaction takes no other. */
    private readonly progress: EntityManager,
  ) {}

  async run(): Promise<void> {
    const { app, run_: run } = this;
    await app.dataSource.transaction((tx) => this.holdRight(tx));
    const isUnverified = run.register !== 'NEVER' && this.settings.institution.verification !== 'VERIFIED';
    await this.note([
      ...(isUnverified ? [{ message: say('NOT_VERIFIED.import'), line: null }] : []),
      ...this.source.notes,
      ...run.columnNotes.map((message) => ({ message, line: null })),
    ]);
    if (run.mode === 'ALL_OR_NOTHING' && !run.dryRun) return this.allOrNothing();
    if (run.dryRun) await this.check(1);
    else await this.rowByRow();
    await app.dataSource.transaction((tx) =>
      endRun(
        tx,
        app,
        run.id,
        run.mode === 'ALL_OR_NOTHING' && this.state.rejected > 0 ? 'ROLLED_BACK' : 'COMPLETED',
        null,
      ),
    );
  }

  private async holdRight(tx: EntityManager): Promise<void> {
    if (this.options.forMember === true) await holdImportRight(this.app, tx, this.run_);
  }

  private async rowByRow(): Promise<void> {
    for await (const rows of this.batches()) {
      await this.resilient(this.app.dataSource.manager, rows, async (tx, outcome, count) => {
        const next = stateAfter(this.state, count, outcome);
        await saveReport(tx, this.run_.id, outcome.report, this.state.reportRows);
        await saveState(tx, this.run_.id, next, this.app.clock());
        await appendLedger(tx, await actorOf(tx, this.run_), this.settings.at, outcome.ledger);
        return next;
      });
      this.options.onProgress?.(this.state.processed, this.run_.totalRows);
    }
  }

  /**
   * Checks all rows of the file without writing records. `share` (0 to 1) is the part of the run's progress that this
   * pass makes up.
   */
  private async check(share: number): Promise<void> {
    const { manager } = this.app.dataSource;
    for await (const rows of this.batches()) {
      await this.checkBatch(manager, rows);
      await this.heartbeat(Math.floor(this.state.processed * share));
    }
    await this.heartbeat(Math.floor(this.state.processed * share), true);
  }

  private async checkBatch(manager: EntityManager, rows: readonly KeyedRow[]): Promise<void> {
    let outcome: BatchOutcome;
    try {
      outcome = await this.settings.apply(manager, rows, this.touched, true);
    } catch (error) {
      if (!isDataException(error)) throw error;
      if (rows.length > 1) {
        for (const row of rows) await this.checkBatch(manager, [row]);
        return;
      }
      outcome = conflictOutcome(rows[0]!, error, this.settings);
    }
    await saveReport(manager, this.run_.id, outcome.report, this.state.reportRows);
    this.take(stateAfter(this.state, rows.length, outcome), outcome);
  }

  private async allOrNothing(): Promise<void> {
    const { app, run_: run } = this;
    await this.check(0.5);
    const end = async (tx: EntityManager, state: RunState, status: 'COMPLETED' | 'ROLLED_BACK') => {
      await saveState(tx, run.id, { ...state, processed: run.totalRows }, app.clock());
      await appendLedger(tx, await actorOf(tx, run), this.settings.at, this.followed);
      await endRun(tx, app, run.id, status, null);
    };
    const nothing = {
      created: 0,
      updated: 0,
      registered: 0,
      admittedChanged: 0,
      passportsVoided: 0,
      registeredDigest: '',
    };
    const checked = this.state;
    if (checked.rejected > 0)
      return app.dataSource.transaction((tx) => end(tx, { ...checked, ...nothing }, 'ROLLED_BACK'));
    this.state = { ...startState, reportRows: checked.reportRows };
    this.touched = new Map();
    this.followed = [];
    try {
      await app.dataSource.transaction(async (tx) => {
        for await (const rows of this.batches()) {
          await this.resilient(tx, rows, (_tx, outcome, count) => {
            // A row that was valid when it was checked may now conflict with a concurrent change; then the whole import
            // is rolled back.
            if (outcome.rejected > 0) throw new RolledBack(outcome, count);
            return Promise.resolve({ ...stateAfter(this.state, count, outcome), reportRows: this.state.reportRows });
          });
          await this.heartbeat(Math.floor((run.totalRows + this.state.processed) / 2));
        }
        // The right is held only at the end of the transaction: holding it through all batches would delay its
        // revocation for minutes.
        await this.holdRight(tx);
        await end(tx, this.state, 'COMPLETED');
      });
      this.options.onProgress?.(run.totalRows, run.totalRows);
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      this.followed = [];
      await app.dataSource.transaction(async (tx) => {
        await saveReport(tx, run.id, error.outcome.report, checked.reportRows);
        await end(
          tx,
          {
            ...checked,
            ...nothing,
            rejected: error.outcome.rejected,
            reportRows: checked.reportRows + error.outcome.report.length,
          },
          'ROLLED_BACK',
        );
      });
    }
  }

  /**
   * Applies a batch of rows, and then calls `after`, in a transaction or savepoint of its own. On a conflict that the
   * check could not detect, or a value that PostgreSQL cannot store, the batch is rolled back and its rows are applied
   * one by one, so that only the faulty row is rejected.
   */
  private async resilient(
    db: EntityManager,
    rows: readonly KeyedRow[],
    after: (tx: EntityManager, outcome: BatchOutcome, count: number) => Promise<RunState>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const done = await db.transaction(async (tx) => {
          if (db === this.app.dataSource.manager) await this.holdRight(tx);
          const outcome = await this.settings.apply(tx, rows, this.touched, false);
          return { outcome, state: await after(tx, outcome, rows.length) };
        });
        return this.take(done.state, done.outcome);
      } catch (error) {
        const { code } = error as { code?: unknown };
        if ((code === '40001' || code === '40P01') && attempt < 4 && db === this.app.dataSource.manager) continue;
        if (code !== '23505' && !isDataException(error)) throw error;
        if (rows.length > 1) {
          for (const row of rows) await this.resilient(db, [row], after);
          return;
        }
        const outcome = conflictOutcome(rows[0]!, error, this.settings);
        return this.take(await db.transaction((tx) => after(tx, outcome, 1)), outcome);
      }
    }
  }

  private take(state: RunState, outcome: BatchOutcome): void {
    this.state = state;
    for (const [id, line] of outcome.touched) this.touched.set(id, line);
    if (this.run_.mode === 'ALL_OR_NOTHING') this.followed.push(...outcome.ledger);
  }

  /** Puts notes on the whole file at the beginning of the report. */
  private async note(notes: readonly TableNote[]): Promise<void> {
    const lines = notes.map(({ message, line, text }): ReportLine => ({
      severity: 'INFO',
      line,
      column: null,
      field: null,
      value: text ?? null,
      code: codeOf(message.key),
      message,
    }));
    await saveReport(this.app.dataSource.manager, this.run_.id, lines, this.state.reportRows);
    this.state = { ...this.state, reportRows: this.state.reportRows + lines.length };
  }

  private async heartbeat(processed: number, force = false): Promise<void> {
    this.options.onProgress?.(processed, this.run_.totalRows);
    if (!force && Date.now() - this.savedAt < PROGRESS_MS) return;
    this.savedAt = Date.now();
    await saveState(this.progress, this.run_.id, { ...this.state, processed }, this.app.clock());
  }

  private async *batches(): AsyncGenerator<KeyedRow[]> {
    const names = { trees: await treeNames(this.app.dataSource), labels: readLabels() };
    const { mappingData } = this.run_;
    const { target } = this.settings;
    checkMapping(mappingData, this.source.headers, names, target);
    const keep = rowKeeper(
      target.reader(mappingData, this.source.headers, names),
      (patch) => target.keysOf(patch),
      this.source.headers,
      this.settings.columnOf,
      (header) => mappingData.columns[header] !== undefined,
    );
    let batch: KeyedRow[] = [];
    let chars = 0;
    const slices = new Slices();
    for await (const row of this.source.rows()) {
      batch.push(keep(row));
      chars += row.cells.reduce((sum, cell) => sum + cell.length, 0);
      if (slices.due()) await slices.turn();
      if (batch.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
      if (this.options.signal?.aborted) throw new RunInterrupted('the process is stopping');
      yield batch;
      batch = [];
      chars = 0;
    }
    if (batch.length > 0) yield batch;
  }
}
