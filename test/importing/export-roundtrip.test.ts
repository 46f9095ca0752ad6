import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AchievementRecord } from '../../src/achievements/achievement.record.js';
import { exportCommand } from '../../src/cli/export-command.js';
import type { WithApp } from '../../src/cli/terminal.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { entry } from '../deals/kit.js';
import { downloads, importFile } from './import-kit.js';
import { readTable, scratch } from './tabular-kit.js';

let t: TestApp;
let editor: SeededPerson;
let institution: SeededOrganisation;
let http: FastifyInstance;
let get: Awaited<ReturnType<typeof downloads>>['get'];
const files = scratch();

const full: AchievementRecord = {
  externalId: '=HYPERLINK("x")',
  registrationNo: '9622023Y0033',
  registeredOn: '2023-01-11',
  title: { zh: '=SUM(A1)氢能源;制取', en: '@hydrogen, "from" methanol' },
  summary: { zh: '摘要\n第二行', en: "'quoted" },
  abstract: { zh: '全文' },
  technicalDetail: { zh: 'MARKER-REGISTERED' },
  confidentialDetail: { zh: 'MARKER-NDA', en: 'MARKER-NDA-EN' },
  category: 'APPLIED_TECHNOLOGY',
  attribute: 'REINNOVATION_AFTER_IMPORT',
  stage: 'INTERMEDIATE',
  trl: 7,
  industries: ['0913', '32', 'C'],
  strategicAreas: ['3', '1.2'],
  keywords: { zh: ['氢能', '甲醇、重整'], en: ['fuel, cell', 'reforming'] },
  ipRights: [
    { type: 'INVENTION_PATENT', number: 'ZL201910402321.3', status: 'GRANTED' },
    { type: 'TECHNICAL_SECRET', number: null, status: 'APPLIED' },
    { type: 'UTILITY_MODEL', number: '13/033,085', status: 'LAPSED' },
  ],
  cooperationModes: [
    { mode: 'LICENCE', licenceKind: 'EXCLUSIVE' },
    { mode: 'LICENCE', licenceKind: null },
    { mode: 'EQUITY', licenceKind: null },
  ],
  fundingNeed: { min: '1234567.5', max: '9000000000000001', currency: 'USD' },
  regionCode: '620100',
  inventors: [
    { name: { zh: '张三', en: 'Zhang, San' }, orcid: '0000-0002-1825-0097' },
    { name: { en: 'Li Si' }, orcid: null },
  ],
  incumbent: { en: 'steam reforming' },
  improvement: { zh: '-30%能耗' },
  applications: [{ zh: '加氢站；车用', en: 'filling stations' }, { zh: '备用电源' }],
};

beforeAll(async () => {
  t = await startTestApp();
  ({ http, get } = await downloads(t));
  editor = await seed(t).person();
  institution = await seed(t).organisation(editor, { name: '导出大学' });
  await entry(t, institution, full);
  await entry(t, institution, { externalId: 'D-1', title: { zh: '草稿' }, registrationNo: null }, 'DRAFT');
  await entry(t, institution, { title: { en: 'No key at all' }, registrationNo: null }, 'DRAFT');
  await entry(t, institution, { title: { zh: '已撤回' }, registrationNo: null }, 'WITHDRAWN');
  await entry(
    t,
    institution,
    {
      ...full,
      externalId: 'R-2',
      registrationNo: 'R-0002',
      strategicAreas: ['6', '3'],
      industries: ['C', '39', '3982'],
      ipRights: [],
      inventors: [],
      applications: [],
      fundingNeed: null,
    },
    'REGISTERED',
  );
});
afterAll(async () => {
  await http.close();
  await t.close();
});

