import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { emptyRecord, type AchievementRecord } from '../../src/achievements/achievement.record.js';
import { insertAchievements } from '../../src/achievements/achievement.store.js';
import type { AchievementStatus } from '../../src/achievements/vocabularies.js';
import { newId, toGlobalId } from '../../src/lib/ids.js';
import { noteForIndexing } from '../../src/outbox/indexing.js';
import { eventually, type TestApp } from '../harness.js';
import { enterPool } from '../seed.js';

export interface Wish extends Partial<AchievementRecord> {
  institutionId: string;
  status?: AchievementStatus;
  score?: number | null;
  admittedAt?: Date;
}

let serial = 0;

/** Inserts an institution directly into the database; returns its UUID. */
export async function institution(t: TestApp, zh: string, en: string): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO organisation (id, kind, name, verification, created_at)
     VALUES ($1, 'UNIVERSITY', $2, 'VERIFIED', now())`,
    [id, { zh, en }],
  );
  return id;
}

/**
 * Inserts achievements (ADMITTED by default) into the database and waits until they are indexed. Returns their UUIDs.
 */
export async function enter(t: TestApp, wishes: readonly Wish[]): Promise<string[]> {
  const rows = wishes.map(
    ({ institutionId, status = 'ADMITTED', score = null, admittedAt = new Date(), ...record }) => {
      serial += 1;
      return {
        stored: {
          id: newId(),
          institutionId,
          status,
          revision: 1,
          editedBy: null,
          note: null,
          at: new Date(),
          record: {
            ...emptyRecord,
            title: { zh: `成果${serial}` },
            registrationNo: `REG${serial}X`,
            registeredOn: '2024-05-01',
            ...record,
          },
        },
        score,
        admittedAt: status === 'ADMITTED' ? admittedAt : null,
      };
    },
  );
  await t.app.dataSource.transaction(async (tx) => {
    await insertAchievements(
      tx,
      rows.map((row) => row.stored),
    );
    for (const row of rows)
      await tx.query(`UPDATE achievement SET score = $2, admitted_at = $3 WHERE id = $1`, [
        row.stored.id,
        row.score,
        row.admittedAt,
      ]);
    await enterPool(
      tx,
      rows.filter((row) => row.stored.status === 'ADMITTED').map((row) => row.stored.id),
    );
    await noteForIndexing(
      tx,
      rows.map((row) => row.stored.id),
    );
  });
  return rows.map((row) => row.stored.id);
}

/** Changes rows by SQL as a service does: the change and its outbox note in one transaction. */
export async function change(t: TestApp, ids: readonly string[], set: string, values: unknown[] = []): Promise<void> {
  await t.app.dataSource.transaction(async (tx) => {
    await tx.query(`UPDATE achievement SET ${set} WHERE id = ANY($1)`, [ids, ...values]);
    await noteForIndexing(tx, ids);
  });
}

/** Waits until the index has applied every change. */
export async function indexed(t: TestApp): Promise<void> {
  await eventually(async () => {
    const [row] = await t.sql<{ done: boolean }>(
      `SELECT NOT EXISTS (SELECT 1 FROM search_outbox)
         AND EXISTS (SELECT 1 FROM search_generation WHERE state = 'LIVE') AS done`,
    );
    return row?.done;
  }, 30_000);
}

export interface Found {
  totalCount: number;
  degraded: boolean;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  edges: Array<{
    cursor: string;
    related: boolean;
    node: { id: string; title: { value: string } };
    highlights: Array<{
      field: string;
      locale: string | null;
      fragments: Array<{ parts: Array<{ text: string; match: boolean }> }>;
    }>;
  }>;
  facets: Array<{
    name: string;
    values: Array<{
      value: string;
      count: number;
      level: number | null;
      parent: string | null;
      selected: boolean;
      label: { value: string };
    }>;
  }>;
}

const SEARCH = `query S($query: String, $filter: AchievementSearchFilter, $sort: AchievementSearchSort, $first: Int, $after: String, $locale: Locale) {
  achievementSearch(query: $query, filter: $filter, sort: $sort, first: $first, after: $after, locale: $locale) {
    totalCount degraded pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor related node { id title { value } } highlights { field locale fragments { parts { text match } } } }
    facets { name values(first: 2000) { value count level parent selected label { value } } }
  }
}`;

export interface SearchVariables {
  query?: string;
  filter?: Record<string, unknown>;
  sort?: Record<string, unknown>;
  first?: number;
  after?: string;
  locale?: 'ZH' | 'EN';
}

/** Runs a search over HTTP with all fields of the result. */
export async function search(t: TestApp, variables: SearchVariables): Promise<Found> {
  return (await t.gql<{ achievementSearch: Found }>(SEARCH, { ...variables })).achievementSearch;
}

/**
 * Runs a search and repeats it until the engine answers: on a busy machine the engine may time out, and PostgreSQL
 * answers instead.
 */
export function searchEngine(t: TestApp, variables: SearchVariables): Promise<Found> {
  return eventually(async () => {
    const found = await search(t, variables);
    return !found.degraded && found;
  }, 20_000);
}

/** Runs a search on another server. */
export async function searchAt(url: string, variables: SearchVariables): Promise<Found> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SEARCH, variables }),
  });
  const body = (await response.json()) as { data: { achievementSearch: Found }; errors?: unknown };
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.achievementSearch;
}

/** Reads all pages of a search, one edge per page; fails if `hasNextPage` is wrong. */
export async function everyEdge(
  t: TestApp,
  variables: SearchVariables,
): Promise<{ edges: Found['edges']; totalCount: number }> {
  const edges: Found['edges'] = [];
  let after: string | undefined;
  for (;;) {
    const page = await search(t, { ...variables, after });
    edges.push(...page.edges);
    if (!page.pageInfo.hasNextPage) return { edges, totalCount: page.totalCount };
    if (page.edges.length === 0) throw new Error('a next page was promised, and this one is empty');
    after = page.pageInfo.endCursor!;
  }
}

/** Runs a search that must fail. */
export async function refused(t: TestApp, variables: SearchVariables) {
  const reply = await t.ask(SEARCH, { ...variables });
  if (!reply.errors?.[0]) throw new Error('the search was not refused');
  return reply.errors[0].extensions;
}

/** The edges that match the query, without the related ones. */
export const matches = (found: Found): Found['edges'] => found.edges.filter((edge) => !edge.related);
export const related = (found: Found): Found['edges'] => found.edges.filter((edge) => edge.related);
const titlesOf = (edges: Found['edges']): string[] => edges.map((edge) => edge.node.title.value);
export const titles = (found: Found): string[] => titlesOf(matches(found));
export const relatedTitles = (found: Found): string[] => titlesOf(related(found));
export const gid = (uuid: string): string => toGlobalId('Achievement', uuid);

/** The counts of a facet as an object by value. */
export function counts(found: Found, name: string): Record<string, number> {
  const facet = found.facets.find((each) => each.name === name);
  if (!facet) throw new Error(`no facet ${name}`);
  return Object.fromEntries(facet.values.map((value) => [value.value, value.count]));
}

/** A TCP proxy in front of a server: while closed, it behaves as if the server were down. */
export async function gateTo(url: string): Promise<{ url: string; close(): Promise<void>; open(): Promise<void> }> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const open = async () => {
    server = createServer((inner) => {
      const outer = connect(Number(target.port), target.hostname);
      for (const [a, b] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        sockets.add(a);
        a.pipe(b);
        a.on('error', () => b.destroy());
        a.on('close', () => {
          sockets.delete(a);
          b.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  await open();
  return {
    url: `http://127.0.0.1:${port}`,
    open,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server!.close(resolve));
    },
  };
}

/** An HTTP proxy in front of a server that counts the searches passing through it. */
export async function countingProxy(
  target: string,
): Promise<{ url: string; searches(): number; close(): Promise<void> }> {
  let count = 0;
  const server = createHttpServer((request, response) => {
    if (request.url === '/multi-search') count += 1;
    const onward = httpRequest(
      new URL(request.url ?? '/', target),
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    searches: () => count,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
