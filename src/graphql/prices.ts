import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

/**
 * The rule of all prices: a field costs 50 units per millisecond that answering it takes: processor time of the process,
 * of the database and of the search engine added up, as `npm run bench -- cost` measures it on a pool of some thousand
 * entries. Answers from the cache cost the same.
 *
 * What follows from it, with the default limits:
 * - One point of the quota pays for 500 units (COST_PER_POINT), that is 10 ms. A minute has 1,200 points
 *   (REQUESTS_PER_MINUTE), that is 12 s: one client holds the servers for at most a fifth of the time.
 * - One operation has at most 5,000 units (MAX_COST), that is 100 ms, its single-use fields apart.
 * - A search with a page of 20, highlights and all facets has between 1,500 and 2,000 units, that is 4 points at most: at
 *   five letters per second, without a pause for a whole minute, a person who types takes the 1,200 points.
 */
export const COST_PER_MS = 50;

/** What a field costs, as data: it can be neither negative nor without end, whatever the arguments are. */
export interface Price {
  /** Milliseconds for the field itself, whatever is selected below it. */
  ms: number;
  /**
   * How often what is selected below counts: a number of entries, or the argument that says it (a number up to `most`, or a
   * list that counts its values) and what counts without it. By default a page or list as its type says.
   */
  entries?: number | { argument: string; most?: number; byDefault: number };
  /** Milliseconds for each entry, beside what is selected of it. */
  entryMs?: number;
  /** What is selected below is in the price already. */
  flat?: true;
  /** At most once per operation and per batch. */
  single?: true;
}

/** What each field costs, by `Type.field`. */
export type PriceTable = ReadonlyMap<string, Price>;

type Field = GraphQLField<unknown, unknown>;

/** The price that `statePrices` has put at a field. */
export function priceOf(field: Field): Price | undefined {
  return field.extensions['price'] as Price | undefined;
}

/** The price of a kind of field, for every field of that kind that states none. */
export const COUNT: Price = { ms: 3 };
export const PAGE: Price = { ms: 0.7 };

/** Puts the prices at the fields of a schema: what the table states, else what the kind of field costs. */
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

/** A field that counts rows has a resolver: a search engine's total is there already. A page takes a statement. */
function kindOf(parent: GraphQLObjectType, field: Field): Price | undefined {
  if (field.name === 'totalCount' && field.resolve) return COUNT;
  if (field.resolve && getNamedType(field.type).name.endsWith('Connection')) return PAGE;
  return undefined;
}
