import type { DataSource } from 'typeorm';
import type { Database } from '../../kernel/database/database.js';
import { noteOutage } from '../../kernel/database/outages.js';
import type { Logger } from '../../kernel/logger.js';
import { createDemandIndex } from '../engine/demand.index.js';
import { createInvestorIndex, InvestorIndex } from '../engine/investor.index.js';
import { createTalentIndex } from '../engine/talent.index.js';
import { demandGaps, investorGaps, talentGaps } from '../engine/gaps.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { Day, Gap } from '../engine/types.js';
import { ChangeListener, ChangeCursor, type Change } from './match.changes.js';
import type { CounterpartId } from '../lists/match.counterparts.js';
import {
  indexOfKind,
  readTaxonomy,
  insertRecord,
  removeRecord,
  type MatchData,
  type MatchRecord,
  loadRecords,
} from './match.data.js';
import { activeModel, type ActiveModel } from '../models/match.models.js';
import { type LoadedRecord, type RecordSelection } from './match.records.js';
import { digestOf, type SnapshotBasis } from './match.snapshot.js';
import { SnapshotUpkeep } from './match.snapshot-upkeep.js';
import { liveGeneration, type TextKind } from './match.texts.js';
import { loadRates } from '../../taxonomy/currency.js';
import { loadInvestors } from './investor.records.js';
import { loadTalents } from './talent.records.js';
import { loadDemands } from './demand.records.js';
import { today } from './match.values.js';
import type { TeamPool } from '../teams/team.pool.js';
import { loadTeamPool, updateTeamPool } from './match.team-pool.js';
import { TextUpkeep } from './match.text-upkeep.js';

/** Number of records read per statement. */
const BATCH = 2000;
/**
 * If match_change was not read for this time (milliseconds), the process checks whether unread rows were deleted
 * meanwhile.
 */
const UNREAD_LIMIT_MS = 600_000;

declare module '../../kernel/context.js' {
  interface App {
    /** All records that can be matched, held in memory by this process and kept up to date with the database. */
    readonly matching: MatchStore;
  }
}

/**
 * In-memory store of all records that can be matched: updated from the table match_change, and loaded again only if the
 * model, exchange rates, taxonomy or all texts changed or changes were missed. Before records are returned for a list,
 * all committed changes are applied, so that a reader sees at least the state at the time of the request.
 */
export class MatchStore {
  private held: MatchData | null = null;
  private readonly cursor = new ChangeCursor();
  private readonly listener: ChangeListener;
  private running: Promise<void> | null = null;
  private waiting: Promise<void> | null = null;
  private closed = false;
  /**
   * True while records in memory may lack changes that the reading position has already passed; they are then reloaded.
   */
  private behind = true;
  /** Time in milliseconds (performance.now()) when match_change was last read. */
  private lastRead = 0;
  /** Text vectors of the records, and the model that computes them. */
  readonly texts: TextUpkeep;
  private teamsWanted = false;
  private following = false;
  private readonly snapshot: SnapshotUpkeep;
  /** Basis of the indexes; set with every load. */
  private basis: SnapshotBasis | null = null;

  constructor(
    private readonly dataSource: DataSource,
    database: Database,
    dataDir: string,
    private readonly log: Logger,
    private readonly clock: () => Date,
  ) {
    this.texts = new TextUpkeep(dataSource);
    this.snapshot = new SnapshotUpkeep(dataSource, dataDir, log);
    this.listener = new ChangeListener(database, log, () => this.wake());
  }

  /**
   * Starts loading the records in the background and following their changes. Only for processes that answer requests.
   */
  start(): void {
    this.following = true;
    this.listener.start();
    this.wake();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.listener.close();
    await Promise.allSettled([this.running, this.waiting]);
    await this.snapshot.settled();
    const state = this.atRest();
    if (this.following && state) await this.snapshot.keepAll(...state);
  }

  /** True if all records are loaded. The health check `/ready` does not wait for them; the first ranking does. */
  get isReady(): boolean {
    return this.held !== null;
  }

  /**
   * Returns the records for matching (entries, profiles, demands) after applying every change that was committed before
   * the call.
   */
  async fresh(): Promise<MatchData> {
    await this.catchUp();
    return this.held!;
  }

  /**
   * Returns the records for matching as they are in memory, without catching up, for speculative use only: a result
   * holds only if `fresh()` afterwards returns the same object with the same `revision`. Null before the first load and
   * while records may be incomplete.
   */
  get current(): MatchData | null {
    return this.behind ? null : this.held;
  }

