import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../kernel/context.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { verifySinceCheckpoint } from '../../ledger/partitions.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { backup } from '../../maintenance/backup.js';
import { jsonCall, type Call, type Client } from '../client.js';
import { generateResult, INSTITUTIONS } from '../generator.js';
import { codeChoice, EDITOR, LISTER, loadPeople } from '../pool.js';
import { searchCall, searchMix } from '../search.js';

/** An operation that is measured; `i` numbers its calls. */
export type Operation = (i: number) => Promise<unknown>;

/** The objects of a pool that the operations ask for. */
export interface Targets {
  institution: string;
  investor: string;
  cohort: string;
}

const FIELDS = `nodes { id title { value } institution { name { value } } }`;
const LIST = `query ($after: String) { achievements(first: 20, after: $after) { ${FIELDS} } }`;
const WALK = `query ($after: String) { achievements(first: 100, after: $after) { nodes { id } pageInfo { endCursor } } }`;
const DETAIL = `query ($id: ID!) { achievement(id: $id) {
  id registrationNo status trl score title { value } summary { value }
  institution { name { value } } industries { code name { value } } ipRights { type number status } inventors { name { value } } } }`;
const MATCHES = `query ($id: ID!) { node(id: $id) { ... on InvestorProfile { achievementMatches(first: 20) {
  nodes { score rank reasons { code contribution } achievement { id title { value } } } } } } }`;
const TOTAL = `query ($id: ID!) { organisation(id: $id) { achievements(first: 20) { totalCount ${FIELDS} } } }`;
const COUNTS = `query ($id: ID!) { cohort(id: $id) { status counts { entered counted reviewed reviews proposed objections } } }`;
const EDITORS = `query ($id: ID!) { achievements(first: 20, filter: { institutionId: $id }) { totalCount ${FIELDS} } }`;
const CREATE = `mutation ($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`;
const REGISTER = `mutation ($input: AchievementActionInput!) { registerAchievement(input: $input) { achievement { status } } }`;
const LOG_IN = `mutation ($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`;

/** Sends a request to the program; fails on GraphQL errors too, which would otherwise be measured as an answer. */
export async function ask<T>(client: Client, call: Call): Promise<T> {
  const { data, errors } = JSON.parse((await client.send(call)).toString('utf8')) as {
    data: T;
    errors?: Array<{ message: string }>;
  };
  if (errors) throw new Error(errors.map(({ message }) => message).join(' '));
  return data;
}

/** The operations that are measured through the GraphQL endpoint, in the order of their measurement. */
export async function requests(
  app: App,
  url: string,
  client: Client,
  targets: Targets,
): Promise<Map<string, Operation>> {
  const send = <T>(query: string, variables: object, token?: string) =>
    ask<T>(
      client,
      jsonCall(`${url}/graphql`, { query, variables }, token === undefined ? {} : { authorization: `Bearer ${token}` }),
    );
  const logIn = async (input: { email: string; password: string }) =>
    (await send<{ logIn: { tokens: { accessToken: string } } }>(LOG_IN, { input })).logIn.tokens.accessToken;
  const [editor, lister] = [await logIn(EDITOR), await logIn(LISTER)];
  const { middle, ids } = await walk(app, send);
  const searches = searchMix(500, 6).map((search) => searchCall(url, search));
  const institutions = await loadPeople(app);
  const codes = await codeChoice(app);
  const register = async () => {
    const number = newId().slice(-12);
    const seed = 1_000_000 + Math.floor(Math.random() * 1e9);
    const { record } = generateResult(seed, codes);
    const content = { ...record, externalId: null, registrationNo: `B-${number}` };
    const institutionId = toGlobalId('Organisation', institutions[seed % INSTITUTIONS.length]!);
    const { createAchievement } = await send<{ createAchievement: { achievement: { id: string } } }>(
      CREATE,
      { input: { institutionId, content } },
      editor,
    );
    await send(REGISTER, { input: { id: createAchievement.achievement.id } }, editor);
  };
  const matches = async () => {
    const { node } = await send<{ node: { achievementMatches: { nodes: unknown[] } | null } }>(
      MATCHES,
      { id: targets.investor },
      lister,
    );
    if (node.achievementMatches?.nodes.length !== 20) throw new Error('the list of matches is not full');
  };
  return new Map<string, Operation>([
    ['list', () => send(LIST, {})],
    ['deep_page', () => send(LIST, { after: middle })],
    ['detail', (i) => send(DETAIL, { id: ids[i % ids.length] })],
    ['search', (i) => ask(client, searches[i % searches.length]!)],
    ['matches', matches],
    ['total', () => send(TOTAL, { id: targets.institution })],
    ['closed_counts', () => send(COUNTS, { id: targets.cohort })],
    ['editors_list', () => send(EDITORS, { id: targets.institution }, lister)],
    ['registration', register],
  ]);
}

interface Page {
  achievements: { nodes: Array<{ id: string }>; pageInfo: { endCursor: string } };
}

/** Follows the list to the middle of the pool; returns the cursor there, and the ids on the way. */
async function walk(
  app: App,
  send: <T>(query: string, variables: object) => Promise<T>,
): Promise<{ middle: string; ids: string[] }> {
  const [row] = (await app.dataSource.query(
    `SELECT count(*)::int AS entries FROM achievement WHERE status = 'ADMITTED'`,
  )) as Array<{ entries: number }>;
  const ids: string[] = [];
  let middle: string | null = null;
  while (ids.length < row!.entries / 2) {
    const { achievements }: Page = await send<Page>(WALK, { after: middle });
    if (achievements.nodes.length === 0) throw new Error('the list ended before the middle of the pool');
    ids.push(...achievements.nodes.map(({ id }) => id));
    middle = achievements.pageInfo.endCursor;
  }
  return { middle: middle!, ids };
}

const LEDGER_BATCH = 500;
const entry = () => ({
  kind: 'bench.appended',
  subjectType: 'Achievement',
  subjectId: newId(),
  facts: { revision: 1 },
});

/** Appends records to the ledger until it has `size` of them, hundreds in a transaction. */
export async function fillLedger(app: App, size: number): Promise<void> {
  const [row] = (await app.dataSource.query(`SELECT count(*)::int AS n FROM ledger_record`)) as Array<{ n: number }>;
  for (let n = row!.n; n < size; n += LEDGER_BATCH)
    await app.dataSource.transaction((tx) =>
      appendLedger(tx, null, app.clock(), Array.from({ length: Math.min(LEDGER_BATCH, size - n) }, entry)),
    );
}

/** Appends one record to the ledger in a transaction of its own. */
export const appendOne = (app: App): Promise<void> =>
  app.dataSource.transaction((tx) => appendLedger(tx, null, app.clock(), [entry()]));

/** Verifies the ledger's chain since its last sealed partition; returns the number of records. */
export const verifyChain = async (app: App): Promise<number> => (await verifySinceCheckpoint(app)).records;

/** Writes a backup into the folder and deletes it; returns its size in MB. */
export async function backUp(app: App, databaseUrl: string, folder: string): Promise<number> {
  const file = join(folder, 'bench.backup');
  try {
    await backup(databaseUrl, file, { secretKey: app.secretKey, embedded: false }, () => undefined);
    return (await stat(file)).size / 1e6;
  } finally {
    await rm(file, { force: true });
  }
}
