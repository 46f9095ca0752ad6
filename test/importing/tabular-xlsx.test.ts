import { describe, expect, it } from 'vitest';
import { openTabular } from '../../src/lib/tabular/open.js';
import { plainNumber } from '../../src/lib/tabular/xlsx-values.js';
import {
  allRows,
  faultOf,
  inlineRow,
  readTable,
  scratch,
  workbookParts,
  writeZip,
  type WorkbookParts,
} from './tabular-kit.js';

const { file, path } = scratch();

async function workbook(
  parts: WorkbookParts,
  change: (files: Record<string, string>) => void = () => {},
): Promise<string> {
  const files = workbookParts(parts);
  change(files);
  return writeZip(await path('book.xlsx'), files);
}

/** The value of one cell below a header, as the reader gives it. */
async function shown(cell: string, parts: Omit<WorkbookParts, 'rows'> = {}): Promise<string | number | undefined> {
  const { rows } = await readTable(
    await workbook({
      ...parts,
      rows: `${inlineRow('id', 'value')}<row><c t="inlineStr"><is><t>k</t></is></c>${cell}</row>`,
    }),
  );
  return rows[0]?.[2];
}

describe('A cell of a workbook', () => {
  it.each([
    ['a shared text', '<c t="s"><v>1</v></c>', 'second'],
    ['a shared text in runs, without its phonetic reading', '<c t="s"><v>0</v></c>', '東京 & Kyoto'],
    [
      'an inline text in runs',
      '<c t="inlineStr"><is><r><t>ab</t></r><r><rPr/><t xml:space="preserve"> c</t></r></is></c>',
      'ab c',
    ],
    ['an escaped character', '<c t="inlineStr"><is><t>a_x000D_\nb_x005F_x0041_</t></is></c>', 'a\r\nb_x0041_'],
    ['a section of character data', '<c t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>', 'a<b'],
    ['true', '<c t="b"><v>1</v></c>', 'TRUE'],
    ['false', '<c t="b"><v>0</v></c>', 'FALSE'],
    ['an error', '<c t="e"><v>#REF!</v></c>', '#REF!'],
    ['the cached number of a formula', '<c><f>SUM(A1:A2)</f><v>42</v></c>', '42'],
    ['the cached text of a formula', '<c t="str"><f>"="&amp;"x"</f><v>=x</v></c>', '=x'],
    ['nothing for a formula that was never calculated', '<c><f>NOW()</f></c>', ''],
    ['an ISO date', '<c t="d"><v>2024-02-29T00:00:00</v></c>', '2024-02-29'],
  ])('is %s', async (_, cell, expected) => {
    const strings =
      '<si><r><t>東京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><r><t xml:space="preserve"> &amp; Kyoto</t></r></si><si><t>second</t></si>';
    expect(await shown(cell, { strings })).toBe(expected);
  });

  it.each([
    ['12', '12'],
    ['12.0', '12'],
    ['-3.50', '-3.5'],
    ['0.1', '0.1'],
    ['1.1000000000000001', '1.1'],
    ['0.30000000000000004', '0.3'],
    ['3.0000000000000001E-2', '0.03'],
    ['1.23E+17', '123000000000000000'],
    ['1.2345678901234567E+17', '123456789012345670'],
    ['123456789012345678', '123456789012345678'],
    ['1E-7', '0.0000001'],
    ['-0', '0'],
    ['1E+300', '1E+300'],
    ['.5', '0.5'],
    ['1e999', '1e999'],
  ])('shows the number %s as %s', (stored, expected) => {
    expect(plainNumber(stored)).toBe(expected);
  });

  const numFmts =
    '<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[$-409]d/m/yy\\ h:mm AM/PM;@"/><numFmt numFmtId="166" formatCode="[Red]#,##0.00&quot; days&quot;"/><numFmt numFmtId="167" formatCode="000000"/><numFmt numFmtId="168" formatCode="0.00E+00"/><numFmt numFmtId="169" formatCode="[h]:mm:ss"/>';
  const cellXfs = [0, 14, 22, 164, 165, 166, 167, 168, 169, 31, 20].map((id) => `<xf numFmtId="${id}"/>`).join('');
  it.each([
    [1, '45351', '', '2024-02-29'],
    [1, '45351', '<workbookPr date1904="1"/>', '2028-03-01'],
    [1, '0', '<workbookPr date1904="true"/>', '1904-01-01'],
    [1, '1', '', '1900-01-01'],
    [1, '59', '', '1900-02-28'],
    [1, '61', '', '1900-03-01'],
    [2, '45351.5', '', '2024-02-29T12:00:00'],
    [2, '45351', '', '2024-02-29'],
    [1, '45351.5', '', '2024-02-29'],
    [3, '45351', '', '2024-02-29'],
    [9, '45351', '', '2024-02-29'],
    [4, '45351.25', '', '2024-02-29T06:00:00'],
    [4, '45350.999999999', '', '2024-02-29'],
    [10, '0.75', '', '18:00:00'],
    [5, '45351.5', '', '45351.5 days'],
    [6, '427', '', '000427'],
    [7, '45351', '', '45351'],
    [8, '0.5', '', '12:00:00'],
    [1, '-5', '', '-5'],
    [1, '9999999', '', '9999999'],
    [0, '45351', '', '45351'],
  ])('of format %i shows %s %s as %s', async (style, value, workbookPr, expected) => {
    expect(await shown(`<c s="${style}"><v>${value}</v></c>`, { numFmts, cellXfs, workbookPr })).toBe(expected);
  });
});

