import type { DataSource } from 'typeorm';
import { addJob } from '../../kernel/jobs.js';
import type { Logger } from '../../kernel/logger.js';
import type { TextModel } from '../../text/similarity.js';
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
} from './match.data.js';
import { activeModel, type ActiveModel } from '../models/match.models.js';
import {
  loadDemands,
  loadInvestors,
  loadOpportunities,
  loadTalents,
  today,
  type LoadedRecord,
  type Rates,
  type RecordSelection,
} from './match.records.js';
import { digestOf, InvestorSnapshot, type SnapshotBasis } from './match.snapshot.js';
import { loadTeamTalents } from '../teams/team.facts.js';
import { TeamPool } from '../teams/team.pool.js';
import { fillTexts, generationIsDue, liveGeneration, readTextModel, TEXTS_TASK, type TextKind } from './match.texts.js';
import { loadRates } from '../../taxonomy/currency.js';

/** Number of records read per statement. */
const BATCH = 2000;
/**
 * If match_change was not read for this time (milliseconds), the process checks whether unread rows were deleted
 * meanwhile.
 */
const SLEPT_MS = 600_000;
/**
 * Minimum interval, in milliseconds, between checks whether a new text generation is due, because the check counts
 * whole tables.
 */
const WISH_MS = 5000;
/** Number of text vectors computed before control returns to the event loop. */
const TEXT_BATCH = 50;
/** Minimum number of investors for a snapshot file: fewer are read from the database just as fast. */
const MIN_KEPT = 2000;
/**
 * Number of changed investors after which the snapshot file is written again. After a failed write, the next attempt
 * waits KEEP_AGAIN_MS milliseconds.
 */
const CHANGES_KEPT = 2000;
const KEEP_AGAIN_MS = 600_000;
const STOPPING = 'the service is stopping';

declare module '../../kernel/context.js' {
  interface App {
    /** All records that can be matched, held in memory by this process and kept up to date with the database. */
    readonly matching: MatchStore;
  }
}

/**
 * In-memory store of all records that can be matched: loaded once, then updated from the table match_change. Every
 * ranking first applies all committed changes, so that a reader sees at least the state at the time of the request.
 */
export class MatchStore {
  private held: MatchData | null = null;
  private readonly cursor = new ChangeCursor();
  private readonly listener: ChangeListener;
  private running: Promise<void> | null = null;
  private waiting: Promise<void> | null = null;
  private textModel: { generation: number; model: Promise<TextModel> } | null = null;
  private closed = false;
  /**
   * True while records in memory may lack changes that the reading position has already passed; they are then reloaded.
   */
  private behind = true;
  /**
   * Times in milliseconds (performance.now()): when match_change was last read (`lastRead`), and when it was last
   * checked whether a new text generation is due (`lastWish`).
   */
  private lastRead = 0;
  private lastWish = Number.NEGATIVE_INFINITY;
  private textsMayBeDue = true;
  private teamsWanted = false;
  private following = false;
  private readonly snapshot: InvestorSnapshot;
  /** Basis of the indexes; set with every load. */
  private basis: SnapshotBasis | null = null;
  /**
   * `unsaved`: number of investors changed since the snapshot file was written. `saving`: the write in progress.
   * `nextKeep`: time (performance.now()) before which no write is attempted.
   */
  private unsaved = 0;
  private saving: Promise<void> | null = null;
  private nextKeep = 0;

  constructor(
    private readonly dataSource: DataSource,
    databaseUrl: string,
    dataDir: string,
    private readonly log: Logger,
    private readonly clock: () => Date,
  ) {
    this.snapshot = new InvestorSnapshot(dataSource, dataDir);
    this.listener = new ChangeListener(databaseUrl, log, () => this.wake());
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
    await this.saving;
    if (this.following) await this.keep(1);
  }

  /** True if all records are loaded. The health check `/ready` does not wait for them; the first ranking does. */
  get isReady(): boolean {
    return this.held !== null;
  }

