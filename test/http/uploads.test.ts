import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_FILES } from '../../src/http/uploads/uploads.js';
import { spoolUpload, type FileUpload, type SpooledUpload } from '../../src/graphql/upload.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { smallSchema, startSmallServer, type Reply, type SmallServer } from './small-server.js';

const MAX_BYTES = 200_000;
const SDL = `
  scalar Upload
  type Query { ok: Boolean }
  type Mutation { take(file: Upload!): String takeAll(files: [Upload!]!): Int ignore(file: Upload): Boolean fail(file: Upload!): Boolean }
`;

let t: TestApp;
let small: SmallServer;
/** Token of a logged-in person, since uploads require a log-in. */
let authorization: string;
let seen: { file: SpooledUpload; content: string; mode: number } | undefined;
beforeAll(async () => {
  t = await startTestApp();
  authorization = `Bearer ${(await seed(t).person()).token}`;
  const spoolOne = async (upload: FileUpload) => {
    const file = await spoolUpload(upload, { maxBytes: MAX_BYTES });
    try {
      seen = { file, content: readFileSync(file.path, 'utf8'), mode: (await stat(file.path)).mode & 0o777 };
      return file.sha256;
    } finally {
      await file.dispose();
    }
  };
  small = await startSmallServer(
    t.app,
    smallSchema(SDL, {
      Query: { ok: () => true },
      Mutation: {
        take: (_s, { file }) => spoolOne(file as FileUpload),
        takeAll: async (_s, { files }) => (await Promise.all((files as FileUpload[]).map(spoolOne))).length,
        ignore: () => true,
        fail: async (_s, { file }) => {
          await spoolOne(file as FileUpload);
          throw new Error('after the upload');
        },
      },
    }),
    { limits: { ...t.app.config.limits, maxUploadBytes: MAX_BYTES } },
  );
});
afterAll(async () => {
  await small.close();
  await t.close();
});

const leftovers = () => readdir(t.app.spool.path);
afterEach(async () => {
  await eventually(async () => (await leftovers()).length === 0);
});

interface Part {
  content: string | Blob;
  name?: string;
}

async function upload(
  operations: unknown,
  map: Record<string, string[]>,
  files: Record<string, Part>,
  headers: Record<string, string> = { 'apollo-require-preflight': 'yes', authorization },
) {
  const form = new FormData();
  form.append('operations', JSON.stringify(operations));
  form.append('map', JSON.stringify(map));
  for (const [key, { content, name }] of Object.entries(files))
    form.append(
      key,
      content instanceof Blob ? content : new Blob([content], { type: 'Text/CSV' }),
      name ?? 'results.csv',
    );
  const response = await fetch(`${small.url}/graphql`, { method: 'POST', headers, body: form });
  return { status: response.status, json: (await response.json()) as Reply };
}

const take = { query: 'mutation ($file: Upload!) { take(file: $file) }', variables: { file: null } };
const takeAll = (n: number) => ({
  query: 'mutation ($files: [Upload!]!) { takeAll(files: $files) }',
  variables: { files: Array<null>(n).fill(null) },
});
const mapAll = (n: number) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i), [`variables.files.${i}`]]));
const some = (n: number) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i), { content: `file ${i}` }]));

