import { buildSchema, getNamedType, getNullableType, isListType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceTable } from '../../src/price-table.js';
import { COST_CEILING } from '../../src/graphql/cost.js';
import { COST_PER_MS, COUNT, priceOf } from '../../src/graphql/prices.js';
import { COST_PER_POINT } from '../../src/http/rate-limit.js';
import { createSchema } from '../../src/graphql/schema.js';
import { readConfig } from '../../src/kernel/config.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { argumentsOf, below, fieldsOf, price, sampleOf, waysTo } from './cost-kit.js';
import { post, type Reply } from './small-server.js';
import { composition } from '../../src/modules.js';

const schema = await createSchema(composition);
const ways = waysTo(schema);
const fields = fieldsOf(ways);
const { maxCost, requestsPerMinute } = readConfig({}).limits;

const EXTREMES = [-(2 ** 31), -1, 0, 1, 100, 2 ** 31 - 1] as const;
const cost = (text: string, variables: Record<string, unknown> = {}) => price(schema, text, variables).cost;

/**
 * Checks that costs are non-negative integers and at least the cost with 1, or the cost without the argument if that is
 * less.
 */
function expectSound(costs: readonly number[], withOne: number, without: number | undefined): void {
  for (const each of costs) {
    expect(Number.isSafeInteger(each)).toBe(true);
    expect(each).toBeGreaterThanOrEqual(Math.min(withOne, without ?? withOne));
  }
}

describe('whatever an argument is, a field costs no less than with 1', () => {
  const integers = fields.flatMap(({ type, field, way }) =>
    field.args
      .filter((argument) => getNullableType(argument.type).toString() === 'Int')
      .map((argument) => ({ name: `${type.name}.${field.name}(${argument.name})`, field, way, argument })),
  );
  it('finds the integer arguments of the schema', () => {
    expect(integers.length).toBeGreaterThan(100);
    expect(integers.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Query.achievementSuggestions(first)',
        'SearchFacet.values(first)',
        'Achievement.teamProposals(first)',
      ]),
    );
  });

  it.each(integers)('$name', ({ field, way, argument }) => {
    const with_ = (text: string) => `${field.name}${argumentsOf(field, { [argument.name]: text })} ${below(field)}`;
    const nullable = !isNonNullType(argument.type);
    const type = argument.type.toString().replace('!', '');
    const without =
      nullable || argument.defaultValue !== undefined
        ? cost(way(`${field.name}${argumentsOf(field)} ${below(field)}`))
        : undefined;
    const costs = EXTREMES.flatMap((value) => [
      cost(way(with_(String(value)))),
      cost(way(with_('$v'), `($v: ${type}!)`), { v: value }),
      cost(way(with_('$v'), `($v: ${type} = ${value})`)),
    ]);
    if (nullable)
      costs.push(
        cost(way(with_('null'))),
        cost(way(with_('$v'), `($v: ${type})`), { v: null }),
        cost(way(with_('$v'), `($v: ${type} = null)`)),
      );
    expectSound(costs, cost(way(with_('1'))), without);
  });

  const lists = fields.flatMap(({ type, field, way }) =>
    field.args
      .filter((argument) => isListType(getNullableType(argument.type)))
      .map((argument) => ({ name: `${type.name}.${field.name}(${argument.name})`, field, way, argument })),
  );
  it.each(lists)('$name, as a list of any length', ({ field, way, argument }) => {
    const item = sampleOf(argument.type).slice(1, -1);
    const with_ = (n: number) =>
      `${field.name}${argumentsOf(field, { [argument.name]: `[${Array(n).fill(item).join(' ')}]` })} ${below(field)}`;
    const without = isNonNullType(argument.type)
      ? undefined
      : cost(way(`${field.name}${argumentsOf(field)} ${below(field)}`));
    const lengths = [0, 1, 2, 100, 3000].map((n) => cost(way(with_(n))));
    expectSound(lengths, lengths[1]!, without);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });
});

