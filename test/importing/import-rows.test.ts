import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../src/lib/ids.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { COMPLETE_HEADER, completeRow, count, csv, gb18030, importFile, upload } from './import-kit.js';
import { scratch, workbookParts, writeZip } from './tabular-kit.js';
import { readFile } from 'node:fs/promises';

let t: TestApp;
let editor: SeededPerson;
let institution: SeededOrganisation;
const files = scratch();

beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  editor = await seed(t).person();
  institution = await seed(t).organisation(editor, { regionCode: '620100' });
});

const records = () =>
  t.sql<{ record: Record<string, unknown>; status: string; revision: number; registration_no: string | null }>(
    `SELECT r.record, a.status, a.revision, a.registration_no
     FROM achievement a
     JOIN achievement_revision r ON r.achievement_id = a.id AND r.revision = a.revision
     WHERE a.institution_id = $1
     ORDER BY a.external_id`,
    [institution.uuid],
  );

it('takes 300 Chinese papers as drafts, found again by their id', async () => {
  const subjects = ['量子频标', '稀土永磁', '重离子治疗', '旱作节水', '藏药提取', '风电叶片'];
  const rows = Array.from({ length: 300 }, (_, i) => [
    `p-${i}`,
    `${subjects[i % 6]}的第${i}项研究`,
    `本文研究${subjects[i % 6]}，给出第${i}组实验,结果表明其性能优于现有方法。`,
    `${subjects[i % 6]}; 实验研究; 方法${i}`,
    '材料科学与工程',
    '工学',
  ]);
  const file = { content: csv(['id', 'title', 'abstract', 'keywords', 'discipline', 'category'], ...rows) };
  const run = await importFile(t, editor, institution, file);
  expect(run).toMatchObject({
    status: 'COMPLETED',
    format: 'CSV',
    encoding: 'UTF-8',
    keyedBy: 'EXTERNAL_ID',
    mappingSource: 'SUGGESTED',
    createdBy: { displayName: editor.displayName },
    counts: { created: 300, updated: 0, unchanged: 0, rejected: 0, registered: 0 },
    progress: { processed: 300, total: 300 },
  });
  expect(run.mapping.columns).toEqual({ id: 'externalId', title: 'title', abstract: 'abstract', keywords: 'keywords' });
  // Subjects are not categories of the registration form: the cells say so, not the header.
  expect(run.ignoredColumns).toEqual(['discipline', 'category']);
  expect(run.reportRows).toMatchObject({
    // One row of the report names the columns that are passed over.
    totalCount: 301,
    nodes: expect.arrayContaining([expect.objectContaining({ severity: 'INFO', code: 'NOT_REGISTERED', line: 2 })]),
  });
  expect(run.reportRows.nodes[1]!.message).toContain('industries, trl, category');
  const [first] = await records();
  expect(first).toMatchObject({
    status: 'DRAFT',
    record: {
      title: { zh: '量子频标的第0项研究' },
      keywords: { zh: ['量子频标', '实验研究', '方法0'], en: [] },
      regionCode: '620100',
    },
  });

  const again = await importFile(t, editor, institution, file);
  expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 300, rejected: 0, registered: 0 });
});

