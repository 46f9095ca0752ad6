import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { cutNames, limitErrors, MAX_ERRORS } from '../../src/http/faults.js';
import { OPERATION_LIMITS } from '../../src/http/limits.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { open } from './raw.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';

const SDL = `
  scalar Upload
  type Query { ok(n: Int, colour: Colour, input: In): Boolean things: [Thing!]! }
  type Mutation { take(file: Upload!): String }
  type Subscription { count(to: Int!): Int }
  type Thing { broken: Int }
  enum Colour { RED }
  input In { name: String! }
`;
const MAX_BYTES = 4096;

let t: TestApp;
let small: SmallServer;
let authorization: string;
beforeAll(async () => {
  t = await startTestApp();
  authorization = `Bearer ${(await seed(t).person()).token}`;
  const schema = smallSchema(SDL, {
    Query: { ok: () => true, things: () => Array.from({ length: 500 }, () => ({})) },
    Subscription: {
      count: {
        subscribe: async function* () {
          yield 1;
        },
      },
    },
  });
  schema.getType('Thing');
  const fields = (
    schema.getType('Thing') as unknown as { getFields(): Record<string, { resolve: unknown }> }
  ).getFields();
  fields['broken']!.resolve = () => {
    throw new Error(`broken ${'x'.repeat(10_000)}`);
  };
  small = await startSmallServer(t.app, schema, { limits: { ...t.app.config.limits, requestsPerMinute: 100_000 } });
});
afterAll(async () => {
  await small.close();
  await t.close();
});

/** Every position where a name may occur in an operation or its variables. */
const PLACES: Record<string, (name: string) => unknown> = {
  field: (x) => ({ query: `{ ${x} }` }),
  'two fields': (x) => ({ query: `{ ${x}a ${x}b }` }),
  alias: (x) => ({ query: `{ ${x}: ok }` }),
  'conflicting alias': (x) => ({ query: `{ ${x}: ok(n: 1) ${x}: ok(n: 2) }` }),
  argument: (x) => ({ query: `{ ok(${x}: 1) }` }),
  'argument twice': (x) => ({ query: `{ ok(${x}: 1, ${x}: 2) }` }),
  type: (x) => ({ query: `query ($a: ${x}) { ok(n: $a) }` }),
  'type condition': (x) => ({ query: `{ ... on ${x} { ok } }` }),
  fragment: (x) => ({ query: `{ ...${x} }` }),
  'unused fragment': (x) => ({ query: `{ ok } fragment ${x} on Query { ok }` }),
  'circular fragment': (x) => ({ query: `{ ...${x} } fragment ${x} on Query { ...${x} }` }),
  'variable declared': (x) => ({ query: `query ($${x}: Int) { ok }` }),
  'variable used': (x) => ({ query: `{ ok(n: $${x}) }` }),
  'variable without value': (x) => ({ query: `query ($${x}: Int!) { ok(n: $${x}) }` }),
  'variable with a wrong value': (x) => ({ query: `query ($${x}: Int!) { ok(n: $${x}) }`, variables: { [x]: 'no' } }),
  'value of an enum variable': (x) => ({ query: 'query ($c: Colour) { ok(colour: $c) }', variables: { c: x } }),
  'key of variables': (x) => ({ query: '{ ok }', variables: { [x]: 1 } }),
  'directive of a field': (x) => ({ query: `{ ok @${x} }` }),
  'directive of an operation': (x) => ({ query: `query Q @${x} { ok }` }),
  'enum value': (x) => ({ query: `{ ok(colour: ${x}) }` }),
  'input field': (x) => ({ query: `{ ok(input: { name: "a", ${x}: 1 }) }` }),
  'input field of a variable': (x) => ({
    query: 'query ($i: In) { ok(input: $i) }',
    variables: { i: { name: 'a', [x]: 1 } },
  }),
  'text for a number': (x) => ({ query: `{ ok(n: "${x}") }` }),
  operation: (x) => ({ query: `query ${x} { ok }` }),
  'operation with faults': (x) => ({ query: `query ${x} { ok(n: $a) b: ok(n: $b) c: ok(n: $c) }` }),
  'operation twice': (x) => ({ query: `query ${x} { ok } query ${x} { ok }` }),
  'operation that is asked for': (x) => ({ query: 'query A { ok }', operationName: x }),
  'operation asked for, in words': (x) => ({
    query: 'query A { ok }',
    operationName: `a ${x.replaceAll('xx', 'x 汉')}`,
  }),
  'operation asked for, in quotes': (x) => ({ query: 'query A { ok }', operationName: x.replaceAll('xx', '"a') }),
  definition: (x) => ({ query: `type ${x} { a: Int } { ok }` }),
  'syntax error': (x) => ({ query: `{ ok } ${x}` }),
  'syntax error in a text': (x) => ({ query: `{ ok } "${x}"` }),
  'key of the request': (x) => ({ query: '{ ok }', [x]: 1 }),
  'error a hundred times': (x) => ({ query: `{ ${Array.from({ length: 19 }, (_, i) => `a${i}: ${x}`).join(' ')} }` }),
};

