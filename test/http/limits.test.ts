import { buildSchema, getIntrospectionQuery, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, INTROSPECTION_COST, LIST_SIZE, MUTATION_COST } from '../../src/graphql/cost.js';
import { measureOperations, OPERATION_LIMITS } from '../../src/http/limits.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

const SDL = `
  type Query { self: Query! name: String ${Array.from({ length: 100 }, (_, i) => `f${i}: String`).join(' ')} list: [Query!]! things(first: Int, last: Int): ThingConnection! byIds(ids: [ID!]!): [Thing]! any: Named }
  type Mutation { change: Thing }
  interface Named { name: String }
  type Thing implements Named { name: String other: Thing things(first: Int): ThingConnection! }
  type Small implements Named { name: String }
  type ThingConnection { nodes: [Thing!]! edges: [ThingEdge!]! pageInfo: PageInfo! totalCount: Int! facets: [Facet!]! }
  type ThingEdge { node: Thing! cursor: String! }
  type PageInfo { hasNextPage: Boolean! }
  type Facet { value: String! }
`;

let t: TestApp;
let small: SmallServer;
beforeAll(async () => {
  t = await startTestApp();
  small = await startSmallServer(
    t.app,
    smallSchema(SDL, {
      Query: {
        self: () => ({}),
        list: () => [],
        things: () => ({ nodes: [], edges: [], facets: [], pageInfo: {}, totalCount: 0 }),
      },
    }),
  );
});
afterAll(async () => {
  await small.close();
  await t.close();
});

const repeat = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ');
const nested = (depth: number) => `{ ${'self { '.repeat(depth - 1)} name ${'} '.repeat(depth - 1)} }`;
/** `n` different fields, at most 100 in each of 11 levels. */
const wide = (n: number): string => {
  const level = (left: number, depth: number): string => {
    const here = Math.min(left, depth === 0 ? 10 : 100);
    const below = left - here > 0 ? `self { ${level(left - here - 1, depth + 1)} }` : '';
    return `${repeat(here, (i) => `f${i}`)} ${below}`;
  };
  return `{ ${level(n, 0)} }`;
};

describe('each limit is hit by one more than it allows, and not by what it allows', () => {
  const cases: Array<[what: string, limit: number, make: (n: number) => string, reason: string]> = [
    ['depth', OPERATION_LIMITS.depth, nested, 'TOO_DEEP'],
    ['aliases', OPERATION_LIMITS.aliases, (n) => `{ self { ${repeat(n, (i) => `a${i}: name`)} } }`, 'TOO_MANY_ALIASES'],
    [
      'directives',
      OPERATION_LIMITS.directives,
      (n) => `query ($y: Boolean = true) { self { ${repeat(n, () => 'name @include(if: $y)')} } }`,
      'TOO_MANY_DIRECTIVES',
    ],
    ['root fields', OPERATION_LIMITS.rootFields, (n) => `{ ${repeat(n, () => 'name')} }`, 'TOO_MANY_ROOT_FIELDS'],
    ['fields', OPERATION_LIMITS.fields, wide, 'TOO_MANY_FIELDS'],
    [
      'depth within fragments',
      OPERATION_LIMITS.depth,
      (n) =>
        `${repeat(n - 1, (i) => `fragment F${i} on Query { self { ...F${i + 1} } }`)} fragment F${n - 1} on Query { name } { ...F0 }`,
      'TOO_DEEP',
    ],
    [
      'aliases within fragments',
      OPERATION_LIMITS.aliases,
      (n) => `fragment A on Query { a: name } { self { ${repeat(n, () => '...A')} } }`,
      'TOO_MANY_ALIASES',
    ],
  ];
  it.each(cases)('%s: %i', async (_what, limit, make, reason) => {
    const good = await post(small.url, { query: make(limit) }, { accept: 'application/graphql-response+json' });
    expect(good.json.errors).toBeUndefined();
    expect(good.status).toBe(200);
    const refused = await post(small.url, { query: make(limit + 1) }, { accept: 'application/graphql-response+json' });
    expect(refused.status).toBe(400);
    expect(refused.json.errors?.map((error) => error.extensions)).toEqual([
      expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED', reason, limit }),
    ]);
    expect(refused.json.data).toBeUndefined();
  });

  it('tokens: 4000', async () => {
    const others = '{ byIds ( ids : [ ] ) { name } }'.split(' ').length;
    const withTokens = (n: number) => `{ byIds ( ids : [ ${repeat(n - others, () => '1')} ] ) { name } }`;
    const good = await post(small.url, { query: withTokens(OPERATION_LIMITS.tokens) });
    expect(good.json.errors?.[0]?.extensions.reason).not.toBe('TOO_MANY_TOKENS');
    const refused = await post(small.url, { query: withTokens(OPERATION_LIMITS.tokens + 1) });
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({
      code: 'GRAPHQL_PARSE_FAILED',
      reason: 'TOO_MANY_TOKENS',
      limit: OPERATION_LIMITS.tokens,
    });
  });

  it('cost: what is over the budget is refused before it runs, and both say what it would cost', async () => {
    const things = (n: number) => `{ things(first: ${n}) { nodes { things(first: 48) { nodes { name } } } } }`;
    const good = await post(small.url, { query: things(99) });
    expect(good.json.extensions?.cost).toEqual({ requested: 1 + 99 * 50, limit: 5000 });
    expect(good.json.errors).toBeUndefined();
    const refused = await post(small.url, { query: things(100) });
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'TOO_EXPENSIVE',
      cost: { requested: 5001, limit: 5000 },
    });
    expect(refused.json.data).toBeUndefined();
  });
});

