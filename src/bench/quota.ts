import pg from 'pg';
import { Client, throughput } from './client.js';
import { alternate, figure, median, quantile, type Figure } from './figures.js';
import { searchCall, searchMix } from './search.js';
import { backendsOf, startBeside, treeProcessorMs, type BenchServer } from './server.js';

const CONNECTIONS = 16;
/**
 * Length of a round in milliseconds. The rounds are short and alternate, since other load on the machine weighs more
 * than the measured difference.
 */
const ROUND_MS = 1000;
const ROUNDS = 31;
const SEARCHES = 300;
/**
 * Number of searches that one client address sends before the next address takes over. A search takes four points at
 * most, so an address stays below the default quota of 1,200 points a minute but uses most of it; only a few of its
 * points need no lease.
 */
const SEARCHES_PER_ADDRESS = 280;

/**
 * Measures what the leases of the quota cost: searches of clients that each use most of the default quota, against the
 * same searches at a program whose quota is so large that no client leaves the first block, which needs no lease.
 */
export async function measureQuota(dataDir: string): Promise<Figure[]> {
  const backends = await backendsOf(dataDir);
  const env = { SEARCH_CACHE: 'false', TRUST_PROXY: '1' };
  const leasing = await startBeside(backends, { ...env, REQUESTS_PER_MINUTE: '1200' });
  const free = await startBeside(backends, { ...env, REQUESTS_PER_MINUTE: '1000000' });
  const client = new Client(CONNECTIONS);
  const database = new pg.Client({ connectionString: backends.databaseUrl });
  await database.connect();
  try {
    const mix = searchMix(SEARCHES);
    const rateAt = ({ url, pid }: BenchServer) => {
      const calls = mix.map((search) => searchCall(url, search));
      let sent = 0;
      const send = () => {
        const address = Math.floor(sent / SEARCHES_PER_ADDRESS);
        const call = calls[sent++ % calls.length]!;
        const from = `198.18.${address >> 8}.${address & 255}`;
        return client.send({ ...call, headers: { ...call.headers, 'x-forwarded-for': from } });
      };
      return async () => {
        const before = treeProcessorMs(pid);
        const { perSecond, times } = await throughput(send, CONNECTIONS, ROUND_MS);
        return { perSecond, processorMs: (treeProcessorMs(pid) - before) / times.length };
      };
    };
    const { a, b } = await alternate(rateAt(leasing), rateAt(free), ROUNDS);
    const { rows } = await database.query<{ points: string }>(
      'SELECT coalesce(sum(leased), 0) AS points FROM quota_lease',
    );
    if (Number(rows[0]!.points) === 0) throw new Error('no quota was leased, so nothing was measured');
    // The range of the figure is that of the quartiles, because single rounds mainly reflect other load on the machine.
    const ratio = (name: string, ratios: number[]): Figure => ({
      name,
      value: median(ratios),
      unit: 'x',
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
    });
    return [
      ratio(
        'quota.ratio',
        a.map(({ perSecond }, i) => perSecond / b[i]!.perSecond),
      ),
      ratio(
        'quota.processor_ratio',
        a.map(({ processorMs }, i) => processorMs / b[i]!.processorMs),
      ),
      figure(
        'quota.leasing_per_s',
        a.map(({ perSecond }) => perSecond),
        '1/s',
      ),
      figure(
        'quota.free_per_s',
        b.map(({ perSecond }) => perSecond),
        '1/s',
      ),
    ];
  } finally {
    client.close();
    await database.end();
    await leasing.stop();
    await free.stop();
  }
}
