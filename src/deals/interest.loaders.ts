import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { byKey, defineLoader } from '../lib/batching.js';
import { decodeCursor, encodeCursor, readWindow, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { Interest, InterestMessage } from './interest.entity.js';
import type { InterestSide } from './interest.stages.js';
import { say } from '../messages/catalogue.js';

// Loaders do not know the viewer, so their keys contain the account id. The parts of a key are joined by spaces, which
// no id contains.
const join = (...parts: Array<string | number>) => parts.join(' ');
const part = (key: string, i: number) => key.split(' ')[i]!;

/** Loads an account's newest interest thread on an achievement; the key is `account achievement`. */
const ownInterest = defineLoader<string, Interest | null>(async (db, keys) => {
  const rows = await db
    .createQueryBuilder(Interest, 'i')
    .distinctOn(['i.account_id', 'i.achievement_id'])
    .where(
      `(i.account_id, i.achievement_id) IN (
         SELECT * FROM unnest(CAST(:accounts AS uuid[]), CAST(:achievements AS uuid[]))
       )`,
      {
        accounts: keys.map((key) => part(key, 0)),
        achievements: keys.map((key) => part(key, 1)),
      },
    )
    .orderBy('i.account_id')
    .addOrderBy('i.achievement_id')
    .addOrderBy('i.created_at', 'DESC')
    .addOrderBy('i.id', 'DESC')
    .getMany();
  return byKey(keys, rows, (interest) => join(interest.accountId!, interest.achievementId));
});

/** The viewer's newest interest thread on an achievement; null if there is none. */
export function viewerInterest(ctx: Context, achievementId: string): Promise<Interest | null> {
  const { accountId } = ctx.viewer;
  return accountId === null ? Promise.resolve(null) : ctx.load(ownInterest).load(join(accountId, achievementId));
}

/** Loads the number of interest threads per achievement, closed ones included. */
export const interestCounts = defineLoader<string, number>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT achievement_id AS id, count(*)::int AS n FROM interest WHERE achievement_id = ANY($1) GROUP BY 1`,
    [ids],
  )) as Array<{ id: string; n: number }>;
  return byKey(ids, rows, (row) => row.id).map((row) => row?.n ?? 0);
});

/**
 * Loads how many of an institution's threads have messages of the other side that the account has not read; the key is
 * `account institution`.
 */
const unreadThreads = defineLoader<string, number>(async (db, keys) => {
  const rows = (await db.query(
    `SELECT k.account_id, k.institution_id, count(i.id)::int AS n
     FROM unnest($1::uuid[], $2::uuid[]) AS k(account_id, institution_id)
     JOIN interest i ON i.institution_id = k.institution_id
     LEFT JOIN interest_participant p ON p.interest_id = i.id AND p.account_id = k.account_id
     WHERE i.party_seq > COALESCE(p.read_seq, 0) GROUP BY 1, 2`,
    [keys.map((key) => part(key, 0)), keys.map((key) => part(key, 1))],
  )) as Array<{ account_id: string; institution_id: string; n: number }>;
  return byKey(keys, rows, (row) => join(row.account_id, row.institution_id)).map((row) => row?.n ?? 0);
});

/**
 * Number of threads on an institution's achievements that have messages of the interested party which the account has
 * not read.
 */
export function unreadThreadCount(ctx: Context, accountId: string, institutionId: string): Promise<number> {
  return ctx.load(unreadThreads).load(join(accountId, institutionId));
}

/** Loads how many messages of one side of a thread an account has not read; the key is `account thread side`. */
const unreadMessages = defineLoader<string, number>(async (db, keys) => {
  const rows = (await db.query(
    `SELECT k.account_id, k.interest_id, k.side, count(m.id)::int AS n
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS k(account_id, interest_id, side)
     LEFT JOIN interest_participant p ON p.interest_id = k.interest_id AND p.account_id = k.account_id
     JOIN interest_message m ON m.interest_id = k.interest_id AND m.side = k.side AND m.seq > COALESCE(p.read_seq, 0)
     GROUP BY 1, 2, 3`,
    [keys.map((key) => part(key, 0)), keys.map((key) => part(key, 1)), keys.map((key) => part(key, 2))],
  )) as Array<{ account_id: string; interest_id: string; side: string; n: number }>;
  return byKey(keys, rows, (row) => join(row.account_id, row.interest_id, row.side)).map((row) => row?.n ?? 0);
});

/** Number of messages that one side of a thread has written and the viewer has not read. */
export function unreadCount(ctx: Context, interest: Interest, side: InterestSide): Promise<number> {
  const { accountId } = ctx.viewer;
  return accountId === null ? Promise.resolve(0) : ctx.load(unreadMessages).load(join(accountId, interest.id, side));
}

/**
 * Loads one page of messages per thread; the key is `thread limit direction start`. One SQL statement serves all
 * threads with the same page size, direction and start.
 */
const messageWindows = defineLoader<string, InterestMessage[]>(async (db, keys) => {
  const windows = new Map<string, string[]>();
  for (const key of keys) {
    const window = key.slice(key.indexOf(' ') + 1);
    windows.set(window, [...(windows.get(window) ?? []), part(key, 0)]);
  }
  const found = new Map<string, InterestMessage[]>();
  for (const [window, ids] of windows) {
    const [limit, direction, start] = window.split(' ') as [string, 'forward' | 'backward', string];
    const [compare, order] = direction === 'forward' ? ['>', 'ASC'] : ['<', 'DESC'];
    const rows = (await db.query(
      `SELECT m.id, m.interest_id AS "interestId", m.seq, m.author_id AS "authorId", m.side, m.body,
         m.created_at AS "createdAt"
       FROM unnest($1::uuid[]) AS k(id)
       CROSS JOIN LATERAL (
         SELECT *
         FROM interest_message
         WHERE interest_id = k.id AND seq ${compare} $2
         ORDER BY seq ${order}
         LIMIT $3
       ) AS m
       ORDER BY m.interest_id, m.seq`,
      [ids, Number(start), Number(limit)],
    )) as Array<Record<string, unknown>>;
    for (const id of ids) found.set(join(id, window), []);
    for (const row of rows) found.get(join(row.interestId as string, window))?.push(db.create(InterestMessage, row));
  }
  return keys.map((key) => found.get(key) ?? []);
});

const MAX_SEQ = 2_147_483_647;

/**
 * A page of a thread's messages, by their sequence numbers. Requests for several threads are batched: a list of threads
 * with equal paging arguments costs one SQL statement.
 */
export async function messagePage(
  ctx: Context,
  interest: Interest,
  args: ConnectionArgs,
): Promise<Page<InterestMessage>> {
  const { limit, backward, cursor } = readWindow(args);
  let start = backward ? MAX_SEQ : 0;
  if (cursor !== undefined) {
    const argument = backward ? 'before' : 'after';
    const seq = decodeCursor(cursor, 1, argument)[0];
    if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0 || seq > MAX_SEQ) {
      throw badInput(argument, 'BAD_CURSOR', say('BAD_CURSOR.list'));
    }
    start = seq;
  }
  // The loader returns the same array to callers with the same key, so it is copied before it is shortened.
  const rows = [
    ...(await ctx.load(messageWindows).load(join(interest.id, limit + 1, backward ? 'backward' : 'forward', start))),
  ];
  const more = rows.length > limit;
  if (more) rows.splice(backward ? 0 : limit, 1);
  const edges = rows.map((node) => ({ node, cursor: encodeCursor([node.seq]) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? cursor !== undefined : more,
      hasPreviousPage: backward ? more : cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal: () => Promise.resolve(interest.messageCount),
  };
}