describe('a price that is stated wrongly', () => {
  const hostile = (complexity: unknown) => {
    const small = buildSchema(
      'type Query { f(first: Int, last: Int): [Thing!]! g: Thing } type Thing { name: String }',
    );
    small.getQueryType()!.getFields()['f']!.extensions = { complexity };
    return (text: string) => price(small, text).cost;
  };
  it.each([
    ['below zero', -1_000_000],
    ['no number', NaN],
    ['endless', Infinity],
    ['endless below zero', -Infinity],
    ['a function of an argument', ({ args }: { args: Record<string, unknown> }) => Number(args['first']) * 10],
    ['a function that falls', ({ args }: { args: Record<string, unknown> }) => 1000 - 10 * Number(args['first'])],
    ['a function below zero', () => -5],
    ['a function that is no number', ({ args }: { args: Record<string, unknown> }) => Number(args['nothing'])],
  ])('pays for no other field: %s', (_what, complexity) => {
    const priced = hostile(complexity);
    const other = priced('{ g { name } }');
    for (const first of EXTREMES) {
      const own = priced(`{ f(first: ${first}) { name } }`);
      expect(own).toBeGreaterThanOrEqual(Math.max(0, priced('{ f(first: 1) { name } }')));
      expect(priced(`{ f(first: ${first}) { name } g { name } }`)).toBe(Math.min(own + other, COST_CEILING));
    }
  });
});

describe('an operation costs what its fields cost', () => {
  /** A linear congruential generator, so that every run has the same operations. */
  function randomFrom(seed: number) {
    let state = seed;
    return (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  }

  it('of random roots, aliases, fragments, variables, defaults, literals and directives', () => {
    const query = schema.getQueryType()!;
    const roots = Object.values(query.getFields()).filter((field) => !priceOf(field)?.single);
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = randomFrom(seed * 7919);
      const variables: Record<string, unknown> = {};
      const declared: string[] = [];
      const fragments: string[] = [];
      const parts = Array.from({ length: 1 + random(6) }, (_, i) => {
        const field = roots[random(roots.length)]!;
        const given: Record<string, string> = {};
        for (const argument of field.args) {
          if (getNullableType(argument.type).toString() !== 'Int') continue;
          const value = EXTREMES[random(EXTREMES.length)]!;
          const name = `v${i}_${argument.name}`;
          const way = random(4);
          if (way === 0) given[argument.name] = String(value);
          if (way === 1 || way === 2) given[argument.name] = `$${name}`;
          if (way === 1) {
            declared.push(`$${name}: Int!`);
            variables[name] = value;
          }
          if (way === 2) declared.push(`$${name}: Int = ${value}`);
        }
        const left = random(8) === 0;
        const directive = left ? '@skip(if: true)' : random(4) === 0 ? '@include(if: true)' : '';
        const selected = `p${i}: ${field.name}${argumentsOf(field, given)} ${directive} ${below(field)}`;
        const shape = random(3);
        if (shape === 1) fragments.push(`fragment F${i} on Query { ${selected} }`);
        return shape === 0 ? selected : shape === 1 ? `...F${i}` : `... on Query { ${selected} }`;
      });
      const text = (selected: readonly string[]) => {
        const body = selected.join(' ');
        const used = declared.filter((each) => new RegExp(`\\${each.split(':')[0]!}\\b`).test(body + spread(body)));
        return `query ${used.length > 0 ? `(${used.join(', ')})` : ''} { ${body} } ${spread(body)}`;
      };
      const spread = (body: string) => fragments.filter((each) => body.includes(`...${each.split(' ')[1]!}`)).join(' ');
      const each = parts.map((part) => cost(text([part]), variables));
      const whole = cost(text(parts), variables);
      expect(each.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
      expect(whole).toBe(each.reduce((sum, value) => sum + value, 0));
    }
  });
});

describe('every field that takes time has a price', () => {
  it('each root field, in the table', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      type ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : [],
    );
    expect(roots.length).toBeGreaterThan(150);
    expect(roots.filter((coordinate) => !priceTable.has(coordinate))).toEqual([]);
  });

  it('each field below with a resolver that can read something, in the table or by its kind', () => {
    expect(
      resolved()
        .filter(({ coordinate, field }) => !priceTable.has(coordinate) && !priceOf(field))
        .map((f) => f.coordinate),
    ).toEqual([]);
  });

  it('and none that is no field any more', () => {
    const all = new Set(fields.map(({ type, field }) => `${type.name}.${field.name}`));
    expect([...priceTable.keys()].filter((coordinate) => !all.has(coordinate))).toEqual([]);
  });

  it('which is a finite number of milliseconds from 0', () => {
    for (const [coordinate, { ms, entryMs = 0 }] of priceTable) {
      expect([coordinate, Number.isFinite(ms) && ms >= 0 && Number.isFinite(entryMs) && entryMs >= 0]).toEqual([
        coordinate,
        true,
      ]);
    }
  });

  it('counting rows, wherever a page does', () => {
    const counting = fields.filter(({ field }) => field.name === 'totalCount' && field.resolve);
    expect(counting.length).toBeGreaterThan(20);
    for (const { field } of counting) expect(priceOf(field)?.ms).toBeGreaterThan(0);
    const pool = counting.find(({ type }) => type.name === 'AchievementConnection');
    expect(pool && priceOf(pool.field)).toEqual(COUNT);
  });
});

