import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_JSON_BYTES } from '../../src/http/limits.js';
import { MAX_MAP_BYTES } from '../../src/http/uploads/multipart-map.js';
import { spoolUpload, type FileUpload } from '../../src/graphql/upload.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { head, open, type RawAnswer } from './raw.js';
import { smallSchema, startSmallServer, type SmallServer } from './small-server.js';

const MAX_BYTES = 400_000;
const STALL_MS = 400;
const SDL = `
  scalar Upload
  type Query { ok: Boolean }
  type Mutation {
    take(file: Upload!): String
    backwards(a: Upload!, b: Upload!): [String!]
    later(file: Upload!): String
    ignore(file: Upload): Boolean
  }
`;

let t: TestApp;
let small: SmallServer;
let authorization: string;
/** Spooled files that exist although no resolver holds one. */
let spooledUnasked: string[] = [];
beforeAll(async () => {
  t = await startTestApp();
  authorization = `Bearer ${(await seed(t).person()).token}`;
  const digestOf = async (upload: unknown) => {
    const file = await spoolUpload(upload as FileUpload, { maxBytes: MAX_BYTES });
    await file.dispose();
    return file.sha256;
  };
  const schema = smallSchema(SDL, {
    Query: { ok: () => true },
    Mutation: {
      take: (_s, { file }) => digestOf(file),
      backwards: async (_s, { a, b }) => {
        const second = await digestOf(b);
        return [await digestOf(a), second];
      },
      later: async (_s, { file }) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        spooledUnasked = await leftovers();
        return digestOf(file);
      },
      ignore: () => true,
    },
  });
  const limits = { ...t.app.config.limits, maxUploadBytes: MAX_BYTES, requestsPerMinute: 100_000 };
  small = await startSmallServer(t.app, schema, { limits }, { stall: STALL_MS, body: 1000 });
});
afterAll(async () => {
  await small.close();
  await t.close();
});

const leftovers = () => readdir(t.app.spool.path);
afterEach(async () => {
  await eventually(async () => (await leftovers()).length === 0, 3000);
});

