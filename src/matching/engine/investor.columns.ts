import { grown, RowChains, Rows, Slab, SparseColumn, taken } from './columns.js';
import { codedRecord, FactMaker, logOf, textOf, type CodedEntry, type CodedRecord } from './investor.facts.js';
import { modeBits } from './investor.sought.js';
import type { InvestorModel } from './model.js';
import type { EngineTaxonomy } from './taxonomy.js';
import { packed, Postings, unpacked } from './postings.js';
import type { Weighted } from '../../text/similarity.vectors.js';
import type { MatchInvestor } from './types.js';
import { vocabulariesOf, type Vocabularies } from './vocabularies.js';

/** Day value for investors without any investment. */
export const NEVER = -2_147_483_648;

const bits = new Float32Array(1);
const bitsAsInt = new Int32Array(bits.buffer);
const floatToInt = (value: number): number => ((bits[0] = value), bitsAsInt[0]!);
const intToFloat = (value: number): number => ((bitsAsInt[0] = value), bits[0]!);

/** An investor's record decoded from the columns, to present evidence. Amounts have the precision of 32-bit floats. */
export interface StoredRecord extends CodedRecord {
  readonly ticketMin: number | null;
  readonly ticketMax: number | null;
}

/**
 * All investors of an index as columns: typed arrays with one number per investor, and sparse columns for values that
 * most investors lack. They hold what scores need of an investor alone (investor.facts.ts); contributions of
 * industries, regions, stages and past amounts include the model's weights.
 */
export class InvestorColumns {
  rows = new Rows();
  readonly vocabularies: Vocabularies;
  readonly dimensions: number;

  readonly halfLives: number;
  /**
   * Indexed [half-life][row]: number of the investor's past investments, where each counts less the longer it was made
   * before the investor's latest one.
   */
  readonly activity: Float32Array[];
  latest = new Int32Array(0);
  industryStart = new Float32Array(0);
  regionStart = new Float32Array(0);
  /**
   * Contribution of a funding stage, indexed [stage][row]. A stage that neither the model nor any investor names has no
   * column of its own; `otherStages` holds its contribution.
   */
  readonly stages: Float32Array[] = [];
  otherStages = new Float32Array(0);
  amountMean = new Float32Array(0);
  amountSlope = new Float32Array(0);
  amountOffset = new Float32Array(0);
  /** Upper bound on the `amountOffset` of all rows; may exceed the true maximum after a row was removed. */
  mostAmountOffset = 0;
  /** Ticket range as ln CNY; infinite at an open end. */
  ticketLeast = new Float32Array(0);
  ticketMost = new Float32Array(0);
  ticketDeclared = new Uint8Array(0);
  /** Declared TRL range of an investor as one number: 10 × lowest + highest level; 0 if not declared. */
  trl = new Uint8Array(0);
  modes = new Uint8Array(0);
  organisation = new Int32Array(0);
  party = new Int32Array(0);
  /**
   * Latent vectors of all rows, stored one after another (`dimensions` numbers per row), and their Euclidean lengths.
   */
  latent = new Float32Array(0);
  latentLength = new Float32Array(0);
  /** 1 for rows in use. */
  live = new Uint8Array(0);

  industryHere: (SparseColumn | undefined)[] = [];
  industryBelow: (SparseColumn | undefined)[] = [];
  regionHere: (SparseColumn | undefined)[] = [];
  regionBelow: (SparseColumn | undefined)[] = [];
  excluded: (SparseColumn | undefined)[] = [];
  /**
   * By party: rows of the investors whose joint investments with that party exceed chance (positive ties), with the
   * strength of the tie.
   */
  ties = new Postings();
  byOrganisation = new RowChains();
  byParty = new RowChains();
  text = new Postings();
  private readonly facts: FactMaker;
  private records = new Slab();
  private texts = new Slab();

