import { RowChains, Rows, Slab, SparseColumn } from './columns.js';
import { scoreOf } from './codes.score.js';
import type { Ranking, RankOptions, MatchItem } from './result.types.js';
import { Prepared } from './prepared.js';
import { bestRows, restrict } from './ranking.js';
import { CodeTree, Words, type EngineTaxonomy } from './taxonomy.js';
import { packed, sharedTerms, Postings, unpacked } from './postings.js';
import { heaviest, type TextVector, type Weighted } from '../../text/similarity.vectors.js';
import { TEXT_TERMS } from './investor.facts.js';
import type { Opportunity } from './types.js';

/**
 * A code that an opportunity seeks, with the path of tree nodes from the top level down to the code and the code's
 * weight.
 */
export interface SoughtWay {
  readonly code: string;
  readonly chain: readonly number[];
  readonly weight: number;
}

export interface Common {
  readonly industries: readonly SoughtWay[];
  readonly regions: readonly SoughtWay[];
  readonly organisation: number;
  readonly text: Weighted | null;
}

/**
 * Base class of the talent and demand indexes: codes, texts and organisations as sparse columns. A profile matches a
 * code by the share of the path down to it that the profile's codes cover.
 */
export abstract class CodesIndex<
  R extends {
    readonly id: string;
    readonly organisationId: string | null;
    readonly industries: readonly string[];
    readonly regions: readonly string[];
    readonly text: TextVector | null;
  },
  S extends Common,
