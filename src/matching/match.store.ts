import type { DataSource } from 'typeorm';
import { addJob } from '../jobs.js';
import type { Logger } from '../logger.js';
import type { SimilarityText, TextModel } from '../text/similarity.js';
import { createDemandIndex, createInvestorIndex, createTalentIndex, demandGaps, investorGaps, talentGaps, type DemandIndex, type InvestorIndex, type TalentIndex } from './engine/index.js';
import type { EngineTaxonomy } from './engine/taxonomy.js';
import type { Day, Gap, Opportunity } from './engine/types.js';
import { ChangeBell, ChangeCursor, type Change } from './match.changes.js';
import type { CounterpartId } from './match.counterparts.js';
import { activeModel, type ActiveModel } from './match.models.js';
import { loadDemands, loadInvestors, loadOpportunities, loadTalents, today, type Loaded, type LoadedTalent, type Rates, type Window } from './match.records.js';
import { loadTeamTalents } from './teams/team.facts.js';
import { TeamPool } from './teams/team.pool.js';
import { fillTexts, generationIsDue, liveGeneration, readTextModel, TEXTS_TASK, type TextKind } from './match.texts.js';
import { loadRates } from '../taxonomy/currency.js';

/** Records read at once. */
const BATCH = 2000;
/** A process that has not read the sequence for so long looks whether changes were pruned meanwhile. */
const SLEPT_MS = 600_000;
/** Counting texts costs a scan, so it is not done more often. */
const WISH_MS = 5000;
/** Texts compared at once between two turns of the event loop. */
const TEXT_BATCH = 50;

/** What the store holds at one moment: everything that a ranking needs. Swapped whole where a model or all texts change. */
export interface Matchable {
  readonly model: ActiveModel;
  readonly generation: number;
  readonly investors: InvestorIndex;
  readonly talents: TalentIndex;
  readonly demands: DemandIndex;
  readonly opportunities: Map<string, Opportunity>;
  /** Talents that only members of verified organisations see, and ORCID iDs, by which inventors are known. */
  readonly talentFacts: Map<string, { registeredOnly: boolean; orcid: string | null }>;
  /** Talents as teams see them; null until teams are first asked for in this process. */
  readonly teams: { pool: TeamPool | null };
  readonly rates: Rates;
  readonly taxonomy: EngineTaxonomy;
}

/**
 * Everything that can be matched, in this process: loaded once, then kept up with the table match_change. Every ranking
 * first takes over what has been committed, so that nobody is shown less than what stood when they asked.
 */
export class MatchStore {
  private held: Matchable | null = null;
  private readonly cursor = new ChangeCursor();
  private readonly bell: ChangeBell;
  private running: Promise<void> | null = null;
  private waiting: Promise<void> | null = null;
  private textModel: { generation: number; model: Promise<TextModel> } | null = null;
  private closed = false;
  /** True while what is held may lack changes that the cursor has passed: it is loaded anew then. */
  private behind = true;
  /** When the sequence was last read, and when the need for new texts was last looked at (performance.now()). */
  private lastRead = 0;
  private lastWish = Number.NEGATIVE_INFINITY;
  private textsMayBeDue = true;
  private teamsWanted = false;

  constructor(
    private readonly dataSource: DataSource,
    databaseUrl: string,
    private readonly log: Logger,
    private readonly clock: () => Date,
  ) {
    this.bell = new ChangeBell(databaseUrl, log, () => this.wake());
  }

  /** Loads in the background and follows from now on; for processes that answer requests. */
  start(): void {
    this.bell.start();
    this.wake();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.bell.close();
    await Promise.allSettled([this.running, this.waiting]);
  }

  /** Whether everything is loaded; `/ready` need not wait for it, as the first ranking does. */
  get isReady(): boolean {
    return this.held !== null;
  }

  /** What can be matched, with everything that was committed before the call. */
  async fresh(): Promise<Matchable> {
    await this.catchUp();
    return this.held!;
  }

  /** As `fresh`, with the talents as teams see them. */
  async freshTeams(): Promise<{ held: Matchable; pool: TeamPool }> {
    this.teamsWanted = true;
    const held = await this.fresh();
    return { held, pool: held.teams.pool! };
  }

  /** The day that scores are of. */
  get day(): Day {
    return today(this.clock());
  }