describe('an uploaded file', () => {
  it('reaches the resolver on disk, with its name, type, size and digest', async () => {
    const content = '名称,领域\n量子频标,计量\n';
    const answer = await upload(take, { 0: ['variables.file'] }, { 0: { content, name: '../成果表.csv' } });
    expect(answer.json).toMatchObject({ data: { take: createHash('sha256').update(content).digest('hex') } });
    expect(seen).toMatchObject({
      content,
      mode: 0o600,
      file: { fileName: '成果表.csv', mediaType: 'text/csv', sizeBytes: Buffer.byteLength(content) },
    });
  });

  it('may have exactly the most bytes, and not one more', async () => {
    const good = await upload(take, { 0: ['variables.file'] }, { 0: { content: 'x'.repeat(MAX_BYTES) } });
    expect(good.json.errors).toBeUndefined();
    const refused = await upload(take, { 0: ['variables.file'] }, { 0: { content: 'x'.repeat(MAX_BYTES + 1) } });
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'FILE_TOO_LARGE',
      field: 'input.file',
    });
  });

  it(`may have company, up to ${MAX_FILES}`, async () => {
    expect((await upload(takeAll(MAX_FILES), mapAll(MAX_FILES), some(MAX_FILES))).json.data).toEqual({
      takeAll: MAX_FILES,
    });
    const refused = await upload(takeAll(MAX_FILES + 1), mapAll(MAX_FILES + 1), some(MAX_FILES + 1));
    expect(refused.status).toBe(413);
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', reason: 'UPLOAD_TOO_LARGE' });
  });

  it('is refused by its announced length before it is read', async () => {
    const refused = await upload(
      take,
      { 0: ['variables.file'] },
      { 0: { content: new Blob(['x'.repeat(4_000_000)]) } },
    );
    expect(refused.status).toBe(413);
    expect(refused.json.errors?.[0]?.extensions.reason).toBe('BODY_TOO_LARGE');
  });

  it('leaves nothing behind when nobody reads it, when the operation is invalid and when the resolver fails', async () => {
    const file = { 0: { content: 'y'.repeat(100_000) } };
    expect(
      (
        await upload(
          { query: 'mutation ($file: Upload) { ignore(file: $file) }', variables: { file: null } },
          { 0: ['variables.file'] },
          file,
        )
      ).json.data,
    ).toEqual({ ignore: true });
    expect(
      (await upload({ query: '{ nowhere }', variables: { file: null } }, { 0: ['variables.file'] }, file)).json
        .errors?.[0]?.extensions.code,
    ).toBe('GRAPHQL_VALIDATION_FAILED');
    const failed = await upload(
      { query: 'mutation ($file: Upload!) { fail(file: $file) }', variables: { file: null } },
      { 0: ['variables.file'] },
      file,
    );
    expect(failed.json.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });

  it('that breaks off is a typed error, and leaves nothing behind', async () => {
    seen = undefined;
    const boundary = 'edge';
    const part = (name: string, value: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    await new Promise<void>((resolve) => {
      const call = rawRequest(`${small.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'apollo-require-preflight': 'yes',
          authorization,
          'content-length': 150_000,
        },
      });
      call.on('error', () => resolve());
      call.write(
        part('operations', JSON.stringify(take)) +
          part('map', '{"0":["variables.file"]}') +
          `--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="a.csv"\r\n\r\n${'z'.repeat(70_000)}`,
      );
      void eventually(async () => (await leftovers()).length > 0).then(() => call.destroy());
    });
    expect(seen).toBeUndefined();
  });

  it('that is announced and does not come is UPLOAD_INCOMPLETE', async () => {
    const answer = await upload(take, { 0: ['variables.file'] }, {});
    expect(answer.json.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'UPLOAD_INCOMPLETE' });
  });
});

describe('a multipart request', () => {
  it('without the preflight header is a possible forgery, and is not read', async () => {
    seen = undefined;
    const refused = await upload(take, { 0: ['variables.file'] }, { 0: { content: 'a' } }, {});
    expect(refused.status).toBe(400);
    expect(refused.json.errors?.[0]?.message).toContain('CSRF');
    expect(seen).toBeUndefined();
  });

  it('with a wrong credential is 401, and is not read', async () => {
    seen = undefined;
    const refused = await upload(
      take,
      { 0: ['variables.file'] },
      { 0: { content: 'a' } },
      { 'apollo-require-preflight': 'yes', authorization: 'Bearer no' },
    );
    expect(refused.status).toBe(401);
    expect(seen).toBeUndefined();
  });

  it.each([
    ['names a place far out in a list', takeAll(1), { 0: ['variables.files.999999999'] }],
    ['names a place that cannot be', take, { 0: ['query.0.geheim.x'] }],
    ['has a map of something else', take, { 0: 'geheim' as unknown as string[] }],
  ])('that %s is refused and repeats nothing', async (_what, operations, map) => {
    const refused = await upload(operations, map, { 0: { content: 'a' } });
    expect(refused.status).toBe(400);
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', reason: 'MULTIPART_INVALID' });
    expect(JSON.stringify(refused.json)).not.toContain('geheim');
  });

  it('may be a batch', async () => {
    const form = await upload([take, { query: '{ ok }' }], { 0: ['0.variables.file'] }, { 0: { content: 'abc' } });
    expect(form.json).toMatchObject([
      { data: { take: createHash('sha256').update('abc').digest('hex') } },
      { data: { ok: true } },
    ]);
  });
});
