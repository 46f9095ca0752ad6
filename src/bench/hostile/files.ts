import { crc32, deflateRawSync } from 'node:zlib';
import { nineLetters, TEXT_KINDS } from './texts.js';

/** Files for upload that take far more work to read than their length suggests. */

const HEADERS = [
  '成果编号',
  '成果名称',
  '简介',
  '摘要',
  '技术成熟度',
  '所属行业',
  '关键词',
  '专利号',
  '完成人',
  '应用领域',
];

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const lines = (rows: ReadonlyArray<readonly string[]>): Buffer =>
  Buffer.from(rows.map((row) => row.map(quoted).join(',')).join('\n'));

/** Generates a CSV or workbook file of about `size` bytes. */
export type FileKind = (random: () => number, size: number) => Buffer;

/** Kind of CSV file with the usual columns, in which each cell is a text of the given kind with `length` characters. */
function cells(kind: string, length: number): FileKind {
  return (random, size) => {
    const text = TEXT_KINDS[kind]!(length, nineLetters(random));
    const row = HEADERS.map((_, i) => (i === 0 ? nineLetters(random) : text));
    const count = Math.max(1, Math.floor(size / Buffer.byteLength(row.join(','))));
    return lines([HEADERS, ...Array.from({ length: count }, () => row)]);
  };
}

export const CSV_KINDS: Readonly<Record<string, FileKind>> = {
  'cells of 32,000 marks': cells('two runs of marks', 32_000),
  'cells of marks up to the cap': cells('marks up to the cap', 30_000),
  'cells of kana': cells('voiced kana', 30_000),
  'cells of ligatures': cells('ligatures that grow', 20_000),
  'cells of blanks': cells('blanks', 90_000),
  'cells of quotes': cells('quotes', 20_000),
  'cells of separators': (random, size) => {
    const text = '；;、,|'.repeat(5000) + nineLetters(random);
    return lines([HEADERS, ...Array.from({ length: Math.max(1, size >> 18) }, () => HEADERS.map(() => text))]);
  },
  'cells of digits': cells('digits', 30_000),
  'wide table': (random, size) => {
    const row = Array.from({ length: 256 }, () => nineLetters(random));
    return lines([row.map((name, i) => `${name} ${i}`), ...Array.from({ length: Math.floor(size / 3000) }, () => row)]);
  },
  'long headers': (random, size) =>
    lines([
      ...[Array.from({ length: 200 }, (_, i) => `成果名称 ${nineLetters(random)} `.repeat(150) + i)],
      ...Array.from({ length: Math.max(1, size >> 12) }, () => ['x']),
    ]),
  'headers of marks': (random) =>
    lines([Array.from({ length: 100 }, (_, i) => `${nineLetters(random)}${'\u0301\u0316'.repeat(2000)}${i}`), ['x']]),
  'short rows': (random, size) => Buffer.from(`名称,编号\n${`${nineLetters(random)},1\n`.repeat(size / 12)}`),
  'blank rows': (random, size) => Buffer.from(`名称 ${nineLetters(random)},编号\n${',\n'.repeat(size / 2)}`),
  'line breaks in quotes': (random, size) =>
    Buffer.from(`名称,编号\n"${nineLetters(random)}${'\r\n'.repeat(Math.min(size, 900_000) / 2)}",1\n`),
  'a quote that is never closed': (random, size) =>
    Buffer.from(`名称,编号\n"${nineLetters(random)}${'a,'.repeat(size / 2)}`),
  'one endless line': (random, size) => Buffer.from(nineLetters(random).repeat(size / 9)),
  'bytes that are no text': (random, size) =>
    Buffer.from(Array.from({ length: 4096 }, () => random() * 256))
      .fill(0xff, 1024, 1100)
      .toString('latin1')
      .repeat(1).length > 0
      ? Buffer.alloc(size, Buffer.from(Array.from({ length: 4096 }, () => 1 + random() * 255)))
      : Buffer.alloc(0),
  zeros: (_random, size) => Buffer.alloc(size),
};

/** Builds a ZIP file of deflated parts. */
export function zipOf(parts: Readonly<Record<string, Buffer>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const packed = deflateRawSync(content, { level: 9 });
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
    local.push(head, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name)]));
    offset += head.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** Builds an XLSX workbook with one sheet from the sheet's XML and the shared strings. */