describe('an office’s own list', () => {
  const file = {
    name: 'patents.csv',
    content: csv(
      ['Center', 'Status', 'Case Number', 'Patent Number', 'Application SN', 'Title', 'Registration date'],
      ['North', 'Issued', 'N-1', '5694939', '08/543,093', 'Feedback training exercise', '10/13/2015'],
      ['North', 'Application', 'N-2', '0', '13/033,085', 'Wire insulation repair', ''],
      ['South', 'Application', 'N-3', '', '', 'Two-phase "cold" plate, small', '0000-00-00'],
      ['South', 'Issued', 'N-4', '6,109,270; 6,976,013', '', 'Tissue characterization', '2016.7'],
      ['South', 'GM', 'N-5', '8424941', '12/564085', 'Robotic thumb', ''],
      ['South', 'Issued', 'N-6', '8424942', '', 'Robotic hand', '05/06/2016'],
      ['South', 'Issued', 'N-7', '8424943', '', 'A comma, and no quotes', '', 'lost'],
    ).replace('"A comma, and no quotes"', 'A comma, and no quotes'),
  };

  it('is read through odd headers, blanks, mixed dates and zeros', async () => {
    const run = await importFile(t, editor, institution, file);
    expect(run.mapping.columns).toEqual({
      'Case Number': 'externalId',
      Status: 'ipRights.status',
      'Patent Number': 'ipRights.number',
      'Application SN': 'ipRights.applicationNumber',
      Title: 'title',
      'Registration date': 'registeredOn',
    });
    expect(run.ignoredColumns).toEqual(['Center']);
    expect(run.reportRows.nodes.filter((row) => row.severity === 'ERROR')).toEqual([
      {
        severity: 'ERROR',
        line: 6,
        column: 'Status',
        field: 'ipRights.status',
        code: 'UNKNOWN_CODE',
        message: expect.any(String),
        value: 'GM',
      },
      {
        severity: 'ERROR',
        line: 7,
        column: 'Registration date',
        field: 'registeredOn',
        code: 'AMBIGUOUS_DATE',
        message: expect.stringContaining('dateOrder'),
        value: '05/06/2016',
      },
      expect.objectContaining({ line: 8, code: 'BAD_DATE' }),
      expect.objectContaining({ line: 8, code: 'TOO_MANY_CELLS' }),
    ]);
    const stored = await records();
    expect(stored.map(({ record }) => [record.externalId, record.registeredOn, record.ipRights])).toEqual([
      ['N-1', '2015-10-13', [{ type: 'INVENTION_PATENT', number: '5694939', status: 'GRANTED' }]],
      ['N-2', null, [{ type: 'INVENTION_PATENT', number: '13/033,085', status: 'APPLIED' }]],
      ['N-3', null, [{ type: 'OTHER', number: null, status: 'APPLIED' }]],
      [
        'N-4',
        '2016-07-01',
        [
          { type: 'INVENTION_PATENT', number: '6,109,270', status: 'GRANTED' },
          { type: 'INVENTION_PATENT', number: '6,976,013', status: 'GRANTED' },
        ],
      ],
    ]);
  });

  it('is registered with constants and a date order in a saved mapping, which such files then use by themselves', async () => {
    const columns = { 'Case Number': 'externalId', Title: 'title.en', 'Registration date': 'registeredOn' };
    const mapping = {
      columns: Object.entries(columns).map(([header, field]) => ({ header, field })),
      defaults: Object.entries({
        category: 'APPLIED_TECHNOLOGY',
        trl: '5',
        industries: '37',
        'summary.en': 'See the patent.',
      }).map(([field, value]) => ({ field, value })),
      dateOrder: 'MDY',
    };
    await t.gql(
      `mutation ($input: SaveColumnMappingInput!) { saveColumnMapping(input: $input) { mapping { id name } } }`,
      { input: { institutionId: institution.id, name: 'Patents', mapping } },
      { token: editor.token },
    );
    const run = await importFile(t, editor, institution, file);
    expect(run).toMatchObject({
      mappingSource: 'SAVED',
      mapping: { columns },
      counts: { created: 6, rejected: 1, registered: 6 },
    });
    const stored = await records();
    expect(stored[4]).toMatchObject({
      status: 'REGISTERED',
      registration_no: expect.stringMatching(/^TP\d{4}-\d{6}$/),
      record: {
        externalId: 'N-5',
        category: 'APPLIED_TECHNOLOGY',
        trl: 5,
        industries: ['37'],
        title: { en: 'Robotic thumb' },
      },
    });
    expect(stored.map((row) => row.record.registeredOn)).toContain('2016-05-06');
    const { node } = await t.gql<{ node: { columnMappings: Array<{ name: string }> } }>(
      `query ($id: ID!) { node(id: $id) { ... on Organisation { columnMappings { name } } } }`,
      { id: institution.id },
      { token: editor.token },
    );
    expect(node.columnMappings).toEqual([{ name: 'Patents' }]);
  });
});

it('rejects three broken rows, names each cell, and takes them once they are mended', async () => {
  const good = ['1', '2', '4', '6'].map((id) => completeRow(id));
  const broken = [
    ['3', '高熵合金涂层', '耐磨。', '不存在的行业', 'TRL 6', '应用技术成果'],
    ['5', '', '没有名称。', 'C3911', '7', '应用技术'],
    ['7', '同位素电池', '长寿命。', '3841', '12', '应用技术'],
  ];
  const run = await importFile(t, editor, institution, {
    content: csv(COMPLETE_HEADER, good[0]!, good[1]!, broken[0]!, good[2]!, broken[1]!, good[3]!, broken[2]!),
  });
  expect(run.counts).toMatchObject({ created: 4, updated: 0, unchanged: 0, rejected: 3, registered: 4 });
  expect(
    run.reportRows.nodes.map(({ line, column, field, code, value }) => ({ line, column, field, code, value })),
  ).toEqual([
    { line: 4, column: '所属行业', field: 'industries', code: 'UNKNOWN_CODE', value: '不存在的行业' },
    { line: 6, column: '成果名称', field: 'title', code: 'REQUIRED', value: '' },
    { line: 8, column: '技术成熟度', field: 'trl', code: 'OUT_OF_RANGE', value: '12' },
  ]);
  expect(run.reportCsv.split('\r\n')).toHaveLength(5);
  expect(run.reportCsv).toContain('ERROR,4,所属行业,industries,UNKNOWN_CODE');
  const mended = [
    [...broken[0]!.slice(0, 3), '有色金属冶炼和压延加工业', ...broken[0]!.slice(4)],
    ['5', '核用锆管', '没有名称。', 'C3911', '7', '应用技术'],
    [...broken[2]!.slice(0, 4), '2', '应用技术'],
  ];
  const second = await importFile(t, editor, institution, {
    content: csv(COMPLETE_HEADER, ...good, ...(mended as string[][])),
  });
  expect(second.counts).toMatchObject({ created: 3, updated: 0, unchanged: 4, rejected: 0, registered: 3 });
  expect((await records()).every((row) => row.status === 'REGISTERED')).toBe(true);
});

