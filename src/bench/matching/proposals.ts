import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../kernel/context.js';
import { toGlobalId } from '../../lib/ids.js';
import { profileCollection } from '../../search/profiles/profiles.collection.js';
import { figure, quantile, type Figure } from '../figures.js';
import { Client, jsonCall, latencies } from '../client.js';
import { addLister, growPool, LISTER, withRunningApp } from '../pool.js';
import { generateProfiles } from './proposals.profiles.js';
import { atRest, backendsOf, rssMb, startBeside, startServer, type BenchServer } from '../server.js';

/** Number of achievements in the pool, as after some years of a deployment. */
const ENTRIES = 400;
const CHANGES = 40;
const ROUNDS = 3;
const MAX_REST_MS = 900_000;
const LOOK_MS = 1000;
/**
 * Duration of the warm-up before a list is measured, in milliseconds: until V8 has compiled its code, requests take 1.5
 * times as long.
 */
const WARM_MS = 6000;

const QUERY = `query ($id: ID!) { node(id: $id) { ... on Achievement { investorMatches(first: 20) { totalCount nodes { score rank modelVersion reasons { code contribution evidence { value } }
  counterpart { ... on InvestorProfile { id organisation { name { value } } } } } } } } }`;

interface Answer {
  data: { node: { investorMatches: { totalCount: number; nodes: unknown[] } } };
}

async function inTurn(work: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) values.push(await work());
  return values;
}

/**
 * Waits until the generated profiles are in the search index, and throws after MAX_REST_MS: while the search engine
 * indexes, the program appears idle but half of the processors are busy.
 */
async function untilIndexed(app: App): Promise<void> {
  for (const end = Date.now() + MAX_REST_MS; ; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
    const [row] = (await app.dataSource.query(
      `SELECT count(*)::int AS waiting FROM ${profileCollection.tables.outbox}`,
    )) as Array<{ waiting: number }>;
    if (row!.waiting === 0) return;
    if (Date.now() > end) throw new Error(`${row!.waiting} changes of profiles still wait for the index`);
  }
}

/**
 * Measures lists of matches through the GraphQL endpoint: latency, loading time at start, memory, and the delay until
 * all processes see a change.
 */
export async function measureProposals(
  dataDir: string,
  profiles: number,
  say: (line: string) => void,
  take: (figure: Figure) => void,
): Promise<void> {
  let server: BenchServer | undefined;
  let second: BenchServer | undefined;
  const client = new Client(1);
  try {
    server = (await startServer(dataDir, { SAMPLE: 'false' })).server;
    await growPool(dataDir, ENTRIES);
    const write = async (investors: number, talents: number) => {
      const begun = performance.now();
      await withRunningApp(dataDir, async (app) => {
        await generateProfiles(app, investors, talents);
        say(
          `${investors} investors and ${talents} talents: written, and their texts compared, in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
        );
        await untilIndexed(app);
      });
      say(`and searchable after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    };
    const restart = async (running: BenchServer) => {
      await running.stop();
      const next = (await startServer(dataDir, { SAMPLE: 'false' })).server;
      await atRest(next);
      return next;
    };
    const load = () =>
      withRunningApp(dataDir, async (app) => {
        const started = performance.now();
        await app.matching.fresh();
        return (performance.now() - started) / 1000;
      });
    await write(profiles, 0);
    // The first start reads all data from the database and writes a snapshot file, which the later starts use.
    server = await restart(server);
    const loads = await inTurn(load);
    server = await restart(server);
    const again = await inTurn(load);
    await rm(join(dataDir, 'cache'), { recursive: true, force: true });
    take(figure('match.load_s', [...loads, ...again], 's'));
    take(figure('match.load_without_file_s', await inTurn(load), 's'));
    await write(0, profiles);
    // The process that follows the changes first computes the text vectors of the new texts.
    await atRest(server, MAX_REST_MS);
    server = await restart(server);
    server = await restart(server);
    take(figure('match.load_with_talents_s', await inTurn(load), 's'));
    const entries = (await withRunningApp(dataDir, addLister)).map((id) => toGlobalId('Achievement', id));
    const { logIn } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(
      `mutation ($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`,
      { input: LISTER },
    );
    const authorization = { authorization: `Bearer ${logIn.tokens.accessToken}` };
    const url = server.url;
    const call = (i: number) =>
      jsonCall(`${url}/graphql`, { query: QUERY, variables: { id: entries[i % entries.length]! } }, authorization);
    const first = JSON.parse((await client.send(call(0))).toString('utf8')) as Answer;
    const { totalCount, nodes } = first.data.node.investorMatches;
    if (nodes.length !== 20 || totalCount < profiles * 0.9)
      throw new Error(`a list of ${nodes.length} of ${totalCount} is not what is measured`);
    await latencies((i) => client.send(call(i)), WARM_MS);
    const rounds: number[][] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await latencies((i) => client.send(call(i)), 4000));
    take(
      figure(
        'match.graphql_p95_ms',
        rounds.map((times) => quantile(times, 0.95)),
        'ms',
      ),
    );
    take(
      figure(
        'match.graphql_p50_ms',
        rounds.map((times) => quantile(times, 0.5)),
        'ms',
      ),
    );
    take({ name: 'match.server_rss_mb', value: rssMb(server.pid), unit: 'MB' });
    second = await startBeside(await backendsOf(dataDir), { DATA_DIR: dataDir });
    await Promise.all([atRest(server), atRest(second)]);
    const lags = await measureFreshness(dataDir, [server, second], entries[0]!, logIn.tokens.accessToken);
    take({ name: 'match.fresh_p95_ms', value: quantile(lags, 0.95), unit: 'ms' });
  } finally {
    client.close();
    await second?.stop();
    await server?.stop();
  }
}

/**
 * Milliseconds from the commit of a change until both processes show it. The change pauses the investor that is an
 * entry's best match, which removes it from the entry's matches.
 */
async function measureFreshness(
  dataDir: string,
  servers: readonly BenchServer[],
  entry: string,
  token: string,
): Promise<number[]> {
  const lags: number[] = [];
  await withRunningApp(dataDir, async (app) => {
    const top = async (server: BenchServer) =>
      (
        await server.ask<{ node: { investorMatches: { nodes: Array<{ counterpart: { id: string } }> } } }>(
          `query ($id: ID!) { node(id: $id) { ... on Achievement { investorMatches(first: 1) { nodes { counterpart { ... on InvestorProfile { id } } } } } } }`,
          { id: entry },
          token,
        )
      ).node.investorMatches.nodes[0]!.counterpart.id;
    for (let i = 0; i < CHANGES; i += 1) {
      const best = await top(servers[0]!);
      const uuid = Buffer.from(best, 'base64url').toString('utf8').split(':')[1]!;
      await app.dataSource.query(`UPDATE investor_profile SET status = 'PAUSED' WHERE id = $1`, [uuid]);
      const committed = performance.now();
      await Promise.all(
        servers.map(async (server) => {
          while ((await top(server)) === best)
            if (performance.now() - committed > 10_000) throw new Error('a change was not seen within 10 s');
        }),
      );
      lags.push(performance.now() - committed);
    }
  });
  return lags;
}
