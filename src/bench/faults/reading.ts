import { checkIndex } from '../../search/index/search.check.js';
import { collections } from '../../search/index/search.collections.js';
import { withRunningApp } from '../pool.js';
import type { Courier, Person } from './courier.js';
import type { Written } from './journal.js';
import { addressOf, rowsOf } from './load.js';
import type { MailSink } from './mail-sink.js';
import { editor, type World } from './world.js';

/** Concurrent requests while the checker reads back. */
const READERS = 8;

const RESULTS = `query Results($id: ID!, $after: String) {
  node(id: $id) { ... on Organisation { list: achievements(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { title { value } } } } } } }`;
const THREADS = `query Threads($id: ID!, $after: String) {
  list: viewerInterests(organisationId: $id, first: 50, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id } } } }`;
const MESSAGES = `query Messages($id: ID!, $after: String) {
  node(id: $id) { ... on Interest { list: messages(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { body } } } } } }`;
const INVITATIONS = `query Invitations($id: ID!, $after: String) {
  node(id: $id) { ... on Organisation { list: invitations(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { email } } } } } }`;
const REVISIONS = `query Revisions($id: ID!) { node(id: $id) { ... on Achievement { revisions(first: 10) { note } } } }`;
const FILES = `query Files($id: ID!) { node(id: $id) { ... on Achievement { evidence { name } } } }`;
const FIND = `query Find($text: String!) { achievementSearch(query: $text, first: 10) { degraded edges { node { id } } } }`;

/** What is found of one write after the recovery. */
export interface Found {
  /** How often what was written is there. An import counts by its rows: least and most of any row. */
  least: number;
  most: number;
  /** Mails with different ids, and deliveries in all: a mail that is delivered twice with one id is one mail. */
  mails: { distinct: number; deliveries: number } | null;
  /** Whether the search finds it; null where it is not searched for. */
  searchable: boolean | null;
}

/** Reads everything back through the API. */
export async function readBack(
  world: World,
  written: readonly Written[],
  courier: Courier,
  sink: MailSink,
): Promise<Map<string, Found>> {
  const counts = new Map<string, number>();
  const words = /f[a-z]{6}\d{5}x(?:r\d+)?/g;
  const count = (text: string) => {
    for (const word of new Set(text.match(words))) counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  const { lister, investor, importers, inviters } = world;
  const untilAnswered = <T>(person: Person | null, query: string, variables: object) =>
    courier.insist<T>(person, query, variables, Date.now() + 60_000);
  type List = { pageInfo: { hasNextPage: boolean; endCursor: string }; edges: Array<{ node: { id?: string } }> };
  type Page = { list?: List; node?: { list: List } };
  const all = async ({ id, owner }: { id: string; owner: Person }, query: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await untilAnswered<Page>(owner, query, { id, after });
      const list = (page.list ?? page.node?.list)!;
      for (const edge of list.edges) {
        count(JSON.stringify(edge));
        if (edge.node.id !== undefined) ids.push(edge.node.id);
      }
      if (!list.pageInfo.hasNextPage) return ids;
      after = list.pageInfo.endCursor;
    }
  };
  await Promise.all([
    ...[lister, ...importers].map((organisation) => all(organisation, RESULTS)),
    ...inviters.map((organisation) => all(organisation, INVITATIONS)),
  ]);
  // A thread may have several pages of messages.
  await inParallel(
    await all(investor, THREADS),
    async (id) => void (await all({ id, owner: investor.owner }, MESSAGES)),
  );
  const onOf = (kind: string) => [...new Set(written.filter((write) => write.kind === kind).map(({ on }) => on))];
  await inParallel(onOf('edit'), async (id) => {
    const { node } = await untilAnswered<{ node: { revisions: Array<{ note: string | null }> } }>(editor, REVISIONS, {
      id,
    });
    for (const { note } of node.revisions) count(note ?? '');
  });
  await inParallel(onOf('evidence'), async (id) => {
    const { node } = await untilAnswered<{ node: { evidence: Array<{ name: string }> } }>(lister.owner, FILES, { id });
    for (const { name } of node.evidence) count(name);
  });
  const found = new Map<string, Found>();
  await inParallel(written, async ({ token, kind, on, acknowledged }) => {
    const numbers = kind === 'import' ? rowsOf(token).map((row) => counts.get(row) ?? 0) : [counts.get(token) ?? 0];
    const mails = sink.mailsTo(addressOf(token));
    found.set(token, {
      least: Math.min(...numbers),
      most: Math.max(...numbers),
      mails: kind === 'invitation' ? { distinct: new Set(mails).size, deliveries: mails.length } : null,
      searchable: kind === 'edit' && acknowledged !== null ? await isFound(courier, on, token) : null,
    });
  });
  return found;
}

/**
 * Whether the search engine finds the entry by the word. Other entries may be found instead, since the engine allows
 * for typos; and an answer of PostgreSQL in its place does not count.
 */
export async function isFound(courier: Courier, entry: string, word: string): Promise<boolean> {
  const { achievementSearch: answer } = await courier.insist<{
    achievementSearch: { degraded: boolean; edges: Array<{ node: { id: string } }> };
  }>(null, FIND, { text: word }, Date.now() + 60_000);
  return !answer.degraded && answer.edges.some(({ node }) => node.id === entry);
}

/** Number of documents in which the search indexes and the database differ. */
export function differences(dataDir: string): Promise<number> {
  return withRunningApp(dataDir, async (app) => {
    let sum = 0;
    for (const collection of collections) sum += (await checkIndex(app, collection)).differences.length;
    return sum;
  });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: READERS }, lane));
}
