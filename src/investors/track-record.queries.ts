import type { Context } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';
import { byKey, defineLoader, groupedByKey, type LoaderDefinition } from '../lib/batching.js';
import { isIsoDate } from '../lib/day.js';
import { isUuid } from '../lib/ids.js';
import { decodeCursor, encodeCursor, readWindow, type ConnectionArgs, type Page } from '../graphql/pagination.js';
import { selectEntities } from '../lib/rows.js';
import { readInvestor } from './investor.queries.js';
import { TrackRecord } from './track-record.entity.js';
import { say } from '../messages/catalogue.js';

/** Returns a past investment; null if it does not exist or the viewer may not see its investor's profile. */
export async function readTrackRecord(ctx: Context, id: string): Promise<TrackRecord | null> {
  const [record] = await selectEntities(ctx.db, TrackRecord, 'WHERE e.id = $1', [id]);
  return record && (await readInvestor(ctx, record.investorId)) ? record : null;
}

/** One page of the past investments of a profile. */
interface Window {
  investorId: string;
  rows: number;
  /** Day and id of the investment after (or, for a backward page, before) which the page starts. */
  day: string;
  id: string;
}

/**
 * Positions beyond every investment, from which the first (or last) page starts. With a position on every page the
 * condition has one form: an alternative for null would keep PostgreSQL from answering it from the index.
 */
const START = { day: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
const END = { day: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Makes a loader of pages of past investments. Each key is a page as JSON, so that two SQL statements, one per
 * direction, serve all profiles of a list.
 */
const windows = (backward: boolean): LoaderDefinition<string, TrackRecord[]> =>
  defineLoader(async (db, keys) => {
    const direction = backward ? 'ASC' : 'DESC';
    const found = (await db.query(
      `SELECT w.key, t.id
       FROM jsonb_to_recordset($1::jsonb) AS w(key text, "investorId" uuid, rows int, day date, id uuid)
       CROSS JOIN LATERAL (
         SELECT r.id, r.invested_on
         FROM track_record r
         WHERE r.investor_id = w."investorId"
           AND (r.invested_on, r.id) ${backward ? '>' : '<'} (w.day, w.id)
         ORDER BY r.invested_on ${direction}, r.id ${direction}
         LIMIT w.rows
       ) t
       ORDER BY t.invested_on DESC, t.id DESC`,
      [JSON.stringify(keys.map((key) => ({ ...(JSON.parse(key) as Window), key })))],
    )) as Array<{ key: string; id: string }>;
    const records = new Map(
      (await selectEntities(db, TrackRecord, 'WHERE e.id = ANY($1)', [[...new Set(found.map((row) => row.id))]])).map(
        (record) => [record.id, record],
      ),
    );
    return groupedByKey(keys, found, (row) => row.key).map((group) =>
      group.flatMap((row) => records.get(row.id) ?? []),
    );
  });
const forwardWindows = windows(false);
const backwardWindows = windows(true);

const countOf = defineLoader<string, number>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT investor_id, count(*)::int AS n FROM track_record WHERE investor_id = ANY($1) GROUP BY investor_id`,
    [ids],
  )) as Array<{ investor_id: string; n: number }>;
  return byKey(ids, rows, (row) => row.investor_id).map((row) => row?.n ?? 0);
});

/**
 * Lists the past investments of a profile, the latest first. The caller must have checked that the viewer may see the
 * profile.
 */
export async function trackRecordPage(
  ctx: Context,
  investorId: string,
  args: ConnectionArgs,
): Promise<Page<TrackRecord>> {
  const { limit, backward, cursor } = readWindow(args);
  const window: Window = { investorId, rows: limit + 1, ...(backward ? END : START) };
  if (cursor !== undefined) {
    const argument = backward ? 'before' : 'after';
    const [day, id] = decodeCursor(cursor, 2, argument);
    if (typeof day !== 'string' || typeof id !== 'string' || !isIsoDate(day) || !isUuid(id))
      throw badInput(argument, 'BAD_CURSOR', say('BAD_CURSOR.list'));
    Object.assign(window, { day, id });
  }
  // The loader returns the same array to callers with the same key, so it is copied before it is shortened.
  const rows = [...(await ctx.load(backward ? backwardWindows : forwardWindows).load(JSON.stringify(window)))];
  const more = rows.length > limit;
  if (more) rows.splice(backward ? 0 : limit, 1);
  const edges = rows.map((node) => ({ node, cursor: encodeCursor([node.investedOn, node.id]) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? cursor !== undefined : more,
      hasPreviousPage: backward ? more : cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal: () => ctx.load(countOf).load(investorId),
  };
}
