import { FACET_NAMES, type SearchFacetName } from '../query/search.facets.js';

/** What the columns hold of a pool entry. */
export interface PoolEntry {
  readonly id: string;
  /** Values by facet, each once; trees with all ancestors. */
  readonly values: Readonly<Record<SearchFacetName, readonly string[]>>;
  readonly score: number | null;
  readonly trl: number | null;
  readonly fundingCurrency: string | null;
  readonly fundingMin: number | null;
  readonly fundingMax: number | null;
  /** Time of admission in milliseconds since 1970. */
  readonly admittedAt: number | null;
}

type Numbers = 'score' | 'trl' | 'fundingMin' | 'fundingMax' | 'admittedAt';
const NUMBERS: readonly Numbers[] = ['score', 'trl', 'fundingMin', 'fundingMax', 'admittedAt'];

/** A facet's value as a number, and back. */
interface Coded {
  readonly facet: number;
  readonly value: string;
}

/**
 * The public attributes of all pool entries by which searches filter, sort and count, in typed arrays (some 150 bytes an
 * entry), so that the facets of a search are counted in one pass over the entries found. A changed entry gets a new row
 * and its old row is dropped, so that a search in progress keeps reading the rows that it found.
 */
export class PoolColumns {
  private readonly ids: string[] = [];
  private readonly rows = new Map<string, number>();
  private numbers: Record<Numbers, Float64Array>;
  private readonly currencies: Array<string | null> = [];
  /** Numbers of the facet values of row i: `codes` from `starts[i]` up to `starts[i + 1]`. */
  private codes = new Uint32Array(1 << 12);
  private starts = new Uint32Array(1 << 10);
  private readonly coded: Coded[] = [];
  private readonly numbersOfValues = FACET_NAMES.map(() => new Map<string, number>());
  private facetOf = new Uint8Array(1 << 10);

  constructor() {
    this.numbers = Object.fromEntries(NUMBERS.map((name) => [name, new Float64Array(1 << 10)])) as Record<
      Numbers,
      Float64Array
    >;
  }

  /** Number of rows, dropped ones included; rows are numbered from 0. */
  get length(): number {
    return this.ids.length;
  }

  /** Number of entries. */
  get size(): number {
    return this.rows.size;
  }

  /** Id of a row; empty if the row was dropped. */
  idOf(row: number): string {
    return this.ids[row]!;
  }

  /** Row of an entry; -1 if it is not in the pool. */
  rowOf(id: string): number {
    return this.rows.get(id) ?? -1;
  }

  /** Value of a row; NaN for none. */
  column(name: Numbers): Float64Array {
    return this.numbers[name];
  }

  currencyOf(row: number): string | null {
    return this.currencies[row]!;
  }

  /** Adds entries or replaces those with the same ids; removes the entries in `gone`. */
  apply(entries: readonly PoolEntry[], gone: readonly string[] = []): void {
    for (const id of gone) this.drop(id);
    for (const entry of entries) {
      this.drop(entry.id);
      this.append(entry);
    }
  }

  /** True if most rows are dropped, so that a copy of the others is worth its time. */
  get isSparse(): boolean {
    return this.ids.length > 1000 && this.ids.length > 2 * this.rows.size;
  }

  private drop(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    this.ids[row] = '';
  }

  private append(entry: PoolEntry): void {
    const codes = FACET_NAMES.flatMap((name, facet) => entry.values[name].map((value) => this.codeOf(facet, value)));
    this.push(entry.id, entry.fundingCurrency, codes, (name) => entry[name] ?? NaN);
  }

