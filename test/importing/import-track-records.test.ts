import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCommand } from '../../src/cli/import-command.js';
import { writeXlsx } from '../../src/lib/tabular/write-xlsx.js';
import { startTestApp, type TestApp } from '../harness.js';
import { done, investor, RECORD, type Track } from '../investors/kit.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { csv, ended, readRun, upload, type Run, type Upload } from './import-kit.js';
import { scratch } from './tabular-kit.js';

let t: TestApp;
const files = scratch();
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const IMPORT = `mutation ($file: Upload!, $input: ImportTrackRecordsInput!) { importTrackRecords(file: $file, input: $input) { run { id } } }`;
const HEADER = ['被投企业', '行业', '地区', '轮次', '投资金额（万元）', '币种', '投资日期', '共同投资方', '外部编号'];

async function start(
  person: SeededPerson,
  organisation: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
): Promise<string> {
  const reply = await upload<{ importTrackRecords: { run: { id: string } } }>(t, person, IMPORT, file, {
    input: { organisationId: organisation.id, ...input },
  });
  if (reply.errors) throw new Error(JSON.stringify(reply.errors, null, 1));
  return reply.data.importTrackRecords.run.id;
}

async function bring(
  person: SeededPerson,
  organisation: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
): Promise<Run> {
  const id = await start(person, organisation, file, input);
  await ended(t, person, id);
  return readRun(t, person, id);
}

async function refusal(
  person: SeededPerson | null,
  organisation: SeededOrganisation,
  file: Upload,
  input: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const reply = await upload(t, person, IMPORT, file, { input: { organisationId: organisation.id, ...input } });
  if (!reply.errors?.[0]) throw new Error('It was accepted.');
  return reply.errors[0].extensions;
}

const records = async (person: SeededPerson, profileId: string): Promise<Track[]> =>
  (
    await t.gql<{ node: { trackRecords: { nodes: Track[] } } }>(
      `query ($id: ID!) { node(id: $id) { ... on InvestorProfile { trackRecords(first: 100) { nodes { ${RECORD} } } } } }`,
      { id: profileId },
      { token: person.token },
    )
  ).node.trackRecords.nodes;
const table = (...rows: string[][]): Upload => ({ content: csv(HEADER, ...rows), name: 'track.csv' });
const errors = (run: Run) =>
  run.reportRows.nodes
    .filter((row) => row.severity === 'ERROR')
    .map((row) => [row.line, row.column, row.field, row.code].join(' '));

