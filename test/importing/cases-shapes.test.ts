import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';
import { caseFile, taken } from './cases-kit.js';
import { refusalOf } from './import-kit.js';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const take = async (name: string, input: Record<string, unknown> = {}) => taken(t, await caseFile(name), input);
const refusal = async (name: string, input: Record<string, unknown> = {}) => {
  const person = await seed(t).person();
  return refusalOf(t, person, await seed(t).organisation(person), await caseFile(name), input);
};
const titles = ({ results }: Awaited<ReturnType<typeof take>>) => results.map(({ title }) => title.zh);
const needs = ({ results }: Awaited<ReturnType<typeof take>>) =>
  results.map(({ fundingNeed }) => fundingNeed && [fundingNeed.min, fundingNeed.max, fundingNeed.currency].join(' '));

describe('point 3: columns with the name of a field', () => {
  it('41-ditto.csv: 同上 and 〃 are the value of the row above', async () => {
    const got = await take('41-ditto.csv');
    expect(got.results.map(({ regionCode }) => regionCode)).toEqual(['620100', '620100', '620100']);
    expect(got.results.map(({ inventors }) => inventors.map(({ name }) => name.zh))).toEqual([
      ['张甲'],
      ['张甲'],
      ['张甲'],
    ]);
    expect(got.codes).toContain('DITTO_FILLED');
  });
  it('40-duplicate-remark-columns.csv: 备注 twice is passed over with a word', async () => {
    const got = await take('40-duplicate-remark-columns.csv');
    expect(got.results).toHaveLength(1);
    expect(got.codes).toContain('COLUMN_PASSED_OVER');
  });
  it('56-roadshow-list.csv: columns without a field are named in the report', async () => {
    const { run, results } = await take('56-roadshow-list.csv');
    expect(results).toHaveLength(2);
    const said = run.reportRows.nodes.filter((row) => row.code === 'COLUMN_PASSED_OVER').map((row) => row.message);
    expect(said.join()).toContain('合作需求');
    expect(said.join()).toContain('技术领域');
  });
});

