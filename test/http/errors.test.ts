import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, NotFoundError } from '../../src/kernel/errors.js';
import { describeFault } from '../../src/kernel/logger.js';
import { startTestApp, type TestApp } from '../harness.js';
import { post, smallSchema, startSmallServer, type SmallServer } from './small-server.js';
import { say } from '../../src/messages/catalogue.js';

const MARKER = 'zQx7-geheim-marker';
const SDL = `
  enum Colour { RED BLUE }
  input Part { name: String! size: Int colour: Colour parts: [Part!] choice: Choice }
  input Choice @oneOf { a: Int b: Int }
  type Query {
    take(input: Part!): Boolean
    number(n: Int!): Boolean
    broken: Boolean
    failing: Boolean!
    typed: Boolean
    database: Boolean
    nul: Boolean
    jsonNul: Boolean
    jsonSurrogate: Boolean
  }
`;

let t: TestApp;
let open: SmallServer;
let production: SmallServer;
beforeAll(async () => {
  t = await startTestApp();
  const schema = () =>
    smallSchema(SDL, {
      Query: {
        take: () => true,
        number: () => true,
        broken: () => {
          throw new TypeError('the wheel came off');
        },
        failing: () => null,
        typed: () => {
          throw new NotFoundError('The thing');
        },
        nul: (_source, _args, ctx) => ctx.db.query('SELECT $1::text', ['a\u0000b']),
        jsonNul: (_source, _args, ctx) => ctx.db.query('SELECT $1::jsonb', [{ a: '\u0000' }]),
        jsonSurrogate: (_source, _args, ctx) => ctx.db.query('SELECT $1::jsonb', [{ a: 'x\ud800' }]),
        database: (_source, _args, ctx) => ctx.db.query('SELECT $1::int', [MARKER]),
      },
    });
  open = await startSmallServer(t.app, schema());
  production = await startSmallServer(t.app, schema(), { production: true });
});
afterAll(async () => {
  await open.close();
  await production.close();
  await t.close();
});

const logged = () => JSON.stringify(t.logLines);

describe('a text that cannot be stored', () => {
  it.each(['nul', 'jsonNul', 'jsonSurrogate'])('is the client’s to mend (%s)', async (field) => {
    const answer = await post(production.url, { query: `{ ${field} }` });
    expect(answer.json.errors).toEqual([
      {
        message: 'A text contains a character that cannot be stored.',
        path: [field],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'BAD_USER_INPUT', reason: 'INVALID_TEXT' },
      },
    ]);
  });
});

describe('a fault of ours', () => {
  it('reaches the client as INTERNAL_SERVER_ERROR with the request id, and the log with its text', async () => {
    const answer = await post(production.url, { query: '{ broken }' }, { 'x-request-id': 'a-fault-of-ours' });
    expect(answer.json.errors).toEqual([
      {
        message: 'Something went wrong on our side; it was logged. Quote the request id when you report it.',
        path: ['broken'],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'a-fault-of-ours' },
      },
    ]);
    expect(answer.text).not.toMatch(/wheel|stack|\.ts/);
    const line = t.logLines.find((l) => l['requestId'] === 'a-fault-of-ours' && l['msg'] === 'an operation failed');
    expect(line).toMatchObject({ path: 'broken', fault: { type: 'TypeError', message: 'the wheel came off' } });
    expect(JSON.stringify(line)).toContain('errors.test');
  });

  it('is a null where none may be, too', async () => {
    const answer = await post(production.url, { query: '{ failing }' });
    expect(answer.json.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(answer.json.data).toBeNull();
  });

  it('in the database is logged without the values that the database quotes', async () => {
    const answer = await post(open.url, { query: '{ database }' }, { 'x-request-id': 'database-fault' });
    expect(answer.text).not.toContain(MARKER);
    const line = t.logLines.find((l) => l['requestId'] === 'database-fault' && l['msg'] === 'an operation failed');
    expect(line?.['fault']).toMatchObject({ code: '22P02' });
    expect(JSON.stringify(line)).toContain('invalid input syntax for type integer');
    expect(logged()).not.toContain(MARKER);
  });

  it('reads and is logged the same when the query comes again and is compiled', async () => {
    const ids = ['a-fault-again-1', 'a-fault-again-2', 'a-fault-again-3'];
    const texts: string[] = [];
    for (const id of ids)
      texts.push(
        (await post(production.url, { query: '{ typed broken }' }, { 'x-request-id': id })).text.replaceAll(id, 'ID'),
      );
    expect(JSON.parse(texts[0]!)).toMatchObject({
      errors: [
        { path: ['typed'] },
        { path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'ID' } },
      ],
      data: { typed: null, broken: null },
    });
    for (const text of texts) expect(JSON.parse(text)).toEqual(JSON.parse(texts[0]!));
    for (const id of ids)
      expect(
        t.logLines.filter((line) => line['requestId'] === id && line['msg'] === 'an operation failed'),
      ).toHaveLength(1);
  });

  it('of a parser is logged without the text that it quotes', () => {
    try {
      JSON.parse(`"${MARKER}" ${MARKER}`);
    } catch (error) {
      expect(JSON.stringify(describeFault(error))).not.toContain(MARKER);
    }
    expect.assertions(1);
  });
});

