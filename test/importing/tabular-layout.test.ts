import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { achievementFields } from '../../src/importing/mapping/fields.js';
import { tableWords } from '../../src/importing/mapping/table-words.js';
import { openTabular, type OpenOptions } from '../../src/lib/tabular/open.js';
import { inEnglish } from '../../src/messages/catalogue.js';
import { allRows, scratch, workbookParts, writeZip } from './tabular-kit.js';

const CASES = join(dirname(fileURLToPath(import.meta.url)), 'cases');
const files = scratch();

/** Reads a table as an import of achievements does: headers, rows by header, and notes as [code, line]. */
async function read(path: string, options: OpenOptions = {}) {
  const source = await openTabular(path, { words: tableWords(achievementFields), ...options });
  try {
    const rows = await allRows(source);
    expect(rows).toHaveLength(source.rowCount);
    return {
      headers: source.headers,
      rows: rows.map(({ cells }) => Object.fromEntries(source.headers.map((header, i) => [header, cells[i]]))),
      lines: rows.map(({ line }) => line),
      faults: rows.flatMap(({ faults }) => faults ?? []),
      notes: source.notes.map(({ message, line }) => [message.key, line]),
      said: source.notes.map(({ message }) => inEnglish(message)),
      encoding: source.encoding,
      sheet: source.sheetName,
    };
  } finally {
    await source.close();
  }
}
const text = async (content: string | Uint8Array, options?: OpenOptions) =>
  read(await files.file('table.csv', content), options);
const sample = (name: string) => read(join(CASES, name));

const HEADER = '编号,成果名称,成果简介,资金需求,完成人';
const row = (i: number) => `T-${i},第${i}号离心机,转子轻一成。,500,张甲`;

describe('the header', () => {
  it('is found under a title, which is told', async () => {
    const { headers, lines, notes } = await sample('01-title-row.csv');
    expect(headers.slice(0, 2)).toEqual(['编号', '成果名称']);
    expect(lines).toEqual([3, 4]);
    expect(notes).toEqual([
      ['HEADER_FOUND.one', 2],
      ['ROWS_ABOVE', 1],
    ]);
  });

  it('has two rows where names of the first cover several of the second', async () => {
    const { headers, rows, notes } = await sample('03-two-header-rows.xlsx');
    expect(headers).toEqual(expect.arrayContaining(['编号', '成果名称', '专利号', '法律状态']));
    expect(headers.filter((header) => header.includes('下限') || header.includes('上限'))).toHaveLength(2);
    expect(rows).toHaveLength(2);
    expect(notes[0]![0]).toBe('HEADER_FOUND.two');
  });

  it('is the row that the user names', async () => {
    const content = `甲,乙\n${HEADER}\n${row(1)}\n`;
    expect((await text(content, { headerRow: 1 })).headers.slice(0, 2)).toEqual(['甲', '乙']);
    await expect(text(content, { headerRow: 9 })).rejects.toMatchObject({ code: 'HEADER_ROW_NOT_FOUND' });
  });

  it('is the first row of a table whose words nobody knows, unless a title stands above it', async () => {
    expect((await text('甲,乙,丙\n1,2,3\n4,5,6\n')).headers).toEqual(['甲', '乙', '丙']);
    expect((await text('2025年汇总,,\n甲,乙,丙\n1,2,3\n4,5,6\n')).headers).toEqual(['甲', '乙', '丙']);
  });

  it('is found at every depth to 20 rows, behind remarks and units, and never among the data', async () => {
    for (let depth = 0; depth < 20; depth += 1) {
      const above = Array.from({ length: depth }, (_, i) => `第${i + 1}条：请如实填写。,,,,`);
      const { headers, rows, notes } = await text([...above, HEADER, row(1), row(2)].join('\n'));
      expect(headers).toEqual(HEADER.split(','));
      expect(rows).toHaveLength(2);
      expect(notes).toHaveLength(depth === 0 ? 0 : 2);
    }
  });

  it('takes the unit of a row above or below it', async () => {
    const above = await text(`单位：万元,,,,\n${HEADER}\n${row(1)}\n`);
    const below = await text(`${HEADER}\n,,,（万元）,\n${row(1)}\n`);
    for (const { headers, rows } of [above, below]) {
      expect(headers).toEqual(['编号', '成果名称', '成果简介', '资金需求（万元）', '完成人']);
      expect(rows).toHaveLength(1);
    }
  });

  it('may name two columns alike if it does not name a field', async () => {
    expect((await sample('40-duplicate-remark-columns.csv')).headers).toEqual(
      expect.arrayContaining(['备注', '备注 (2)']),
    );
    await expect(text('成果名称,成果名称\n甲,乙\n')).rejects.toMatchObject({ code: 'DUPLICATE_HEADER' });
  });
});

