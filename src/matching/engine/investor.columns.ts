import { grown, Rows, Slab, SparseColumn } from './columns.js';
import { inOrder, investorFacts, logOf, textOf, vocabulariesOf, type Vocabularies } from './investor.facts.js';
import { modeBits } from './investor.sought.js';
import type { InvestorModel } from './model.js';
import type { EngineTaxonomy } from './taxonomy.js';
import { TextPostings } from './text-postings.js';
import type { Day, InvestorRecord, TrackEntry } from './types.js';

/** No latest investment. */
export const NEVER = -2_147_483_648;

const bits = new Float32Array(1);
const bitsAsInt = new Int32Array(bits.buffer);
const floatToInt = (value: number): number => ((bits[0] = value), bitsAsInt[0]!);
const intToFloat = (value: number): number => ((bitsAsInt[0] = value), bits[0]!);

/** What a record said, as read back for evidence. Amounts come back within the precision of 32 bits. */
export interface StoredRecord {
  readonly wanted: readonly string[];
  readonly regions: readonly string[];
  readonly stages: readonly string[];
  readonly modes: readonly string[];
  readonly ticketMin: number | null;
  readonly ticketMax: number | null;
  readonly track: readonly TrackEntry[];
}

/**
 * Investors as columns: one number per investor in each typed array, sparse columns for what most have none of. All hold
 * contributions, weights included, as they follow from the record alone (investor.facts.ts).
 */
export class InvestorColumns {
  readonly rows = new Rows();
  readonly vocabularies: Vocabularies;
  readonly dimensions: number;

  readonly halfLives: number;
  /** [half-life][row] investments on the day of the latest. */
  readonly activity: Float32Array[];
  latest = new Int32Array(0);
  industryStart = new Float32Array(0);
  regionStart = new Float32Array(0);
  /** [stage][row]; a stage that no model or record names has no column, and counts as `otherStages`. */
  readonly stages: Float32Array[] = [];
  otherStages = new Float32Array(0);
  amountMean = new Float32Array(0);
  amountSlope = new Float32Array(0);
  amountOffset = new Float32Array(0);
  /** ln CNY; infinite at an open end. */
  ticketLeast = new Float32Array(0);
  ticketMost = new Float32Array(0);
  ticketDeclared = new Uint8Array(0);
  /** 10 x lowest + highest TRL declared, 0 for none. */
  trl = new Uint8Array(0);
  modes = new Uint8Array(0);
  organisation = new Int32Array(0);
  party = new Int32Array(0);
  /** Latent vectors one after another, and their lengths. */
  latent = new Float32Array(0);
  latentLength = new Float32Array(0);
  /** 1 for rows in use. */
  live = new Uint8Array(0);

  readonly industryHere: (SparseColumn | undefined)[] = [];
  readonly industryBelow: (SparseColumn | undefined)[] = [];
  readonly regionHere: (SparseColumn | undefined)[] = [];
  readonly regionBelow: (SparseColumn | undefined)[] = [];
  readonly excluded: (SparseColumn | undefined)[] = [];
  readonly ties: (SparseColumn | undefined)[] = [];
  readonly byOrganisation: (SparseColumn | undefined)[] = [];
  readonly byParty: (SparseColumn | undefined)[] = [];
  readonly text = new TextPostings();
  private readonly records = new Slab();
  private readonly texts = new Slab();

  constructor(
    private readonly model: InvestorModel,
    taxonomy: EngineTaxonomy,
  ) {
    this.vocabularies = vocabulariesOf(taxonomy);
    this.dimensions = model.latent.dimensions;
    this.halfLives = model.activity.halfLives.length;
    this.activity = model.activity.halfLives.map(() => new Float32Array(0));
    for (const stage of Object.keys(model.base.stages)) this.stageColumn(stage);
  }

  private stageColumn(stage: string): number {
    const number = this.vocabularies.stages.number(stage);
    while (this.stages.length <= number) this.stages.push(Float32Array.from(this.otherStages));
    return number;
  }

  /** The column of a stage, that of all other stages for one that no record names. */
  stage(number: number): Float32Array {
    return this.stages[number] ?? this.otherStages;
  }

