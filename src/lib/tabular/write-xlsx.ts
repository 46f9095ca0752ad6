import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { fittingText, isoDate, looksLikeFormula, type Rows } from './cells.js';
import { ContainerFault } from './faults.js';
import type { Cell } from './types.js';
import { dayNumber } from '../day.js';
import { say } from './tabular.messages.js';

const BATCH_CHARS = 65_536;
const MAX_SHEET_ROWS = 1_048_576;
const DAY_MS = 86_400_000;
/**
 * Day 0 of Excel's 1900 date system in milliseconds since 1970-01-01; it holds for serial numbers after 60, since
 * serial 60 is 29 February 1900, which never existed.
 */
const EPOCH_1900 = dayNumber('1899-12-30') * DAY_MS;
const FIRST_SURE_SERIAL = 61;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Indexes of cell styles in `cellXfs` of the style sheet STYLES. */
const STYLE = { date: 1, dateTime: 2, quoted: 3, header: 4, quotedHeader: 5 };

const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
const CONTENT_TYPES = `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`;
const ROOT_RELS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const WORKBOOK_RELS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`;

function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '_x000D_');
}

/**
 * Escapes a cell's text. A worksheet reads _x0041_ as an escaped character, so text of this form gets its underscore
 * escaped.
 */
function cellText(text: string): string {
  return escaped(text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'));
}

/**
 * Turns a text into a sheet name that Excel accepts: at most 31 characters, without []:*?/\ and without an apostrophe
 * at its ends.
 */
function sheetNameOf(name: string): string {
  const usable = fittingText(name)
    .replace(/[[\]:*?/\\]/g, ' ')
    .slice(0, 31)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/^'+|'+$/g, '')
    .trim();
  return usable === '' ? 'Sheet1' : usable;
}

/** Letters of a column counted from 0: A for 0, AA for 26. */
function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26);
}

function textCell(ref: string, text: string, header: boolean): string {
  const fitting = fittingText(text);
  if (fitting === '') return '';
  // A cell of type string is never evaluated; the style quotePrefix keeps a formula-like text a text even after someone
  // edits the cell.
  const quoted = looksLikeFormula(fitting);
  const style = header ? (quoted ? STYLE.quotedHeader : STYLE.header) : quoted ? STYLE.quoted : 0;
  return `<c r="${ref}"${style === 0 ? '' : ` s="${style}"`} t="inlineStr"><is><t xml:space="preserve">${cellText(fitting)}</t></is></c>`;
}

function dateCell(ref: string, date: Date): string {
  const serial = (date.getTime() - EPOCH_1900) / DAY_MS;
  // Dates before serial 61 are ambiguous, and dates after the year 9999 are not representable, so such dates are
  // written as text.
  if (serial < FIRST_SURE_SERIAL || serial >= 2_958_466) return textCell(ref, isoDate(date), false);
  return `<c r="${ref}" s="${Number.isInteger(serial) ? STYLE.date : STYLE.dateTime}"><v>${serial}</v></c>`;
}

function cellXml(ref: string, cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return textCell(ref, cell, false);
  if (typeof cell === 'boolean') return `<c r="${ref}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (cell instanceof Date) return dateCell(ref, cell);
  return Number.isFinite(cell) ? `<c r="${ref}"><v>${cell}</v></c>` : textCell(ref, String(cell), false);
}

async function* sheetXml(rows: Rows, headers: readonly string[]): AsyncGenerator<string> {
  const columns: string[] = [];
  const ref = (index: number, row: number): string => `${(columns[index] ??= columnName(index))}${row}`;
  let batch = `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="${Math.max(1, headers.length)}" width="20" customWidth="1"/></cols><sheetData>`;
  batch += `<row r="1">${headers.map((header, index) => textCell(ref(index, 1), header, true)).join('')}</row>`;
  let number = 1;
  for await (const row of rows) {
    if (++number > MAX_SHEET_ROWS) {
      throw new ContainerFault(say('TOO_MANY_ROWS.sheet', { max: MAX_SHEET_ROWS }));
    }
    batch += `<row r="${number}">${row.map((cell, index) => cellXml(ref(index, number), cell)).join('')}</row>`;
    if (batch.length < BATCH_CHARS) continue;
    yield batch;
    batch = '';
  }
  yield `${batch}</sheetData></worksheet>`;
}

/**
 * Writes rows as a workbook with one sheet, in constant memory and as fast as the output is read. Texts are written
 * into their cells, since a table of shared texts would have to be held in memory until the end. Dates become date
 * cells if Excel can represent them, else text; text never becomes a formula.
 */
export function writeXlsx(rows: Rows, headers: readonly string[], options: { sheetName?: string } = {}): Readable {
  const workbook = `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(sheetNameOf(options.sheetName ?? 'Sheet1'))}" sheetId="1" r:id="rId1"/></sheets></workbook>`;
  const sheet = Readable.from(sheetXml(rows, headers), { objectMode: false });
  const zip = new ZipFile();
  const output = new PassThrough();
  sheet.on('error', (error) => output.destroy(error));
  zip.on('error', (error: Error) => output.destroy(error));
  // When the reader of the output stops early, the source of the rows is destroyed as well.
  output.on('close', () => sheet.destroy());
  zip.addBuffer(Buffer.from(CONTENT_TYPES), '[Content_Types].xml');
  zip.addBuffer(Buffer.from(ROOT_RELS), '_rels/.rels');
  zip.addBuffer(Buffer.from(workbook), 'xl/workbook.xml');
  zip.addBuffer(Buffer.from(WORKBOOK_RELS), 'xl/_rels/workbook.xml.rels');
  zip.addBuffer(Buffer.from(STYLES), 'xl/styles.xml');
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  zip.outputStream.pipe(output);
  return output;
}
