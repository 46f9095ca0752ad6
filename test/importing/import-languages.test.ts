import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { COMPLETE_HEADER, completeRow, csv, importFile, upload, IMPORT } from './import-kit.js';

const REPORT = `query ($id: ID!) {
  importRun(id: $id) {
    fault { message zh: message(locale: ZH) en: message(locale: EN) }
    reportCsv
    reportRows(first: 100) { nodes { code message zh: message(locale: ZH) en: message(locale: EN) } }
  }
}`;

interface Report {
  fault: { message: string; zh: string; en: string } | null;
  reportCsv: string;
  reportRows: { nodes: Array<{ code: string; message: string; zh: string; en: string }> };
}

describe('reports of imports in the language of the reader', () => {
  let t: TestApp;
  let editor: SeededPerson;
  let reader: SeededPerson;
  let institution: SeededOrganisation;
  let runId: string;

  beforeAll(async () => {
    t = await startTestApp();
    const people = seed(t);
    editor = await people.person();
    reader = await people.person({ locale: 'ZH' });
    institution = await people.organisation(editor);
    await people.member(institution, 'EDITOR', reader);
    const row = completeRow('K1');
    row[4] = '很高';
    const twice = completeRow('K2');
    ({ id: runId } = await importFile(t, editor, institution, { content: csv(COMPLETE_HEADER, row, twice, twice) }));
  });
  afterAll(() => t.close());

  const report = async (person: SeededPerson, headers: Record<string, string> = {}) =>
    (await t.gql<{ importRun: Report }>(REPORT, { id: runId }, { token: person.token, headers })).importRun;

  it('stores code and parameters, and words only for rows from before', async () => {
    const rows = await t.sql<{ message: string | null; message_key: string; message_params: unknown }>(
      `SELECT message, message_key, message_params FROM import_report_row ORDER BY seq`,
    );
    expect(rows).toEqual([
      { message: null, message_key: 'OUT_OF_RANGE.trl', message_params: null },
      { message: null, message_key: 'DUPLICATE_IN_FILE.key', message_params: { line: 3 } },
    ]);
  });

  it.each([
    ['the account’s where the request names none', {}, '请填写 1 至 9 的成熟度等级，如 6、TRL 6 或 6级。'],
    ['the account’s where any will do', { 'accept-language': '*' }, '请填写 1 至 9 的成熟度等级，如 6、TRL 6 或 6级。'],
    [
      'Accept-Language’s',
      { 'accept-language': 'de-DE,en;q=0.7' },
      'a readiness level from 1 to 9, such as 6, TRL 6 or 6级.',
    ],
  ])('is %s', async (_what, headers, message) => {
    const { reportRows, reportCsv } = await report(reader, headers);
    expect(reportRows.nodes[0]).toMatchObject({ code: 'OUT_OF_RANGE', message });
    expect(reportCsv).toContain(message.split(/[,，]/)[0]);
  });

  it('is that of `locale` where the field states one', async () => {
    const { reportRows } = await report(editor, { 'accept-language': 'zh' });
    expect(reportRows.nodes[1]).toMatchObject({
      message:
        '本文件第 3 行有相同的编号；以先出现的为准。如果这一列的同一编号可属于多项（如项目编号），请不要把这一列作为编号。',
      zh: '本文件第 3 行有相同的编号；以先出现的为准。如果这一列的同一编号可属于多项（如项目编号），请不要把这一列作为编号。',
      en: 'line 3 of this file has the same key; the first counts. If several records share this number, as results of one project do, do not map this column to a key.',
    });
  });

  it('leaves the words of rows and faults from before as they were', async () => {
    await t.sql(`UPDATE import_report_row SET message = 'as it was.', message_key = NULL, message_params = NULL`);
    await t.sql(`UPDATE import_run SET fault = '{"code":"INTERRUPTED","message":"It ended.","line":null}'`);
    const { fault, reportRows } = await report(reader);
    expect(fault).toEqual({ message: 'It ended.', zh: 'It ended.', en: 'It ended.' });
    expect(reportRows.nodes.map(({ message, en }) => [message, en])).toEqual([
      ['as it was.', 'as it was.'],
      ['as it was.', 'as it was.'],
    ]);
  });

  it('refuses a file in the words of the stored catalogue', async () => {
    const reply = await upload(t, editor, IMPORT, { content: '' }, { input: { institutionId: institution.id } });
    expect(reply.errors![0]).toMatchObject({ message: 'The file is empty.', extensions: { reason: 'EMPTY_FILE' } });
  });
});
