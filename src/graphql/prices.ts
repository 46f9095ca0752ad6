import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

/**
 * How all prices are set: a field costs 50 units per millisecond of processor time that it takes in the process, the
 * database and the search engine together, as `npm run bench -- cost` measures it on a pool of some thousand entries. A
 * cached answer costs the same.
 *
 * With the default limits this means:
 * - One point of the quota pays for 500 units (COST_PER_POINT), that is 10 ms. A minute has 1,200 points
 *   (REQUESTS_PER_MINUTE), that is 12 s: one client occupies the servers for at most a fifth of the time.
 * - One operation has at most 5,000 units (MAX_COST), that is 100 ms, without its single-use fields.
 * - A search with a page of 20, highlights and all facets has between 1,500 and 2,000 units, that is 4 points at most:
 *   a person who types five letters per second for a whole minute uses up the 1,200 points.
 */
export const COST_PER_MS = 50;

/** The cost of a field, as data instead of a function: it is finite and never negative, whatever the arguments are. */
export interface Price {
  /** Milliseconds for the field itself, without the fields selected below it. */
  ms: number;
  /**
   * Multiplier for the fields selected below: a fixed number, or the value of `argument` (a number capped at `most`, or
   * the length of a list), with `byDefault` when the argument is missing. Without `entries` the multiplier follows from
   * the field's type: a page or a list.
   */
  entries?: number | { argument: string; most?: number; byDefault: number };
  /** Milliseconds per entry, in addition to the fields selected on it. */
  entryMs?: number;
  /** The price includes the fields selected below. */
  flat?: true;
  /** The field may be used at most once per operation and per batch. */
  single?: true;
}

/** Prices by `Type.field`. */
export type PriceTable = ReadonlyMap<string, Price>;

type Field = GraphQLField<unknown, unknown>;

/** The price that `statePrices` has attached to a field. */
export function priceOf(field: Field): Price | undefined {
  return field.extensions['price'] as Price | undefined;
}

/** Default prices: COUNT for a `totalCount` that counts rows, PAGE for a connection. */
export const COUNT: Price = { ms: 3 };
export const PAGE: Price = { ms: 0.7 };

/** Attaches a price to each field of a schema: the table's entry, else the default for its kind. */
export function statePrices(schema: GraphQLSchema, table: PriceTable): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const price = table.get(`${type.name}.${field.name}`) ?? kindOf(type, field);
      if (price) field.extensions = { ...field.extensions, price };
    }
  }
  return schema;
}

/**
 * A `totalCount` with a resolver counts rows; without one the search engine has already given the total. A connection
 * with a resolver runs a statement.
 */
function kindOf(parent: GraphQLObjectType, field: Field): Price | undefined {
  if (field.name === 'totalCount' && field.resolve) return COUNT;
  if (field.resolve && getNamedType(field.type).name.endsWith('Connection')) return PAGE;
  return undefined;
}
