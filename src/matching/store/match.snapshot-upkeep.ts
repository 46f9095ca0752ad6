import type { DataSource } from 'typeorm';
import type { Logger } from '../../kernel/logger.js';
import type { InvestorIndex } from '../engine/investor.index.js';
import type { ChangeCursor } from './match.changes.js';
import { InvestorSnapshot, type SnapshotBasis } from './match.snapshot.js';

/** Minimum number of investors for a snapshot file: fewer are read from the database just as fast. */
const MIN_SNAPSHOT_INVESTORS = 2000;
/** Number of changed investors after which the snapshot file is written again. */
const SAVE_AFTER_CHANGES = 2000;
/** Milliseconds from a failed write of the snapshot file to the next attempt. */
const RETRY_SAVE_MS = 600_000;

/** Decides when the snapshot file of the investor index is written, and writes it. */
export class SnapshotUpkeep {
  private readonly snapshot: InvestorSnapshot;
  /**
   * Number of investors changed since the snapshot file was written or read; infinite if the index was loaded from the
   * database, because then no usable file exists.
   */
  private unsaved = 0;
  /** The write in progress. */
  private saving: Promise<void> | null = null;
  /** Time in milliseconds (performance.now()) before which no write is attempted after a failed one. */
  private noSaveBefore = 0;

  constructor(
    dataSource: DataSource,
    dataDir: string,
    private readonly log: Logger,
  ) {
    this.snapshot = new InvestorSnapshot(dataSource, dataDir);
  }

  /**
   * Returns the content of the snapshot file; null if there is none that was written with this basis (model, texts,
   * exchange rates, taxonomy).
   */
  read(basis: SnapshotBasis): ReturnType<InvestorSnapshot['read']> {
    return this.snapshot.read(basis);
  }

  /**
   * Must be called after every load of the index: `fromFile` is true if it came from the snapshot file, false if from
   * the database.
   */
  loaded(fromFile: boolean): void {
    this.unsaved = fromFile ? 0 : Number.POSITIVE_INFINITY;
  }

  changed(investors: number): void {
    this.unsaved += investors;
  }

  /** Waits for the end of a write in progress. */
  async settled(): Promise<void> {
    await this.saving;
  }

  /**
   * Writes the snapshot file if it lacks at least SAVE_AFTER_CHANGES changes and the index has at least
   * MIN_SNAPSHOT_INVESTORS investors, unless a write failed within the last RETRY_SAVE_MS.
   */
  keep(investors: InvestorIndex, basis: SnapshotBasis, cursor: ChangeCursor): Promise<void> {
    return performance.now() < this.noSaveBefore
      ? Promise.resolve()
      : this.write(SAVE_AFTER_CHANGES, investors, basis, cursor);
  }

  /** Writes the snapshot file if it lacks any change and the index has at least MIN_SNAPSHOT_INVESTORS investors. */
  keepAll(investors: InvestorIndex, basis: SnapshotBasis, cursor: ChangeCursor): Promise<void> {
    return this.write(1, investors, basis, cursor);
  }

  private write(changes: number, investors: InvestorIndex, basis: SnapshotBasis, cursor: ChangeCursor): Promise<void> {
    if (this.unsaved < changes || investors.size < MIN_SNAPSHOT_INVESTORS) return Promise.resolve();
    this.saving ??= this.save(investors, basis, cursor).finally(() => (this.saving = null));
    return this.saving;
  }

  private async save(investors: InvestorIndex, basis: SnapshotBasis, cursor: ChangeCursor): Promise<void> {
    const before = this.unsaved;
    try {
      const started = performance.now();
      // Index content and reading position are taken at the same moment, while no changes are being applied.
      const [dump, position] = [investors.dump(), cursor.state()];
      this.unsaved = 0;
      const bytes = await this.snapshot.save(basis, dump, position);
      this.log.debug(
        { ms: Math.round(performance.now() - started), bytes },
        'the investors are kept for the next start',
      );
    } catch (error) {
      this.unsaved += before;
      this.log.warn({ err: error }, 'the investors could not be kept for the next start, which will read them all');
      this.noSaveBefore = performance.now() + RETRY_SAVE_MS;
    }
  }
}