describe('A worksheet', () => {
  it('has its cells and rows where their references say', async () => {
    const text = (ref: string, value: string): string => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;
    const rows = `<row r="2"/><row r="3">${text('A3', 'a')}${text('C3', 'c')}</row><row r="5">${text('C5', 'z')}</row><row r="6"><c r="A6" s="0"/></row><row r="9">${text('B9', 'y')}${text('E9', 'beyond')}<c r="XFD9" s="1"/></row>`;
    expect(await readTable(await workbook({ rows }))).toEqual({
      headers: ['a', '', 'c'],
      rows: [
        [5, '', '', 'z'],
        [9, '', 'y', '', '', 'beyond'],
      ],
      encoding: undefined,
      sheetName: 'Data',
    });
  });

  it('shows only the first cell of merged ranges', async () => {
    const rows = inlineRow('a', 'b') + inlineRow('1', 'hidden') + inlineRow('hidden', 'hidden') + inlineRow('2', '3');
    expect(
      (await readTable(await workbook({ rows, after: '<mergeCells><mergeCell ref="A2:B3"/></mergeCells>' }))).rows,
    ).toEqual([
      [2, '1', ''],
      [4, '2', '3'],
    ]);
  });

  it('is the first visible one, or the one named', async () => {
    const book = await workbook({
      rows: inlineRow('of data'),
      before: [
        { attributes: 'name="Hidden" state="hidden"', rows: inlineRow('of hidden') },
        { attributes: 'name="第一"', rows: inlineRow('of first') },
      ],
    });
    expect(await readTable(book)).toMatchObject({ sheetName: '第一', headers: ['of first'] });
    expect(await readTable(book, { sheet: 'Data' })).toMatchObject({ headers: ['of data'] });
    const fault = await faultOf(openTabular(book, { sheet: 'None' }));
    expect(fault).toMatchObject({ code: 'SHEET_NOT_FOUND' });
    expect(fault.message).toContain('"第一"');
  });

  it('may be written with namespace prefixes', async () => {
    const book = await workbook({ rows: '' }, (files) => {
      for (const name of ['xl/workbook.xml', 'xl/worksheets/sheet1.xml']) {
        files[name] = (files[name] ?? '').replace(/<(\/?)(?!\?)/g, '<$1x:').replace('xmlns=', 'xmlns:x=');
      }
      files['xl/worksheets/sheet1.xml'] = (files['xl/worksheets/sheet1.xml'] ?? '').replace(
        '</x:sheetData>',
        `${inlineRow('a').replace(/<(\/?)/g, '<$1x:')}</x:sheetData>`,
      );
    });
    expect((await readTable(book)).headers).toEqual(['a']);
  });

  it('is read from a file of any name', async () => {
    expect((await readTable(await workbook({ rows: inlineRow('a') }), { fileName: 'upload.csv' })).headers).toEqual([
      'a',
    ]);
  });

  it('cannot be read once closed', async () => {
    const source = await openTabular(await workbook({ rows: inlineRow('a') }));
    await source.close();
    await source.close();
    await expect(allRows(source)).rejects.toThrow('closed');
  });

  it('keeps tens of thousands of distinct texts apart, also those that go to disk', async () => {
    // 40,000 texts of some 700 bytes: past the 12 MiB that are kept in memory.
    const count = 40_000;
    const text = (i: number): string => `${i}:${'氢能源'.repeat(70 + (i % 17))}`;
    const strings = `<si><t>h</t></si>${Array.from({ length: count }, (_, i) => `<si><t>${text(i)}</t></si>`).join('')}`;
    // 7919 is prime, so each text is used once, in no order that a cache would like.
    const rows = `<row><c t="s"><v>0</v></c></row>${Array.from({ length: count }, (_, i) => `<row><c t="s"><v>${((i * 7919) % count) + 1}</v></c></row>`).join('')}`;
    const source = await openTabular(await workbook({ rows, strings }));
    let wrong = 0;
    let i = 0;
    for await (const row of source.rows()) if (row.cells[0] !== text((i++ * 7919) % count)) wrong++;
    await source.close();
    expect({ wrong, rows: i }).toEqual({ wrong: 0, rows: count });
  });
});