  /** Returns the records after applying every change that was committed before the call. */
  async fresh(): Promise<MatchData> {
    await this.catchUp();
    return this.held!;
  }

  /**
   * Returns the records in memory without catching up, for speculative use only: a result holds only if `fresh()`
   * afterwards returns the same object with the same `revision`. Null before the first load and while records may be
   * incomplete.
   */
  get current(): MatchData | null {
    return this.behind ? null : this.held;
  }

  /** Like `fresh`, and also loads the talents in the columns that team building uses. */
  async freshTeams(): Promise<{ held: MatchData; pool: TeamPool }> {
    this.teamsWanted = true;
    const held = await this.fresh();
    return { held, pool: held.teams.pool! };
  }

  /** The day for which scores are computed. */
  get day(): Day {
    return today(this.clock());
  }

  /** Score of a pair from the records in memory, without catching up; null if either side is not matchable. */
  scoreOf(achievementId: string, counterpart: CounterpartId): { score: number; modelVersion: number } | null {
    const held = this.held;
    const opportunity = held?.opportunities.get(achievementId);
    if (!held || !opportunity) return null;
    const scored = indexOfKind(held, counterpart.kind).scorePair(counterpart.id, opportunity, this.day);
    return scored === null ? null : { score: scored.score, modelVersion: held.model.version };
  }

  /** Text model (term weights) of a text generation; the last one is cached. */
  textModelOf(generation: number): Promise<TextModel> {
    if (this.textModel?.generation !== generation) {
      const model = readTextModel(this.dataSource, generation);
      this.textModel = { generation, model };
      model.catch(() => (this.textModel = null));
    }
    return this.textModel.model;
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
      .then(() => this.wishForTexts())
      .then(() => (performance.now() < this.nextKeep ? undefined : this.keep(CHANGES_KEPT)))
      .catch((error: unknown) => {
        if (!this.closed) this.log.warn({ err: error }, 'matching could not take changes over; it tries again');
      });
  }

  /**
   * Applies all changes that were committed before the call. Callers that arrive during a run share one following run.
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
    if (this.closed) throw new Error(STOPPING);
    const slept = performance.now() - this.lastRead > SLEPT_MS;
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
      // // Talents changed while the team data was loading are applied in the next run.
      await this.loadTeams(this.held!);
    }
  }

  private async apply(changes: readonly Change[]): Promise<void> {
    // // A change without id concerns the model, rates, taxonomy or all texts: everything is reloaded, if it really
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
    this.textsMayBeDue = true;
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
    this.unsaved = kept ? 0 : Number.POSITIVE_INFINITY;
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
        const rows = this.fetch(kind, { after, limit: BATCH, generation }, rates);
        // // The query runs ahead of its use; a rejection is handled where the promise is awaited.
        rows.catch(() => undefined);
        return rows;
      };
      for (let coming: ReturnType<typeof next> | null = next(null); coming !== null;) {
        const rows: Awaited<ReturnType<typeof next>> = await coming;
        // A stopping process abandons the load.
        if (this.closed) throw new Error(STOPPING);
        // // Pipelined: the database reads the next batch while this one is inserted into the index.
        coming = rows.length === BATCH ? next(rows.at(-1)!.record.id) : null;
        await this.put(held, kind, rows);
      }
    }
    this.held = held;
    this.behind = false;
    this.textsMayBeDue = true;
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

  /** Reads rows of one kind with its loader. */
  private fetch(kind: TextKind, w: RecordSelection, rates: Rates): Promise<ReadonlyArray<LoadedRecord<MatchRecord>>> {
    const db = this.dataSource;
    switch (kind) {
      case 'ACHIEVEMENT':
        return loadOpportunities(db, w, rates);
      case 'INVESTOR':
        return loadInvestors(db, w, rates);
      case 'TALENT':
        return loadTalents(db, w);
      case 'DEMAND':
        return loadDemands(db, w, rates);
    }
  }