describe('bombs end at once', () => {
  it('of fragments within fragments', async () => {
    const levels = 100;
    const bomb = `${repeat(levels, (i) => `fragment F${i} on Query { self { ...F${i + 1} ...F${i + 1} } other: self { ...F${i + 1} }}`)} fragment F${levels} on Query { name } { ...F0 }`;
    const started = performance.now();
    const refused = await post(small.url, { query: bomb });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(refused.json.errors?.map((e) => e.extensions.reason)).toContain('TOO_DEEP');
  });

  it('of fragments side by side, which are shallow but many', async () => {
    const bomb = `${repeat(60, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F60 on Query { self { name } } { self { ...F0 } }`;
    const started = performance.now();
    const refused = await post(small.url, { query: bomb });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(refused.json.errors?.map((e) => e.extensions.reason)).toContain('TOO_MANY_FIELDS');
  });

  it('of fragments that contain themselves', async () => {
    const refused = await post(small.url, {
      query: 'fragment A on Query { self { ...B } } fragment B on Query { self { ...A } } { ...A }',
    });
    expect(refused.json.errors?.[0]?.message).toContain('Cannot spread fragment "A" within itself');
  });

  it('of circles through many fragments, by one error and at once', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `F${i}`);
    const spreads = names.map((name) => `...${name}`).join(' ');
    const circles = names.map((name) => `fragment ${name} on Query { ${spreads} }`).join(' ');
    const started = performance.now();
    const refused = await post(small.url, { query: `${circles} { ...F0 }` });
    expect(performance.now() - started).toBeLessThan(500);
    expect(refused.json.errors?.map((e) => e.extensions.reason)).toEqual(['FRAGMENT_CIRCLE']);
  });

  it('of the same field thousands of times', async () => {
    const started = performance.now();
    const refused = await post(small.url, { query: `{ self { ${repeat(990, () => 'self { name }')} } }` });
    expect(performance.now() - started).toBeLessThan(500);
    expect(refused.json.errors?.[0]?.extensions.reason).toBe('TOO_MANY_FIELDS');
  });

  it('of introspection', async () => {
    const deep = `{ __schema { types { ${'fields { type { '.repeat(4)} name ${'} } '.repeat(4)} } } }`;
    expect((await post(small.url, { query: deep })).json.errors?.[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    const reaching = `{ __schema { types { ${'ofType { '.repeat(OPERATION_LIMITS.introspectionDepth)} name ${'} '.repeat(OPERATION_LIMITS.introspectionDepth)} } } }`;
    expect((await post(small.url, { query: reaching })).json.errors?.[0]?.extensions.reason).toBe('TOO_DEEP');
  });
});