  /** The score of a pair as it stands in this process, without looking for changes; null where one half does not take part. */
  scoreOf(achievementId: string, counterpart: CounterpartId): { score: number; modelVersion: number } | null {
    const held = this.held;
    const opportunity = held?.opportunities.get(achievementId);
    if (!held || !opportunity) return null;
    const index = { INVESTOR: held.investors, TALENT: held.talents, DEMAND: held.demands }[counterpart.kind];
    const scored = index.scorePair(counterpart.id, opportunity, this.day);
    return scored === null ? null : { score: scored.score, modelVersion: held.model.version };
  }

  /** The model of a generation's texts, kept for the next time. */
  textModelOf(generation: number): Promise<TextModel> {
    if (this.textModel?.generation !== generation) {
      const model = readTextModel(this.dataSource, generation);
      this.textModel = { generation, model };
      model.catch(() => (this.textModel = null));
    }
    return this.textModel.model;
  }

  /** The texts of what takes part, by id. */
  async textsOf(kind: TextKind, ids: readonly string[], held: Matchable): Promise<Map<string, SimilarityText>> {
    const w: Window = { ids, after: null, limit: ids.length, generation: held.generation };
    const rows: ReadonlyArray<Loaded<{ id: string }>> = await {
      ACHIEVEMENT: () => loadOpportunities(this.dataSource, w, held.rates),
      INVESTOR: () => loadInvestors(this.dataSource, w, held.rates),
      TALENT: () => loadTalents(this.dataSource, w),
      DEMAND: () => loadDemands(this.dataSource, w, held.rates),
    }[kind]();
    return new Map(rows.map((row) => [row.record.id, row.source]));
  }

  /** What a profile or need that takes part could still say. */
  async gapsOf(counterpart: CounterpartId, held: Matchable): Promise<Gap[]> {
    const w: Window = { ids: [counterpart.id], after: null, limit: 1, generation: held.generation };
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
      .catch((error: unknown) => {
        if (!this.closed) this.log.warn({ err: error }, 'matching could not take changes over; it tries again');
      });
  }