describe('an import of track records', () => {
  it('knows Chinese and English headers, reads units, currencies, rounds, dates and lists, and changes nothing when repeated', async () => {
    const { owner, organisation, profile } = await investor(t, {}, { name: '读表资本' });
    const partner = await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR', name: '读表伙伴基金' });
    const file = table(
      [
        '甲半导体',
        '3985 电子专用材料制造',
        '兰州市',
        'A+轮',
        '1,200',
        '',
        '2025年11月',
        '读表伙伴基金；某天使人、甲方',
        'T1',
      ],
      ['乙新材料', '稀有稀土金属冶炼', '620300', 'Pre-A轮', '0.5亿元', '', '2024/3/9', '读表资本, 远方资本', 'T2'],
      ['丙光学', '404', '', 'series b', '280', 'USD', '20221101', '', 'T3'],
      ['丁药业', '', '', '未披露', '未披露', '人民币', '2021-05-06', '无', 'T4'],
    );
    const run = await bring(owner, organisation, file);
    expect(run).toMatchObject({
      status: 'COMPLETED',
      keyedBy: 'EXTERNAL_ID',
      mappingSource: 'SUGGESTED',
      ignoredColumns: [],
      counts: { created: 4, updated: 0, unchanged: 0, rejected: 0, registered: 0 },
    });
    expect(run.mapping.columns).toEqual({
      被投企业: 'company',
      行业: 'industryCode',
      地区: 'regionCode',
      轮次: 'stage',
      '投资金额（万元）': 'amount',
      币种: 'currency',
      投资日期: 'investedOn',
      共同投资方: 'coInvestors',
      外部编号: 'externalId',
    });
    const brought = await records(owner, profile.id);
    expect(brought).toMatchObject([
      {
        company: '甲半导体',
        industry: { code: '3985' },
        region: { code: '620100' },
        stage: 'SERIES_A',
        amount: { amount: '12000000', currency: 'CNY' },
        investedOn: '2025-11-01',
        externalId: 'T1',
      },
      {
        company: '乙新材料',
        industry: { code: '323' },
        region: { code: '620300' },
        stage: 'PRE_A',
        amount: { amount: '50000000', currency: 'CNY' },
        investedOn: '2024-03-09',
        coInvestors: [{ name: '远方资本', organisation: null }],
      },
      {
        company: '丙光学',
        industry: { code: '404' },
        region: null,
        stage: 'SERIES_B',
        amount: { amount: '2800000', currency: 'USD' },
        investedOn: '2022-11-01',
      },
      { company: '丁药业', industry: null, stage: null, amount: null, investedOn: '2021-05-06', coInvestors: [] },
    ]);
    // Beside a semicolon, 、 is part of a name.
    expect(brought[0]!.coInvestors).toEqual([
      { name: '读表伙伴基金', organisation: { id: partner.id } },
      { name: '某天使人、甲方', organisation: null },
    ]);
    expect((await bring(owner, organisation, file)).counts).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 4,
      rejected: 0,
      registered: 0,
    });
    expect(await records(owner, profile.id)).toEqual(brought);

    const english = csv(
      ['Portfolio company', 'Sector', 'Location', 'Round', 'Amount', 'Deal date', 'Co-investors', 'Deal ID'],
      [
        'Example Optics',
        '404',
        'Lanzhou',
        'Series A',
        'USD 2 million',
        '2023-04-05',
        'Harbour Light Ventures; North Fund, LLC',
        'E1',
      ],
    );
    const second = await bring(owner, organisation, { content: english });
    expect(second.counts.created).toBe(1);
    expect((await records(owner, profile.id)).find(({ externalId }) => externalId === 'E1')).toMatchObject({
      company: 'Example Optics',
      region: { code: '620100' },
      stage: 'SERIES_A',
      amount: { amount: '2000000', currency: 'USD' },
      coInvestors: [{ name: 'Harbour Light Ventures' }, { name: 'North Fund, LLC' }],
    });
    expect(
      await t.sql(
        `SELECT facts->>'target' AS target, facts->>'register' AS register
         FROM ledger_record
         WHERE kind = 'import.completed' AND facts->>'institution' = $1`,
        [organisation.uuid],
      ),
    ).toEqual(Array.from({ length: 2 }, () => ({ target: 'TRACK_RECORDS', register: 'NEVER' })));
  });

  it('keeps investments whose key meets another company, until the line is confirmed', async () => {
    const { owner, organisation, profile } = await investor(t);
    const list = (company: string) => table([company, '39', '', 'A轮', '5', '', '2020-01-01', '', 'D-1']);
    await bring(owner, organisation, list('苍梧机器人公司'));
    const met = await bring(owner, organisation, list('海棠生物制药'));
    expect(errors(met)).toEqual(['2 外部编号 externalId KEY_MEETS_ANOTHER_TITLE']);
    const renamed = await bring(owner, organisation, list('海棠生物制药'), { retitledLines: [2] });
    expect(renamed.counts).toMatchObject({ updated: 1, rejected: 0 });
    expect((await records(owner, profile.id)).map(({ company }) => company)).toEqual(['海棠生物制药']);
  });

  it('reports each wrong cell with its line, column, field and code, and takes the sound rows', async () => {
    const { owner, organisation, profile } = await investor(t);
    const run = await bring(
      owner,
      organisation,
      table(
        ['未来公司', '39', '兰州市', 'A轮', '', '', '2999-01-01', '', '1'],
        ['无此行业', '挖矿造梦业', '火星', 'Z轮', '', '', '2020-01-01', '', '2'],
        ['不丹公司', '39', '', '', '5', 'BTN', '2020-01-01', '', '3'],
        ['负数公司', '39', '', '', '-5', '', '2020-01-01', '', '4'],
        ['括号公司', '39', '', '', '(5)', '', '2020-01-01', '', '5'],
        ['日期公司', '39', '', '', '很多', '', '去年春天', '', '6'],
        ['', '39', '', '', '', '', '', '', '7'],
        ['好公司', '39', '', '', '5', '银元', '2020-01-01', '', '8'],
        ['好公司', '39', '', '', '5', '', '2020-01-01', '', '9'],
        ['好公司', '39', '', '', '6', '', '2020-01-01', '', '9'],
      ),
    );
    expect(run.counts).toMatchObject({ created: 1, rejected: 9 });
    expect(errors(run)).toEqual([
      '2 投资日期 investedOn FUTURE_DATE',
      '3 行业 industryCode UNKNOWN_CODE',
      '3 地区 regionCode UNKNOWN_CODE',
      '3 轮次 stage UNKNOWN_CODE',
      '4 币种 currency CURRENCY_WITHOUT_RATE',
      '5 投资金额（万元） amount NEGATIVE_AMOUNT',
      '6 投资金额（万元） amount NEGATIVE_AMOUNT',
      '7 投资日期 investedOn BAD_DATE',
      '7 投资金额（万元） amount BAD_AMOUNT',
      '8 被投企业 company REQUIRED',
      '8 投资日期 investedOn REQUIRED',
      '9 币种 currency UNKNOWN_CURRENCY',
      '11 外部编号 externalId DUPLICATE_IN_FILE',
    ]);
    expect((await records(owner, profile.id)).map(({ company }) => company)).toEqual(['好公司']);
  });

  it('finds rows without a key by company, day and round, and gives a record that was typed in its key', async () => {
    const { owner, organisation, profile } = await investor(t);
    await done(t, owner, 'addTrackRecord', {
      investorId: profile.id,
      record: {
        company: '手录 公司',
        stage: 'SERIES_A',
        investedOn: '2022-02-02',
        coInvestors: [
          {
            organisationId: (await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR', name: '手选基金' }))
              .id,
            name: '手选',
          },
        ],
      },
    });
    const header = ['被投企业', '轮次', '金额', '日期', '共同投资方'];
    const run = await bring(owner, organisation, {
      content: csv(
        header,
        ['手录公司', 'A轮', '300万元', '2022-02-02', '手选'],
        ['手录公司', 'B轮', '300万元', '2022-02-02', ''],
        ['手录公司', 'B轮', '1元', '2022-02-02', ''],
      ),
    });
    expect(run).toMatchObject({ keyedBy: 'COMPANY_AND_DATE', counts: { created: 1, updated: 1, rejected: 1 } });
    expect(errors(run)).toEqual(['4 被投企业 company DUPLICATE_IN_FILE']);
    const keyed = await bring(owner, organisation, {
      content: csv(
        [...header, '编号'],
        ['手录公司', 'A轮', '300万元', '2022-02-02', '手选', 'K1'],
        ['手录公司', 'A轮', '200万元', '2022-02-02', '', 'K2'],
      ),
    });
    expect(keyed.counts).toMatchObject({ created: 1, updated: 1 });
    const stored = await records(owner, profile.id);
    expect(stored.map(({ stage, amount, externalId }) => [stage, amount?.amount, externalId].join(' ')).sort()).toEqual(
      ['SERIES_A 2000000 K2', 'SERIES_A 3000000 K1', 'SERIES_B 3000000 '],
    );
    expect(stored.find(({ externalId }) => externalId === 'K1')!.coInvestors[0]!.organisation).not.toBeNull();
  });

  it('writes nothing in a dry run, nor with all or nothing when a row is wrong', async () => {
    const { owner, organisation, profile } = await investor(t);
    const rows = table(
      ['甲', '39', '', '', '5', '', '2020-01-01', '', '1'],
      ['乙', '39', '', '', '5', '', '2999-01-01', '', '2'],
    );
    expect(await bring(owner, organisation, rows, { dryRun: true })).toMatchObject({
      status: 'COMPLETED',
      dryRun: true,
      counts: { created: 1, rejected: 1 },
    });
    expect(await bring(owner, organisation, rows, { mode: 'ALL_OR_NOTHING' })).toMatchObject({
      status: 'ROLLED_BACK',
      counts: { created: 0, rejected: 1 },
    });
    expect(await records(owner, profile.id)).toEqual([]);
    expect(
      await bring(owner, organisation, table(['甲', '39', '', '', '5', '', '2020-01-01', '', '1']), {
        mode: 'ALL_OR_NOTHING',
      }),
    ).toMatchObject({ status: 'COMPLETED', counts: { created: 1 } });
  });

  it('reads a workbook, and keeps mappings of its own', async () => {
    const { owner, organisation, profile } = await investor(t);
    async function* cells() {
      yield ['甲', 1200, new Date('2024-05-06T00:00:00Z')];
    }
    const parts: Buffer[] = [];
    for await (const part of writeXlsx(cells(), ['Who', 'How much (万元)', 'When'], { sheetName: '投资' }))
      parts.push(part as Buffer);
    const workbook = { content: Buffer.concat(parts), name: 'track.xlsx' };
    expect(await refusal(owner, organisation, workbook)).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'FIELD_MISSING',
      field: 'input.mapping',
    });
    const mapping = {
      columns: [
        { header: 'Who', field: 'company' },
        { header: 'How much (万元)', field: 'amount' },
        { header: 'When', field: 'investedOn' },
      ],
      defaults: [{ field: 'stage', value: '天使轮' }],
    };
    const save = (target: string | null) =>
      t.ask(
        `mutation ($input: SaveColumnMappingInput!) { saveColumnMapping(input: $input) { mapping { id target } } }`,
        { input: { institutionId: organisation.id, name: '我的表', target, mapping } },
        { token: owner.token },
      );
    // Investors list no results.
    expect((await save(null)).errors![0]!.extensions.reason).toBe('NOT_A_LISTING_KIND');
    expect((await save('TRACK_RECORDS')).data).toMatchObject({
      saveColumnMapping: { mapping: { target: 'TRACK_RECORDS' } },
    });
    expect(await bring(owner, organisation, workbook)).toMatchObject({
      mappingSource: 'SAVED',
      format: 'XLSX',
      counts: { created: 1 },
    });
    expect(await records(owner, profile.id)).toMatchObject([
      { company: '甲', stage: 'ANGEL', amount: { amount: '12000000', currency: 'CNY' }, investedOn: '2024-05-06' },
    ]);
    const { importFields } = await t.gql<{ importFields: Array<{ key: string }> }>(
      `{ importFields(target: TRACK_RECORDS) { key } }`,
    );
    expect(importFields.map(({ key }) => key)).toEqual([
      'externalId',
      'company',
      'industryCode',
      'regionCode',
      'stage',
      'amount',
      'currency',
      'investedOn',
      'coInvestors',
    ]);
    const preview = await upload<{ previewImport: { preview: Record<string, unknown> } }>(
      t,
      owner,
      `mutation ($file: Upload!, $input: PreviewImportInput!) { previewImport(file: $file, input: $input) { preview { usable keyedBy missingFields } } }`,
      table(),
      { input: { institutionId: organisation.id, target: 'TRACK_RECORDS' } },
    );
    expect(preview.errors?.[0]?.extensions.code ?? preview.data.previewImport.preview).toMatchObject({
      usable: true,
      keyedBy: 'EXTERNAL_ID',
      missingFields: [],
    });
  });

  it('is for editors and owners of an organisation with a profile, and one at a time', async () => {
    const { owner, organisation } = await investor(t);
    const rows = table(['甲', '39', '', '', '5', '', '2020-01-01', '', '1']);
    const member = await seed(t).member(organisation, 'MEMBER');
    expect((await refusal(null, organisation, rows))['code']).toBe('UNAUTHENTICATED');
    for (const person of [member, await seed(t).person(), await seed(t).person({ operator: true })])
      expect((await refusal(person, organisation, rows))['code']).toBe('FORBIDDEN');
    const bare = await seed(t).organisation(owner, { kind: 'ENTERPRISE' });
    expect(await refusal(owner, bare, rows)).toMatchObject({ code: 'CONFLICT', reason: 'NO_INVESTOR_PROFILE' });
    expect(await refusal(owner, await seed(t).organisation(owner, { kind: 'CHAMBER' }), rows)).toMatchObject({
      reason: 'NOT_AN_INVESTING_KIND',
    });
    const many = table(
      ...Array.from({ length: 600 }, (_, i) => [`并发公司${i}`, '39', '', '', '5', '', '2020-01-01', '', `C${i}`]),
    );
    const replies = await Promise.all(
      [1, 2].map(() =>
        upload<{ importTrackRecords: { run: { id: string } } }>(t, owner, IMPORT, many, {
          input: { organisationId: organisation.id },
        }),
      ),
    );
    const started = replies.find((reply) => !reply.errors)!;
    await ended(t, owner, started.data.importTrackRecords.run.id);
    const refused = replies.find((reply) => reply.errors);
    if (refused) expect(refused.errors![0]!.extensions.reason).toBe('IMPORT_RUNNING');
    else await Promise.all(replies.map((reply) => ended(t, owner, reply.data.importTrackRecords.run.id)));
    expect(await t.sql(`SELECT count(*)::int AS n FROM track_record WHERE company LIKE '并发公司%'`)).toEqual([
      { n: 600 },
    ]);
    const keyed = await Promise.all(
      [1, 2].map(() => start(owner, organisation, rows, { idempotencyKey: 'import it once' })),
    );
    expect(keyed[0]).toBe(keyed[1]);
    await ended(t, owner, keyed[0]!);
  });

  it('runs beside additions by hand without losing or doubling any', async () => {
    const { owner, organisation, profile } = await investor(t);
    const id = await start(owner, organisation, {
      content: csv(['被投企业', '日期'], ...Array.from({ length: 400 }, (_, i) => [`同时公司${i}`, '2020-01-01'])),
    });
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        t.ask(
          `mutation ($input: AddTrackRecordInput!) { addTrackRecord(input: $input) { record { id } } }`,
          { input: { investorId: profile.id, record: { company: `同时公司${i * 50}`, investedOn: '2020-01-01' } } },
          { token: owner.token },
        ),
      ),
    );
    await ended(t, owner, id);
    const run = await readRun(t, owner, id);
    expect(run).toMatchObject({ status: 'COMPLETED', counts: { rejected: 0 } });
    expect(run.counts.created + run.counts.unchanged).toBe(400);
    expect(await t.sql(`SELECT count(*)::int AS n FROM track_record WHERE company LIKE '同时公司%'`)).toEqual([
      { n: 400 },
    ]);
  });
});