  /** Returns the records for matching like `fresh`, and also the talents in the columns that team building uses. */
  async freshTeams(): Promise<{ held: MatchData; pool: TeamPool }> {
    this.teamsWanted = true;
    const held = await this.fresh();
    return { held, pool: held.teams.pool! };
  }

  /** The day for which scores are computed. */
  get day(): Day {
    return today(this.clock());
  }

  /**
   * Score of a pair from the records in memory, without catching up; null if either side is not matchable, if the
   * engine never proposes the pair (same organisation, earlier backer, excluded industry, passed deadline), or if
   * nothing is loaded yet.
   */
  scoreOf(achievementId: string, counterpart: CounterpartId): { score: number; modelVersion: number } | null {
    const held = this.held;
    const opportunity = held?.opportunities.get(achievementId);
    if (!held || !opportunity) return null;
    const scored = indexOfKind(held, counterpart.kind).scorePair(counterpart.id, opportunity, this.day);
    return scored === null ? null : { score: scored.score, modelVersion: held.model.version };
  }

  /** Facts that a matchable profile or demand could add. */
  async gapsOf(counterpart: CounterpartId, held: MatchData): Promise<Gap[]> {
    const w: RecordSelection = { ids: [counterpart.id], generation: held.generation };
    switch (counterpart.kind) {
      case 'INVESTOR':
        return (await loadInvestors(this.dataSource, w, held.rates)).flatMap(({ record }) => investorGaps(record));
      case 'TALENT':
        return (await loadTalents(this.dataSource, w)).flatMap(({ record }) => talentGaps(record));
      case 'DEMAND':
        return (await loadDemands(this.dataSource, w, held.rates)).flatMap(({ record }) => demandGaps(record));
    }
  }

  private wake(): void {
    if (this.closed) return;
    this.catchUp()
      .then(() => this.texts.queueGenerationIfDue())
      .then(() => {
        const state = this.atRest();
        return state ? this.snapshot.keep(...state) : undefined;
      })
      .catch((error: unknown) => {
        if (!this.closed && !noteOutage(this.log, error))
          this.log.warn({ err: error }, 'matching could not take changes over; it tries again');
      });
  }

