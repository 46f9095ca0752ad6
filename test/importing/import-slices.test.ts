import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { achievementFields } from '../../src/importing/mapping/fields.js';
import { trackRecordFields } from '../../src/importing/targets/track-records.reader.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv, importFile, upload } from './import-kit.js';
import { inlineRow, scratch, workbookParts, writeZip, type WorkbookParts } from './tabular-kit.js';

/**
 * Maximum delay of the event loop in milliseconds: slices last about 10 ms; the test's own client and other tests add
 * to it.
 */
const LONGEST_MS = 600;
const PREVIEW = `mutation ($file: Upload!, $input: PreviewImportInput!) {
  previewImport(file: $file, input: $input) { preview { rowCount suggestedColumns { header field } } } }`;

const files = scratch();
let t: TestApp;
let person: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  const s = seed(t);
  person = await s.person();
  university = await s.organisation(person, { kind: 'UNIVERSITY' });
  // Warm-up: data that a process reads once, at its first file.
  await upload(t, person, PREVIEW, { content: 'title\nx\n' }, { input: { institutionId: university.id } });
});
afterAll(() => t.close());

/** Runs a function; returns its result and the event loop's longest delay meanwhile. */
async function measured<T>(run: () => Promise<T>): Promise<{ result: T; delay: number }> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const result = await run();
  await new Promise((resolve) => setTimeout(resolve, 10));
  delays.disable();
  return { result, delay: delays.max / 1e6 };
}

const marks = (count: number) => `a${'\u0301'.repeat(count / 2)}${'\u0316'.repeat(count / 2)}`;
const rows = (count: number, row: string) => `${row}\n`.repeat(count);
/** As many headers as a table may have, each of words that mean a field. */
const meaning = (labels: readonly string[]) =>
  Array.from({ length: 250 }, (_, i) => `${labels[i % labels.length]!.replaceAll(',', '')} (${i})`);
const labelsOf = (fields: typeof achievementFields) => fields.all.map((field) => field.label.zh);

/** Text tables that are as extreme as the limits allow. */
const tables: Record<string, () => string> = {
  'cells of 32,000 marks': () => `机构内部编号,成果名称,知识产权号\n${rows(40, `1,${marks(32_000)},${marks(32_000)}`)}`,
  'two hundred columns that may mean a field, with cells of many items': () =>
    `${meaning(labelsOf(achievementFields)).join(',')}\n${rows(20, Array.from({ length: 250 }, () => '1;'.repeat(1_800)).join(','))}`,
  'two hundred columns of an investor’s table': () =>
    `${meaning(labelsOf(trackRecordFields)).join(',')}\n${rows(20, Array.from({ length: 250 }, () => '2023年5月1日'.repeat(100)).join(','))}`,
  'a header of a megabyte': () => `成果名称,${'行业'.repeat(150_000)}\n1,2\n`,
  'a cell of quotes': () => `成果名称,完成人\n"${'""'.repeat(400_000)}",b\n`,
  'lists of half a million items': () =>
    `编号,成果名称,关键词,完成人,应用领域\n${rows(6, `1,t,${'a;'.repeat(120_000)},${'b;'.repeat(120_000)},${'c;'.repeat(120_000)}`)}`,
  'long numbers, dates and amounts': () =>
    `成果名称,登记日期,资金需求,技术成熟度,知识产权号\n${rows(30, `t,${'2'.repeat(30_000)},${'1'.repeat(30_000)},${'6'.repeat(30_000)},${'1'.repeat(19_000)}`)}`,
  'a million blank rows': () => `成果名称\n${'\n'.repeat(1_000_000)}`,
  'three hundred thousand short rows': () => `编号,成果名称\n${rows(300_000, 'a,b')}`,
  blanks: () => `成果名称,完成人\n${rows(8, `${' '.repeat(400_000)}x,${'\t'.repeat(100_000)}`)}`,
};