describe('the command', () => {
  const run = async (args: string[]) => {
    const said = { out: '', err: '' };
    const code = await importCommand(
      args,
      { out: (text) => void (said.out += text), err: (text) => void (said.err += text), isTTY: false },
      (body) => body(t.app),
    );
    return { code, ...said };
  };

  it('takes the example, of which six rows are wrong, each in its own way', async () => {
    const { owner, profile } = await investor(t, {}, { name: '命令行示例资本' });
    const example = join(import.meta.dirname, '../../examples/track-records.csv');
    const report = await files.path('track-report.csv');
    const dry = await run(['track-records', example, '--organisation', '命令行示例资本', '--dry-run']);
    expect(dry.code).toBe(1);
    expect(dry.out).toContain('Dry run, nothing written: 8 created, 0 updated, 0 unchanged, 6 rejected\n');
    expect(await records(owner, profile.id)).toEqual([]);
    const first = await run(['track-records', example, '--organisation', '命令行示例资本', '--report', report]);
    expect(first.code).toBe(1);
    expect(first.out).toContain('COMPLETED: 8 created, 0 updated, 0 unchanged, 6 rejected\n');
    const lines = (await readFile(report, 'utf8'))
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',').slice(1, 5).join(' '));
    expect(lines).toEqual([
      '10 投资日期 investedOn FUTURE_DATE',
      '11 所属行业 industryCode UNKNOWN_CODE',
      '12 投资金额（万元） amount NEGATIVE_AMOUNT',
      '13 币种 currency CURRENCY_WITHOUT_RATE',
      '14 投资日期 investedOn BAD_DATE',
      '15 轮次 stage UNKNOWN_CODE',
    ]);
    expect((await run(['track-records', example, '--organisation', profile.organisation.id])).out).toContain(
      'COMPLETED: 0 created, 0 updated, 8 unchanged, 6 rejected\n',
    );
    expect((await records(owner, profile.id)).length).toBe(8);
  });

  it('refuses what cannot be meant, with 2', async () => {
    await seed(t).organisation(await seed(t).person(), { kind: 'INVESTOR', name: '没有画像的机构' });
    const example = join(import.meta.dirname, '../../examples/track-records.csv');
    expect(await run(['track-records', example, '--organisation', '没有画像的机构'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no investor profile') as string,
    });
    expect(await run(['track-records', example, '--organisation', '查无此方'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('No organisation matches') as string,
    });
    expect(await run(['track-records', example, '--register', 'required'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('track records are not registered') as string,
    });
    expect(await run(['deals', example])).toMatchObject({
      code: 2,
      err: expect.stringContaining('track-records FILE') as string,
    });
  });
});