  /**
   * Applies all changes that were committed before the call. Callers that arrive while changes are being applied wait
   * for one further pass, which they share.
   */
  private catchUp(): Promise<void> {
    if (this.running === null) {
      this.running = this.work().finally(() => (this.running = null));
      return this.running;
    }
    this.waiting ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.waiting = null;
        return this.catchUp();
      });
    return this.waiting;
  }

  private async work(): Promise<void> {
    this.refuseWhenClosed();
    const slept = performance.now() - this.lastRead > UNREAD_LIMIT_MS;
    if (this.behind || (slept && (await this.cursor.hasLostTrack(this.dataSource)))) await this.load();
    for (;;) {
      const { changes, more } = await this.cursor.next(this.dataSource);
      this.lastRead = performance.now();
      if (changes.length > 0) {
        this.behind = true;
        await this.apply(changes);
        this.behind = false;
      }
      if (more) continue;
      if (!this.teamsWanted || this.held!.teams.pool !== null) return;
      // Talents that changed while they were being loaded for team building are read again in the next pass.
      const pool = await loadTeamPool(this.dataSource, () => this.refuseWhenClosed());
      this.held!.teams.pool = pool;
    }
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new Error('the service is stopping');
  }

  private async apply(changes: readonly Change[]): Promise<void> {
    // A change without id concerns the model, rates, taxonomy or all texts: everything is reloaded, if it really
    // differs from what is loaded.
    if (
      changes.some((change) => change.subjectId === null) &&
      digestOf((await this.readBasis()).basis) !== digestOf(this.basis)
    ) {
      await this.load();
      return;
    }
    const ids = (kind: Change['kind']) => [
      ...new Set(changes.filter((change) => change.kind === kind).map((change) => change.subjectId!)),
    ];
    const held = this.held!;
    for (const kind of ['ACHIEVEMENT', 'INVESTOR', 'TALENT', 'DEMAND'] as const) {
      const changed = ids(kind);
      for (let i = 0; i < changed.length; i += BATCH) {
        const some = changed.slice(i, i + BATCH);
        await this.take(held, kind, some);
      }
    }
    this.texts.mayBeDue = true;
  }

  /**
   * Loads all records into new indexes, which then replace the old ones. Changes committed during the load are applied
   * afterwards.
   */
  private async load(): Promise<void> {
    this.behind = true;
    const started = performance.now();
    await this.cursor.begin(this.dataSource);
    const { basis, model, generation, rates, taxonomy } = await this.readBasis();
    this.basis = basis;
    const kept = await this.restored(taxonomy, model);
    this.snapshot.loaded(kept !== null);
    const held: MatchData = {
      revision: 0,
      model,
      generation,
      rates,
      taxonomy,
      investors: kept ?? createInvestorIndex(taxonomy, model.model),
      talents: createTalentIndex(taxonomy, model.model),
      demands: createDemandIndex(taxonomy, model.model),
      opportunities: new Map(),
      talentFacts: new Map(),
      teams: { pool: null },
    };
    for (const kind of ['ACHIEVEMENT', 'INVESTOR', 'TALENT', 'DEMAND'] as const) {
      if (kind === 'INVESTOR' && kept) continue;
      const next = (after: string | null) => {
        const rows = loadRecords(this.dataSource, kind, { after, limit: BATCH, generation }, rates);
        // The query runs ahead of its use; a rejection is handled where the promise is awaited.
        rows.catch(() => undefined);
        return rows;
      };
      for (let coming: ReturnType<typeof next> | null = next(null); coming !== null;) {
        const rows: Awaited<ReturnType<typeof next>> = await coming;
        // A stopping process abandons the load.
        this.refuseWhenClosed();
        // Pipelined: the database reads the next batch while this one is inserted into the index.
        coming = rows.length === BATCH ? next(rows.at(-1)!.record.id) : null;
        await this.put(held, kind, rows);
      }
    }
    this.held = held;
    this.behind = false;
    this.texts.mayBeDue = true;
    this.log.debug(
      {
        ms: Math.round(performance.now() - started),
        fromFile: kept !== null,
        entries: held.opportunities.size,
        investors: held.investors.size,
        talents: held.talents.size,
        demands: held.demands.size,
      },
      'matching is loaded',
    );
  }

  /**
   * Reads everything besides the records that scores depend on: model, text generation, exchange rates and taxonomy.
   */
  private async readBasis() {
    const db = this.dataSource;
    const [model, generation, rates, { taxonomy, digest }] = await Promise.all([
      activeModel(db),
      liveGeneration(db),
      loadRates(db.manager),
      readTaxonomy(db),
    ]);
    const basis: SnapshotBasis = {
      model: model.version,
      generation,
      rates: digestOf([...rates].sort(([a], [b]) => (a < b ? -1 : 1))),
      taxonomy: digest,
    };
    return { basis, model, generation, rates, taxonomy };
  }

  /** Inserts rows of one kind into the indexes. */
  private async put(held: MatchData, kind: TextKind, rows: ReadonlyArray<LoadedRecord<MatchRecord>>): Promise<void> {
    await this.texts.fill(kind, held.generation, rows);
    for (const one of rows) insertRecord(held, kind, one);
  }

  /** Applies changes of one kind of record, given by id: ids still matchable are inserted again, all others removed. */
  private async take(held: MatchData, kind: TextKind, ids: readonly string[]): Promise<void> {
    const rows = await loadRecords(this.dataSource, kind, { ids, generation: held.generation }, held.rates);
    await this.put(held, kind, rows);
    const present = new Set(rows.map(({ record }) => record.id));
    for (const id of ids) if (!present.has(id)) removeRecord(held, kind, id);
    if (kind === 'TALENT' && held.teams.pool) await updateTeamPool(this.dataSource, held.teams.pool, ids);
    if (kind === 'INVESTOR') this.snapshot.changed(ids.length);
  }

  /**
   * Returns the investor index from an earlier process's snapshot file; null if this is not the first load or the file
   * cannot be used.
   */
  private async restored(taxonomy: EngineTaxonomy, model: ActiveModel): Promise<InvestorIndex | null> {
    if (this.held !== null) return null;
    const kept = await this.snapshot.read(this.basis!);
    if (kept === null) return null;
    this.cursor.resume(kept.cursor);
    if (!(await this.cursor.hasLostTrack(this.dataSource)))
      return InvestorIndex.restored(taxonomy, model.model, kept.dump);
    await this.cursor.begin(this.dataSource);
    return null;
  }

  /**
   * Investor index, its basis and the reading position, as the snapshot file stores them; null while changes are being
   * applied, while records may be incomplete, and before the first load.
   */
  private atRest(): readonly [InvestorIndex, SnapshotBasis, ChangeCursor] | null {
    if (this.running !== null || this.behind || this.held === null || this.basis === null) return null;
    return [this.held.investors, this.basis, this.cursor];
  }
}
