import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer, text as textOf } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { withInertMark, withoutInertMark, type TabularWriter } from '../../src/lib/tabular/cells.js';
import { writeCsv } from '../../src/lib/tabular/write-csv.js';
import { writeXlsx } from '../../src/lib/tabular/write-xlsx.js';
import type { Cell } from '../../src/lib/tabular/types.js';
import { readTable, scratch } from './tabular-kit.js';

const { path } = scratch();

const writers: [string, TabularWriter][] = [
  ['csv', writeCsv],
  ['xlsx', writeXlsx],
];

const DANGEROUS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\rx',
  '\nx',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  '  =1',
  "'=1",
  "''-1",
  '=HYPERLINK("http://x","y")',
];

async function written(writer: TabularWriter, extension: string, rows: Cell[][], headers: string[]): Promise<string> {
  const target = await path(`out.${extension}`);
  await pipeline(writer(rows, headers), createWriteStream(target));
  return target;
}

async function sheetXml(rows: Cell[][]): Promise<string> {
  const zip = await fromBufferPromise(await buffer(writeXlsx(rows, ['h'])));
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === 'xl/worksheets/sheet1.xml') return textOf(await zip.openReadStreamPromise(entry));
  }
  throw new Error('The workbook has no sheet.');
}

describe.each(writers)('A table written as %s', (extension, writer) => {
  it('comes back as it was', async () => {
    const rows: Cell[][] = [
      ['名称, "引号"; 分号', 12.5, true, new Date('2024-02-29T00:00:00Z'), null],
      ['two\nlines <&> 𠀀', -3, false, new Date('1850-01-01T00:00:00Z'), ' x '],
      ['_x0041_', 1e21, true, null, "it's"],
    ];
    expect(
      await readTable(await written(writer, extension, rows, ['名称', 'number', 'flag', '日期', '=rest'])),
    ).toMatchObject({
      headers: ['名称', 'number', 'flag', '日期', '=rest'],
      rows: [
        [2, '名称, "引号"; 分号', '12.5', 'TRUE', '2024-02-29', ''],
        [3, 'two\nlines <&> 𠀀', '-3', 'FALSE', '1850-01-01', ' x '],
        [
          extension === 'csv' ? 5 : 4,
          '_x0041_',
          extension === 'csv' ? '1e+21' : '1000000000000000000000',
          'TRUE',
          '',
          "it's",
        ],
      ],
    });
  });

  it('brings text back that looks like a formula', async () => {
    const { rows } = await readTable(
      await written(
        writer,
        extension,
        DANGEROUS.map((text, i) => [`k${i}`, text]),
        ['key', 'text'],
      ),
    );
    expect(rows.map((row) => row[2])).toEqual(DANGEROUS);
  });

  it('has no characters that XML forbids, and cuts what no cell holds, saying so', async () => {
    const long = `${'x'.repeat(32_700)}${'𠀀'.repeat(100)}`;
    const { rows } = await readTable(await written(writer, extension, [['a\0b\u0008\ud800c', long]], ['a', 'b']));
    expect(rows[0]?.[1]).toBe('abc');
    const cut = String(rows[0]?.[2]);
    expect(cut.length).toBeLessThanOrEqual(32_767);
    expect(cut).toMatch(/𠀀 \[…cut from 32900 characters\]$/u);
    expect(cut).not.toMatch(/\p{Cs}/u);
  });

  it('is pulled row by row: a slow reader holds the rows back, one that leaves frees their source', async () => {
    let pulled = 0;
    let freed = false;
    const rows = async function* (): AsyncGenerator<Cell[]> {
      try {
        // Letters that hardly compress, so that output follows input closely.
        for (let seed = 1; ; pulled++)
          yield [
            Array.from({ length: 200 }, () =>
              String.fromCharCode(0x4e00 + ((seed = (seed * 48271) % 2147483647) % 20000)),
            ).join(''),
          ];
      } finally {
        freed = true;
      }
    };
    const output = writer(rows(), ['h']);
    const reader = output[Symbol.asyncIterator]();
    for (let i = 0; i < 5; i++) await reader.next();
    for (let i = 0; i < 200; i++) await turn();
    const held = pulled;
    for (let i = 0; i < 200; i++) await turn();
    expect(pulled).toBe(held);
    expect(held).toBeLessThan(20_000);
    output.destroy();
    await expect.poll(() => freed).toBe(true);
  });

  it('fails with the fault of its source', async () => {
    const rows = async function* (): AsyncGenerator<Cell[]> {
      yield ['x'];
      throw new Error('The source broke.');
    };
    await expect(buffer(writer(rows(), ['h']))).rejects.toThrow('The source broke.');
  });
});

describe('A CSV export', () => {
  it('starts with a byte order mark, ends its lines with CRLF and quotes where it must', async () => {
    const file = await written(writeCsv, 'csv', [['a,b', 1, null]], ['x', 'y', 'z']);
    expect(await readFile(file, 'utf8')).toBe('\ufeffx,y,z\r\n"a,b",1,\r\n');
    expect(await textOf(writeCsv([], ['x'], { bom: false }))).toBe('x\r\n');
  });

  it('makes text inert that a spreadsheet would run, and leaves numbers numbers', async () => {
    const lines = (
      await textOf(writeCsv([...DANGEROUS.map((text) => [text]), [-1], ['plain']], ['=h'], { bom: false }))
    ).split('\r\n');
    expect(lines[0]).toBe("'=h");
    // No field starts, after its quote, with anything but the apostrophe.
    for (const line of lines.slice(1, 1 + 5)) expect(line).toMatch(/^"?'/);
    expect(lines.slice(-3)).toEqual(['-1', 'plain', '']);
    for (const text of DANGEROUS) {
      expect(withInertMark(text)).toBe(`'${text}`);
      expect(withoutInertMark(withInertMark(text))).toBe(text);
    }
  });
});

describe('An XLSX export', () => {
  it('stores text as text with a quote prefix, numbers as numbers and dates as dates', async () => {
    const xml = await sheetXml([['=1+1', -1, new Date('2024-02-29T00:00:00Z'), new Date('2024-02-29T12:00:00Z')]]);
    expect(xml).toContain(
      '<c r="A2" s="3" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c><c r="B2"><v>-1</v></c><c r="C2" s="1"><v>45351</v></c><c r="D2" s="2"><v>45351.5</v></c>',
    );
    expect(xml).not.toContain('<f');
  });

  it('names its sheet as Excel allows', async () => {
    const target = await path('named.xlsx');
    await pipeline(
      writeXlsx([], ['a'], { sheetName: `成果/2024 [draft]: ${'x'.repeat(40)}` }),
      createWriteStream(target),
    );
    const { sheetName } = await readTable(target);
    expect(sheetName).toBe(`成果 2024  draft   ${'x'.repeat(14)}`);
    expect(sheetName).toHaveLength(31);
  });

  it('reaches column AA and beyond', async () => {
    const headers = Array.from({ length: 60 }, (_, i) => `h${i}`);
    const target = await written(writeXlsx, 'xlsx', [headers.map((_, i) => i)], headers);
    expect((await readTable(target)).rows).toEqual([[2, ...headers.map((_, i) => String(i))]]);
  });
});
