import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client, jsonCall, latencies } from './client.js';
import { quantile, type Figure } from './figures.js';
import { growPool } from './pool.js';
import { searchCall, searchMix } from './search.js';
import { atRest, backendsOf, startBeside, startServer } from './server.js';

/** Milliseconds from which a search counts as one that waited for the engine. */
const PROBE_MS = 1900;
const SEARCHES = 150;
const LIST_MS = 3000;
/** Milliseconds for which lists are read beside the searches. */
const BESIDE_MS = 10_000;
/** Number of clients that search at the same time. */
const CLIENTS = 24;
const MAX_REST_MS = 300_000;

/** A plain list as a front page asks for it. */
const LIST_QUERY = `{ achievements(first: 20) { nodes { id title { value } institution { name { value } } } } }`;

/** A search engine that accepts connections and never answers. */
export async function startHanging(): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Measures, at each pool size, searches that the database answers because the search engine hangs: with one client, and
 * their effect on a plain list while 24 clients search.
 */
export async function measureDegraded(
  dataDir: string,
  sizes: readonly number[],
  say: (line: string) => void,
  take: (figures: readonly Figure[]) => void,
): Promise<void> {
  const { server } = await startServer(dataDir, { SAMPLE: 'false', WORKER: 'false' });
  try {
    for (const size of sizes) {
      const { loadSeconds } = await growPool(dataDir, size, undefined, false);
      say(`pool of ${size}: loaded in ${loadSeconds.toFixed(0)} s`);
      take(await measureAt(dataDir, size, say));
    }
  } finally {
    await server.stop();
  }
}

async function measureAt(dataDir: string, size: number, say: (line: string) => void): Promise<Figure[]> {
  const hanging = await startHanging();
  const backends = await backendsOf(dataDir);
  const server = await startBeside({ ...backends, meiliUrl: hanging.url }, { SEARCH_CACHE: 'false' });
  const one = new Client(1);
  const many = new Client(CLIENTS);
  try {
    await atRest(server, MAX_REST_MS);
    const calls = searchMix(SEARCHES + 20, 5).map((search) => searchCall(server.url, search));
    const list = jsonCall(`${server.url}/graphql`, { query: LIST_QUERY });
    // The first search waits for the engine; later ones do not while the engine counts as down.
    for (const call of calls.slice(0, 20)) await one.send(call).catch(() => undefined);
    await latencies(() => one.send(list), 1000);
    // About once in two seconds, a search waits for the engine to learn whether it is back. Searches of PROBE_MS or
    // more are therefore left out of the figure; their number is printed, so that a database as slow as that is not
    // hidden.
    const all = await latencies((i) => one.send(calls[20 + (i % SEARCHES)]!), 0, SEARCHES);
    const searches = all.filter((ms) => ms < PROBE_MS);
    const alone = await latencies(() => one.send(list), LIST_MS);
    let [isOver, answered, refused, failed] = [false, 0, 0, 0];
    const searcher = async (k: number) => {
      for (let i = k; !isOver; i += CLIENTS) {
        try {
          const body = await many.send(calls[i % calls.length]!);
          if (body.includes('"UNAVAILABLE"')) refused += 1;
          else if (body.includes('"errors"')) failed += 1;
          else answered += 1;
        } catch (error) {
          if (String(error).includes('status 503')) refused += 1;
          else failed += 1;
        }
      }
    };
    const searchers = Array.from({ length: CLIENTS }, (_, k) => searcher(k));
    const beside = await latencies(() => one.send(list), BESIDE_MS);
    isOver = true;
    await Promise.all(searchers);
    say(`beside the lists: ${answered} searches answered, ${refused} refused, ${failed} failed`);
    const of = (name: string, times: readonly number[]): Figure[] =>
      [0.5, 0.95].map((share) => ({
        name: `degraded.${name}_p${share * 100}_ms_${size}`,
        value: quantile(times, share),
        unit: 'ms',
      }));
    return [
      ...of('search', searches),
      ...of('list', alone),
      ...of('list_beside', beside),
      { name: `degraded.list_x_${size}`, value: quantile(beside, 0.95) / quantile(alone, 0.95), unit: 'x' },
      { name: `degraded.per_s_${size}`, value: (answered * 1000) / BESIDE_MS, unit: '1/s' },
      { name: `degraded.left_out_${size}`, value: all.length - searches.length, unit: 'searches' },
      { name: `degraded.failed_${size}`, value: failed, unit: 'searches' },
    ];
  } finally {
    one.close();
    many.close();
    await server.stop();
    await hanging.close();
  }
}
