import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { badInput } from '../kernel/errors.js';
import { getRows } from '../lib/rows.js';
import { say } from '../messages/catalogue.js';

/** Page sizes that a client may ask for. */
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 20;

@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many from the start (or after \`after\`): 1 to ${MAX_PAGE}, default ${DEFAULT_PAGE}.`,
  })
  first?: number;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string;

  @Field(() => Int, {
    nullable: true,
    description: `How many from the end (or before \`before\`): 1 to ${MAX_PAGE}. Not together with \`first\`.`,
  })
  last?: number;

  @Field(() => String, { nullable: true, description: 'The `startCursor` of the page after.' })
  before?: string;
}

@ObjectType({ description: 'Where a page stands in its list (Relay cursor connections).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when more follows.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'True when something stands before this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  endCursor: string | null;
}

export interface Edge<T> {
  node: T;
  cursor: string;
}

export interface Page<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
  /** Counts the entries of all pages; called only when the query selects `totalCount`. */
  countTotal: () => Promise<number>;
}

/**
 * Makes the Relay types `XConnection` and `XEdge` for lists of the object type X. Call it once per type, at module
 * level.
 */
export function connectionType<T extends object>(name: string, Item: () => ClassType<T>): ClassType<Page<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list.` })
  class EdgeType {
    @Field(Item as () => ClassType, { description: `The ${name}.` })
    node: T;

    @Field(() => String, { description: 'Opaque position, for `after` or `before`.' })
    cursor: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} entries.` })
  class ConnectionType implements Page<T> {
    @Field(() => [EdgeType], { description: 'The entries of the page, with their cursors.' })
    edges: Edge<T>[];

    @Field(() => [Item() as ClassType], { description: 'The entries of the page, without cursors.' })
    get nodes(): T[] {
      return this.edges.map((edge) => edge.node);
    }

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo: PageInfo;

    countTotal: () => Promise<number>;

    @Field(() => Int, { description: 'How many there are in all; counted only when asked for.' })
    totalCount(): Promise<number> {
      return this.countTotal();
    }
  }
  return ConnectionType;
}

/**
 * One column of the sort order of keyset pages. The values of the last column must be unique. `sql` must never be null:
 * a nullable column is wrapped in COALESCE with a value beyond its range, and the index has the same expression. If all
 * columns have the same direction, a page at any depth is one range of the index; otherwise reading it also visits the
 * rows that equal the cursor in the leading columns.
 */
export interface KeysetColumn<T> {
  sql: string;
  direction: 'ASC' | 'DESC';
  /** SQL type to which the column's value in a cursor is cast, such as `uuid`. */
  cast: string;
  value: (row: T) => string | number;
}

/**
 * Makes the SQL condition that a row comes after the cursor, whose values are the parameters `cursor0`, `cursor1`, ….
 * Consecutive columns with the same direction become one row comparison, which PostgreSQL answers from an index. Where
 * the direction changes, the condition is an OR, for which PostgreSQL uses no index; therefore the comparison of the
 * columns before the change is repeated outside the OR, with equality allowed.
 */
