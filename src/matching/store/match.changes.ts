import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Database } from '../../kernel/database/database.js';
import type { Logger } from '../../kernel/logger.js';

/**
 * Reads the table match_change, in which every committed change of matching data has a sequence number. PostgreSQL
 * assigns the number before commit, so a lower number may become visible after a higher one: missing numbers are
 * remembered as gaps and queried again until every transaction that could own them has ended. NOTIFY only wakes the
 * process; the table is authoritative and is also read before every answer and once a second, so that a lost connection
 * loses no change.
 */

export type ChangeKind = 'ACHIEVEMENT' | 'INVESTOR' | 'TALENT' | 'DEMAND' | 'MODEL' | 'TEXTS' | 'RATES';

export interface Change {
  kind: ChangeKind;
  /** Id of the changed achievement, profile or demand; null if all of that kind changed. */
  subjectId: string | null;
}

/**
 * A range (`from` to `to`) of missing sequence numbers. It is dropped when all transactions with an id below `until`
 * have ended and it is older than GAP_MS.
 */
interface Gap {
  from: number;
  to: number;
  until: bigint;
  since: number;
}

/** Reading position in match_change in a form that can be stored; a process that starts later continues from it. */
export interface CursorState {
  readonly high: number;
  readonly gaps: ReadonlyArray<{ readonly from: number; readonly to: number; readonly until: string }>;
}

interface Row {
  xmin: string;
  xmax: string;
  seq: string | null;
  kind: ChangeKind | null;
  subject_id: string | null;
}

const BATCH = 5000;
const POLL_MS = 1000;
const RECONNECT_MS = 1000;
/** Interval, in milliseconds, at which the listening connection is asked for a sign of life. */
const PULSE_MS = 30_000;
/**
 * Minimum age, in milliseconds, at which a gap (range of missing sequence numbers) may be dropped: a transaction may
 * draw a sequence number shortly before it gets its transaction id.
 */
const GAP_MS = 30_000;
/**
 * Number of newest rows of match_change that a starting process reads; the sequence numbers missing among them are
 * gaps.
 */
const LOOK_BACK = 10_000;

/** Reading position in match_change: changes up to it, except the gaps, have been applied by this process. */
export class ChangeCursor {
  private high = 0;
  private gaps: Gap[] = [];

  /**
   * Sets the cursor to the newest committed change and remembers as gaps the numbers missing among the newest LOOK_BACK
   * changes. Must be called before the records are loaded, or changes committed meanwhile would be lost.
   */
  async begin(dataSource: DataSource): Promise<void> {
    const rows = (await dataSource.query(
      `SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xmax, seq
       FROM (SELECT 1) one
       LEFT JOIN (SELECT seq FROM match_change ORDER BY seq DESC LIMIT ${LOOK_BACK}) c ON true
       ORDER BY seq`,
    )) as Array<{ xmax: string; seq: string | null }>;
    const seen = rows.flatMap((row) => (row.seq === null ? [] : [Number(row.seq)]));
    this.gaps = [];
    this.high = seen[0] === undefined ? 0 : seen[0] - 1;
    this.take(seen, BigInt(rows[0]?.xmax ?? 0));
  }

  state(): CursorState {
    return { high: this.high, gaps: this.gaps.map(({ from, to, until }) => ({ from, to, until: String(until) })) };
  }

  /** Sets the cursor to a stored position. */
  resume({ high, gaps }: CursorState): void {
    this.high = high;
    this.gaps = gaps.map(({ from, to, until }) => ({ from, to, until: BigInt(until), since: Date.now() }));
  }

  /**
   * True if rows of match_change may have been deleted before this cursor read them, so that all records must be
   * reloaded. The newest row is never deleted, so an empty table means that there was no change.
   */
  async hasLostTrack(dataSource: DataSource): Promise<boolean> {
    const [row] = (await dataSource.query(`SELECT min(seq) AS first FROM match_change`)) as Array<{
      first: string | null;
    }>;
    return row?.first != null && Number(row.first) > this.high + 1;
  }