  private reserve(length: number): void {
    if (this.live.length >= length) return;
    const capacity = Math.max(16, length, this.live.length * 2);
    this.latest = grown(this.latest, capacity);
    this.industryStart = grown(this.industryStart, capacity);
    this.regionStart = grown(this.regionStart, capacity);
    this.otherStages = grown(this.otherStages, capacity);
    this.amountMean = grown(this.amountMean, capacity);
    this.amountSlope = grown(this.amountSlope, capacity);
    this.amountOffset = grown(this.amountOffset, capacity);
    this.ticketLeast = grown(this.ticketLeast, capacity);
    this.ticketMost = grown(this.ticketMost, capacity);
    this.ticketDeclared = grown(this.ticketDeclared, capacity);
    this.trl = grown(this.trl, capacity);
    this.modes = grown(this.modes, capacity);
    this.organisation = grown(this.organisation, capacity);
    this.party = grown(this.party, capacity);
    this.latent = grown(this.latent, capacity * this.dimensions);
    this.latentLength = grown(this.latentLength, capacity);
    this.live = grown(this.live, capacity);
    for (let i = 0; i < this.activity.length; i += 1) this.activity[i] = grown(this.activity[i]!, capacity);
    for (let i = 0; i < this.stages.length; i += 1) this.stages[i] = grown(this.stages[i]!, capacity);
  }

  /** Puts a record in, in the place of an earlier one with its id, and returns its row. */
  upsert(record: InvestorRecord): number {
    const { vocabularies } = this;
    this.remove(record.id);
    const facts = investorFacts(record, this.model, vocabularies);
    const row = this.rows.take(record.id);
    this.reserve(row + 1);
    for (const stage of facts.stages.keys()) this.stageColumn(stage);
    for (let i = 0; i < this.stages.length; i += 1) {
      this.stages[i]![row] = facts.stages.get(vocabularies.stages.word(i)) ?? facts.otherStages;
    }
    this.otherStages[row] = facts.otherStages;
    for (let i = 0; i < this.halfLives; i += 1) this.activity[i]![row] = facts.activity[i]!;
    this.latest[row] = facts.latest ?? NEVER;
    this.industryStart[row] = facts.industries.start;
    this.regionStart[row] = facts.regions.start;
    this.amountMean[row] = facts.amount.mean;
    this.amountSlope[row] = facts.amount.slope;
    this.amountOffset[row] = facts.amount.offset;
    const { declared } = record;
    const [least, most] = [logOf(declared.ticketMin), logOf(declared.ticketMax)];
    this.ticketLeast[row] = least ?? Number.NEGATIVE_INFINITY;
    this.ticketMost[row] = most ?? Number.POSITIVE_INFINITY;
    this.ticketDeclared[row] = least !== null || most !== null ? 1 : 0;
    this.trl[row] = declared.trlMin === null && declared.trlMax === null ? 0 : 10 * (declared.trlMin ?? 1) + (declared.trlMax ?? 9);
    this.modes[row] = modeBits(declared.cooperationModes.map((mode) => vocabularies.modes.number(mode)));
    this.organisation[row] = record.organisationId === null ? -1 : vocabularies.organisations.number(record.organisationId);
    this.party[row] = vocabularies.parties.number(record.key);
    let square = 0;
    for (let d = 0; d < this.dimensions; d += 1) {
      const value = (this.latent[row * this.dimensions + d] = facts.latent[d]!);
      square += value * value;
    }
    this.latentLength[row] = Math.sqrt(square);
    this.live[row] = 1;

    for (const [node, value] of facts.industries.here) sparse(this.industryHere, node).set(row, value);
    for (const [node, value] of facts.industries.below) sparse(this.industryBelow, node).set(row, value);
    for (const [node, value] of facts.regions.here) sparse(this.regionHere, node).set(row, value);
    for (const [node, value] of facts.regions.below) sparse(this.regionBelow, node).set(row, value);
    for (const code of declared.excluded) sparse(this.excluded, vocabularies.industries.number(code)).set(row, 1);
    for (const [key, value] of facts.ties) sparse(this.ties, vocabularies.parties.number(key)).set(row, value);
    if (this.organisation[row]! >= 0) sparse(this.byOrganisation, this.organisation[row]!).set(row, 1);
    sparse(this.byParty, this.party[row]!).set(row, 1);
    const text = textOf(record);
    if (text) {
      this.text.add(row, text);
      this.texts.set(row, text.terms);
    } else this.texts.set(row, []);
    this.records.set(row, this.encode(record));
    return row;
  }