  private push(
    id: string,
    currency: string | null,
    codes: ArrayLike<number>,
    numberOf: (name: Numbers) => number,
  ): void {
    const row = this.ids.push(id) - 1;
    this.rows.set(id, row);
    this.currencies.push(currency);
    if (row + 1 >= this.starts.length) {
      this.starts = grown(this.starts, row + 2);
      for (const name of NUMBERS) {
        const larger = new Float64Array(this.starts.length);
        larger.set(this.numbers[name]);
        this.numbers[name] = larger;
      }
    }
    for (const name of NUMBERS) this.numbers[name][row] = numberOf(name);
    const start = this.starts[row]!;
    const end = start + codes.length;
    if (end > this.codes.length) this.codes = grown(this.codes, end);
    this.codes.set(codes, start);
    this.starts[row + 1] = end;
  }

  private codeOf(facet: number, value: string): number {
    const known = this.numbersOfValues[facet]!.get(value);
    if (known !== undefined) return known;
    const code = this.coded.push({ facet, value }) - 1;
    this.numbersOfValues[facet]!.set(value, code);
    if (code >= this.facetOf.length) {
      const larger = new Uint8Array(this.facetOf.length * 2);
      larger.set(this.facetOf);
      this.facetOf = larger;
    }
    this.facetOf[code] = facet;
    return code;
  }

  /** A copy without the dropped rows. The original stays as it is, because searches may still read it. */
  compacted(): PoolColumns {
    const copy = new PoolColumns();
    for (const { facet, value } of this.coded) copy.codeOf(facet, value);
    const { ids, currencies, codes, starts, numbers } = this;
    ids.forEach((id, row) => {
      if (id !== '')
        copy.push(id, currencies[row]!, codes.subarray(starts[row]!, starts[row + 1]!), (name) => numbers[name][row]!);
    });
    return copy;
  }

  /**
   * For each of the given rows, the facets of whose selected values it has none, as a set of bits by the facet's index
   * in FACET_NAMES: 0 for a row that meets the whole selection.
   */
  lacking(rows: Uint32Array, selected: Partial<Record<SearchFacetName, readonly string[]>>): Uint16Array {
    let needed = 0;
    const chosen = new Uint16Array(this.coded.length);
    FACET_NAMES.forEach((name, facet) => {
      const values = selected[name];
      if (!values) return;
      needed |= 1 << facet;
      for (const value of values) {
        const code = this.numbersOfValues[facet]!.get(value);
        if (code !== undefined) chosen[code] = 1 << facet;
      }
    });
    const lacking = new Uint16Array(rows.length);
    if (needed === 0) return lacking;
    const { codes, starts } = this;
    for (let i = 0; i < rows.length; i += 1) {
      let has = 0;
      const end = starts[rows[i]! + 1]!;
      for (let at = starts[rows[i]!]!; at < end; at += 1) has |= chosen[codes[at]!]!;
      lacking[i] = needed & ~has;
    }
    return lacking;
  }

  /**
   * Counts the facets of rows in one pass. A row counts in a facet if it lacks nothing but, at most, a selected value of
   * this facet: the other values of a selected facet keep their counts.
   */
  count(
    rows: Uint32Array,
    lacking: Uint16Array,
    facets: ReadonlySet<SearchFacetName>,
  ): Map<SearchFacetName, Record<string, number>> {
    const { codes, starts, facetOf, coded } = this;
    const counts = new Uint32Array(coded.length);
    for (let i = 0; i < rows.length; i += 1) {
      const lacks = lacking[i]!;
      if ((lacks & (lacks - 1)) !== 0) continue;
      const end = starts[rows[i]! + 1]!;
      for (let at = starts[rows[i]!]!; at < end; at += 1) {
        const code = codes[at]!;
        if ((lacks & ~(1 << facetOf[code]!)) === 0) counts[code]! += 1;
      }
    }
    const found = new Map([...facets].map((name): [SearchFacetName, Record<string, number>] => [name, {}]));
    counts.forEach((count, code) => {
      const { facet, value } = coded[code]!;
      const values = count > 0 ? found.get(FACET_NAMES[facet]!) : undefined;
      if (values) values[value] = count;
    });
    return found;
  }
}

function grown(array: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}