function afterCursor<T>(order: ReadonlyArray<KeysetColumn<T>>, backward: boolean, from = 0): string {
  const { direction } = order[from]!;
  const turn = order.findIndex((column, i) => i > from && column.direction !== direction);
  const run = order.slice(from, turn < 0 ? undefined : turn);
  const row = (parts: string[]) => (parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`);
  const columns = row(run.map(({ sql }) => sql));
  const values = row(run.map(({ cast }, i) => `CAST(:cursor${from + i} AS ${cast})`));
  const operator = (direction === 'ASC') !== backward ? '>' : '<';
  const strict = `${columns} ${operator} ${values}`;
  if (turn < 0) return strict;
  return `(${columns} ${operator}= ${values} AND (${strict} OR ${afterCursor(order, backward, turn)}))`;
}

/**
 * The cursor values of a row. Throws where a value is neither a text nor a finite number, since a page after such a
 * cursor would lose rows.
 */
function cursorValues<T>(row: T, order: ReadonlyArray<KeysetColumn<T>>): Array<string | number> {
  return order.map((column) => {
    const value: unknown = column.value(row);
    if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
    throw new Error(`The sort column ${column.sql} gave ${String(value)}; wrap it in COALESCE.`);
  });
}

export interface PageWindow {
  limit: number;
  backward: boolean;
  cursor: string | undefined;
}

/**
 * Checks the paging arguments `first`, `after`, `last` and `before` of a connection; throws BAD_USER_INPUT for a wrong
 * combination or size.
 */
export function readWindow(args: ConnectionArgs): PageWindow {
  if (args.first != null && args.last != null) throw badInput('last', 'FIRST_AND_LAST', say('FIRST_AND_LAST.either'));
  if (args.last != null && args.after != null)
    throw badInput('after', 'AFTER_WITH_LAST', say('AFTER_WITH_LAST.cursor'));
  if (args.last == null && args.before != null)
    throw badInput('before', 'BEFORE_WITHOUT_LAST', say('BEFORE_WITHOUT_LAST.cursor'));
  const backward = args.last != null;
  const limit = (backward ? args.last : args.first) ?? DEFAULT_PAGE;
  if (limit < 1 || limit > MAX_PAGE) {
    throw badInput(backward ? 'last' : 'first', 'PAGE_SIZE', say('PAGE_SIZE.entries', { max: MAX_PAGE }));
  }
  return { limit, backward, cursor: (backward ? args.before : args.after) ?? undefined };
}

export function encodeCursor(values: ReadonlyArray<string | number>): string {
  return Buffer.from(JSON.stringify(values), 'utf8').toString('base64url');
}

/**
 * Maximum length of a cursor in characters; a longer one is refused without decoding. The cursors that this server
 * issues hold a few short values.
 */
const LONGEST_CURSOR = 4096;

/**
 * Decodes a cursor into its `length` column values. Throws BAD_USER_INPUT, naming the argument, for a cursor that is
 * damaged, too long, or has another number of values, such as one from another list.
 */
export function decodeCursor(cursor: string, length: number, argument: string): Array<string | number> {
  let values: unknown;
  try {
    values = cursor.length > LONGEST_CURSOR ? null : JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    values = null;
  }
  if (
    !Array.isArray(values) ||
    values.length !== length ||
    !values.every((v) => typeof v === 'string' || typeof v === 'number')
  ) {
    throw badInput(argument, 'BAD_CURSOR', say('BAD_CURSOR.list'));
  }
  return values as Array<string | number>;
}

interface PageOptions<T extends ObjectLiteral> {
  /**
   * Queries whose counts add up to the total, where PostgreSQL counts several conditions from an index each, and their
   * alternative only by reading the table; by default the query itself.
   */
  counting?: ReadonlyArray<SelectQueryBuilder<T>>;
  /** The properties of an entry that the query's fields and the sort order need; all where it is undefined. */
  reads?: ReadonlySet<string> | undefined;
}

/**
 * Reads one page of a query over one entity (without joined selections), by keyset pagination: rows that are inserted
 * or deleted between two page requests neither repeat nor skip other rows. It reads one row more than the page size, to
 * know whether a next page exists; it counts the total only when the client selects it.
 */
export async function keysetPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  args: ConnectionArgs,
  order: ReadonlyArray<KeysetColumn<T>>,
  { counting = [query.clone()], reads }: PageOptions<T> = {},
): Promise<Page<T>> {
  const { limit, backward, cursor } = readWindow(args);
  const forward = (direction: 'ASC' | 'DESC') => (direction === 'ASC') !== backward;
  if (cursor !== undefined) {
    const values = decodeCursor(cursor, order.length, backward ? 'before' : 'after');
    query.andWhere(afterCursor(order, backward), Object.fromEntries(values.map((v, i) => [`cursor${i}`, v])));
  }
  order.forEach((column, i) => {
    query[i === 0 ? 'orderBy' : 'addOrderBy'](column.sql, forward(column.direction) ? 'ASC' : 'DESC');
  });
  let rows: T[];
  try {
    rows = await getRows(query.limit(limit + 1), reads);
  } catch (error) {
    // A well-formed cursor can still carry a value that its column cannot hold, which PostgreSQL reports by an error of
    // class 22 (data exception).
    if (
      cursor !== undefined &&
      typeof (error as { code?: unknown }).code === 'string' &&
      (error as { code: string }).code.startsWith('22')
    ) {
      throw badInput(backward ? 'before' : 'after', 'BAD_CURSOR', say('BAD_CURSOR.list'));
    }
    throw error;
  }
  const more = rows.length > limit;
  if (more) rows.length = limit;
  if (backward) rows.reverse();
  const edges = rows.map((node) => ({ node, cursor: encodeCursor(cursorValues(node, order)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? cursor !== undefined : more,
      hasPreviousPage: backward ? more : cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal: async () => {
      const counts = await Promise.all(counting.map((part) => part.getCount()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