it('changes only what is mapped, and says what was changed by a new revision', async () => {
  await importFile(t, editor, institution, {
    content: csv(
      [...COMPLETE_HEADER, '成果名称（英文）', '完成人'],
      [...completeRow('1'), 'Thin copper foil', '张三(0000-0002-1825-0097);李四'],
    ),
  });
  const run = await importFile(t, editor, institution, {
    content: csv(['机构内部编号', '成果名称（中文）', '完成人'], ['1', '极薄铜箔', '李四;张三;王五']),
  });
  expect(run.counts).toMatchObject({ updated: 1, registered: 0 });
  const [row] = await records();
  expect(row).toMatchObject({
    revision: 2,
    status: 'REGISTERED',
    record: { title: { zh: '极薄铜箔', en: 'Thin copper foil' }, trl: 6, industries: ['32'] },
  });
  expect(row!.record.inventors).toEqual([
    { name: { zh: '李四' }, orcid: null },
    { name: { zh: '张三' }, orcid: '0000-0002-1825-0097' },
    { name: { zh: '王五' }, orcid: null },
  ]);
});

it('rejects the later of two rows with one key, and rows whose achievement cannot be edited', async () => {
  const run = await importFile(t, editor, institution, {
    content: csv(COMPLETE_HEADER, completeRow('1'), completeRow('2'), completeRow('1', '另一项成果')),
  });
  expect(run.reportRows.nodes).toEqual([
    expect.objectContaining({
      line: 4,
      code: 'DUPLICATE_IN_FILE',
      field: 'externalId',
      value: '1',
      message: expect.stringContaining('line 2'),
    }),
  ]);
  await t.sql(`UPDATE achievement SET status = 'UNDER_REVIEW' WHERE institution_id = $1`, [institution.uuid]);
  const again = await importFile(t, editor, institution, {
    content: csv(COMPLETE_HEADER, completeRow('1'), completeRow('2', '改名的高性能铜箔制备')),
  });
  expect(again.counts).toMatchObject({ unchanged: 1, rejected: 1 });
  expect(again.reportRows.nodes[0]).toMatchObject({ line: 3, code: 'NOT_EDITABLE' });
});

it('finds rows without a key by their registration number, else by their title', async () => {
  const header = ['成果名称', '登记号', '摘要'];
  const first = await importFile(t, editor, institution, {
    content: csv(header, ['甲成果', '9622023Y0001', '一'], ['乙成果', '', '二']),
  });
  expect(first).toMatchObject({ keyedBy: 'REGISTRATION_NO', counts: { created: 2 } });
  const second = await importFile(t, editor, institution, {
    content: csv(header, ['甲成果改名', '9622023y0001', '一'], ['乙成果', '', '三']),
  });
  expect(second.counts).toMatchObject({ created: 0, updated: 2 });
  expect(await records()).toHaveLength(2);
});