  /** Takes a record out; false if there is none. */
  remove(id: string): boolean {
    const row = this.rows.row(id);
    if (row === undefined) return false;
    const { industries, regions, parties } = this.vocabularies;
    const stored = this.stored(row);
    for (const code of [...stored.wanted, ...stored.track.flatMap((entry) => entry.industry ?? [])]) {
      for (const node of industries.chain(industries.number(code))) for (const columns of [this.industryHere, this.industryBelow]) columns[node]?.delete(row);
    }
    for (const code of [...stored.regions, ...stored.track.flatMap((entry) => entry.region ?? [])]) {
      for (const node of regions.chain(regions.number(code))) for (const columns of [this.regionHere, this.regionBelow]) columns[node]?.delete(row);
    }
    for (const code of this.excludedOf(row)) this.excluded[code]?.delete(row);
    for (const key of new Set(stored.track.flatMap((entry) => entry.coInvestors))) this.ties[parties.number(key)]?.delete(row);
    if (this.organisation[row]! >= 0) this.byOrganisation[this.organisation[row]!]?.delete(row);
    this.byParty[this.party[row]!]?.delete(row);
    this.text.remove(row, this.texts.get(row));
    this.texts.set(row, []);
    this.records.set(row, []);
    this.live[row] = 0;
    this.rows.release(id);
    return true;
  }

  /** Terms of the row's text that are kept. */
  termsOf(row: number): Int32Array {
    return this.texts.get(row);
  }

  private encode(record: InvestorRecord): number[] {
    const { industries, regions, stages, modes, parties } = this.vocabularies;
    const { declared } = record;
    const list: number[] = [];
    const push = (numbers: readonly number[]) => list.push(numbers.length, ...numbers);
    push([...new Set(declared.excluded)].map((code) => industries.number(code)));
    push([...new Set(declared.wanted)].sort().map((code) => industries.number(code)));
    push([...new Set(declared.regions)].sort().map((code) => regions.number(code)));
    push([...new Set(declared.stages)].sort().map((stage) => stages.number(stage)));
    push([...new Set(declared.cooperationModes)].sort().map((mode) => modes.number(mode)));
    list.push(floatToInt(declared.ticketMin ?? NaN), floatToInt(declared.ticketMax ?? NaN));
    for (const entry of inOrder(record.track)) {
      list.push(
        entry.industry === null ? -1 : industries.number(entry.industry),
        entry.region === null ? -1 : regions.number(entry.region),
        entry.stage === null ? -1 : stages.number(entry.stage),
        floatToInt(entry.amount ?? NaN),
        entry.day,
      );
      push([...new Set(entry.coInvestors)].sort().map((key) => parties.number(key)));
    }
    return list;
  }

  private excludedOf(row: number): number[] {
    const list = this.records.get(row);
    return [...list.subarray(1, 1 + list[0]!)];
  }

  /** What the row's record said. */
  stored(row: number): StoredRecord {
    const { industries, regions, stages, modes, parties } = this.vocabularies;
    const list = this.records.get(row);
    let at = 0;
    const take = (word: (number: number) => string): string[] => {
      const count = list[at++]!;
      const words: string[] = [];
      for (let i = 0; i < count; i += 1) words.push(word(list[at++]!));
      return words;
    };
    const float = () => {
      const value = intToFloat(list[at++]!);
      return Number.isNaN(value) ? null : value;
    };
    const one = (word: (number: number) => string) => {
      const number = list[at++]!;
      return number < 0 ? null : word(number);
    };
    take((number) => industries.code(number));
    const wanted = take((number) => industries.code(number));
    const places = take((number) => regions.code(number));
    const wantedStages = take((number) => stages.word(number));
    const wantedModes = take((number) => modes.word(number));
    const ticketMin = float();
    const ticketMax = float();
    const track: TrackEntry[] = [];
    while (at < list.length) {
      const industry = one((number) => industries.code(number));
      const region = one((number) => regions.code(number));
      const stage = one((number) => stages.word(number));
      const amount = float();
      const day: Day = list[at++]!;
      track.push({ industry, region, stage, amount, day, coInvestors: take((number) => parties.word(number)) });
    }
    return { wanted, regions: places, stages: wantedStages, modes: wantedModes, ticketMin, ticketMax, track };
  }
}

function sparse(columns: (SparseColumn | undefined)[], number: number): SparseColumn {
  while (columns.length <= number) columns.push(undefined);
  return (columns[number] ??= new SparseColumn());
}
