import type { EntityManager } from 'typeorm';
import { toGlobalId } from '../../lib/ids.js';
import type { Locale, Localized } from '../../kernel/localized.js';
import { labelsOf, type FacetLabels, type ValueLabel } from './search.facets.js';
import { FoundValues, SearchFacetValue, ValueWish } from './search.types.js';

/** Number of results per value of a facet. */
export type FacetCounts = Readonly<Record<string, number>>;

/**
 * Values of a facet in display order, as numbers that `valueAt` resolves, with their counts. Typed arrays, because many
 * answers are cached and each would otherwise hold thousands of strings.
 */
export interface OrderedCounts {
  readonly values: Uint32Array;
  readonly counts: Uint32Array;
}

/**
 * Facet values (codes, years, organisations: some thousands) that this process has seen, each stored once and addressed
 * by number.
 */
const known: string[] = [];
const numbers = new Map<string, number>();

const valueAt = (number: number): string => known[number]!;

function numberOf(value: string): number {
  let number = numbers.get(value);
  if (number === undefined) {
    number = known.push(value) - 1;
    numbers.set(value, number);
  }
  return number;
}

/**
 * Puts the occurring and the selected values of a facet in display order: trees from the top down, codes in official
 * order, others by falling count; numbers descending on request.
 */
export async function orderValues(
  db: EntityManager,
  facet: FacetLabels,
  found: FacetCounts,
  chosen: readonly string[],
  latestFirst = false,
): Promise<OrderedCounts> {
  const values = Object.keys(found);
  for (const value of new Set(chosen)) if (!Object.hasOwn(found, value)) values.push(value);
  // Organisations are sorted by count, so their names need not be read.
  const label = facet === 'organisation' ? () => undefined : await labelsOf(db, facet, values);
  const counts = values.map((value) => found[value] ?? 0);
  const labels = values.map(label);
  const compare = (a: number, b: number): number => {
    const [one, two] = [labels[a], labels[b]];
    const level = (one?.level ?? 0) - (two?.level ?? 0);
    if (level !== 0) return level;
    if (latestFirst) return Number(values[b]) - Number(values[a]);
    const official = (one?.position ?? 0) - (two?.position ?? 0);
    if ((one?.level ?? null) === null && (one?.position ?? null) !== null && (two?.position ?? null) !== null)
      return official;
    return counts[b]! - counts[a]! || official || (values[a]! < values[b]! ? -1 : 1);
  };
  const order = values.map((_, i) => i).sort(compare);
  return {
    values: Uint32Array.from(order, (i) => numberOf(values[i]!)),
    counts: Uint32Array.from(order, (i) => counts[i]!),
  };
}

/** A facet in a search result; objects for its values are created only when the client requests them. */
export class FacetValues implements FoundValues {
  private constructor(
    private readonly facet: FacetLabels,
    private readonly ordered: OrderedCounts,
    private readonly label: (value: string) => ValueLabel | undefined,
    private readonly selected: ReadonlySet<string>,
    private readonly locale: Locale,
    private readonly names: Readonly<Record<string, Localized>>,
  ) {}

  /**
   * Creates a facet of a search result. `version`: version of the search index, by which names of institutions are
   * cached; `names`: names, given by the caller, of values outside the facet's list.
   */
  static async of(
    db: EntityManager,
    facet: FacetLabels,
    ordered: OrderedCounts,
    chosen: readonly string[],
    locale: Locale,
    { version = null, names = {} }: { version?: number | null; names?: Readonly<Record<string, Localized>> } = {},
  ): Promise<FacetValues> {
    return new FacetValues(
      facet,
      ordered,
      await labelsOf(db, facet, facet === 'organisation' ? Array.from(ordered.values, valueAt) : [], version),
      new Set(chosen),
      locale,
      names,
    );
  }

  get size(): number {
    return this.ordered.values.length;
  }

  /** The first values that fit the arguments. */
  list({ level, parent, first }: ValueWish): SearchFacetValue[] {
    const found: SearchFacetValue[] = [];
    for (let i = 0; i < this.size && found.length < first; i += 1) {
      const label = this.label(valueAt(this.ordered.values[i]!));
      if (level != null && label?.level !== level) continue;
      if (parent != null && label?.parent !== parent) continue;
      found.push(this.present(i, label));
    }
    return found;
  }

  private present(i: number, label: ValueLabel | undefined): SearchFacetValue {
    const value = valueAt(this.ordered.values[i]!);
    return Object.assign(new SearchFacetValue(), {
      value: this.facet === 'organisation' ? toGlobalId('Organisation', value) : value,
      count: this.ordered.counts[i]!,
      level: label?.level ?? null,
      parent: label?.parent ?? null,
      selected: this.selected.has(value),
      labelText: label?.name ?? this.names[value] ?? { zh: value, en: value },
      labelLocale: this.locale,
    });
  }
}
