import type { Logger } from '../../kernel/logger.js';
import { distinctOf, pathCodesOf } from '../index/search.documents.js';
import { PoolColumns, type PoolEntry } from './pool.columns.js';

/** Runs SQL: a pool of connections, or a manager of TypeORM. */
export type RunSql = <Row>(sql: string, parameters?: unknown[]) => Promise<Row[]>;

/** Number of entries read per statement while loading. */
const STEP = 500;

const ENTRIES_SQL = `
SELECT a.id, a.score::float8 AS score, a.trl, a.funding_currency AS "fundingCurrency",
  a.funding_min::float8 AS "fundingMin", a.funding_max::float8 AS "fundingMax",
  (extract(epoch FROM a.admitted_at) * 1000)::float8 AS "admittedAt",
  json_build_object(
    'INDUSTRY', ${pathCodesOf('achievement_industry', 'industry', 'industry_code')},
    'REGION', COALESCE((SELECT r.path FROM region r WHERE r.code = a.region_code), '{}'),
    'INSTITUTION', ARRAY[a.institution_id::text],
    'TRL', array_remove(ARRAY[a.trl::text], NULL),
    'COOPERATION_MODE', ${distinctOf('mode', 'achievement_cooperation')},
    'LICENCE_KIND', ${distinctOf('licence_kind', 'achievement_cooperation')},
    'IP_STATUS', ${distinctOf('status', 'ip_right')},
    'IP_TYPE', ${distinctOf('type', 'ip_right')},
    'STRATEGIC_AREA', ${pathCodesOf('achievement_strategic_area', 'strategic_area', 'area_code')},
    'CATEGORY', array_remove(ARRAY[a.category], NULL),
    'YEAR', array_remove(ARRAY[extract(year FROM a.registered_on)::int::text], NULL)
  ) AS values
FROM achievement a
WHERE a.status = 'ADMITTED'`;

/** The columns as they are at the start of a search. */
export interface PoolState {
  readonly columns: PoolColumns;
  /** Version of the search index that the columns contain. */
  readonly version: number;
  /** Entries with a committed change that the search index does not contain; the columns do. */
  readonly waiting: ReadonlySet<string>;
}

/**
 * Holds the columns of the pool in this process. They follow the versions of the search index (table search_change) and
 * also contain every committed change that waits for the index (table search_outbox), so that they are as new as the
 * database while the search engine is away.
 */
export class PoolTable {
  private columns: PoolColumns | null = null;
  private version = 0;
  /** The newest change in the outbox that the columns contain, by entry. */
  private taken = new Map<string, string>();
  private isStopped = false;
  private running: Promise<PoolState> | null = null;
  private next: Promise<PoolState> | null = null;

  constructor(
    private readonly run: RunSql,
    private readonly log: Logger,
  ) {}

  /** Ends loading and following. */
  stop(): void {
    this.isStopped = true;
  }

  /** Whether all entries are loaded. */
  get isReady(): boolean {
    return this.columns !== null;
  }

  /** Loads or follows in the background. */
  follow(version: number): void {
    if (this.columns !== null && this.version >= version) return;
    this.fresh().catch((error: unknown) => {
      if (!this.isStopped)
        this.log.warn({ err: error }, 'the columns of the pool could not be read; the next search tries again');
    });
  }

  /** The columns with every change committed before the call. Calls at the same time share one run. */
  fresh(): Promise<PoolState> {
    this.next ??= this.afterRunning();
    return this.next;
  }

  private async afterRunning(): Promise<PoolState> {
    // A run that has begun may have missed the newest change, so its end is waited for, and another one begins.
    if (this.running) await this.running.catch(() => undefined);
    else await Promise.resolve();
    this.next = null;
    const running = this.work();
    this.running = running;
    try {
      return await running;
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  private async work(): Promise<PoolState> {
    let columns = this.columns;
    if (columns === null) {
      columns = new PoolColumns();
      this.version = await this.newest();
      await this.loadAll(columns);
    }
    const { version, changed, hasLostTrack, waiting } = await this.changes();
    if (hasLostTrack) {
      columns = new PoolColumns();
      await this.loadAll(columns);
    }
    const renewed = [
      ...new Set([...changed, ...[...waiting].filter(([id, seq]) => this.taken.get(id) !== seq).map(([id]) => id)]),
    ];
    for (let i = 0; i < renewed.length; i += STEP) {
      const ids = renewed.slice(i, i + STEP);
      const entries = await this.run<PoolEntry>(`${ENTRIES_SQL} AND a.id = ANY($1::uuid[])`, [ids]);
      const present = new Set(entries.map((entry) => entry.id));
      columns.apply(
        entries,
        ids.filter((id) => !present.has(id)),
      );
    }
    if (columns.isSparse) columns = columns.compacted();
    this.columns = columns;
    this.version = version;
    this.taken = waiting;
    return { columns, version, waiting: new Set(waiting.keys()) };
  }

  private async newest(): Promise<number> {
    const [row] = await this.run<{ version: string }>(
      `SELECT COALESCE(max(version), 0)::text AS version FROM search_change`,
    );
    return Number(row!.version);
  }

  /**
   * Changes since the version of the columns, and all changes that wait for the index, read in one statement: a change
   * leaves the outbox in the transaction that adds it to search_change.
   */
  private async changes(): Promise<{
    version: number;
    changed: string[];
    hasLostTrack: boolean;
    waiting: Map<string, string>;
  }> {
    const [row] = await this.run<{
      version: string;
      first: string | null;
      changed: Array<string | null> | null;
      waiting: Array<[string, string]> | null;
    }>(
      `SELECT COALESCE((SELECT max(version) FROM search_change), 0)::text AS version,
         (SELECT min(version) FROM search_change)::text AS first,
         (SELECT json_agg(c.achievement_id) FROM search_change c WHERE c.version > $1::bigint) AS changed,
         (
           SELECT json_agg(json_build_array(o.achievement_id, o.seq::text))
           FROM (SELECT achievement_id, max(seq) AS seq FROM search_outbox GROUP BY achievement_id) o
         ) AS waiting`,
      [this.version],
    );
    const { version, first, changed, waiting } = row!;
    return {
      version: Number(version),
      changed: (changed ?? []).filter((id) => id !== null),
      // Old changes were deleted before this process read them.
      hasLostTrack: first !== null && Number(first) > this.version + 1,
      waiting: new Map(waiting ?? []),
    };
  }

  private async loadAll(columns: PoolColumns): Promise<void> {
    for (let after: string | null = null; !this.isStopped;) {
      const entries: PoolEntry[] = await this.run<PoolEntry>(
        after === null
          ? `${ENTRIES_SQL} ORDER BY a.id LIMIT ${STEP}`
          : `${ENTRIES_SQL} AND a.id > $1::uuid ORDER BY a.id LIMIT ${STEP}`,
        after === null ? [] : [after],
      );
      columns.apply(entries);
      after = entries.at(-1)?.id ?? null;
      if (entries.length < STEP) return;
    }
  }
}