describe.each(Object.entries(PLACES))('a name of any length as %s', (_place, make) => {
  it.each([100_000, 199])('of %i characters is not repeated', async (length) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await post(small.url, make('x'.repeat(length)), { accept });
      expect(answer.status).toBeLessThan(500);
      if (length > OPERATION_LIMITS.name) expect(Buffer.byteLength(answer.text)).toBeLessThan(MAX_BYTES);
      for (const { message, extensions } of answer.json.errors ?? [])
        expect(`${message} ${JSON.stringify(extensions)}`).not.toMatch(/x{81}/);
    }
  });
});

it('an alias of the permitted length is answered by its name, one more is refused', async () => {
  const alias = 'x'.repeat(OPERATION_LIMITS.name);
  expect((await post(small.url, { query: `{ ${alias}: ok }` })).json.data).toEqual({ [alias]: true });
  const refused = await post(small.url, { query: `{ ${alias}x: ok }` });
  expect(refused.json.errors?.[0]?.extensions).toMatchObject({
    code: 'GRAPHQL_VALIDATION_FAILED',
    reason: 'NAME_TOO_LONG',
    limit: OPERATION_LIMITS.name,
  });
  expect(refused.json.errors).toHaveLength(1);
  // The length of a text value is not limited here.
  expect((await post(small.url, { query: `{ ok(input: { name: "${'y'.repeat(100_000)}" }) }` })).json.data).toEqual({
    ok: true,
  });
});

