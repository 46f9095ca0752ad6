import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { entry, type SeededEntry } from '../deals/kit.js';
import { downloads, upload, type Upload } from '../importing/import-kit.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';

let t: TestApp;
let editor: SeededPerson;
let institution: SeededOrganisation;
let http: FastifyInstance;
let get: Awaited<ReturnType<typeof downloads>>['get'];

beforeAll(async () => {
  t = await startTestApp();
  ({ http, get } = await downloads(t));
  editor = await seed(t).person();
  institution = await seed(t).organisation(editor);
});
afterAll(async () => {
  await http.close();
  await t.close();
});

const ADD = `mutation ($file: Upload!, $input: EvidenceInput!) { addEvidence(file: $file, input: $input) { evidence { id name mediaType sizeBytes sha256 tier path } } }`;
interface Evidence {
  id: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  path: string;
}
const PDF = Buffer.from('%PDF-1.7\n1 0 obj MARKER\n%%EOF');

const add = (achievement: SeededEntry, file: Upload, person: SeededPerson | null = editor, tier = 'PUBLIC') =>
  upload<{ addEvidence: { evidence: Evidence } }>(t, person, ADD, file, {
    input: { achievementId: achievement.id, tier },
  });
async function added(achievement: SeededEntry, file: Upload, tier = 'PUBLIC'): Promise<Evidence> {
  const reply = await add(achievement, file, editor, tier);
  if (reply.errors) throw new Error(JSON.stringify(reply.errors));
  return reply.data.addEvidence.evidence;
}

it('keeps a file and gives it back byte by byte, as a download', async () => {
  const achievement = await entry(t, institution);
  const bytes = Buffer.concat([PDF, Buffer.alloc(700_000, 'x')]);
  const file = await added(achievement, { content: bytes, name: '检测 “报告”.pdf', type: 'text/html' });
  expect(file).toMatchObject({
    name: '检测 “报告”.pdf',
    mediaType: 'application/pdf',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const reply = await get(file.path);
  expect(reply.statusCode).toBe(200);
  expect(reply.rawPayload.equals(bytes)).toBe(true);
  expect(reply.headers).toMatchObject({
    'content-type': 'application/pdf',
    'x-content-type-options': 'nosniff',
    'content-length': String(bytes.length),
  });
  expect(reply.headers['content-disposition']).toMatch(
    /^attachment; filename="__ ____\.pdf"; filename\*=UTF-8''%E6%A3%80/,
  );
});

it('keeps the same content once', async () => {
  const achievement = await entry(t, institution);
  const first = await added(achievement, { content: PDF, name: 'a.pdf' });
  expect(await added(achievement, { content: PDF, name: 'b.pdf' })).toEqual(first);
  const [ledger] = await t.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM ledger_record WHERE kind = 'evidence.added' AND subject_id = $1`,
    [achievement.uuid],
  );
  expect(ledger!.n).toBe(1);
});

describe('the kind of a file is told by its bytes', () => {
  it.each<[string, Uint8Array | string, string | null]>([
    ['a.txt', 'plain text 文字', 'text/plain'],
    ['a.csv', 'a,b\n1,2', 'text/csv'],
    ['a.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]), 'image/png'],
    ['a.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]), 'image/jpeg'],
    [
      'a.docx',
      Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.from('....word/document.xml')]),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['page.pdf', '<!doctype html><script>alert(1)</script>', null],
    ['image.png', '<svg xmlns="http://www.w3.org/2000/svg"/>', null],
    ['tool.pdf', Buffer.from([0x4d, 0x5a, 0x90, 0x00, 0x03, 0x00]), null],
    ['empty.txt', '', null],
  ])('%s', async (name, content, mediaType) => {
    const reply = await add(await entry(t, institution), { content, name, type: 'application/pdf' });
    if (mediaType === null)
      expect(reply.errors![0]!.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        reason: 'MEDIA_TYPE',
        field: 'file',
      });
    else expect(reply.data.addEvidence.evidence.mediaType).toBe(mediaType);
  });

  it('and more than 20 MiB are refused', async () => {
    const reply = await add(await entry(t, institution), {
      content: Buffer.concat([PDF, Buffer.alloc(20 * 1024 * 1024)]),
    });
    expect(reply.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'FILE_TOO_LARGE' });
  });
});

describe('rights', () => {
  it('open a file to those who may read its tier; to others it is not there', async () => {
    const s = seed(t);
    const achievement = await entry(t, institution);
    const draft = await entry(t, institution, {}, 'DRAFT');
    const files = {
      public: await added(achievement, { content: PDF }),
      registered: await added(achievement, { content: 'registered' }, 'REGISTERED'),
      nda: await added(achievement, { content: 'nda' }, 'NDA'),
      draft: await added(draft, { content: PDF }),
    };
    const investor = await s.person();
    const fund = await s.organisation(investor, { kind: 'INVESTOR' });
    const seen = async (person?: SeededPerson) =>
      Promise.all(Object.values(files).map(async (file) => (await get(file.path, person)).statusCode));
    expect(await seen()).toEqual([200, 404, 404, 404]);
    expect(await seen(await s.person())).toEqual([200, 404, 404, 404]);
    expect(await seen(investor)).toEqual([200, 200, 404, 404]);
    await t.sql(
      `INSERT INTO nda_grant (id, achievement_id, organisation_id, status, requested_at)
       VALUES (gen_random_uuid(), $1, $2, 'GRANTED', now())`,
      [achievement.uuid, fund.uuid],
    );
    expect(await seen(investor)).toEqual([200, 200, 200, 404]);
    expect(await seen(editor)).toEqual([200, 200, 200, 200]);
    expect((await get('/evidence/nonsense')).statusCode).toBe(404);
  });

  it('let editors of the institution add and remove, and nobody else', async () => {
    const s = seed(t);
    const achievement = await entry(t, institution);
    const file = await added(achievement, { content: PDF });
    const REMOVE = `mutation ($input: RemoveEvidenceInput!) { removeEvidence(input: $input) { removedId } }`;
    for (const person of [
      await s.person(),
      await s.person({ operator: true }),
      await s.member(institution, 'MEMBER'),
    ]) {
      expect((await add(achievement, { content: 'more' }, person)).errors![0]!.extensions.code).toBe('FORBIDDEN');
      expect(
        (await t.ask(REMOVE, { input: { id: file.id } }, { token: person.token })).errors![0]!.extensions.code,
      ).toBe('FORBIDDEN');
    }
    expect((await add(achievement, { content: 'more' }, null)).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect(await t.gql(REMOVE, { input: { id: file.id } }, { token: editor.token })).toEqual({
      removeEvidence: { removedId: file.id },
    });
    expect((await get(file.path, editor)).statusCode).toBe(404);
    expect(
      await t.sql(
        `SELECT 1 FROM evidence_blob WHERE evidence_id IN (SELECT id FROM evidence_file WHERE achievement_id = $1)`,
        [achievement.uuid],
      ),
    ).toEqual([]);
  });

  it('hold still while the achievement is under review', async () => {
    const achievement = await entry(t, institution, {}, 'UNDER_REVIEW');
    expect((await add(achievement, { content: PDF })).errors![0]!.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'UNDER_REVIEW',
    });
  });
});