  /** Takes over what was committed before the call. Who comes while one run is under way shares the next one. */
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
    if (this.closed) throw new Error('the service is stopping');
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
      // What commits meanwhile comes with the next round.
      await this.loadTeams(this.held!);
    }
  }

  private async apply(changes: readonly Change[]): Promise<void> {
    if (changes.some((change) => change.subjectId === null)) {
      await this.load();
      return;
    }
    const ids = (kind: Change['kind']) => [...new Set(changes.filter((change) => change.kind === kind).map((change) => change.subjectId!))];
    const held = this.held!;
    for (const kind of ['ACHIEVEMENT', 'INVESTOR', 'TALENT', 'DEMAND'] as const) {
      const changed = ids(kind);
      for (let i = 0; i < changed.length; i += BATCH) {
        const some = changed.slice(i, i + BATCH);
        await this.read(held, kind, { ids: some, after: null, limit: some.length, generation: held.generation }, new Set(some));
      }
    }
    this.textsMayBeDue = true;
  }

  /** Reads everything into new indexes and swaps. What commits meanwhile is caught up with after. */
  private async load(): Promise<void> {
    this.behind = true;
    const started = performance.now();
    await this.cursor.begin(this.dataSource);
    const db = this.dataSource;
    const [model, generation, rates, taxonomy] = await Promise.all([activeModel(db), liveGeneration(db), loadRates(db.manager), readTaxonomy(db)]);
    const held: Matchable = {
      model,
      generation,
      rates,
      taxonomy,
      investors: createInvestorIndex(taxonomy, model.model),
      talents: createTalentIndex(taxonomy, model.model),
      demands: createDemandIndex(taxonomy, model.model),
      opportunities: new Map(),
      talentFacts: new Map(),
      teams: { pool: null },
    };
    for (const kind of ['ACHIEVEMENT', 'INVESTOR', 'TALENT', 'DEMAND'] as const) {
      for (let after: string | null = null; ; ) {
        const last = await this.read(held, kind, { ids: null, after, limit: BATCH, generation }, null);
        if (last === null) break;
        after = last;
      }
    }
    this.held = held;
    this.behind = false;
    this.textsMayBeDue = true;
    this.log.debug(
      { ms: Math.round(performance.now() - started), entries: held.opportunities.size, investors: held.investors.size, talents: held.talents.size, demands: held.demands.size },
      'matching is loaded',
    );
  }

  /**
   * Reads a window of one kind into the indexes: what is there goes in, what was asked for by id and is not comes out.
   * Gives the last id of a full batch, null at the end.
   */
  private async read(held: Matchable, kind: TextKind, w: Window, asked: ReadonlySet<string> | null): Promise<string | null> {
    const db = this.dataSource;
    const gone = new Set(asked);
    const take = async <T extends { id: string; text: unknown }>(rows: ReadonlyArray<Loaded<T>>, put: (one: Loaded<T>) => void): Promise<string | null> => {
      await this.fill(kind, held.generation, rows);
      for (const one of rows) {
        put(one);
        gone.delete(one.record.id);
      }
      return rows.length === w.limit ? rows.at(-1)!.record.id : null;
    };
    switch (kind) {
      case 'ACHIEVEMENT': {
        const last = await take(await loadOpportunities(db, w, held.rates), ({ record }) => held.opportunities.set(record.id, record));
        gone.forEach((id) => held.opportunities.delete(id));
        return last;
      }
      case 'INVESTOR': {
        const last = await take(await loadInvestors(db, w, held.rates), ({ record }) => held.investors.upsert(record));
        gone.forEach((id) => held.investors.remove(id));
        return last;
      }
      case 'TALENT': {
        const last = await take(await loadTalents(db, w), (one) => {
          held.talents.upsert(one.record);
          const { registeredOnly, orcid } = one as LoadedTalent;
          held.talentFacts.set(one.record.id, { registeredOnly, orcid });
        });
        gone.forEach((id) => {
          held.talents.remove(id);
          held.talentFacts.delete(id);
        });
        if (w.ids !== null) await this.readTeams(held, w.ids);
        return last;
      }
      case 'DEMAND': {
        const last = await take(await loadDemands(db, w, held.rates), ({ record }) => held.demands.upsert(record));
        gone.forEach((id) => held.demands.remove(id));
        return last;
      }
    }
  }

  /** Everybody whom teams may be made of; a restart does not wait for it, since few processes are asked for teams. */
  private async loadTeams(held: Matchable): Promise<void> {
    const pool = new TeamPool();
    for (let after: string | null = null; ; ) {
      const talents = await loadTeamTalents(this.dataSource.manager, { after, limit: BATCH });
      for (const talent of talents) pool.upsert(talent);
      if (talents.length < BATCH) break;
      after = talents.at(-1)!.id;
    }
    held.teams.pool = pool;
  }

  private async readTeams({ teams: { pool } }: Matchable, ids: readonly string[]): Promise<void> {
    if (pool === null) return;
    const gone = new Set(ids);
    for (const talent of await loadTeamTalents(this.dataSource.manager, { ids, limit: ids.length })) {
      pool.upsert(talent);
      gone.delete(talent.id);
    }
    gone.forEach((id) => pool.remove(id));
  }

  /** Makes the vectors that are missing or of another text. */
  private async fill<T extends { id: string; text: unknown }>(kind: TextKind, generation: number, rows: ReadonlyArray<Loaded<T>>): Promise<void> {
    const stale = rows.filter((row) => row.stale);
    if (stale.length === 0 || generation === 0) return;
    const model = await this.textModelOf(generation);
    for (let i = 0; i < stale.length; i += TEXT_BATCH) {
      await fillTexts(this.dataSource, kind, generation, model, stale.slice(i, i + TEXT_BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Asks for a new generation of texts where one is due; of many wishes one job comes. */
  private async wishForTexts(): Promise<void> {
    if (!this.textsMayBeDue || performance.now() - this.lastWish < WISH_MS) return;
    this.lastWish = performance.now();
    this.textsMayBeDue = false;
    if (await generationIsDue(this.dataSource)) await addJob(this.dataSource.manager, TEXTS_TASK, {}, { key: TEXTS_TASK, queue: TEXTS_TASK });
  }
}

/** Parents of industries and regions, as the code lists have them. */
async function readTaxonomy(db: DataSource): Promise<EngineTaxonomy> {
  const parents = async (table: 'industry' | 'region') => {
    const rows = (await db.query(`SELECT code, parent_code AS parent FROM ${table}`)) as Array<{ code: string; parent: string | null }>;
    return new Map(rows.map((row) => [row.code, row.parent]));
  };
  const [industries, regions] = await Promise.all([parents('industry'), parents('region')]);
  return { industryParent: (code) => industries.get(code) ?? null, regionParent: (code) => regions.get(code) ?? null };
}
