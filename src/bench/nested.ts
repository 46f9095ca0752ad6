import { isDeepStrictEqual } from 'node:util';
import { Client, jsonCall, latencies, throughput } from './client.js';
import { alternate, figure, median, type Figure } from './figures.js';
import { NESTED_QUERY, NESTED_SIZE } from './nested.query.js';
import { backendsOf, startBaseline } from './server.js';

const ROUND_MS = 3000;

/** GraphQL request, to the given server, for a page of achievements with nested objects. */
export const nestedCall = (url: string) =>
  jsonCall(`${url}/graphql`, { query: NESTED_QUERY, variables: { first: NESTED_SIZE } });

/**
 * Measures the same page of achievements with nested objects through GraphQL and through one SQL statement, in
 * alternation: latency with one client, throughput with sixteen.
 */
export async function measureNested(dataDir: string, url: string): Promise<Figure[]> {
  const baseline = await startBaseline(await backendsOf(dataDir));
  const client = new Client(16);
  try {
    const variables = { first: NESTED_SIZE };
    const product = nestedCall(url);
    const [list, raw] = ['list', 'raw'].map((path) => jsonCall(`${baseline.url}/${path}`, { variables }));
    await requireSame(client, product, list!);
    await requireSame(client, product, raw!);
    const one = (call: typeof product) => async () => median(await latencies(() => client.send(call), ROUND_MS));
    const many = (call: typeof product) => async () =>
      (await throughput(() => client.send(call), 16, ROUND_MS)).perSecond;
    const single = await alternate(one(product), one(list!));
    const text = await alternate(one(product), one(raw!));
    const sixteen = await alternate(many(product), many(list!));
    return [
      figure(
        'nested.ratio',
        single.a.map((ms, i) => single.b[i]! / ms),
        'x',
      ),
      figure('nested.graphql_ms', single.a, 'ms'),
      figure('nested.sql_ms', single.b, 'ms'),
      figure(
        'nested.ratio_raw',
        text.a.map((ms, i) => text.b[i]! / ms),
        'x',
      ),
      figure(
        'nested.ratio_16',
        sixteen.a.map((rate, i) => rate / sixteen.b[i]!),
        'x',
      ),
      figure('nested.graphql_per_s_16', sixteen.a, '1/s'),
    ];
  } finally {
    client.close();
    await baseline.stop();
  }
}

/** Throws unless GraphQL and the SQL baseline return the same data; otherwise the comparison would be meaningless. */
async function requireSame(
  client: Client,
  product: ReturnType<typeof jsonCall>,
  baseline: ReturnType<typeof jsonCall>,
): Promise<void> {
  const [ours, theirs] = (await Promise.all(
    [product, baseline].map(
      async (call) =>
        JSON.parse((await client.send(call)).toString('utf8')) as { data: { achievements: { nodes: unknown[] } } },
    ),
  )) as [{ data: { achievements: { nodes: unknown[] } } }, { data: unknown }];
  if (ours.data.achievements.nodes.length !== NESTED_SIZE)
    throw new Error(`the list has ${ours.data.achievements.nodes.length} entries`);
  if (!isDeepStrictEqual(ours.data, theirs.data)) throw new Error('GraphQL and SQL give different JSON');
}
