import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importCommand } from '../../src/cli/import-command.js';
import { createRun } from '../../src/importing/runs/import.runs.js';
import { executeRun } from '../../src/importing/runs/import.engine.js';
import { examineFile, chooseMapping } from '../../src/importing/runs/import.preparation.js';
import { Organisation } from '../../src/identity/organisations/organisation.entity.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv } from './import-kit.js';
import { scratch } from './tabular-kit.js';

let t: TestApp;
let institution: SeededOrganisation;
const files = scratch();

beforeAll(async () => {
  t = await startTestApp();
  institution = await seed(t).organisation(await seed(t).person(), { name: '命令大学' });
});
afterAll(() => t.close());

async function run(args: string[], isTTY = false): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await importCommand(
    args,
    { out: (text) => void (said.out += text), err: (text) => void (said.err += text), isTTY },
    (body) => body(t.app),
  );
  return { code, ...said };
}

it('chooses the only institution, says what it takes for what, and ends with 0', async () => {
  const file = await files.file('good.csv', csv(COMPLETE_HEADER, completeRow('1'), completeRow('2')));
  const { code, out, err } = await run(['achievements', file], true);
  expect(code).toBe(0);
  expect(out).toContain('命令大学');
  expect(out).toContain('所属行业 -> industries (100 %)');
  expect(out).toContain('COMPLETED: 2 created, 0 updated, 0 unchanged, 0 rejected; 2 registered');
  expect(err).toContain('[##############################] 2 of 2 rows');
  const [row] = await t.sql<{ created_by: null; status: string }>(`SELECT created_by, status FROM import_run`);
  expect(row).toEqual({ created_by: null, status: 'COMPLETED' });
});

it('ends with 1 when rows were rejected, and writes the report', async () => {
  const file = await files.file(
    'bad.csv',
    csv(COMPLETE_HEADER, completeRow('3'), ['4', '甲', '乙', '9999', '3', '应用技术']),
  );
  const report = await files.path('report.csv');
  const { code, out } = await run(['achievements', file, '--report', report, '--register', 'never']);
  expect(code).toBe(1);
  expect(out).toContain('line 3, 所属行业: UNKNOWN_CODE');
  expect(await readFile(report, 'utf8')).toContain('ERROR,3,所属行业,industries,UNKNOWN_CODE');
});

it('takes a mapping from a file, and all or nothing', async () => {
  const file = await files.file('map.csv', csv(['Ref', 'Name'], ['7', 'A result'], ['7', 'Another']));
  const mapping = await files.file(
    'mapping.json',
    JSON.stringify({ columns: { Ref: 'externalId', Name: 'title.en' }, defaults: { trl: '4' } }),
  );
  const { code, out } = await run(['achievements', file, '--mapping', mapping, '--mode', 'all']);
  expect(code).toBe(1);
  expect(out).toContain('ROLLED_BACK: 0 created');
  expect(await t.sql(`SELECT 1 FROM achievement WHERE external_id = '7'`)).toEqual([]);
});

it('ends with 2 when the file is refused, and writes nothing', async () => {
  const before = await t.sql(`SELECT id FROM import_run`);
  const refused = async (...args: string[]) => {
    const { code, err } = await run(['achievements', ...args]);
    expect(code).toBe(2);
    return err;
  };
  expect(await refused(await files.file('q.csv', '编号,成果名称\n1,"open\n'))).toContain('MALFORMED_CSV, line 2');
  expect(await refused('/nowhere/at/all.csv')).toContain('NOT_A_FILE');
  const good = await files.file('g.csv', csv(COMPLETE_HEADER, completeRow('9')));
  expect(await refused(good, '--mapping', 'no such')).toContain('UNKNOWN_MAPPING');
  // A name twice in a mapping, which JSON.parse would settle without a word (issue 15, point 13).
  for (const [json, name] of [
    ['{"columns":{"编号":"externalId","编号":"title.zh"}}', '编号'],
    ['{"columns":{"编号":"externalId"},"columns":{}}', 'columns'],
    ['{"columns":{"a":"externalId","\\u0061":"title.zh"}}', 'a'],
    ['{"columns":{"编号":"externalId"},"defaults":{"trl":"5","trl":"6"}}', 'trl'],
  ] as const) {
    const said = await refused(good, '--mapping', await files.file('twice.json', json));
    expect(said).toContain(`“${name}” twice`);
  }
  expect(await refused(good, '--mapping', await files.file('m.json', '{"columns":{"编号":"nothing"}}'))).toContain(
    'UNKNOWN_FIELD',
  );
  expect(await refused(good, '--mode', 'some')).toContain('npm run import');
  expect(await refused(good, '--institution', 'nobody')).toContain('命令大学');
  expect(await t.sql(`SELECT id FROM import_run`)).toEqual(before);
});

it('writes nothing when its report cannot be written', async () => {
  const before = await t.sql(`SELECT id FROM import_run`);
  const file = await files.file('unreported.csv', csv(COMPLETE_HEADER, completeRow('U1')));
  for (const report of ['/nonexist/r.csv', file]) {
    const { code, err } = await run(['achievements', file, '--report', report]);
    expect(code).toBe(2);
    expect(err).toMatch(/^The report [^\n]+\n$/);
  }
  expect(await t.sql(`SELECT id FROM import_run`)).toEqual(before);
  expect(await readFile(file, 'utf8')).toContain('U1');
});

it('says that a file is missing before it asks for whom it is', async () => {
  const { code, err } = await run(['achievements', '/nowhere/at/all.csv', '--institution', 'nobody']);
  expect(code).toBe(2);
  expect(err).toContain('/nowhere/at/all.csv');
  expect(err).not.toContain('命令大学');
});

it('leaves a run that was stopped in its middle as interrupted, and takes the rest the next time', async () => {
  const path = await files.file(
    'long.csv',
    csv(COMPLETE_HEADER, ...Array.from({ length: 1000 }, (_, i) => completeRow(`L${i}`))),
  );
  const examined = await examineFile(t.app, path, 'long.csv', {});
  const organisation = await t.app.dataSource.manager.findOneByOrFail(Organisation, { id: institution.uuid });
  const { mapping, source } = await chooseMapping(t.app.dataSource.manager, institution.uuid, examined, {});
  const { id } = await t.app.dataSource.transaction((tx) =>
    createRun(tx, t.app, {
      institution: organisation,
      accountId: null,
      mode: 'ROW_BY_ROW',
      register: 'NEVER',
      dryRun: false,
      fileName: 'long.csv',
      fileSha256: '0'.repeat(64),
      source: examined.source,
      mapping,
      mappingSource: source,
      reading: {},
      suggested: [],
    }),
  );
  const stop = new AbortController();
  await executeRun(t.app, id, () => Promise.resolve(examined.source), {
    signal: stop.signal,
    onProgress: (done) => done >= 400 && stop.abort(),
  });
  const [stopped] = await t.sql<{ status: string; created: number }>(
    `SELECT status, created FROM import_run WHERE id = $1`,
    [id],
  );
  expect(stopped!.status).toBe('INTERRUPTED');
  expect(stopped!.created).toBeGreaterThanOrEqual(400);
  expect(stopped!.created).toBeLessThan(1000);
  expect(await t.sql(`SELECT 1 FROM achievement WHERE external_id LIKE 'L%'`)).toHaveLength(stopped!.created);
  const { out } = await run(['achievements', path, '--register', 'never']);
  expect(out).toContain(`${1000 - stopped!.created} created, 0 updated, ${stopped!.created} unchanged, 0 rejected`);
});