> {
  private readonly prepared = new Prepared<S>();
  protected readonly rows = new Rows();
  protected readonly industries: CodeTree;
  protected readonly regions: CodeTree;
  protected readonly organisations = new Words();
  protected live = new Uint8Array(0);
  protected readonly byIndustry: (SparseColumn | undefined)[] = [];
  protected readonly byRegion: (SparseColumn | undefined)[] = [];
  protected readonly byOrganisation = new RowChains();
  protected readonly text = new Postings();
  private readonly industryLists = new Slab();
  private readonly regionLists = new Slab();
  private readonly textLists = new Slab();
  private readonly organisationNumbers = new Slab();
  private sums = new Float32Array(0);

  protected constructor(taxonomy: EngineTaxonomy) {
    this.industries = new CodeTree((code) => taxonomy.industryParent(code));
    this.regions = new CodeTree((code) => taxonomy.regionParent(code));
  }

  get size(): number {
    return this.rows.size;
  }

  has(id: string): boolean {
    return this.rows.row(id) !== undefined;
  }

  ids(): IterableIterator<string> {
    return this.rows.ids();
  }

  /**
   * Id of the organisation that a profile belongs to; null if the profile is not in the index or has no organisation.
   */
  organisationOf(id: string): string | null {
    const row = this.rows.row(id);
    const number = row === undefined ? -1 : this.organisation(row);
    return number < 0 ? null : this.organisations.word(number);
  }

  /** Inserts a profile into the index; a profile with the same id is replaced. */
  upsert(record: R): void {
    this.remove(record.id);
    const row = this.rows.take(record.id);
    this.reserve(row + 1);
    this.live[row] = 1;
    const industries = [...new Set(record.industries)].sort().map((code) => this.industries.number(code));
    const regions = [...new Set(record.regions)].sort().map((code) => this.regions.number(code));
    for (const code of industries)
      for (const node of this.industries.chain(code)) sparse(this.byIndustry, node).set(row, 1);
    for (const code of regions) for (const node of this.regions.chain(code)) sparse(this.byRegion, node).set(row, 1);
    this.industryLists.set(row, industries);
    this.regionLists.set(row, regions);
    const organisation = record.organisationId === null ? -1 : this.organisations.number(record.organisationId);
    if (organisation >= 0) this.byOrganisation.add(organisation, row);
    this.organisationNumbers.set(row, [organisation]);
    const text = record.text === null ? null : heaviest(record.text, TEXT_TERMS);
    if (text) this.text.add(row, text);
    this.textLists.set(row, text ? packed(text) : []);
    this.write(row, record);
    this.prepared.changed();
  }

  /** Removes a record; returns false if there was none. */
  remove(id: string): boolean {
    const row = this.rows.row(id);
    if (row === undefined) return false;
    for (const code of this.industryLists.get(row))
      for (const node of this.industries.chain(code)) this.byIndustry[node]?.delete(row);
    for (const code of this.regionLists.get(row))
      for (const node of this.regions.chain(code)) this.byRegion[node]?.delete(row);
    const organisation = this.organisation(row);
    if (organisation >= 0) this.byOrganisation.remove(organisation, row);
    this.text.remove(row, unpacked(this.textLists.get(row)).terms);
    for (const list of [this.industryLists, this.regionLists, this.textLists, this.organisationNumbers])
      list.set(row, []);
    this.live[row] = 0;
    this.rows.release(id);
    return true;
  }

  protected abstract reserve(length: number): void;
  protected abstract write(row: number, record: R): void;
  /** Converts an opportunity (achievement) to the numbers by which this index stores codes and words. */
  protected abstract make(opportunity: Opportunity): S;

  protected prepare(opportunity: Opportunity): S {
    return this.prepared.of(opportunity, () => this.make(opportunity));
  }

  protected organisation(row: number): number {
    return this.organisationNumbers.get(row)[0] ?? -1;
  }

  protected common(opportunity: {
    industries: readonly string[];
    regions: readonly string[];
    organisationId: string | null;
    text: TextVector | null;
  }): Common {
    const ways = (tree: CodeTree, codes: readonly string[]): SoughtWay[] => {
      const distinct = [...new Set(codes)];
      return distinct.map((code, i) => ({
        code,
        chain: tree.chain(tree.number(code)),
        weight: distinct.length === 1 ? 1 : i === 0 ? 0.5 : 0.5 / (distinct.length - 1),
      }));
    };
    return {
      industries: ways(this.industries, opportunity.industries),
      regions: ways(this.regions, opportunity.regions),
      organisation: opportunity.organisationId === null ? -1 : this.organisations.find(opportunity.organisationId),
      text: opportunity.text === null ? null : heaviest(opportunity.text, TEXT_TERMS),
    };
  }

  /**
   * Mean share, from 0 to 1, of the path to a sought code that the row's own codes cover; the mean over sought codes is
   * weighted.
   */
  protected along(columns: readonly (SparseColumn | undefined)[], ways: readonly SoughtWay[], row: number): number {
    let sum = 0;
    for (const { chain, weight } of ways)
      for (const node of chain) if (columns[node]?.has(row)) sum += weight / chain.length;
    return sum;
  }

  protected addAlong(
    sums: Float32Array,
    columns: readonly (SparseColumn | undefined)[],
    ways: readonly SoughtWay[],
    factor: number,
  ): void {
    for (const { chain, weight } of ways)
      for (const node of chain) columns[node]?.addTo(sums, (factor * weight) / chain.length);
  }

  protected codesOf(row: number): { industries: string[]; regions: string[] } {
    return {
      industries: Array.from(this.industryLists.get(row), (number) => this.industries.code(number)),
      regions: Array.from(this.regionLists.get(row), (number) => this.regions.code(number)),
    };
  }

  protected regionless(row: number): boolean {
    return this.regionLists.get(row).length === 0;
  }

  /**
   * Evidence for a reason: of all sought codes, the one whose path from the top is covered deepest by the row's own
   * codes (`sought`), and the deepest covered node (`at`). Without any covered node, both are the first sought code.
   */
  protected farthest(
    tree: CodeTree,
    columns: readonly (SparseColumn | undefined)[],
    ways: readonly SoughtWay[],
    row: number,
  ): { sought: string; at: string } {
    let best = { sought: ways[0]?.code ?? '', at: ways[0]?.code ?? '', depth: -1 };
    for (const { code, chain } of ways)
      chain.forEach(
        (node, depth) =>
          depth > best.depth && columns[node]?.has(row) && (best = { sought: code, at: tree.code(node), depth }),
      );
    return { sought: best.sought, at: best.at };
  }

  protected similarity(row: number, text: Weighted | null): { similarity: number; terms: number[] } {
    return text ? sharedTerms(text, unpacked(this.textLists.get(row))) : { similarity: 0, terms: [] };
  }

  /**
   * Ranks the rows (profiles) of the index. `collect` writes an approximate score for every row, from which the best
   * candidates are chosen; `contributions` then gives a candidate's exact terms, in a fixed order.
   */
  protected rankBy(
    options: RankOptions,
    barred: readonly number[],
    collect: (sums: Float32Array, end: number) => void,
    contributions: (row: number) => number[],
    item: (row: number) => MatchItem,
  ): Ranking {
    const { end } = this.rows;
    if (this.sums.length < end) this.sums = new Float32Array(this.live.length);
    this.sums.fill(0, 0, end);
    collect(this.sums, end);
    let left = restrict(this.sums, this.rows, this.live, [], barred, options);
    left = this.rows.size - left - this.closed;
    this.closed = 0;
    const best = bestRows(this.sums, this.rows, options, (row) => scoreOf(contributions(row)));
    return {
      total: left,
      items:
        options.reasons === false
          ? best.map(({ id, score }) => ({ id, score, terms: [] }))
          : best.map(({ row }) => item(row)),
    };
  }

  /** Number of live rows that `collect` excluded from the ranking by setting their sum to -Infinity. */
  protected closed = 0;
}

function sparse(columns: (SparseColumn | undefined)[], number: number): SparseColumn {
  while (columns.length <= number) columns.push(undefined);
  return (columns[number] ??= new SparseColumn());
}