  /**
   * Returns the next changes in order of sequence number, gaps that were filled included; `more` is true if further
   * changes are pending.
   */
  async next(dataSource: DataSource): Promise<{ changes: Change[]; more: boolean }> {
    const rows = (await dataSource.query(
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin,
         pg_snapshot_xmax(pg_current_snapshot())::text AS xmax, c.seq, c.kind, c.subject_id
       FROM (SELECT 1) one
       LEFT JOIN (
         (SELECT seq, kind, subject_id FROM match_change WHERE seq > $1 ORDER BY seq LIMIT ${BATCH})
         UNION ALL
         SELECT m.seq, m.kind, m.subject_id
         FROM unnest($2::bigint[], $3::bigint[]) g(a, b)
         JOIN match_change m ON m.seq BETWEEN g.a AND g.b
       ) c ON true
       ORDER BY c.seq`,
      [this.high, this.gaps.map((gap) => gap.from), this.gaps.map((gap) => gap.to)],
    )) as Row[];
    const changes = rows.flatMap((row) => (row.seq === null ? [] : [{ kind: row.kind!, subjectId: row.subject_id }]));
    const numbers = rows.flatMap((row) => (row.seq === null ? [] : [Number(row.seq)]));
    const fresh = numbers.filter((seq) => seq > this.high);
    this.take(numbers, BigInt(rows[0]!.xmax));
    const ended = BigInt(rows[0]!.xmin);
    const now = Date.now();
    this.gaps = this.gaps.filter((gap) => gap.until > ended || now - gap.since < GAP_MS);
    return { changes, more: fresh.length === BATCH };
  }

  /**
   * Marks ascending sequence numbers as read: removes them from the gaps, and opens a new gap for numbers skipped above
   * the highest one read.
   */
  private take(numbers: readonly number[], xmax: bigint): void {
    for (const seq of numbers) {
      if (seq > this.high) {
        if (seq > this.high + 1) this.gaps.push({ from: this.high + 1, to: seq - 1, until: xmax, since: Date.now() });
        this.high = seq;
        continue;
      }
      const at = this.gaps.findIndex((gap) => gap.from <= seq && seq <= gap.to);
      if (at < 0) continue;
      const gap = this.gaps[at]!;
      const parts = [
        { ...gap, to: seq - 1 },
        { ...gap, from: seq + 1 },
      ].filter((part) => part.from <= part.to);
      this.gaps.splice(at, 1, ...parts);
    }
  }
}

/** Wakes the process when matching data may have changed: on NOTIFY, and once a second in any case. */
export class ChangeListener {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly log: Logger,
    private readonly ring: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(this.ring, POLL_MS);
    this.timer.unref();
    this.listen();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private listen(told = false): void {
    const client = this.database.client('techpool-matching');
    this.client = client;
    let over = false;
    let listening = false;
    // A connection whose packets are lost without an error carries no notifications either. It is asked at an interval;
    // the time limit of an answer closes it.
    const pulse = setInterval(() => void client.query('SELECT 1').catch(() => undefined), PULSE_MS);
    pulse.unref();
    const again = (error?: Error & { code?: string }) => {
      if (over) return;
      over = true;
      clearInterval(pulse);
      void client.end().catch(() => undefined);
      if (this.closed) return;
      // One line per outage, not one per attempt.
      if (listening || !told)
        this.log.warn(
          { code: error?.code, reason: error?.message },
          'the connection that wakes matching was lost; it polls until it is back',
        );
      setTimeout(() => !this.closed && this.listen(true), RECONNECT_MS).unref();
    };
    client.on('error', again);
    client.on('end', () => again());
    client.on('notification', this.ring);
    client
      .connect()
      .then(() => client.query('LISTEN match_change'))
      .then(() => {
        listening = true;
        this.ring();
      }, again);
  }
}