  constructor(model: InvestorModel, taxonomy: EngineTaxonomy) {
    this.vocabularies = vocabulariesOf(taxonomy, model);
    this.facts = new FactMaker(model, this.vocabularies);
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

  /**
   * Column with every row's contribution of a funding stage; the shared column of other stages if the stage has none of
   * its own.
   */
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

  /** Inserts an investor, replacing one with the same id; returns the row number. */
  upsert(record: MatchInvestor): number {
    const { vocabularies } = this;
    this.remove(record.id);
    const coded = codedRecord(record, vocabularies);
    const facts = this.facts.make(record, coded);
    const row = this.rows.take(record.id);
    this.reserve(row + 1);
    for (const stage of facts.stages.keys()) this.stageColumn(vocabularies.stages.word(stage));
    for (let i = 0; i < this.stages.length; i += 1) {
      this.stages[i]![row] = facts.stages.get(i) ?? facts.otherStages;
    }
    this.otherStages[row] = facts.otherStages;
    for (let i = 0; i < this.halfLives; i += 1) this.activity[i]![row] = facts.activity[i]!;
    this.latest[row] = facts.latest ?? NEVER;
    this.industryStart[row] = facts.industries.start;
    this.regionStart[row] = facts.regions.start;
    this.amountMean[row] = facts.amount.mean;
    this.amountSlope[row] = facts.amount.slope;
    this.amountOffset[row] = facts.amount.offset;
    this.mostAmountOffset = Math.max(this.mostAmountOffset, this.amountOffset[row]!);
    const { declared } = record;
    const [least, most] = [logOf(declared.ticketMin), logOf(declared.ticketMax)];
    this.ticketLeast[row] = least ?? Number.NEGATIVE_INFINITY;
    this.ticketMost[row] = most ?? Number.POSITIVE_INFINITY;
    this.ticketDeclared[row] = least !== null || most !== null ? 1 : 0;
    this.trl[row] =
      declared.trlMin === null && declared.trlMax === null ? 0 : 10 * (declared.trlMin ?? 1) + (declared.trlMax ?? 9);
    this.modes[row] = modeBits(coded.modes);
    this.organisation[row] =
      record.organisationId === null ? -1 : vocabularies.organisations.number(record.organisationId);
    this.party[row] = coded.party;
    let square = 0;
    for (let d = 0; d < this.dimensions; d += 1) {
      const value = (this.latent[row * this.dimensions + d] = facts.latent[d]!);
      square += value * value;
    }
    this.latentLength[row] = Math.sqrt(square);
    this.live[row] = 1;

    for (const [taste, here, below] of [
      [facts.industries, this.industryHere, this.industryBelow],
      [facts.regions, this.regionHere, this.regionBelow],
    ] as const) {
      for (let i = 0; i < taste.nodes.length; i += 1) {
        sparse(here, taste.nodes[i]!).set(row, taste.here[i]!);
        if (taste.below[i] !== 0) sparse(below, taste.nodes[i]!).set(row, taste.below[i]!);
      }
    }
    for (const code of coded.excluded) sparse(this.excluded, code).set(row, 1);
    for (const [party, value] of facts.ties) this.ties.insert(party, row, value);
    if (this.organisation[row]! >= 0) this.byOrganisation.add(this.organisation[row]!, row);
    this.byParty.add(this.party[row]!, row);
    const text = textOf(record);
    if (text) {
      this.text.add(row, text);
      this.texts.set(row, packed(text));
    } else this.texts.set(row, []);
    this.records.set(row, encode(record, coded));
    return row;
  }

  /** Removes a record; returns false if there is none. */
  remove(id: string): boolean {
    const row = this.rows.row(id);
    if (row === undefined) return false;
    const { industries, regions } = this.vocabularies;
    const stored = this.stored(row);
    const drop = (columns: readonly (SparseColumn | undefined)[], nodes: readonly number[]) =>
      nodes.forEach((node) => columns[node]?.delete(row));
    for (const code of [...stored.wanted, ...stored.track.map((entry) => entry.industry)])
      if (code >= 0)
        for (const columns of [this.industryHere, this.industryBelow]) drop(columns, industries.chain(code));
    for (const code of [...stored.regions, ...stored.track.map((entry) => entry.region)])
      if (code >= 0) for (const columns of [this.regionHere, this.regionBelow]) drop(columns, regions.chain(code));
    drop(this.excluded, stored.excluded);
    this.ties.remove(row, [...new Set(stored.track.flatMap((entry) => entry.parties))]);
    if (this.organisation[row]! >= 0) this.byOrganisation.remove(this.organisation[row]!, row);
    this.byParty.remove(this.party[row]!, row);
    this.text.remove(row, this.textOf(row).terms);
    this.texts.set(row, []);
    this.records.set(row, []);
    this.live[row] = 0;
    this.rows.release(id);
    return true;
  }

  /** The whole content as plain data for `restore`. */
  dump() {
    const { end } = this.rows;
    const { industries, regions, stages, modes, parties, organisations } = this.vocabularies;
    return {
      words: [industries, regions, stages, modes, parties, organisations].map((words) => words.dump()),
      rows: this.rows.dump(),
      dense: Object.fromEntries(DENSE.map((name) => [name, taken(this[name], end)])) as {
        [Name in (typeof DENSE)[number]]: InvestorColumns[Name];
      },
      latent: taken(this.latent, end * this.dimensions),
      activity: this.activity.map((column) => taken(column, end)),
      stages: this.stages.map((column) => taken(column, end)),
      sparse: SPARSE.map((name) => SparseColumn.dump(this[name])),
      ties: this.ties.dump(),
      text: this.text.dump(),
      byOrganisation: this.byOrganisation.dump(),
      byParty: this.byParty.dump(),
      records: this.records.dump(),
      texts: this.texts.dump(),
    };
  }

  /** Fills these empty columns from a dump. The dump must come from columns of the same model and code lists. */
  restore(state: ReturnType<InvestorColumns['dump']>): void {
    const { industries, regions, stages, modes, parties, organisations } = this.vocabularies;
    [industries, regions, stages, modes, parties, organisations].forEach((words, i) => words.restore(state.words[i]!));
    this.rows = Rows.of(state.rows);
    // The arrays are copied: they may be views of one large buffer, and a view would keep the whole buffer in
    // memory.
    for (const name of DENSE) this[name] = state.dense[name].slice() as never;
    this.mostAmountOffset = this.amountOffset.reduce((most, offset) => (offset > most ? offset : most), 0);
    this.latent = state.latent.slice();
    state.activity.forEach((column, i) => (this.activity[i] = column.slice()));
    state.stages.forEach((column, i) => (this.stages[i] = column.slice()));
    SPARSE.forEach((name, i) => (this[name] = SparseColumn.of(state.sparse[i]!)));
    this.ties = Postings.of(state.ties);
    this.text = Postings.of(state.text);
    this.byOrganisation = RowChains.of(state.byOrganisation);
    this.byParty = RowChains.of(state.byParty);
    this.records = Slab.of(state.records);
    this.texts = Slab.of(state.texts);
  }

  /** Stored text terms and weights of a row, as views that any later change of a text makes invalid. */
  textOf(row: number): Weighted {
    return unpacked(this.texts.get(row));
  }

  /** The row's record, decoded. */
  stored(row: number): StoredRecord {
    return decode(this.records.get(row), this.party[row]!);
  }
}

/** Names of the columns with one number per row. */
const DENSE = [
  'latest',
  'industryStart',
  'regionStart',
  'otherStages',
  'amountMean',
  'amountSlope',
  'amountOffset',
  'ticketLeast',
  'ticketMost',
  'ticketDeclared',
  'trl',
  'modes',
  'organisation',
  'party',
  'latentLength',
  'live',
] as const satisfies ReadonlyArray<keyof InvestorColumns>;
const SPARSE = [
  'industryHere',
  'industryBelow',
  'regionHere',
  'regionBelow',
  'excluded',
] as const satisfies ReadonlyArray<keyof InvestorColumns>;

function encode({ declared }: MatchInvestor, coded: CodedRecord): number[] {
  const list: number[] = [];
  const push = (numbers: readonly number[]) => {
    list.push(numbers.length);
    for (const number of numbers) list.push(number);
  };
  for (const numbers of [coded.excluded, coded.wanted, coded.regions, coded.stages, coded.modes]) push(numbers);
  list.push(floatToInt(declared.ticketMin ?? NaN), floatToInt(declared.ticketMax ?? NaN));
  for (const { industry, region, stage, amount, day, parties } of coded.track) {
    list.push(industry, region, stage, floatToInt(amount ?? NaN), day);
    push(parties);
  }
  return list;
}

function decode(list: Int32Array, party: number): StoredRecord {
  let at = 0;
  const take = (): number[] => {
    const count = list[at]!;
    const numbers = Array.from(list.subarray(at + 1, at + 1 + count));
    at += 1 + count;
    return numbers;
  };
  const float = () => {
    const value = intToFloat(list[at++]!);
    return Number.isNaN(value) ? null : value;
  };
  const [excluded, wanted, regions, stages, modes] = [take(), take(), take(), take(), take()];
  const [ticketMin, ticketMax] = [float(), float()];
  const track: CodedEntry[] = [];
  while (at < list.length) {
    const [industry, region, stage] = [list[at]!, list[at + 1]!, list[at + 2]!];
    at += 3;
    const amount = float();
    const day = list[at++]!;
    track.push({ industry, region, stage, amount, logAmount: logOf(amount), day, parties: take() });
  }
  return { excluded, wanted, regions, stages, modes, ticketMin, ticketMax, party, track };
}

function sparse(columns: (SparseColumn | undefined)[], number: number): SparseColumn {
  while (columns.length <= number) columns.push(undefined);
  return (columns[number] ??= new SparseColumn());
}
