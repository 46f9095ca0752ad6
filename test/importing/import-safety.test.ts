import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importLock } from '../../src/importing/runs/import.lock.js';
import { sweepAll } from '../../src/kernel/jobs/sweep.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import {
  COMPLETE_HEADER,
  completeRow,
  count,
  csv,
  ended,
  IMPORT,
  importFile,
  readRun,
  refusalOf,
  startImport,
  upload,
} from './import-kit.js';

let t: TestApp;
let editor: SeededPerson;
let institution: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  editor = await seed(t).person();
  institution = await seed(t).organisation(editor);
});

const results = async () =>
  (
    await t.sql<{ n: number }>(`SELECT count(*)::int AS n FROM achievement WHERE institution_id = $1`, [
      institution.uuid,
    ])
  )[0]!.n;
const many = (n: number, from = 0) =>
  csv(COMPLETE_HEADER, ...Array.from({ length: n }, (_, i) => completeRow(`M${from + i}`)));

describe('all or nothing', () => {
  it('leaves nothing behind when one row of many is rejected', async () => {
    const run = await importFile(
      t,
      editor,
      institution,
      { content: `${many(450)}\r\nM450,,,,,\r\n` },
      { mode: 'ALL_OR_NOTHING' },
    );
    expect(run).toMatchObject({
      status: 'ROLLED_BACK',
      counts: { created: 0, updated: 0, rejected: 1, registered: 0 },
      progress: { processed: 451, total: 451 },
    });
    expect(run.reportRows.nodes).toContainEqual(
      expect.objectContaining({ line: 452, code: 'REQUIRED', field: 'title' }),
    );
    expect(await results()).toBe(0);
  });

  it('takes every row of a sound file at once', async () => {
    const run = await importFile(t, editor, institution, { content: many(450) }, { mode: 'ALL_OR_NOTHING' });
    expect(run).toMatchObject({ status: 'COMPLETED', counts: { created: 450, rejected: 0, registered: 450 } });
    expect(await results()).toBe(450);
  });
});