export function workbook(sheet: string, strings = ''): Buffer {
  return zipOf({
    '[Content_Types].xml': Buffer.from(
      `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`,
    ),
    '_rels/.rels': Buffer.from(
      `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': Buffer.from(
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': Buffer.from(
      `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    'xl/sharedStrings.xml': Buffer.from(`${XML}<sst xmlns="${MAIN}">${strings}</sst>`),
    'xl/worksheets/sheet1.xml': Buffer.from(`${XML}<worksheet xmlns="${MAIN}">${sheet}</worksheet>`),
  });
}

const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const rowOf = (cells: string): string => `<row>${cells}</row>`;
const HEADER_ROW = rowOf(inline('成果名称') + inline('成果编号'));

/** Kinds of XLSX workbooks whose sheet has about `size` bytes before compression, by name. */
export const XLSX_KINDS: Readonly<Record<string, FileKind>> = {
  'many cells': (random, size) => {
    const row = rowOf(inline(nineLetters(random)).repeat(200));
    return workbook(`<sheetData>${HEADER_ROW}${row.repeat(size / row.length)}</sheetData>`);
  },
  'one huge cell': (random, size) =>
    workbook(`<sheetData>${HEADER_ROW}${rowOf(inline(nineLetters(random).repeat(size / 9)))}</sheetData>`),
  'cells of marks': (random, size) => {
    const row = rowOf(inline(`${nineLetters(random)}${'\u0301\u0316'.repeat(8000)}`).repeat(2));
    return workbook(`<sheetData>${HEADER_ROW}${row.repeat(Math.max(1, size / row.length / 2))}</sheetData>`);
  },
  'many shared strings': (random, size) =>
    workbook(
      `<sheetData>${HEADER_ROW}${rowOf('<c t="s"><v>1</v></c>'.repeat(2)).repeat(1000)}</sheetData>`,
      `<si><t>${nineLetters(random)}</t></si>`.repeat(size / 27),
    ),
  'rich shared strings': (random, size) =>
    workbook(
      `<sheetData>${HEADER_ROW}${rowOf('<c t="s"><v>0</v></c>'.repeat(2)).repeat(20_000)}</sheetData>`,
      `<si>${`<r><t>${nineLetters(random)}</t></r>`.repeat(Math.min(size, 90_000) / 23)}</si>`,
    ),
  'many merged cells': (random, size) => {
    const merges = Array.from(
      { length: Math.min(100_000, size / 30) },
      (_, i) => `<mergeCell ref="A${2 + 2 * i}:B${3 + 2 * i}"/>`,
    );
    return workbook(
      `<sheetData>${HEADER_ROW}${rowOf(inline(nineLetters(random))).repeat(2000)}</sheetData><mergeCells>${merges.join('')}</mergeCells>`,
    );
  },
  'one merge over everything': (random) =>
    workbook(
      `<sheetData>${HEADER_ROW}${rowOf(inline(nineLetters(random))).repeat(2000)}</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`,
    ),
  'far cells': (random) =>
    workbook(
      `<sheetData>${HEADER_ROW}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>${nineLetters(random)}</t></is></c></row></sheetData>`,
    ),
  'nested elements': (random, size) =>
    workbook(
      `<sheetData>${HEADER_ROW}${'<a>'.repeat(size / 7)}${nineLetters(random)}${'</a>'.repeat(size / 7)}</sheetData>`,
    ),
  'many attributes': (random, size) =>
    workbook(
      `<sheetData>${HEADER_ROW}<row ${Array.from({ length: Math.min(size / 14, 100_000) }, (_, i) => `a${i}="1"`).join(' ')}>${inline(nineLetters(random))}</row></sheetData>`,
    ),
  entities: (random, size) =>
    workbook(
      `<sheetData>${HEADER_ROW}${rowOf(inline(nineLetters(random) + '&amp;'.repeat(Math.min(size, 450_000) / 5)))}</sheetData>`,
    ),
  'zeros that deflate well': (_random, size) => workbook(`<sheetData>${HEADER_ROW}${' '.repeat(size * 4)}</sheetData>`),
};
