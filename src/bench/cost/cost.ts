import {
  getNullableType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { App } from '../../kernel/context.js';
import { priceOf } from '../../graphql/prices.js';
import { toGlobalId } from '../../lib/ids.js';
import { composition } from '../../modules.js';
import { sampleLogins } from '../../sample/sample.people.js';
import { createSchema } from '../../graphql/schema.js';
import { Client, jsonCall } from '../client.js';
import { compare, type Compared } from './cost.compare.js';
import { measureMutations } from './cost.mutations.js';
import { planMeasurements, type Known, type Measured } from './cost.plan.js';
import { median, type Figure } from '../figures.js';
import { generateQuery, randomFrom } from '../generator.js';
import { growPool, withRunningApp } from '../pool.js';
import { generateProfiles } from '../matching/proposals.profiles.js';
import { MATTERS } from '../words.js';
import { atRest, startServer, treeProcessorMs, type BenchServer } from '../server.js';

/** Numbers of generated achievements, investors and talents that are added to the sample data. */
const SIZES = { full: [5000, 2000, 3000], quick: [2000, 500, 500] } as const;
/**
 * Processor time is counted in ticks of 10 ms, so an operation is repeated for REPEAT_MS milliseconds to make the ticks
 * negligible. The result is the median of ROUNDS rounds.
 */
const REPEAT_MS = { full: 400, quick: 150 };
const ROUNDS = 3;
const MAX_REPEATS = 60;
/**
 * Time limit of the whole measurement, in milliseconds. The most important fields come first: root fields, then those
 * with a price of their own.
 */
const MAX_MS = { full: 12 * 60_000, quick: 5 * 60_000 };
const WORST = 10;
const IDS = 40;
/**
 * SQL order of achievement ids: admitted ones first, because most viewers may see them; within each group by id, which
 * puts the sample data first.
 */
const POOL_FIRST = `ORDER BY status <> 'ADMITTED', id`;
const SAMPLE_SECONDS = 300;

/**
 * Measures every root field and list of the GraphQL schema on the sample data grown by some thousand entries, called by
 * the sample account that gets most data from it. The processor time that a field adds to the path to it is compared
 * with its price.
 */
export async function measureCost(dataDir: string, quick: boolean, say: (line: string) => void): Promise<Figure[]> {
  const size = quick ? 'quick' : 'full';
  let server: BenchServer | undefined;
  try {
    server = (await startServer(dataDir)).server;
    await untilSampled(server);
    const [entries, investors, talents] = SIZES[size];
    await growPool(dataDir, entries);
    const known = await withRunningApp(dataDir, async (app) => {
      await generateProfiles(app, investors, talents);
      return readKnown(app);
    });
    await server.stop();
    server = (await startServer(dataDir, { SEARCH_CACHE: 'false', MAX_COST: '1000000' })).server;
    await atRest(server);
    return await compareAll(server, known, REPEAT_MS[size], MAX_MS[size], say);
  } finally {
    await server?.stop();
  }
}

async function untilSampled(server: BenchServer): Promise<void> {
  for (let i = 0; !server.output().includes('sample pool: complete'); i += 1) {
    if (i > SAMPLE_SECONDS * 10) throw new Error('the sample did not load');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Reads some ids of every type (sample data first) and values for other arguments from the database. */
async function readKnown(app: App): Promise<Known> {
  const ids = new Map<string, string[]>();
  for (const { name, tableName, columns } of app.dataSource.entityMetadatas) {
    if (!(name in composition.nodeReaders) || !columns.some(({ databaseName }) => databaseName === 'id')) continue;
    const rows = (await app.dataSource.query(
      `SELECT id FROM "${tableName}" ${name === 'Achievement' ? POOL_FIRST : 'ORDER BY id'} LIMIT ${IDS}`,
    )) as Array<{
      id: string;
    }>;
    ids.set(
      name,
      rows.map(({ id }) => toGlobalId(name, id)),
    );
  }
  const codes: Record<string, string[]> = {};
  for (const [type, table] of [
    ['Industry', 'industry'],
    ['Region', 'region'],
    ['StrategicArea', 'strategic_area'],
  ] as const) {
    const rows = (await app.dataSource.query(`SELECT code FROM ${table} ORDER BY level, code LIMIT ${IDS}`)) as Array<{
      code: string;
    }>;
    codes[type] = rows.map(({ code }) => code);
    ids.set(
      type,
      rows.map(({ code }) => toGlobalId(type, code)),
    );
  }
  const random = randomFrom(7);
  return {
    ids,
    codes,
    texts: Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? MATTERS[i % MATTERS.length]![0] : generateQuery(random),
    ),
  };
}

const isMeasured = (parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>) =>
  parent.name === 'Query' ||
  isListType(getNullableType(field.type)) ||
  field.args.some(({ name }) => name === 'first') ||
  field.extensions['price'] !== undefined;

async function compareAll(
  server: BenchServer,
  known: Known,
  repeatMs: number,
  mostMs: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const schema = await createSchema(composition);
  const { plan, left } = planMeasurements(schema, known, isMeasured);
  const tokens = await logInAll(server);
  const client = new Client(1);
  const compared: Compared[] = [];
  const measurer = measurerAt(client, server, tokens, repeatMs);
  try {
    const end = performance.now() + mostMs;
    for (const each of byWeight(schema, plan)) {
      if (performance.now() > end) {
        left.push({ coordinate: each.coordinate, reason: 'the time for measuring was over' });
        continue;
      }
      const result = await measurer(each);
      if (typeof result === 'string') left.push({ coordinate: each.coordinate, reason: result });
      else {
        compared.push(result);
        say(lineOf(result));
      }
    }
    const mutations = await measureMutations(schema, client, server, tokens);
    for (const result of mutations.compared) {
      compared.push(result);
      say(lineOf(result));
    }
    left.push(...mutations.left);
  } finally {
    client.close();
  }
  for (const { coordinate, reason } of left) say(`cost ${coordinate}: not measured: ${reason}`);
  const worst = [...compared].sort((a, b) => b.ratio - a.ratio).slice(0, WORST);
  return [
    { name: 'cost.measured', value: compared.length, unit: 'fields' },
    { name: 'cost.not_measured', value: left.length, unit: 'fields' },
    { name: 'cost.worst_ratio', value: worst[0]?.ratio ?? NaN, unit: 'x' },
    ...worst.map(({ coordinate, ratio }, i) => ({
      name: `cost.worst_${i + 1}.${coordinate}`,
      value: ratio,
      unit: 'x',
    })),
  ];
}

/** Sorts measurements by importance: root fields, then fields with a price of their own, then the other lists. */
function byWeight(schema: GraphQLSchema, plan: readonly Measured[]): Measured[] {
  const weight = ({ coordinate }: Measured) => {
    const [type, name] = coordinate.split('.') as [string, string];
    const parent = schema.getType(type);
    const price = isObjectType(parent) ? priceOf(parent.getFields()[name]!) : undefined;
    return type === 'Query' ? -1000 : -(price?.ms ?? 0);
  };
  return [...plan].sort((a, b) => weight(a) - weight(b));
}

const lineOf = ({ coordinate, times, ms, priceMs, ratio }: Compared) =>
  `cost ${coordinate} ×${times}: ${ms.toFixed(2)} ms, paid for ${priceMs.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`;

async function logInAll(server: BenchServer): Promise<string[]> {
  const tokens: string[] = [];
  for (const { email } of sampleLogins.accounts.slice(0, 7)) {
    const { logIn } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(
      'mutation ($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }',
      { input: { email, password: sampleLogins.password } },
    );
    tokens.push(logIn.tokens.accessToken);
  }
  return tokens;
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: Array<{ message: string }>;
  extensions: { cost: { requested: number } };
}

function measurerAt(client: Client, { url, pid }: BenchServer, tokens: readonly string[], repeatMs: number) {
  const ask = async (query: string, token: string): Promise<{ answer: Answer; bytes: number }> => {
    const body = await client.send(jsonCall(`${url}/graphql`, { query }, { authorization: `Bearer ${token}` }));
    return { bytes: body.length, answer: JSON.parse(body.toString('utf8')) as Answer };
  };
  /**
   * Processor time in milliseconds of one execution of an operation, summed over the program, its database and its
   * search engine.
   */
  const processorTime = async (query: string, token: string): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = treeProcessorMs(pid);
      const end = performance.now() + repeatMs;
      let count = 0;
      while (count < MAX_REPEATS && (count === 0 || performance.now() < end)) {
        await ask(query, token);
        count += 1;
      }
      times.push((treeProcessorMs(pid) - before) / count);
    }
    return median(times);
  };
  const ways = new Map<string, number>();
  const timeOfWay = async (query: string, token: string): Promise<number> => {
    const key = `${token} ${query}`;
    const known = ways.get(key) ?? (await processorTime(query, token));
    ways.set(key, known);
    return known;
  };
  const measure = async ({ coordinate, operation, without, times, instead }: Measured): Promise<Compared | string> => {
    let best: { token: string; bytes: number; cost: number } | undefined;
    let fault = 'the answer is empty';
    for (const token of tokens) {
      const { answer, bytes } = await ask(operation, token);
      if (answer.errors) fault = answer.errors[0]!.message.slice(0, 120);
      else if (isFilled(answer.data) && bytes > (best?.bytes ?? 0))
        best = { token, bytes, cost: answer.extensions.cost.requested };
    }
    if (!best) return instead ? measure(instead) : fault;
    const { token } = best;
    const wayMs = await timeOfWay(without, token);
    const ms = (await processorTime(operation, token)) - wayMs;
    const cost = best.cost - (await ask(without, token)).answer.extensions.cost.requested;
    return compare(coordinate, times, Math.max(ms, 0), cost, wayMs);
  };
  return measure;
}

/** True if a response contains anything other than nulls and empty lists. */
function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some(isFilled);
  if (typeof value !== 'object') return true;
  return Object.entries(value).some(([key, below]) => key !== '__typename' && isFilled(below));
}
