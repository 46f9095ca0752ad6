import { InvestorColumns, type StoredRecord } from './investor.columns.js';
import { investorEvidence } from './investor.evidence.js';
import { soughtBy, type Sought } from './investor.sought.js';
import { refinementOf } from './investor.refinement.js';
import { activityOf, contributionsOf, INVESTOR_TERMS } from './investor.score.js';
import type { MatchItem, MatchTerm, RankOptions, Ranking } from './result.types.js';
import type { InvestorModel, MatchModel } from './model.js';
import { Prepared } from './prepared.js';
import { bestRows, restrict } from './ranking.js';
import type { EngineTaxonomy } from './taxonomy.js';
import type { Day, MatchInvestor, Opportunity } from './types.js';

/** Maximum number of cached `Start` arrays. Few combinations occur, because the stages sought follow from the TRL. */
const MAX_STARTS = 24;

/**
 * Partial score of every row, which many opportunities share: activity, sought stages, and the parts of the industry
 * and region terms that are the same for all codes.
 */
interface Start {
  readonly sought: Pick<Sought, 'industries' | 'regions' | 'stages'>;
  readonly asOf: Day;
  readonly sums: Float32Array;
}

/** Whole content of an investor index as plain data: saved as a snapshot, from which a later process starts. */
export type InvestorDump = ReturnType<InvestorColumns['dump']>;

/**
 * Index of all investors of a pool: ranks them for an opportunity. Pure: no I/O, no clock, no state other than the
 * inserted records. A ranking first sums columns in 32-bit floats, which is fast and accurate to about 1e-3. It adds
 * the expensive terms only for rows that these could lift into the top k, then scores the remaining candidates exactly
 * (`contributionsOf`). The result equals that of scoring every investor exactly.
 */
export class InvestorIndex {
  private readonly columns: InvestorColumns;
  private readonly model: InvestorModel;
  private readonly prepared = new Prepared<Sought>();
  private sums = new Float32Array(0);
  /**
   * Cached `Start` arrays, keyed by day, sought stages, and whether any industry and any region is sought: achievements
   * with the same TRL share an entry.
   */
  private readonly starts = new Map<string, Start>();
  /** Buffer: strongest tie of each row to a backer while a ranking adds up ties; all zero between rankings. */
  private strongest = new Float32Array(0);
  private readonly scratch = new Float64Array(INVESTOR_TERMS.length);

  constructor(taxonomy: EngineTaxonomy, model: MatchModel) {
    this.model = model.investor;
    this.columns = new InvestorColumns(model.investor, taxonomy);
  }

  get size(): number {
    return this.columns.rows.size;
  }

  has(id: string): boolean {
    return this.columns.rows.row(id) !== undefined;
  }

  ids(): IterableIterator<string> {
    return this.columns.rows.ids();
  }

  /**
   * Id of the organisation that an investor profile belongs to; null if the profile is not in the index or has no
   * organisation.
   */
  organisationOf(id: string): string | null {
    const { rows, organisation, vocabularies } = this.columns;
    const number = organisation[rows.row(id) ?? -1] ?? -1;
    return number < 0 ? null : vocabularies.organisations.word(number);
  }

  /** Inserts an investor into the index; one with the same id is replaced. */
  upsert(record: MatchInvestor): void {
    const row = this.columns.upsert(record);
    this.prepared.changed();
    for (const [key, start] of this.starts) {
      if (row < start.sums.length) start.sums[row] = this.startOf(row, start);
      else this.starts.delete(key);
    }
  }

  /** Whole content of the index as plain data that the structured clone algorithm accepts. */
  dump(): InvestorDump {
    return this.columns.dump();
  }

  /**
   * Creates an index from a dump. Taxonomy and model must be those of the dumped index, because the dump refers to
   * codes by their numbers.
   */
  static restored(taxonomy: EngineTaxonomy, model: MatchModel, dump: InvestorDump): InvestorIndex {
    const index = new InvestorIndex(taxonomy, model);
    index.columns.restore(dump);
    return index;
  }

  /** Removes a record; returns false if there was none. */
  remove(id: string): boolean {
    return this.columns.remove(id);
  }

  private prepare(opportunity: Opportunity): Sought {
    return this.prepared.of(opportunity, () => soughtBy(opportunity, this.model, this.columns.vocabularies));
  }

  /** The best investors for an opportunity with their reasons, highest score first, equal scores by ascending id. */
  rank(opportunity: Opportunity, options: RankOptions): Ranking {
    const { columns } = this;
    const sought = this.prepare(opportunity);
    const { end } = columns.rows;
    if (this.sums.length < end) this.sums = new Float32Array(columns.live.length);
    this.collect(sought, options.asOf);
    const barred = this.bar(sought, options);
    const best = bestRows(
      this.sums,
      columns.rows,
      options,
      (row) => contributionsOf(columns, row, sought, options.asOf, this.model, this.scratch),
      refinementOf(columns, sought, this.model),
    );
    return {
      total: columns.rows.size - barred,
      items:
        options.reasons === false
          ? best.map(({ id, score }) => ({ id, score, terms: [] }))
          : best.map(({ row }) => this.item(row, sought, options.asOf)),
    };
  }

  /**
   * The match of one investor, with the same score and terms as in `rank`; null if the investor is unknown, belongs to
   * the opportunity's organisation, is one of its earlier backers, or excludes one of its industries.
   */
  scorePair(id: string, opportunity: Opportunity, asOf: Day): MatchItem | null {
    const sought = this.prepare(opportunity);
    const row = this.columns.rows.row(id);
    return row === undefined || this.isBarred(row, sought) ? null : this.item(row, sought, asOf);
  }