describe('a header of any length', () => {
  it.each([
    'x-request-id',
    'accept-language',
    'content-type',
    'authorization',
    'host',
    'accept',
    'user-agent',
    'origin',
    'x-apollo-operation-name',
    'apollo-require-preflight',
    'x-forwarded-for',
    'expect',
    'x',
  ])('as %s is not repeated', async (name) => {
    for (const length of [8_000, 100_000]) {
      const value = name === 'authorization' ? `Bearer ${'x'.repeat(length)}` : 'x'.repeat(length);
      const body = '{"query":"{ ok }"}';
      const headers = {
        host: 'localhost',
        'content-type': 'application/json',
        [name]: value,
        'content-length': body.length,
      };
      const lines = Object.entries(headers).map(([key, text]) => `${key}: ${text}\r\n`);
      const connection = open(small.url, `POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
      const answer = await connection.answer;
      expect(answer?.status).toBeLessThan(500);
      expect(connection.received().length).toBeLessThan(MAX_BYTES);
      expect(connection.received()).not.toMatch(/x{81}/);
      if (length > 16_384) expect(answer?.json.errors?.[0]?.extensions['reason']).toBe('HEADERS_TOO_LARGE');
      connection.socket.destroy();
    }
  });
});

describe('a name of any length in an upload', () => {
  const upload = async (map: unknown, key: string, fileName: string, type: string) => {
    const form = new FormData();
    const query = 'mutation ($file: Upload!) { take(file: $file) }';
    form.set('operations', JSON.stringify({ query, variables: { file: null } }));
    form.set('map', JSON.stringify(map));
    form.set(key, new Blob(['x'], { type }), fileName);
    const headers = { authorization, 'apollo-require-preflight': 'yes' };
    return (await fetch(`${small.url}/graphql`, { method: 'POST', headers, body: form })).text();
  };
  it.each<[string, (name: string) => Promise<string>]>([
    ['path', (x) => upload({ 0: [`variables.${x}`] }, '0', 'a', 'text/csv')],
    ['key', (x) => upload({ [x]: ['variables.file'] }, x, 'a', 'text/csv')],
    ['file name', (x) => upload({ 0: ['variables.file'] }, '0', x, 'text/csv')],
    ['media type', (x) => upload({ 0: ['variables.file'] }, '0', 'a', `text/${x}`)],
  ])('as %s is not repeated', async (_place, send) => {
    for (const length of [150, 100_000]) {
      const text = await send('x'.repeat(length));
      expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES);
      expect(text).not.toMatch(/x{81}/);
    }
  });
});

describe('a subscription with a long name', () => {
  const name = 'x'.repeat(20_000);
  const collect = (start: (sink: { next: () => void; error: (e: unknown) => void; complete: () => void }) => unknown) =>
    new Promise<string>((resolve) => {
      start({
        next: () => undefined,
        complete: () => resolve(''),
        error: (error) => {
          const response = (error as { response?: Response }).response;
          void (response ? response.text() : Promise.resolve(JSON.stringify(error))).then(resolve);
        },
      });
    });
  it.each([
    `subscription { ${name} }`,
    `subscription ${name} { ok }`,
    `{ ok } ${name}`,
    `subscription { count(to: $${'y'.repeat(150)}) }`,
  ])('repeats it on neither transport', async (query) => {
    const socket = createSocketClient({
      url: `${small.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const stream = createStreamClient({ url: `${small.url}/graphql/stream`, retryAttempts: 0 });
    for (const client of [socket, stream]) {
      const text = await collect((sink) => client.subscribe({ query }, sink));
      expect(text).toMatch(/GRAPHQL_(VALIDATION|PARSE)_FAILED/);
      expect(text.length).toBeLessThan(MAX_BYTES);
      expect(text).not.toMatch(/x{81}|y{81}/);
      await client.dispose();
    }
  });
});

it(`an answer names at most ${MAX_ERRORS} errors, and says how many more there are`, async () => {
  for (let time = 0; time < 3; time += 1) {
    // From the third run on, the query is compiled.
    const answer = await post(small.url, { query: `{ things { ${'y'.repeat(200)}: broken } }` });
    expect(answer.json.errors).toHaveLength(MAX_ERRORS + 1);
    expect(answer.json.errors?.at(-1)?.extensions).toMatchObject({ reason: 'MORE_ERRORS', count: 500 - MAX_ERRORS });
    expect(JSON.stringify(answer.json.errors)).not.toMatch(/y{81}/);
    expect((answer.json.data?.['things'] as unknown[]).length).toBe(500);
  }
});

it('the log keeps a short form of a name', async () => {
  const requestId = 'names-in-the-log';
  await post(small.url, { query: `query ${'z'.repeat(190)} { ok }` }, { 'x-request-id': requestId });
  const line = await eventually(async () => t.logLines.find((entry) => entry['requestId'] === requestId));
  expect(String(line['operationName'])).toBe('z'.repeat(80));
  expect(JSON.stringify(t.logLines.filter((entry) => 'path' in entry))).not.toMatch(/y{81}/);
});

describe('cutting', () => {
  it.each([
    ['a short text', 'Cannot query field "a" on type "B".', 'Cannot query field "a" on type "B".'],
    ['a name', `field "${'a'.repeat(81)}"`, `field "${'a'.repeat(80)}…"`],
    ['a quoted text', `"${'字'.repeat(200)}" is`, `"${'字'.repeat(80)}…" is`],
    ['half a pair', `"${'字'.repeat(79)}😀😀😀"`, `"${'字'.repeat(79)}…"`],
    ['Chinese without quotes', '字'.repeat(500), '字'.repeat(500)],
  ])('leaves %s as it should be', (_what, text, cut) => {
    expect(cutNames(text)).toBe(cut);
  });

  it('takes time in proportion to the length', () => {
    for (const text of [
      '"'.repeat(1_000_000),
      'a'.repeat(1_000_000),
      '" a'.repeat(300_000),
      `"${'a '.repeat(500_000)}`,
    ]) {
      const started = performance.now();
      expect(cutNames(text).length).toBeLessThan(5000);
      expect(performance.now() - started).toBeLessThan(500);
    }
  });

  it('counts errors that are left out', () => {
    const errors = Array.from({ length: MAX_ERRORS }, () => ({ message: 'a' }));
    expect(limitErrors(errors, 'EN')).toEqual(errors);
  });
});