describe('point 4: encodings', () => {
  it.each([
    ['20a-gbk.csv', 'GB18030'],
    ['20b-utf16le-unicode-text.txt', 'UTF-16LE'],
    ['20d-big5.csv', 'Big5'],
    ['20e-big5-english-headers.csv', 'Big5'],
  ])('%s is read as %s', async (name, encoding) => {
    const got = await take(name);
    expect(got.run.encoding).toBe(encoding);
    expect(got.results).toHaveLength(1);
    expect(titles(got)[0]).toMatch(/^冰川[徑径]流自[記记][录錄]?水位[計计]$/u);
  });
  it('20d-big5.csv is read in the encoding that is named', async () => {
    for (const encoding of ['Big5', 'BIG5', 'big5'])
      expect((await take('20d-big5.csv', { encoding })).run).toMatchObject({
        encoding: 'Big5',
        counts: { created: 1 },
      });
    expect(await refusal('20d-big5.csv', { encoding: 'UTF-8' })).toMatchObject({ reason: 'BAD_ENCODING' });
    expect(await refusal('20d-big5.csv', { encoding: 'EBCDIC' })).toMatchObject({ reason: 'UNKNOWN_ENCODING' });
  });
  it.each(['20c-utf16le-no-bom.csv', '21b-nul.csv', '44-utf8-cut-char.csv'])(
    '%s is refused with its line',
    async (name) => expect(await refusal(name)).toMatchObject({ reason: 'BAD_ENCODING', line: expect.any(Number) }),
  );
  it('43-mojibake-utf8-as-gbk.csv is refused', async () => {
    await expect(refusal('43-mojibake-utf8-as-gbk.csv')).resolves.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('point 6: shapes', () => {
  it('01-title-row.csv: the title above the header is no header', async () => {
    const got = await take('01-title-row.csv');
    expect(titles(got)).toEqual(['窄缝喷淋式枸杞清洗线', '山地苹果低损采收夹爪']);
    expect(got.run.reportRows.nodes.map((row) => row.message).join()).toContain('Row 2 was taken as the header');
    expect(got.codes).toContain('ROWS_ABOVE');
  });
  it('03-two-header-rows.xlsx: both rows are the header', async () => {
    const got = await take('03-two-header-rows.xlsx');
    expect(needs(got)).toEqual(['2000000 5000000 CNY', '1000000 3000000 CNY']);
    expect(got.results.map(({ ipRights }) => ipRights.map(({ number }) => number))).toEqual([
      [expect.stringContaining('202299003001')],
      [expect.stringContaining('202299003002')],
    ]);
    expect(got.run.counts).toMatchObject({ created: 2, rejected: 0, registered: 2 });
  });
  it('04-vertical-merge.xlsx: a merged value holds for all its rows', async () => {
    const got = await take('04-vertical-merge.xlsx');
    expect(got.results.map(({ regionCode, industries }) => [regionCode, ...industries])).toEqual(
      Array(3).fill(['620300', '3411']),
    );
    expect(needs(got)).toEqual(Array(3).fill('3000000 3000000 CNY'));
    expect(got.run.counts).toMatchObject({ created: 3, registered: 3 });
    expect(got.codes).toContain('MERGED_FILLED');
  });
  it('05-instructions-first.xlsx: the sheet with data is found, and can be named', async () => {
    const got = await take('05-instructions-first.xlsx');
    expect(titles(got)).toEqual(['高寒草甸返青监测桩']);
    expect(got.codes).toEqual(expect.arrayContaining(['SHEETS_PASSED_OVER', 'SHEET_FOUND']));
    expect((await take('05-instructions-first.xlsx', { sheet: '成果信息' })).results).toHaveLength(1);
    expect(await refusal('05-instructions-first.xlsx', { sheet: '没有' })).toMatchObject({ reason: 'SHEET_NOT_FOUND' });
  });
  it.each([
    '17b-header-numbered.csv',
    '17c-header-linebreak.csv',
    '19-pipe.csv',
    '21a-cr-only.csv',
    '21d-rare-chars.csv',
    '23-semicolon.csv',
  ])('%s is read', async (name) =>
    expect((await take(name)).run.counts).toMatchObject({ created: 1, rejected: 0, registered: 1 }),
  );
  it('21e-mixed-eol-quoted.csv is read', async () =>
    expect((await take('21e-mixed-eol-quoted.csv')).results).toHaveLength(2));
  it.each(['22a-unclosed-quote.csv', '22b-text-after-quote.csv'])('%s is refused with its line', async (name) =>
    expect(await refusal(name)).toMatchObject({ reason: 'MALFORMED_CSV', line: expect.any(Number) }),
  );
  it('24-date-cells.xlsx: dates are read, a bare serial is rejected', async () => {
    const { run } = await take('24-date-cells.xlsx');
    expect(run.counts).toMatchObject({ created: 3, rejected: 1 });
  });
  it.each(['26a-html-as-xls.xls', '26b-spreadsheetml.xls'])('%s is refused', async (name) =>
    expect(await refusal(name)).toMatchObject({ reason: 'NOT_A_WORKBOOK' }),
  );
  it('36-blank-header-col.csv: data below an empty header is said', async () => {
    const got = await take('36-blank-header-col.csv');
    expect(got.results).toHaveLength(2);
    expect(got.codes).toContain('COLUMN_WITHOUT_NAME');
  });
  it('33-formula-like.csv: a text that is protected as a formula is that text', async () => {
    const { results } = await take('33-formula-like.csv');
    expect(results).toMatchObject([{ externalId: 'T33-1' }]);
    expect(results[0]!.title.zh).toMatch(/^\+30/);
  });
  it('35-tto-english.csv: a list of a technology office is a draft', async () => {
    const got = await take('35-tto-english.csv');
    expect(got.run.counts).toMatchObject({ created: 1, registered: 0, rejected: 0 });
    expect(got.codes).toContain('COLUMN_PASSED_OVER');
  });
  it('38-trl-in-words.csv: stages in words are rejected with what to do', async () => {
    const { run } = await take('38-trl-in-words.csv');
    expect(run.counts).toMatchObject({ created: 0, rejected: 3 });
    expect(run.reportRows.nodes.filter(({ code }) => code === 'TRL_IN_WORDS')).toHaveLength(3);
  });
  it('53-university-appraisal-list.csv: title, people and registration number are read', async () => {
    const { results } = await take('53-university-appraisal-list.csv');
    expect(results).toHaveLength(2);
    expect(results[0]!.inventors.map(({ name }) => name.zh)).toEqual(['甲一', '乙二']);
  });
  it('49-semicolon-in-unquoted.csv: the message speaks of the separator of the file', async () => {
    const { run } = await take('49-semicolon-in-unquoted.csv');
    const [row] = run.reportRows.nodes.filter(({ severity }) => severity === 'ERROR');
    expect(row).toMatchObject({ code: 'TOO_MANY_CELLS', line: 2 });
  });
  it('50-number-ids.xlsx: numbers are read as they are written', async () => {
    const { results } = await take('50-number-ids.xlsx');
    expect(results).toMatchObject([{ trl: 6 }]);
    expect(results[0]!.ipRights[0]!.number).toContain('202299050001.1');
  });
});
