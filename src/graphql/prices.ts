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

/**
 * Price of a GraphQL field, as data instead of a function, so that the cost is finite and never negative whatever the
 * arguments are.
 */
export interface Price {
  /** Processor time of the field itself in milliseconds, without the fields selected below it. */
  ms: number;
  /**
   * Number of entries by which the cost of the fields selected below is multiplied: a fixed number, or the value of
   * `argument` (a number capped at `most`, or the length of a list), and `byDefault` when that argument is missing.
   * Without `entries`, the number follows from the field's type: a page or a list.
   */
  entries?: number | { argument: string; most?: number; byDefault: number };
  /** Milliseconds per returned entry, in addition to the cost of the fields selected on the entry. */
  entryMs?: number;
  /** When true, the price already includes the fields selected below, which then cost nothing more. */
  flat?: true;
  /** When true, the field may be used at most once per operation and once per batch of operations. */
  single?: true;
}

/** Prices by `Type.field`. */
export type PriceTable = ReadonlyMap<string, Price>;

type Field = GraphQLField<unknown, unknown>;

/** Returns the price that `statePrices` has attached to a field of the schema; undefined where it has none. */
export function priceOf(field: Field): Price | undefined {
  return field.extensions['price'] as Price | undefined;
}

/**
 * Default prices: COUNT for a `totalCount` field that counts rows in the database, PAGE for a field that returns a
 * connection.
 */
export const COUNT: Price = { ms: 3 };
export const PAGE: Price = { ms: 0.7 };

/**
 * Attaches a price to the fields of a schema: the price in `table` (by `Type.field`), else the default price of its
 * kind; fields of other kinds get none.
 */
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
 * Default price of a field without an entry in the table. A `totalCount` with a resolver counts rows in the database;
 * without one, the search engine has already given the total. A connection with a resolver runs an SQL statement.
 */
function kindOf(parent: GraphQLObjectType, field: Field): Price | undefined {
  if (field.name === 'totalCount' && field.resolve) return COUNT;
  if (field.resolve && getNamedType(field.type).name.endsWith('Connection')) return PAGE;
  return undefined;
}