it('a typed fault arrives as it is, within an answer that stands', async () => {
  const answer = await post(production.url, { query: '{ typed }' }, { accept: 'application/graphql-response+json' });
  expect(answer.status).toBe(200);
  expect(answer.json.data).toEqual({ typed: null });
  expect(answer.json.errors?.[0]).toMatchObject({
    message: 'The thing was not found.',
    extensions: { code: 'NOT_FOUND', reason: 'NOT_FOUND' },
  });
});

describe('a variable that does not fit is BAD_USER_INPUT, says where, and repeats nothing of it', () => {
  const take = 'query ($input: Part!) { take(input: $input) }';
  const good = { name: 'a', size: 1, colour: 'RED', parts: [{ name: 'b' }], choice: { a: 1 } };
  const cases: Array<[what: string, variables: Record<string, unknown>, field: string, code: string, message: RegExp]> =
    [
      ['a text for a number', { input: { ...good, size: MARKER } }, 'input.size', 'BAD_VALUE', /Int/],
      [
        'a text for a nested number',
        { input: { ...good, parts: [{ name: 'b' }, { name: 'c', size: MARKER }] } },
        'input.parts[1].size',
        'BAD_VALUE',
        /Int/,
      ],
      ['an object for a text', { input: { ...good, name: { x: MARKER } } }, 'input.name', 'BAD_VALUE', /String/],
      ['an unknown enum value', { input: { ...good, colour: MARKER } }, 'input.colour', 'BAD_VALUE', /enum Colour/],
      ['an unknown field', { input: { ...good, [`x${MARKER}`]: MARKER } }, 'input', 'UNKNOWN_FIELD', /Part/],
      [
        'a field named like a known one',
        { input: { ...good, sise: MARKER } },
        'input',
        'UNKNOWN_FIELD',
        /^(?!.*Did you mean)/,
      ],
      ['a missing field', { input: { size: 1, colour: 'RED' } }, 'input', 'REQUIRED', /name \(String!\)/],
      ['a null', { input: { ...good, name: null } }, 'input.name', 'REQUIRED', /String!/],
      ['a text for an object', { input: MARKER }, 'input', 'BAD_VALUE', /Part/],
      ['two of one-of', { input: { ...good, choice: { a: 1, b: 2 } } }, 'input.choice', 'ONE_OF', /Choice/],
      ['nothing', {}, 'input', 'REQUIRED', /Part!/],
      [
        'a path in the value',
        { input: { ...good, size: `" at "${MARKER}"; Expected` } },
        'input.size',
        'BAD_VALUE',
        /Int/,
      ],
    ];
  it.each(cases)('%s', async (_what, variables, field, code, message) => {
    const answer = await post(open.url, { query: take, variables }, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(400);
    expect(answer.json.data).toBeUndefined();
    const [error] = answer.json.errors ?? [];
    expect(error?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect((error?.extensions['problems'] as Array<{ field: string; code: string; message: string }>)[0]).toMatchObject(
      { field, code, message: expect.stringMatching(message) as string },
    );
    expect(answer.text).not.toContain(MARKER);
    expect(logged()).not.toContain(MARKER);
  });

  it('and one that fits passes', async () => {
    expect((await post(open.url, { query: take, variables: { input: good } })).json.data).toEqual({ take: true });
    expect((await post(open.url, { query: 'query ($n: Int! = 3) { number(n: $n) }' })).json.data).toEqual({
      number: true,
    });
  });

  it('a flood of wrong values gives twenty problems', async () => {
    const answer = await post(open.url, {
      query: take,
      variables: { input: { name: 'a', parts: Array.from({ length: 20_000 }, () => ({ name: 1 })) } },
    });
    expect(answer.json.errors?.[0]?.extensions['problems']).toHaveLength(20);
  });
});

describe('a literal or a syntax error repeats nothing of what was written', () => {
  it.each([
    [`{ number(n: "${MARKER}") }`, /Int/],
    [`{ take(input: { name: 1234567, size: "${MARKER}" }) }`, /String|Int/],
    [`{ take(input: { name: "a", colour: ${MARKER.replaceAll('-', '_')} }) }`, /Colour/],
    [`{ take(input: "${MARKER}") }`, /Part/],
    [`{ number(n: 1) "${MARKER}" }`, /Syntax Error: Expected Name, found String\./],
    [`{ number(n: 1) } """${MARKER}""" 5`, /Syntax Error/],
  ])('%s', async (query, message) => {
    const answer = await post(open.url, { query });
    expect(answer.json.errors?.[0]?.message).toMatch(message);
    expect(answer.text).not.toContain(MARKER);
    expect(answer.text).not.toContain(MARKER.replaceAll('-', '_'));
    expect(answer.text).not.toContain('1234567');
    expect(logged()).not.toContain(MARKER);
  });
});

describe('production', () => {
  it.each(['{ __schema { queryType { name } } }', '{ __type(name: "Query") { name } }'])(
    'refuses %s',
    async (query) => {
      expect((await post(production.url, { query })).json.errors?.[0]?.extensions.code).toBe(
        'GRAPHQL_VALIDATION_FAILED',
      );
      expect((await post(open.url, { query })).json.errors).toBeUndefined();
    },
  );

  it.each([
    '{ typd }',
    '{ number(m: 1) }',
    '{ take(input: { nmae: "a", name: "b" }) }',
    '{ take(input: { name: "b", colour: REED }) }',
    'query ($x: Par) { typed }',
  ])('suggests nothing for %s', async (query) => {
    expect((await post(production.url, { query })).text).not.toContain('Did you mean');
  });

  it('is the only place without suggestions', async () => {
    expect((await post(open.url, { query: '{ typd }' })).text).toContain('Did you mean');
  });
});

describe('a credential that does not hold', () => {
  it('is 401 with WWW-Authenticate, in either media type, and nothing is executed', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await post(t.url, { query: '{ __typename }' }, { authorization: `Bearer ${MARKER}`, accept });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      expect(answer.headers.get('content-type')).toContain(accept);
      expect(answer.json.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(answer.json.data).toBeUndefined();
      expect(answer.text + logged()).not.toContain(MARKER);
    }
  });
});

it('codes of typed faults do not depend on the transport', () => {
  expect(new AppError('CONFLICT', say('LOGIN_REQUIRED'), 'X').extensions).toEqual({ code: 'CONFLICT', reason: 'X' });
});