/**
 * Fields whose method receives the context for more than a locale, or the object of a resolver class: they may read
 * from the database.
 */
function resolved() {
  interface Param {
    kind: string;
    name?: string;
  }
  const { TypeGraphQLMetadataStorage: metadata } = globalThis as unknown as {
    TypeGraphQLMetadataStorage: {
      objectTypes: Array<{ name: string; fields?: Array<{ schemaName: string; params?: Param[] }> }>;
    };
  };
  const described = new Map(
    metadata.objectTypes.flatMap(({ name, fields: own = [] }) =>
      own.map((f): [string, Param[]] => [`${name}.${f.schemaName}`, f.params ?? []]),
    ),
  );
  return fields.flatMap(({ type, field }) => {
    const coordinate = `${type.name}.${field.name}`;
    const params = described.get(coordinate) ?? [];
    const reads = params.some(({ kind }) => kind === 'context' || kind === 'root' || kind === 'args');
    const localizes =
      getNamedType(field.type).name === 'LocalizedText' &&
      params.every((p) => p.kind === 'context' || p.name === 'locale');
    return reads && !localizes && isObjectType(type) ? [{ coordinate, field }] : [];
  });
}

describe('by the rule', () => {
  it('a client that uses up its quota takes a fifth of the time', () => {
    expect((requestsPerMinute * COST_PER_POINT) / COST_PER_MS).toBe(60_000 / 5);
  });

  it('a search with all facets, highlights and a page of 20 is affordable at ten per second', () => {
    const search = cost(
      '{ achievementSearch(query: "激光", first: 20) { totalCount facets { name size values(first: 20) { value count label { value } } } edges { highlights { field fragments { parts { text match } } } node { id title { value } summary { value } institution { name { value } } industries { code name { value } } } } pageInfo { hasNextPage endCursor } } }',
    );
    expect(search).toBeGreaterThanOrEqual(10 * COST_PER_MS);
    expect(search).toBeLessThan(maxCost / 2);
    expect(Math.ceil(search / COST_PER_POINT) * 5 * 60).toBeLessThanOrEqual(requestsPerMinute);
  });

  it.each([
    ['{ achievementSearch(query: "x") { totalCount } }', 5],
    ['{ investorSearch(query: "x") { totalCount } }', 5],
    ['{ achievementSuggestions(text: "x", first: -100000000) { text } }', 5],
    ['{ achievements(first: 1) { totalCount } }', 3],
    ['{ exportMyData }', 50],
  ])('%s costs at least %i ms', (text, least) => {
    expect(cost(text)).toBeGreaterThanOrEqual(least * COST_PER_MS);
  });
});