describe('a conflict that only the database sees', () => {
  const header = [...COMPLETE_HEADER, '登记号'];
  const numbered = (id: string, number: string) => [...completeRow(id), number];

  /** Another institution takes a number in a transaction that ends after the import has met it. */
  async function takeNumber(number: string, meanwhile: () => Promise<string>): Promise<string> {
    const other = await seed(t).organisation(editor);
    const runner = t.app.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      `INSERT INTO achievement (
         id, institution_id, registration_no, status, revision, title, created_at, updated_at, record_hash
       )
       VALUES (gen_random_uuid(), $1, $2, 'REGISTERED', 1, '{"zh":"别家的"}', now(), now(), '')`,
      [other.uuid, number],
    );
    const id = await meanwhile();
    await eventually(
      async () =>
        (
          await t.sql<{ n: number }>(
            `SELECT count(*)::int AS n
             FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        )[0]!.n > 0,
    );
    await runner.commitTransaction();
    await runner.release();
    await ended(t, editor, id);
    return id;
  }

  it('rejects the guilty row alone, row by row', async () => {
    const content = csv(header, numbered('1', 'RACE-0001'), numbered('2', 'RACE-0002'), numbered('3', 'RACE-0003'));
    const id = await takeNumber('RACE-0002', () => startImport(t, editor, institution, { content }));
    const run = await readRun(t, editor, id);
    expect(run).toMatchObject({ status: 'COMPLETED', counts: { created: 2, rejected: 1, registered: 2 } });
    expect(run.reportRows.nodes).toEqual([
      expect.objectContaining({ line: 3, column: '登记号', code: 'REGISTRATION_NO_TAKEN', value: 'RACE-0002' }),
    ]);
    expect(await results()).toBe(2);
  });

  it('takes everything back, all or nothing', async () => {
    const content = csv(header, numbered('1', 'RACE-0011'), numbered('2', 'RACE-0012'), numbered('3', 'RACE-0013'));
    const id = await takeNumber('RACE-0012', () =>
      startImport(t, editor, institution, { content }, { mode: 'ALL_OR_NOTHING' }),
    );
    const run = await readRun(t, editor, id);
    expect(run).toMatchObject({ status: 'ROLLED_BACK', counts: { created: 0, rejected: 1 } });
    expect(run.reportRows.nodes).toEqual([expect.objectContaining({ line: 3, code: 'REGISTRATION_NO_TAKEN' })]);
    expect(await results()).toBe(0);
  });

  it('rejects a number that another institution has had for long', async () => {
    await importFile(t, editor, await seed(t).organisation(editor), {
      content: csv(header, numbered('1', 'OLD-0001')),
    });
    const run = await importFile(t, editor, institution, { content: csv(header, numbered('1', 'OLD-0001')) });
    expect(run.reportRows.nodes).toEqual([
      expect.objectContaining({ line: 2, field: 'registrationNo', code: 'REGISTRATION_NO_TAKEN' }),
    ]);
  });
});

describe('two imports at once', () => {
  it('take turns: the second to come is refused while the first is under way', async () => {
    const replies = await Promise.all(
      [1, 2, 3].map((i) =>
        upload(t, editor, IMPORT, { content: many(300, i * 1000) }, { input: { institutionId: institution.id } }),
      ),
    );
    const refused = replies.filter((reply) => reply.errors);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const reply of refused)
      expect(reply.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'IMPORT_RUNNING' });
    const started = replies.filter((reply) => !reply.errors) as unknown as Array<{
      data: { importAchievements: { run: { id: string } } };
    }>;
    for (const reply of started) await ended(t, editor, reply.data.importAchievements.run.id);
    expect(await results()).toBe(300 * started.length);
  });

  it('give one run for one idempotency key, and none for the key with another file', async () => {
    const input = { idempotencyKey: 'import-of-may' };
    const first = await startImport(t, editor, institution, { content: many(3) }, input);
    expect(await startImport(t, editor, institution, { content: many(3) }, input)).toBe(first);
    expect(await refusalOf(t, editor, institution, { content: many(4) }, input)).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    await ended(t, editor, first);
  });
});

describe('a run whose process is gone', () => {
  /** The state that a process leaves if it is killed after one of its batches. */
  async function abandoned(): Promise<string> {
    const id = await startImport(t, editor, institution, { content: many(3) });
    await ended(t, editor, id);
    await t.sql(
      `UPDATE import_run
       SET status = 'RUNNING', finished_at = NULL, heartbeat_at = now() - interval '1 minute'
       WHERE institution_id = $1`,
      [institution.uuid],
    );
    await t.sql(
      `INSERT INTO import_file (run_id, part, bytes) SELECT id, 0, $2 FROM import_run WHERE institution_id = $1`,
      [institution.uuid, Buffer.from(many(5))],
    );
    return id;
  }

  it('is closed as interrupted, and safely run again', async () => {
    const id = await abandoned();
    await sweepAll(t.app, {});
    expect(await readRun(t, editor, id)).toMatchObject({ status: 'INTERRUPTED', fault: { code: 'INTERRUPTED' } });
    await t.gql(
      `mutation ($input: ImportRunInput!) { rerunImport(input: $input) { run { id } } }`,
      { input: { id } },
      { token: editor.token },
    );
    await ended(t, editor, id);
    expect(await readRun(t, editor, id)).toMatchObject({
      status: 'COMPLETED',
      counts: { created: 2, unchanged: 3, rejected: 0 },
    });
    expect(await results()).toBe(5);
  });

  it('does not stand in the way of the next import', async () => {
    const id = await abandoned();
    expect((await importFile(t, editor, institution, { content: many(4) })).counts).toMatchObject({
      created: 1,
      unchanged: 3,
    });
    expect((await readRun(t, editor, id)).status).toBe('INTERRUPTED');
  });

  it('is left alone while its process holds the lock', async () => {
    const id = await abandoned();
    const holder = t.app.dataSource.createQueryRunner();
    const [key, values] = importLock(institution.uuid);
    await holder.query(`SELECT pg_advisory_lock(${key})`, values);
    await sweepAll(t.app, {});
    expect((await readRun(t, editor, id)).status).toBe('RUNNING');
    expect(await refusalOf(t, editor, institution, { content: many(1) })).toMatchObject({ reason: 'IMPORT_RUNNING' });
    await holder.query(`SELECT pg_advisory_unlock_all()`);
    await holder.release();
  });

  it('can be stopped, and one that has ended cannot', async () => {
    const id = await abandoned();
    const cancel = () =>
      t.ask(
        `mutation ($input: ImportRunInput!) { cancelImport(input: $input) { run { status } } }`,
        { input: { id } },
        { token: editor.token },
      );
    expect((await cancel()).errors).toBeUndefined();
    expect((await cancel()).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'NOT_RUNNING' });
  });
});

describe('a file that cannot be used as a whole', () => {
  it.each([
    ['of no bytes', { content: '' }, 'EMPTY_FILE', null],
    ['with two columns of one name', { content: '编号,成果名称,成果名称\n1,a,b\n' }, 'DUPLICATE_HEADER', 1],
    [
      'in no encoding',
      { content: Buffer.from([0xe6, 0x88, 0x90, 0x0a, 0x80, 0xff, 0xfe, 0x31, 0x0a]) },
      'BAD_ENCODING',
      null,
    ],
    ['with a quote that is never closed', { content: '编号,成果名称\n1,"a\n2,b\n' }, 'MALFORMED_CSV', 2],
    ['that is no workbook', { content: 'PK', name: 'a.xlsx' }, 'NOT_A_WORKBOOK', null],
    ['without a column for the title', { content: '备注,日期\nx,y\n' }, 'NO_TITLE', undefined],
  ])('%s is refused before anything is written', async (_what, file, reason, line) => {
    const before = await count(t, 'import_run');
    const refusal = await refusalOf(t, editor, institution, file);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', reason });
    if (typeof line === 'number') expect(refusal.line).toBe(line);
    expect(await count(t, 'import_run')).toBe(before);
    expect(await results()).toBe(0);
  });

  it('is refused for a mapping to a field or a column that is not there', async () => {
    const mapped = (header: string, field: string) =>
      refusalOf(
        t,
        editor,
        institution,
        { content: many(1) },
        {
          mapping: {
            columns: [
              { header: '成果名称', field: 'title' },
              { header, field },
            ],
          },
        },
      );
    expect(await mapped('机构内部编号', 'externalID')).toMatchObject({
      reason: 'UNKNOWN_FIELD',
      field: 'input.mapping',
    });
    expect(await mapped('号码', 'externalId')).toMatchObject({ reason: 'UNKNOWN_HEADER' });
    expect(await mapped('机构内部编号', 'title')).toMatchObject({ reason: 'FIELD_TWICE' });
    expect(await refusalOf(t, editor, institution, { content: many(1) }, { mappingName: 'none' })).toMatchObject({
      reason: 'UNKNOWN_MAPPING',
    });
  });
});

describe('rights', () => {
  it('let editors of the institution import, and nobody else', async () => {
    const s = seed(t);
    const file = { content: many(1) };
    expect(await refusalOf(t, null, institution, file)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refusalOf(t, await s.person(), institution, file)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf(t, await s.person({ operator: true }), institution, file)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await refusalOf(t, await s.member(institution, 'MEMBER'), institution, file)).toMatchObject({
      code: 'FORBIDDEN',
    });
    const investor = await s.organisation(editor, { kind: 'INVESTOR' });
    expect(await refusalOf(t, editor, investor, file)).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'NOT_A_LISTING_KIND',
    });
    expect((await importFile(t, await s.member(institution, 'EDITOR'), institution, file)).counts.created).toBe(1);
  });

  it('hide a run and its report from others, and the values from operators', async () => {
    const s = seed(t);
    const run = await importFile(
      t,
      editor,
      institution,
      { content: csv(['编号', '成果名称', 'TRL'], ['1', '甲', 'MARKER-77']) },
      {
        mapping: {
          columns: [
            { header: '成果名称', field: 'title' },
            { header: 'TRL', field: 'trl' },
          ],
        },
      },
    );
    expect(run.reportRows.nodes.at(-1)).toMatchObject({ value: 'MARKER-77' });
    expect(await readRun(t, await s.person(), run.id)).toBeNull();
    const seen = await readRun(t, await s.person({ operator: true }), run.id);
    expect(seen.reportRows.nodes.at(-1)).toMatchObject({ code: 'OUT_OF_RANGE', value: null });
    expect(JSON.stringify(seen)).not.toContain('MARKER-77');
    expect(JSON.stringify(t.logLines)).not.toContain('MARKER-77');
    const list = `query ($id: ID!) { node(id: $id) { ... on Organisation { importRuns { nodes { id } } } } }`;
    expect(
      (
        await t.gql<{ node: { importRuns: { nodes: unknown[] } } }>(
          list,
          { id: institution.id },
          { token: editor.token },
        )
      ).node.importRuns.nodes,
    ).toHaveLength(1);
    expect(
      (await t.gql<{ node: { importRuns: null } }>(list, { id: institution.id }, { token: (await s.person()).token }))
        .node.importRuns,
    ).toBeNull();
  });
});