const EDGE = 'edge';
const sha = (content: string) => createHash('sha256').update(content).digest('hex');
const field = (name: string, value: string) =>
  `--${EDGE}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, content: string, fileName = 'a.csv') =>
  `--${EDGE}\r\ncontent-disposition: form-data; name="${name}"; filename="${fileName}"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n`;
const END = `--${EDGE}--\r\n`;

const operations = (query: string, variables: Record<string, unknown>) =>
  field('operations', JSON.stringify({ query, variables }));
const TAKE = operations('mutation ($file: Upload!) { take(file: $file) }', { file: null });
const MAP = field('map', '{"0":["variables.file"]}');

const headOf = (length: number, more: Record<string, string> = {}) =>
  head({
    'content-type': `multipart/form-data; boundary=${EDGE}`,
    'apollo-require-preflight': 'yes',
    authorization,
    'content-length': length,
    ...more,
  });

/** Sends a complete body and returns the answer. */
async function send(body: string, more: Record<string, string> = {}): Promise<RawAnswer> {
  const connection = open(small.url, headOf(Buffer.byteLength(body), more) + body);
  const answer = await connection.answer;
  connection.socket.destroy();
  if (!answer) throw new Error('no answer came');
  return answer;
}

const reasonOf = (answer: RawAnswer | undefined) => answer?.json.errors?.[0]?.extensions['reason'];

describe('an upload without a log-in', () => {
  it('is refused before anything of it is read or asked for', async () => {
    const connection = open(
      small.url,
      head({
        'content-type': `multipart/form-data; boundary=${EDGE}`,
        'apollo-require-preflight': 'yes',
        'content-length': 100_000,
        expect: '100-continue',
      }),
    );
    const answer = await connection.answer;
    expect(answer?.status).toBe(401);
    expect(reasonOf(answer)).toBe('LOGIN_REQUIRED');
    expect(connection.received()).not.toContain('100 Continue');
    connection.socket.destroy();
  });

  it('of a known sender is asked for, and read', async () => {
    const body = TAKE + MAP + file('0', 'x') + END;
    const connection = open(small.url, headOf(body.length, { expect: '100-continue' }));
    await eventually(async () => connection.received().includes('100 Continue'), 2000);
    connection.socket.write(body);
    expect((await connection.answer)?.json.data).toEqual({ take: sha('x') });
    connection.socket.destroy();
  });
});

describe('the map', () => {
  it('of 200,000 segments takes neither memory nor time', async () => {
    const path = `variables.${'a.'.repeat(200_000)}a`;
    const before = process.memoryUsage().heapUsed;
    const started = performance.now();
    const answer = await send(TAKE + field('map', JSON.stringify({ 0: [path] })) + file('0', 'x') + END);
    expect(answer.status).toBe(413);
    expect(reasonOf(answer)).toBe('UPLOAD_TOO_LARGE');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });

  it.each([
    ['as many segments as fit', JSON.stringify({ 0: [`variables.${'a.'.repeat(2000)}a`] })],
    ['a place that is not there', '{"0":["variables.other"]}'],
    ['a place below a file', '{"0":["variables.file","variables.file.a"]}'],
    ['the same place twice', '{"0":["variables.file"],"1":["variables.file"]}'],
    ['a place that holds something', '{"0":["query"]}'],
    ['a place in a text', '{"0":["query.0"]}'],
    ['the operations themselves', '{"0":[""]}'],
    ['all variables', '{"0":["variables"]}'],
    ['the prototype of an object', '{"0":["variables.__proto__.polluted"]}'],
    ['the constructor of an object', '{"0":["variables.constructor.prototype.polluted"]}'],
    ['what every object has', '{"0":["variables.toString"]}'],
    ['a path of something else', '{"0":[1]}'],
    ['no path', '{"0":[]}'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no JSON', '{'],
  ])('with %s is refused', async (_what, map) => {
    const answer = await send(TAKE + field('map', map) + file('0', 'x') + END);
    expect(answer.status).toBe(400);
    expect(reasonOf(answer)).toBe('MULTIPART_INVALID');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('of many places is refused, also for one file', async () => {
    const answer = await send(TAKE + field('map', JSON.stringify({ 0: Array(6).fill('variables.file') })) + END);
    expect(reasonOf(answer)).toBe('UPLOAD_TOO_LARGE');
  });

  it('leaves operations with poisoned keys refused', async () => {
    const poisoned = field('operations', '{"query":"{ ok }","variables":{"__proto__":{"file":null}}}');
    expect(reasonOf(await send(poisoned + MAP + END))).toBe('INVALID_JSON');
  });
});

describe('parts', () => {
  it.each([
    ['map first', MAP + TAKE + file('0', 'x') + END],
    ['files first', file('0', 'x') + TAKE + MAP + END],
    ['operations twice', TAKE + TAKE + MAP + END],
    ['no map', TAKE + END],
    ['nothing', END],
    ['no end', TAKE],
    ['only a preamble', 'x'.repeat(5000)],
  ])('as %s are refused', async (_what, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(reasonOf(answer)).toBe('MULTIPART_INVALID');
  });

  it.each([
    ['operations of more than their limit', field('operations', `"${'x'.repeat(MAX_JSON_BYTES)}"`) + MAP],
    ['a map of more than its limit', TAKE + field('map', `"${'x'.repeat(MAX_MAP_BYTES)}"`)],
  ])('as %s are refused', async (_what, body) => {
    const answer = await send(body + END);
    expect(answer.status).toBe(413);
    expect(reasonOf(answer)).toBe('UPLOAD_TOO_LARGE');
  });

  it.each([
    ['no boundary', 'multipart/form-data'],
    ['an empty boundary', 'multipart/form-data; boundary=""'],
    ['a boundary of 71 characters', `multipart/form-data; boundary=${'b'.repeat(71)}`],
    ['a boundary of 10,000 characters', `multipart/form-data; boundary=${'b'.repeat(10_000)}`],
    ['a boundary of other characters', 'multipart/form-data; boundary="a\tb"'],
  ])('with %s are refused', async (_what, type) => {
    const answer = await send(TAKE + MAP + END, { 'content-type': type });
    expect(answer.status).toBe(400);
    expect(reasonOf(answer)).toBe('MULTIPART_INVALID');
  });

  it('with headers of absurd size or number keep nothing', async () => {
    const long = `--${EDGE}\r\n${'x: y\r\n'.repeat(20_000)}content-disposition: form-data; name="0"\r\n\r\nx\r\n`;
    expect(reasonOf(await send(TAKE + MAP + long + END))).toBe('UPLOAD_INCOMPLETE');
    const endless = `--${EDGE}\r\nx: ${'y'.repeat(300_000)}`;
    expect(reasonOf(await send(TAKE + MAP + endless + END))).toBe('UPLOAD_INCOMPLETE');
  });

  it('in great number are refused', async () => {
    const answer = await send(TAKE + MAP + file('x', 'y').repeat(50) + file('0', 'z') + END);
    expect(reasonOf(answer)).toBe('UPLOAD_INCOMPLETE');
  });

  it('that nobody announced, and second ones of a name, are passed over', async () => {
    const answer = await send(TAKE + MAP + file('9', 'other') + file('0', 'first') + file('0', 'second') + END);
    expect(answer.json.data).toEqual({ take: sha('first') });
  });
});

describe('a file', () => {
  const two = operations('mutation ($a: Upload!, $b: Upload!) { backwards(a: $a, b: $b) }', { a: null, b: null });
  const mapTwo = field('map', '{"0":["variables.a"],"1":["variables.b"]}');

  it('may be asked for in another order than it comes', async () => {
    for (const size of [10, 300_000]) {
      const [a, b] = ['a'.repeat(size), 'b'.repeat(size)];
      const answer = await send(two + mapTwo + file('0', a) + file('1', b) + END);
      expect(answer.json.data).toEqual({ backwards: [sha(a), sha(b)] });
    }
  });

  it('may be asked for by several fields, one after the other', async () => {
    const content = 'c'.repeat(200_000);
    const twice = operations('mutation ($file: Upload!) { a: take(file: $file) b: take(file: $file) }', { file: null });
    const answer = await send(twice + MAP + file('0', content) + END);
    expect(answer.json.data).toEqual({ a: sha(content), b: sha(content) });
  });

  it('is not on disk before a resolver asks for it', async () => {
    spooledUnasked = ['unknown'];
    const later = operations('mutation ($file: Upload!) { later(file: $file) }', { file: null });
    const content = 'd'.repeat(300_000);
    const answer = await send(later + MAP + file('0', content) + END);
    expect(answer.json.data).toEqual({ later: sha(content) });
    expect(spooledUnasked).toEqual([]);
  });

  it('that is missing behind one that came is UPLOAD_INCOMPLETE', async () => {
    expect(reasonOf(await send(two + mapTwo + file('0', 'a'.repeat(200_000)) + END))).toBe('UPLOAD_INCOMPLETE');
  });

  it('that is too large does not keep the one behind it', async () => {
    const serial = operations('mutation ($a: Upload!, $b: Upload!) { a: take(file: $a) b: take(file: $b) }', {
      a: null,
      b: null,
    });
    const answer = await send(serial + mapTwo + file('0', 'a'.repeat(MAX_BYTES + 100_000)) + file('1', 'b') + END);
    expect(reasonOf(answer)).toBe('FILE_TOO_LARGE');
    expect(answer.json.data).toEqual({ a: null, b: sha('b') });
  });

  it('that stops coming is UPLOAD_INCOMPLETE soon', async () => {
    const connection = open(small.url, headOf(200_000) + TAKE + MAP + file('0', 'e'.repeat(70_000)).slice(0, -2));
    const started = performance.now();
    expect(reasonOf(await connection.answer)).toBe('UPLOAD_INCOMPLETE');
    expect(performance.now() - started).toBeLessThan(STALL_MS * 4);
    connection.socket.destroy();
  });

  it('whose operation does not come is given up', async () => {
    const connection = open(small.url, headOf(200_000) + TAKE.slice(0, 50));
    const answer = await connection.answer;
    expect(answer?.status).toBe(408);
    expect(reasonOf(answer)).toBe('BODY_TOO_SLOW');
    connection.socket.destroy();
  });

  it('is answered at once where no resolver asks for it, though its client still sends', async () => {
    const ignore = operations('mutation ($file: Upload) { ignore(file: $file) }', { file: null });
    const connection = open(small.url, headOf(300_000) + ignore + MAP + file('0', 'f'.repeat(1000)).slice(0, -2));
    expect((await connection.answer)?.json.data).toEqual({ ignore: true });
    connection.socket.destroy();
  });
});

it('a hundred uploads that end in every way leave no file and no descriptor', async () => {
  const descriptors = async () => (await readdir('/proc/self/fd')).length;
  const big = file('0', 'g'.repeat(300_000));
  const ways: Array<() => Promise<unknown>> = [
    () => send(TAKE + MAP + big + END),
    () => send(operations('{ nowhere }', { file: null }) + MAP + big + END),
    () => send(operations('mutation ($file: Upload) { ignore(file: $file) }', { file: null }) + MAP + big + END),
    () => send(TAKE + MAP + big + END, { authorization: 'Bearer no' }),
    () => send(TAKE + field('map', '{"0":["variables.nowhere"]}') + big + END),
    () => send(TAKE + MAP + file('0', 'g'.repeat(MAX_BYTES + 1)) + END),
    () => send(TAKE + MAP + END),
    ...[20, TAKE.length + 10, TAKE.length + MAP.length + 50, 100_000, 250_000].map((bytes) => async () => {
      const connection = open(small.url, (headOf(500_000) + TAKE + MAP + big).slice(0, bytes));
      await new Promise((resolve) => setTimeout(resolve, 30));
      connection.socket.destroy();
      await connection.closed;
    }),
  ];
  await Promise.all(ways.map((way) => way()));
  await eventually(async () => (await leftovers()).length === 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await descriptors();
  for (let i = 0; i < 100; i += ways.length) await Promise.all(ways.map((way) => way()));
  await eventually(async () => (await leftovers()).length === 0);
  await eventually(async () => (await descriptors()) <= before, 5000);
}, 60_000);