describe('at the server', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startTestApp();
  });
  afterAll(() => t.close());

  const total = (replies: readonly Reply[]) =>
    replies.reduce((sum, reply) => sum + reply.extensions!.cost!.requested, 0);
  const batch = async (operations: ReadonlyArray<Record<string, unknown>>, token?: string) => {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const before = Number((await post(t.url, { query: '{ __typename }' }, headers)).headers.get('ratelimit-remaining'));
    const answer = await post(t.url, operations, headers);
    return {
      replies: answer.json as unknown as Reply[],
      points: before - Number(answer.headers.get('ratelimit-remaining')),
    };
  };

  it('negative pages neither lower an operation nor a batch', async () => {
    const cheap = { query: '{ achievementSuggestions(text: "激光", first: -100000000) { text } }' };
    const dear = {
      query:
        '{ a: achievementSearch(query: "激光") { totalCount } b: achievementSearch(query: "电池") { totalCount } }',
    };
    const { replies, points } = await batch([cheap, dear, cheap, dear]);
    expect(replies.map((reply) => Math.sign(reply.extensions!.cost!.requested))).toEqual([1, 1, 1, 1]);
    expect(points).toBe(Math.ceil(total(replies) / COST_PER_POINT));
    expect(replies[0]!.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'PAGE_SIZE' });
  });

  it('many searches are refused as one operation, and paid for as several', async () => {
    const many = Array.from({ length: 20 }, (_, i) => `s${i}: achievementSearch(query: "词${i}") { totalCount }`).join(
      ' ',
    );
    const refused = await post(t.url, { query: `{ ${many} }` });
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'TOO_EXPENSIVE' });
    const { replies, points } = await batch(
      Array.from({ length: 10 }, (_, i) => ({ query: `{ achievementSearch(query: "词${i}") { totalCount } }` })),
    );
    expect(replies.every((reply) => !reply.errors)).toBe(true);
    expect(points).toBe(Math.ceil(total(replies) / COST_PER_POINT));
    expect(points).toBeGreaterThanOrEqual(10);
  });

  const once = { code: 'BAD_USER_INPUT', reason: 'ONCE_PER_OPERATION', field: 'exportMyData' };

  it.each([
    ['aliases', '{ a: exportMyData b: exportMyData }'],
    ['a fragment', 'fragment F on Query { b: exportMyData } { a: exportMyData ...F }'],
    ['an inline fragment', '{ a: exportMyData ... on Query { b: exportMyData } }'],
    ['a fragment spread twice', 'fragment F on Query { exportMyData } { ...F ...F }'],
    ['a variable', 'query ($yes: Boolean = true) { a: exportMyData b: exportMyData @include(if: $yes) }'],
  ])('an export of personal data is refused twice in one operation, by %s', async (_how, query) => {
    const { token } = await seed(t).person();
    const reply = await t.ask(query, {}, { token });
    expect(reply.errors?.[0]?.extensions).toMatchObject(once);
    expect(reply.data).toBeUndefined();
    expect((await t.ask('{ a: exportMyData b: exportMyData @skip(if: true) }', {}, { token })).errors).toBeUndefined();
  });

  it('and in one batch', async () => {
    const { token } = await seed(t).person();
    const { replies, points } = await batch(
      Array.from({ length: 10 }, () => ({ query: '{ exportMyData }' })),
      token,
    );
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    for (const reply of replies.filter(({ errors }) => errors))
      expect(reply.errors![0]!.extensions).toMatchObject(once);
    expect(points).toBe(Math.ceil(cost('{ exportMyData }') / COST_PER_POINT));
  });

  it('a field of 60 ms below a list is too expensive', async () => {
    const reply = await t.ask(
      '{ viewer { memberships { nodes { organisation { importRuns(first: 2) { nodes { reportCsv } } } } } } }',
    );
    expect(reply.errors?.[0]?.extensions).toMatchObject({ reason: 'TOO_EXPENSIVE' });
  });
});