it('reads GB18030, and formulas of a workbook by their values', async () => {
  const legacy = await importFile(t, editor, institution, {
    content: gb18030(csv(COMPLETE_HEADER, completeRow('G1', '鎳钴冶炼㐂技术'))),
  });
  expect(legacy).toMatchObject({ encoding: 'GB18030', counts: { created: 1, registered: 1 } });
  const path = await writeZip(
    await files.path('results.xlsx'),
    workbookParts({
      rows: `<row r="1">${['机构内部编号', '成果名称', '技术成熟度', '备注'].map((text, i) => `<c r="${'ABCD'[i]}1" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>
        <row r="2"><c r="A2" t="str"><f>CONCATENATE("X","1")</f><v>X1</v></c><c r="B2" t="inlineStr"><is><t>钠冷快堆材料</t></is></c><c r="C2"><f>3+4</f><v>7</v></c><c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`,
    }),
  );
  const workbook = await importFile(t, editor, institution, { content: await readFile(path), name: 'results.xlsx' });
  expect(workbook).toMatchObject({ format: 'XLSX', counts: { created: 1 } });
  expect((await records()).map(({ record }) => [record.externalId, record.trl])).toEqual([
    ['G1', 6],
    ['X1', 7],
  ]);
});

it('checks everything in a dry run and writes nothing', async () => {
  const before = await count(t, 'achievement');
  const run = await importFile(
    t,
    editor,
    institution,
    { content: csv(COMPLETE_HEADER, completeRow('1'), ['2', '', '', '', '', '']) },
    { dryRun: true },
  );
  expect(run).toMatchObject({
    status: 'COMPLETED',
    dryRun: true,
    counts: { created: 1, rejected: 1, registered: 1 },
    progress: { processed: 2, total: 2 },
  });
  expect(await count(t, 'achievement')).toBe(before);
});

it('keeps drafts while the institution is not verified, and registers them once it is', async () => {
  const young = await seed(t).organisation(editor, { verified: false });
  const file = { content: csv(COMPLETE_HEADER, completeRow('1')) };
  const run = await importFile(t, editor, young, file);
  expect(run.counts).toMatchObject({ created: 1, registered: 0 });
  expect(run.reportRows.nodes).toEqual([
    expect.objectContaining({ severity: 'INFO', line: null, code: 'NOT_VERIFIED' }),
  ]);
  await t.sql(`UPDATE organisation SET verification = 'VERIFIED' WHERE id = $1`, [young.uuid]);
  expect((await importFile(t, editor, young, file)).counts).toMatchObject({ updated: 1, registered: 1 });
  const strict = await importFile(
    t,
    editor,
    young,
    { content: csv(['机构内部编号', '成果名称'], ['9', '只有名称']) },
    { register: 'REQUIRED' },
  );
  expect(strict).toMatchObject({
    counts: { created: 0, rejected: 1 },
    reportRows: {
      nodes: expect.arrayContaining([expect.objectContaining({ code: 'REQUIRED_TO_REGISTER', field: 'trl' })]),
    },
  });
});

it('previews a file: headers, sample, suggestions, what is missing', async () => {
  const query = `mutation ($file: Upload!, $input: PreviewImportInput!) { previewImport(file: $file, input: $input) { preview {
    format encoding rowCount headers sampleRows { line cells } suggestedColumns { header field confidence } usable missingFields ignoredColumns keyedBy } } }`;
  const reply = await upload(
    t,
    editor,
    query,
    { content: csv(['Title', '备注', 'TRL'], ['Ion source', 'x', '6']) },
    { input: { institutionId: institution.id } },
  );
  expect(reply.errors).toBeUndefined();
  expect(reply.data).toEqual({
    previewImport: {
      preview: {
        format: 'CSV',
        encoding: 'UTF-8',
        rowCount: 1,
        headers: ['Title', '备注', 'TRL'],
        sampleRows: [{ line: 2, cells: ['Ion source', 'x', '6'] }],
        suggestedColumns: [
          { header: 'Title', field: 'title', confidence: 1 },
          { header: '备注', field: null, confidence: 0 },
          { header: 'TRL', field: 'trl', confidence: 1 },
        ],
        usable: true,
        missingFields: ['summary', 'industries', 'category'],
        ignoredColumns: ['备注'],
        keyedBy: 'TITLE',
      },
    },
  });
});

it('notes what it changed in the pool for the search index, and all it registered for the duplicate check', async () => {
  await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, completeRow('1'), completeRow('2')) });
  const [row] = await t.sql<{ id: string }>(
    `SELECT id FROM achievement WHERE institution_id = $1 AND external_id = '1'`,
    [institution.uuid],
  );
  await seed(t).admit([row!.id]);
  await importFile(t, editor, institution, {
    content: csv(COMPLETE_HEADER, completeRow('1', '改进的极薄铜箔制备'), completeRow('2')),
  });
  const { achievement } = await t.gql<{ achievement: { title: { value: string } } }>(
    `query ($id: ID!) { achievement(id: $id) { title { value } } }`,
    { id: toGlobalId('Achievement', row!.id) },
  );
  expect(achievement.title.value).toBe('改进的极薄铜箔制备');
  const [ledger] = await t.sql<{ facts: { counts: Record<string, number>; file: string } }>(
    `SELECT facts
     FROM ledger_record
     WHERE kind = 'import.completed' AND facts->>'institution' = $1
     ORDER BY seq DESC
     LIMIT 1`,
    [institution.uuid],
  );
  expect(ledger!.facts).toMatchObject({
    counts: { updated: 1, unchanged: 1, registered: 0 },
    file: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});