/** Workbooks whose XML is far larger than their files. */
const workbooks: Record<string, () => WorkbookParts> = {
  'texts of 500 kB that every row shares': () => ({
    strings: `<si><t>成果名称</t></si><si><t>${'量'.repeat(150_000)}</t></si>`,
    rows: `<row><c t="s"><v>0</v></c></row>${'<row><c t="s"><v>1</v></c></row>'.repeat(1_500)}`,
  }),
  'sixty thousand long formats': () => ({
    numFmts: Array.from(
      { length: 60_000 },
      (_, i) => `<numFmt numFmtId="${i + 200}" formatCode="${'[y]_ '.repeat(190)}"/>`,
    ).join(''),
    cellXfs: Array.from({ length: 5_000 }, (_, i) => `<xf numFmtId="${i + 200}"/>`).join(''),
    rows: inlineRow('成果名称') + inlineRow('t'),
  }),
  'a tag of many attributes': () => ({
    rows: `<row ${Array.from({ length: 60_000 }, (_, i) => `a${i}="1"`).join(' ')}>${inlineRow('成果名称').slice(5)}${inlineRow('t')}`,
  }),
  'long numbers': () => ({
    rows:
      inlineRow('成果名称', '登记日期') +
      `<row><c><v>${'1'.repeat(500_000)}</v></c><c><v>0.${'0'.repeat(500_000)}1</v></c></row>`.repeat(10),
  }),
};

const answered = (reply: Awaited<ReturnType<typeof upload>>) =>
  reply.errors?.map((error) => error.extensions.code) ?? ['OK'];

describe('a preview', () => {
  it.each(Object.entries(tables))(
    'of a table with %s leaves others their turn',
    { timeout: 120_000 },
    async (_what, make) => {
      const content = make();
      const { result, delay } = await measured(() =>
        upload(t, person, PREVIEW, { content }, { input: { institutionId: university.id } }),
      );
      expect(answered(result)[0]).toMatch(/^(?:OK|BAD_USER_INPUT)$/);
      expect(delay).toBeLessThan(LONGEST_MS);
    },
  );

  it.each(Object.entries(workbooks))(
    'of a workbook with %s leaves others their turn',
    { timeout: 120_000 },
    async (_what, make) => {
      const content = await readFile(await writeZip(await files.path('x.xlsx'), workbookParts(make())));
      const { result, delay } = await measured(() =>
        upload(t, person, PREVIEW, { content, name: 'x.xlsx' }, { input: { institutionId: university.id } }),
      );
      expect(answered(result)[0]).toMatch(/^(?:OK|BAD_USER_INPUT)$/);
      expect(delay).toBeLessThan(LONGEST_MS);
    },
  );

  it('refuses a workbook of elements within elements before they fill the memory', async () => {
    const content = await readFile(
      await writeZip(await files.path('deep.xlsx'), workbookParts({ rows: '<a>'.repeat(3_000_000) })),
    );
    const before = process.memoryUsage().rss;
    const { result, delay } = await measured(() =>
      upload(t, person, PREVIEW, { content, name: 'x.xlsx' }, { input: { institutionId: university.id } }),
    );
    expect(result.errors?.[0]?.extensions.reason).toBe('NOT_A_WORKBOOK');
    expect(delay).toBeLessThan(LONGEST_MS);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
  });
});

describe('an import', () => {
  it.each(['cells of 32,000 marks', 'lists of half a million items', 'long numbers, dates and amounts', 'blanks'])(
    'of a table with %s leaves others their turn',
    { timeout: 120_000 },
    async (what) => {
      const { result, delay } = await measured(() => importFile(t, person, university, { content: tables[what]!() }));
      expect(result.status).toBe('COMPLETED');
      expect(delay).toBeLessThan(LONGEST_MS);
    },
  );

  it('rejects a row for a cell of too many marks, by its column, and takes the others', async () => {
    const run = await importFile(t, person, university, {
      content: csv(COMPLETE_HEADER, completeRow('M1'), completeRow('M2', marks(62)), completeRow('M3', marks(30))),
    });
    expect(run.counts).toMatchObject({ created: 2, rejected: 1 });
    expect(run.reportRows.nodes.filter((row) => row.severity === 'ERROR')).toEqual([
      expect.objectContaining({ line: 3, column: '成果名称', field: 'title', code: 'TOO_MANY_MARKS' }),
    ]);
  });
});