describe('an export of an institution', () => {
  it.each(['csv', 'xlsx'] as const)(
    'comes back as %s with every record unchanged, in both languages of its headers',
    async (format) => {
      for (const locale of ['zh', 'en']) {
        const reply = await get(`/export/institution/${institution.id}.${format}?locale=${locale}`, editor);
        expect(reply.statusCode).toBe(200);
        expect(reply.headers).toMatchObject({
          'content-disposition': expect.stringMatching(
            new RegExp(`^attachment; filename="achievements-\\d{4}-\\d\\d-\\d\\d\\.${format}"`),
          ),
          'x-content-type-options': 'nosniff',
        });
        const run = await importFile(t, editor, institution, { content: reply.rawPayload, name: `export.${format}` });
        expect(run.reportRows.nodes.filter((row) => row.severity === 'ERROR')).toEqual([]);
        expect(run.counts).toMatchObject({ created: 0, updated: 0, unchanged: 5, rejected: 0, registered: 0 });
        expect(run.keyedBy).toBe('ID');
      }
    },
  );

  it('takes an edit made in the spreadsheet, and only that', async () => {
    const text = (await get(`/export/institution/${institution.id}.csv`, editor)).body.replace('备用电源', '应急电源');
    const run = await importFile(t, editor, institution, { content: text }, { register: 'NEVER' });
    expect(run.counts).toMatchObject({ updated: 1, unchanged: 4 });
    const [row] = await t.sql<{ record: AchievementRecord }>(
      `SELECT record FROM achievement_revision WHERE revision = 2`,
    );
    expect(row!.record).toEqual({ ...full, applications: [full.applications[0], { zh: '应急电源' }] });
  });

  it('cannot be run as formulas', async () => {
    const text = (await get(`/export/institution/${institution.id}.csv`, editor)).body;
    const path = await files.file('export.csv', text);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text.split(/[,\r\n]/).filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
    expect((await readTable(path)).rows.flat()).toContain('=HYPERLINK("x")');
  });

  it('is for its editors', async () => {
    const path = `/export/institution/${institution.id}.csv`;
    expect((await get(path)).statusCode).toBe(401);
    expect((await get(path, await seed(t).member(institution, 'MEMBER'))).statusCode).toBe(403);
    expect((await get('/export/institution/nonsense.csv', editor)).statusCode).toBe(400);
  });
});

describe('an export of the pool', () => {
  it('shows anyone the PUBLIC content of admitted entries, and nothing else', async () => {
    const reply = await get('/export/pool.csv');
    expect(reply.statusCode).toBe(200);
    const table = await readTable(await files.file('pool.csv', reply.rawPayload));
    expect(table.rows).toHaveLength(1);
    expect(table.rows[0]).toEqual(
      expect.arrayContaining(['导出大学', '@hydrogen, "from" methanol', '兰州市', '应用技术成果', '7']),
    );
    for (const secret of ['MARKER', 'HYPERLINK', '草稿']) expect(reply.body).not.toContain(secret);
  });

  it('is not there under other names', async () => {
    expect((await get('/export/pool.json')).statusCode).toBe(404);
  });
});

describe('the command', () => {
  const within: WithApp = (run) => run(t.app);
  const run = async (...args: string[]) => {
    const said: string[] = [];
    const code = await exportCommand(
      args,
      { out: (text) => void said.push(text), err: (text) => void said.push(text), isTTY: false },
      within,
    );
    return { code, text: said.join('') };
  };

  it('writes the pool, or an institution’s results, to a file', async () => {
    const path = await files.path('out.xlsx');
    expect(await run('achievements', path, '--pool')).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 results'),
    });
    expect((await readTable(path)).rows).toHaveLength(1);
    expect(await run('achievements', path, '--institution', institution.id, '--locale', 'en')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/5 of 5 rows[^]*5 results/),
    });
    expect((await readTable(path)).headers).toContain('Title (Chinese)');
    expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK');
  });

  it('says how it is used when it is not', async () => {
    expect(await run('achievements', 'out.txt', '--pool')).toMatchObject({
      code: 2,
      text: expect.stringContaining('npm run export'),
    });
    expect(await run('achievements', 'out.csv', '--institution', 'nobody')).toMatchObject({
      code: 2,
      text: expect.stringContaining('导出大学'),
    });
  });
});