  /**
   * Score of one investor, without the terms that make it up; null if the investor is unknown or the engine never
   * proposes it for this opportunity (same organisation, earlier backer, excluded industry).
   */
  score(id: string, opportunity: Opportunity, asOf: Day): number | null {
    const sought = this.prepare(opportunity);
    const row = this.columns.rows.row(id);
    return row === undefined || this.isBarred(row, sought)
      ? null
      : contributionsOf(this.columns, row, sought, asOf, this.model, this.scratch);
  }

  private item(row: number, sought: Sought, asOf: Day): MatchItem {
    const { columns, model } = this;
    const score = contributionsOf(columns, row, sought, asOf, model, this.scratch);
    const record: StoredRecord = columns.stored(row);
    const terms: MatchTerm[] = [];
    INVESTOR_TERMS.forEach((code, i) => {
      const contribution = this.scratch[i]!;
      if (contribution !== 0)
        terms.push({ code, contribution, evidence: investorEvidence(code, columns, row, record, sought, asOf, model) });
    });
    return { id: columns.rows.id(row)!, score, terms };
  }

  private startOf(row: number, { sought, asOf }: Start): number {
    const { columns } = this;
    let sum = activityOf(columns, row, asOf, this.model);
    if (sought.industries.length > 0) sum += columns.industryStart[row]!;
    if (sought.regions.length > 0) sum += columns.regionStart[row]!;
    for (const { number, weight } of sought.stages) sum += weight * columns.stage(number)[row]!;
    return sum;
  }

  /**
   * Returns the cached or newly computed `Start` sums of all rows: activity, stages, and the constant part of
   * industries and regions. The array may be longer than the number of rows.
   */
  private startsFor(sought: Sought, asOf: Day): Float32Array {
    const key = `${asOf} ${sought.industries.length > 0} ${sought.regions.length > 0} ${sought.stages.map(({ number, weight }) => `${number}x${weight}`).join()}`;
    let start = this.starts.get(key);
    if (!start || start.sums.length < this.columns.rows.end) {
      start = { sought, asOf, sums: new Float32Array(this.columns.live.length) };
      for (let row = 0; row < this.columns.rows.end; row += 1) start.sums[row] = this.startOf(row, start);
      if (this.starts.size === MAX_STARTS) this.starts.delete(this.starts.keys().next().value!);
    }
    // Least-recently-used order: an entry that was used moves to the end of the map.
    this.starts.delete(key);
    this.starts.set(key, start);
    return start.sums;
  }

  /**
   * Writes the sum of all cheap terms of every row, unused rows included, into `sums`; `refinementOf` later adds the
   * expensive terms.
   */
  private collect(sought: Sought, asOf: Day): void {
    const { columns, model, sums } = this;
    sums.set(this.startsFor(sought, asOf).subarray(0, columns.rows.end));
    for (const [codes, here, below] of [
      [sought.industries, columns.industryHere, columns.industryBelow],
      [sought.regions, columns.regionHere, columns.regionBelow],
    ] as const) {
      for (const { chain, weight } of codes) {
        for (let i = 0; i < chain.length; i += 1) {
          here[chain[i]!]?.addTo(sums, weight);
          if (i + 1 < chain.length) below[chain[i]!]?.addTo(sums, weight);
        }
      }
    }
    if (sought.text && model.weights.text !== 0) columns.text.addTo(sums, sought.text, model.weights.text);
    this.collectTies(sought);
  }

  private collectTies(sought: Sought): void {
    const { sums, model, columns } = this;
    const mean = model.weights.coInvestorsMean / Math.sqrt(sought.backers.length);
    const most = model.weights.coInvestorsMost;
    if (sought.backers.length === 1) {
      const factor = most + mean;
      columns.ties.each(sought.backers[0]!, (row, value) => void (sums[row] = sums[row]! + factor * value));
      return;
    }
    if (this.strongest.length < columns.rows.end) this.strongest = new Float32Array(columns.live.length);
    const { strongest } = this;
    for (const backer of sought.backers) {
      columns.ties.each(backer, (row, value) => {
        const more = value - strongest[row]!;
        if (more > 0) strongest[row] = value;
        sums[row] = sums[row]! + mean * value + (more > 0 ? most * more : 0);
      });
    }
    for (const backer of sought.backers) columns.ties.each(backer, (row) => void (strongest[row] = 0));
  }

  /**
   * Sets the sums of all rows that must not be proposed to -Infinity: of investors that exclude a sought industry, of
   * the opportunity's own organisation, of earlier backers, and of ids that the options leave out. Returns the number
   * of live rows excluded.
   */
  private bar(sought: Sought, options: RankOptions): number {
    const { columns, sums } = this;
    const lists = [...sought.industries.flatMap(({ chain }) => chain.map((node) => columns.excluded[node]))];
    const own = [
      sought.organisation >= 0 ? columns.byOrganisation.of(sought.organisation) : [],
      ...sought.backers.map((backer) => columns.byParty.of(backer)),
    ].flat();
    return restrict(sums, columns.rows, columns.live, lists, own, options);
  }

  private isBarred(row: number, sought: Sought): boolean {
    const { columns } = this;
    return (
      sought.industries.some(({ chain }) => chain.some((node) => columns.excluded[node]?.has(row))) ||
      (sought.organisation >= 0 && columns.organisation[row] === sought.organisation) ||
      sought.backers.includes(columns.party[row]!)
    );
  }
}

/** Creates an empty index of investors. */
export const createInvestorIndex = (taxonomy: EngineTaxonomy, model: MatchModel): InvestorIndex =>
  new InvestorIndex(taxonomy, model);