describe('A workbook is refused', () => {
  it.each([
    ['as old or encrypted', 'ENCRYPTED_WORKBOOK', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['as a broken zip', 'NOT_A_WORKBOOK', Buffer.from('504b0304aabbcc', 'hex')],
    ['as an empty zip', 'NOT_A_WORKBOOK', Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)])],
  ])('%s', async (_, code, bytes) => {
    expect(await faultOf(openTabular(await file('b.xlsx', bytes)))).toMatchObject({ code });
  });

  it('as a zip of something else', async () => {
    expect(await faultOf(openTabular(await writeZip(await path('z.xlsx'), { 'a.txt': 'text' })))).toMatchObject({
      code: 'NOT_A_WORKBOOK',
    });
  });

  const sheet = 'xl/worksheets/sheet1.xml';
  it.each<[string, string, (files: Record<string, string>) => void]>([
    [
      'for a document type',
      'document type',
      (files) => (files[sheet] = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${files[sheet]}`),
    ],
    ['for an unknown entity', 'malformed', (files) => (files[sheet] = (files[sheet] ?? '').replace('<t>1', '<t>&e;'))],
    [
      'for XML that breaks off in its last bytes',
      'malformed',
      (files) => (files[sheet] = (files[sheet] ?? '').slice(0, -8)),
    ],
    [
      'for a text that is missing',
      'missing',
      (files) =>
        (files[sheet] = (files[sheet] ?? '').replace('</sheetData>', '<row><c t="s"><v>7</v></c></row></sheetData>')),
    ],
    ['for a missing sheet', 'missing', (files) => delete files[sheet]],
    [
      'for a bad reference',
      'reference',
      (files) =>
        (files[sheet] = (files[sheet] ?? '').replace('</sheetData>', '<row><c r="A0"><v>7</v></c></row></sheetData>')),
    ],
    [
      'for a row number that no sheet has',
      'row',
      (files) => (files[sheet] = (files[sheet] ?? '').replace('</sheetData>', '<row r="9e9"/></sheetData>')),
    ],
  ])('%s', async (_, word, change) => {
    const fault = await faultOf(openTabular(await workbook({ rows: inlineRow('a') + inlineRow('1') }, change)));
    expect(fault.code).toBe('NOT_A_WORKBOOK');
    expect(fault.message).toContain(word);
  });

  it.each([
    ['DUPLICATE_HEADER', inlineRow('a', 'a ')],
    ['EMPTY_FILE', '<row/><row r="7"/>'],
    ['TOO_MANY_COLUMNS', `${inlineRow('a')}<row><c r="IW2"><v>1</v></c></row>`],
    ['TOO_MANY_ROWS', inlineRow('a') + inlineRow('1') + inlineRow('2') + inlineRow('3')],
    [
      'LINE_TOO_LONG',
      inlineRow('a') + inlineRow('x'.repeat(30_000), 'x'.repeat(30_000), 'x'.repeat(30_000), 'x'.repeat(30_000)),
    ],
  ])('as %s', async (code, rows) => {
    expect(
      await faultOf(openTabular(await workbook({ rows }), { limits: { maxRows: 2, maxLineBytes: 100_000 } })),
    ).toMatchObject({ code });
  });
});