describe('rows', () => {
  it('without data are passed over and told', async () => {
    const { rows, notes } = await text(
      [HEADER, row(1), HEADER, row(2), '合计,,,1000,', '填表人：张甲,,,,', '注：金额为预计。,,,,'].join('\n'),
    );
    expect(rows.map((each) => each['编号'])).toEqual(['T-1', 'T-2']);
    expect(notes).toEqual([
      ['ROW_PASSED_OVER.header', 3],
      ['ROW_PASSED_OVER.total', 5],
      ['ROW_PASSED_OVER.signature', 6],
      ['ROW_PASSED_OVER.note', 7],
    ]);
  });

  it('take the value above where they say so, and where cells are merged', async () => {
    const ditto = await sample('41-ditto.csv');
    expect(ditto.rows.map((each) => [each['所在地区'], each['完成人']])).toEqual(Array(3).fill(['兰州市', '张甲']));
    expect(ditto.said.join()).toContain('4 cells say');
    const merged = await sample('04-vertical-merge.xlsx');
    expect(merged.rows).toHaveLength(3);
    expect(new Set(merged.rows.map((each) => each['所属行业'])).size).toBe(1);
    expect(merged.rows[2]!['所属行业']).not.toBe('');
  });

  it('that are hidden are read, and told; errors of formulas are faults', async () => {
    const cells = (line: number, values: readonly string[]) =>
      values.map((value, i) => `<c r="${'ABC'[i]}${line}" t="inlineStr"><is><t>${value}</t></is></c>`).join('');
    const path = await writeZip(
      await files.path('hidden.xlsx'),
      workbookParts({
        rows: `<row r="1">${cells(1, ['编号', '成果名称', '完成人'])}</row><row r="2" hidden="1">${cells(2, ['1', '甲机', '张甲'])}</row><row r="3">${cells(3, ['2', '乙\u200b机', '#REF!'])}</row>`,
      }),
    );
    const { rows, notes, faults } = await read(path);
    expect(rows.map((each) => each['成果名称'])).toEqual(['甲机', '乙机']);
    expect(notes).toEqual([['HIDDEN_ROWS', 2]]);
    expect(faults).toMatchObject([{ column: 2, code: 'CELL_ERROR' }]);
  });

  it('under an empty header are told by the letter of the column', async () => {
    const { said } = await sample('36-blank-header-col.csv');
    expect(said[0]).toContain('Column C has no name; 2 cells');
  });
});

describe('the sheet', () => {
  it('is the one that holds the table; the others are told', async () => {
    const { sheet, rows, notes } = await sample('05-instructions-first.xlsx');
    expect(sheet).not.toBe('填表说明');
    expect(rows.length).toBeGreaterThan(0);
    expect(notes.map(([key]) => key)).toEqual(['SHEET_FOUND', 'SHEETS_PASSED_OVER']);
  });
});

describe('the delimiter', () => {
  it.each(['\t', ',', ';', '|', '，'])(
    '%j is found, also below a title and beside commas in texts',
    async (delimiter) => {
      const lines = [
        '2025年度成果表',
        HEADER.replaceAll(',', delimiter),
        ...[1, 2, 3].map((i) => row(i).replaceAll(',', delimiter)),
      ];
      const { headers, rows } = await text(lines.join('\n'));
      expect(headers).toEqual(HEADER.split(','));
      expect(rows).toHaveLength(3);
    },
  );
  it('of a case is |', async () => expect((await sample('19-pipe.csv')).headers).toContain('成果名称'));
});

describe('the encoding', () => {
  const simplified = `${HEADER}\n${[1, 2, 3].map(row).join('\n')}\n`;
  const traditional = '編號,成果名稱,成果簡介\nT-1,離心機轉子,重量減輕一成，運轉平穩。\nT-2,風電葉片,強度保持八成。\n';
  const japanese = 'No,名称,概要\n1,遠心分離機,ローターの重量を一割減らした。\n2,風力発電,ブレードの強度を保つ。\n';
  const french =
    'id,title,summary\n1,Générateur à hydrogène,Rendement élevé même à basse température\n2,Bétons légers,Très résistants\n';
  it.each([
    ['GB18030', simplified],
    ['GB18030', traditional],
    ['Big5', traditional],
    ['Shift_JIS', japanese],
    ['Windows-1252', french],
  ] as const)('%s is recognised', async (encoding, content) => {
    const read = await text(iconv.encode(content, encoding.toLowerCase()));
    expect(read.encoding).toBe(encoding);
    expect(read.headers).toEqual(content.split('\n')[0]!.split(','));
    expect(read.notes[0]).toEqual(['ENCODING_FOUND', null]);
  });

  it('is recognised in the cases', async () => {
    expect((await sample('20d-big5.csv')).encoding).toBe('Big5');
    expect((await sample('20e-big5-english-headers.csv')).encoding).toBe('Big5');
  });

  it('is what the user says', async () => {
    expect((await text(iconv.encode(simplified, 'gb18030'), { encoding: 'GB18030' })).headers[1]).toBe('成果名称');
  });

  it('is refused where it is unclear', async () => {
    await expect(text(Buffer.from('a,b\n1,\xd8\xd8\xa1\xa2\xd9\xdb\n', 'latin1'))).rejects.toMatchObject({
      code: 'BAD_ENCODING',
    });
  });
});