it('lets introspection pass once per operation and batch', async () => {
  const query = '{ a: __schema { queryType { name } } b: __schema { queryType { name } } }';
  const reasons = (answer: { errors?: Array<{ extensions: { reason?: string } }> }) =>
    answer.errors?.map(({ extensions }) => extensions.reason);
  expect(reasons((await post(t.url, { query })).json)).toEqual(['ONCE_PER_OPERATION']);
  const batch = Array.from({ length: 3 }, () => ({ query: '{ __type(name: "Query") { name } }' }));
  const answers = (await post(t.url, batch)).json as unknown as Array<Parameters<typeof reasons>[0]>;
  expect(answers.map(reasons)).toEqual([undefined, ['ONCE_PER_OPERATION'], ['ONCE_PER_OPERATION']]);
});

it('lets the standard introspection query pass, which tools send', async () => {
  const answer = await post(t.url, {
    query: getIntrospectionQuery({
      descriptions: true,
      inputValueDeprecation: true,
      oneOf: true,
      specifiedByUrl: true,
    }),
  });
  expect(answer.json.errors).toBeUndefined();
  expect(answer.json.extensions?.cost?.requested).toBe(INTROSPECTION_COST);
});

it('reports the cost also of an operation that was refused before it was computed', async () => {
  expect((await post(t.url, { query: '{' })).json.extensions?.cost).toEqual({
    requested: 0,
    limit: t.app.config.limits.maxCost,
  });
});

describe('the computed cost', () => {
  const schema = buildSchema(SDL);
  const cost = (query: string, variables: Record<string, unknown> = {}) => {
    const document = parse(query);
    return costOf(
      schema,
      document,
      document.definitions.find((d): d is OperationDefinitionNode => d.kind === Kind.OPERATION_DEFINITION)!,
      variables,
    );
  };
  it.each([
    ['scalars are free', '{ name }', 0],
    ['an object costs 1', '{ self { self { name } } }', 2],
    ['a list counts five times', '{ list { name } }', LIST_SIZE],
    ['a list within a list multiplies', '{ list { list { name } } }', LIST_SIZE * (1 + LIST_SIZE)],
    ['a page counts its size', '{ things(first: 7) { nodes { other { name } } } }', 1 + 7 * 2],
    ['edges cost what nodes cost', '{ things(first: 7) { edges { cursor node { other { name } } } } }', 1 + 7 * 2],
    ['a page without a size counts 20', '{ things { nodes { name } } }', 1 + 20],
    ['a page from its end counts too', '{ things(last: 3) { nodes { name } } }', 1 + 3],
    [
      'what stands beside a page is not multiplied by it',
      '{ things(first: 50) { totalCount pageInfo { hasNextPage } facets { value } } }',
      1 + LIST_SIZE,
    ],
    ['a list by ids counts the ids', '{ byIds(ids: ["1", "2", "3"]) { name } }', 3],
    ['a mutation costs more', 'mutation { change { name } }', 1 + MUTATION_COST],
    ['what is skipped is free', '{ self @skip(if: true) { name } list @include(if: false) { name } }', 0],
    [
      'an interface costs its dearest type',
      '{ any { name ... on Thing { other { name } } ... on Small { name } } }',
      2,
    ],
    ['fragments count where they are spread', 'fragment F on Query { self { name } } { ...F self { ...F } }', 3],
  ])('%s', (_what, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  it('follows variables', () => {
    const query = 'query ($n: Int, $ids: [ID!]!) { things(first: $n) { nodes { name } } byIds(ids: $ids) { name } }';
    expect(cost(query, { n: 9, ids: ['1', '2'] })).toBe(1 + 9 + 2);
  });

  it('is bounded, and computed at once, for a bomb of fragments', () => {
    const bomb = `${repeat(200, (i) => `fragment F${i} on Query { list { ...F${i + 1} ...F${i + 1} } }`)} fragment F200 on Query { name } { ...F0 }`;
    const started = performance.now();
    expect(cost(bomb)).toBe(1_000_000_000);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

it('measures a document once per fragment', () => {
  const bomb = `${repeat(500, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F500 on Query { name } { ...F0 }`;
  const [first] = measureOperations(parse(bomb));
  expect(first?.size.fields).toBe(2 ** 500);
});