  /** Inserts rows of one kind into the indexes. */
  private async put(held: MatchData, kind: TextKind, rows: ReadonlyArray<LoadedRecord<MatchRecord>>): Promise<void> {
    await this.fill(kind, held.generation, rows);
    for (const one of rows) insertRecord(held, kind, one);
  }

  /** Applies changes of one kind of record, given by id: ids still matchable are inserted again, all others removed. */
  private async take(held: MatchData, kind: TextKind, ids: readonly string[]): Promise<void> {
    const rows = await this.fetch(kind, { ids, generation: held.generation }, held.rates);
    await this.put(held, kind, rows);
    const present = new Set(rows.map(({ record }) => record.id));
    for (const id of ids) if (!present.has(id)) removeRecord(held, kind, id);
    if (kind === 'TALENT') await this.readTeams(held, ids);
    if (kind === 'INVESTOR') this.unsaved += ids.length;
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

  /** Writes the snapshot file if at least `changes` investors have changed since the last write. */
  private keep(changes: number): Promise<void> {
    if (
      this.running !== null ||
      this.behind ||
      this.unsaved < changes ||
      this.held === null ||
      this.held.investors.size < MIN_KEPT
    )
      return Promise.resolve();
    this.saving ??= this.save(this.held.investors).finally(() => (this.saving = null));
    return this.saving;
  }

  private async save(investors: InvestorIndex): Promise<void> {
    const before = this.unsaved;
    try {
      const started = performance.now();
      // // Index content and reading position are taken at the same moment, while no changes are being applied.
      const [dump, cursor] = [investors.dump(), this.cursor.state()];
      this.unsaved = 0;
      const bytes = await this.snapshot.save(this.basis!, dump, cursor);
      this.log.debug(
        { ms: Math.round(performance.now() - started), bytes },
        'the investors are kept for the next start',
      );
    } catch (error) {
      this.unsaved += before;
      this.log.warn({ err: error }, 'the investors could not be kept for the next start, which will read them all');
      this.nextKeep = performance.now() + KEEP_AGAIN_MS;
    }
  }

  /**
   * Loads all talents for team building, when teams are first requested: few processes need them, so a start does not
   * wait for them.
   */
  private async loadTeams(held: MatchData): Promise<void> {
    const pool = new TeamPool();
    for (let after: string | null = null; ;) {
      const talents = await loadTeamTalents(this.dataSource.manager, { after, limit: BATCH });
      if (this.closed) throw new Error(STOPPING);
      for (const talent of talents) pool.upsert(talent);
      if (talents.length < BATCH) break;
      after = talents.at(-1)!.id;
    }
    held.teams.pool = pool;
  }

  private async readTeams({ teams: { pool } }: MatchData, ids: readonly string[]): Promise<void> {
    if (pool === null) return;
    const gone = new Set(ids);
    for (const talent of await loadTeamTalents(this.dataSource.manager, { ids })) {
      pool.upsert(talent);
      gone.delete(talent.id);
    }
    gone.forEach((id) => pool.remove(id));
  }

  /** Computes and stores the text vectors of records whose vector is missing or belongs to another text. */
  private async fill<T extends { id: string; text: unknown }>(
    kind: TextKind,
    generation: number,
    rows: ReadonlyArray<LoadedRecord<T>>,
  ): Promise<void> {
    const stale = rows.filter((row) => row.stale);
    if (stale.length === 0 || generation === 0) return;
    const model = await this.textModelOf(generation);
    for (let i = 0; i < stale.length; i += TEXT_BATCH) {
      await fillTexts(this.dataSource, kind, generation, model, stale.slice(i, i + TEXT_BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Queues the job that builds a new text generation, if one is due; repeated calls queue it only once. */
  private async wishForTexts(): Promise<void> {
    if (!this.textsMayBeDue || performance.now() - this.lastWish < WISH_MS) return;
    this.lastWish = performance.now();
    this.textsMayBeDue = false;
    if (await generationIsDue(this.dataSource))
      await addJob(this.dataSource.manager, TEXTS_TASK, {}, { key: TEXTS_TASK, queue: TEXTS_TASK });
  }
}
