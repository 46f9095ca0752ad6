import { ContainerFault, type TabularLimits } from './faults.js';
import type { TabularRow } from './types.js';
import type { MergedRanges } from './xlsx-merges.js';
import { shownNumber } from './xlsx-values.js';
import type { Workbook } from './xlsx-workbook.js';
import { parseXml, unescaped, type XmlHandlers } from './xlsx-xml.js';
import { notAWorkbook, zipBomb, type WorkbookZip } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

const MAX_SHEET_ROWS = 1_048_576;

/**
 * Converts a cell reference such as AB12 to a column counted from 0 and a row counted from 1; throws a ContainerFault
 * for anything else.
 */
function parseReference(reference: string): { column: number; row: number } {
  let column = 0;
  let i = 0;
  for (; i < reference.length; i++) {
    const code = reference.charCodeAt(i);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  const row = Number(reference.slice(i));
  if (i === 0 || i > 3 || !Number.isInteger(row) || row < 1 || row > MAX_SHEET_ROWS) {
    throw notAWorkbook(say('workbook.reference', { reference: reference.slice(0, 20) }));
  }
  return { column: column - 1, row };
}

/**
 * A worksheet row before its shared texts are looked up: each cell is a text, or an index into the workbook's shared
 * texts, so that a row takes no more memory than its XML.
 */
interface RawRow {
  line: number;
  cells: Array<string | number>;
  hidden: boolean;
}

/** Collects the rows of a worksheet from its XML events. */
class SheetReader {
  /** Rows that were completed since the caller last emptied this list. */
  rows: RawRow[] = [];
  private inData = false;
  private hidden = false;
  private row = 0;
  private column = -1;
  private cells: Array<string | number> = [];
  /**
   * Lower bound of the size of the current row in bytes: exact for shared texts, one byte per character for other
   * texts.
   */
  private rowBytes = 0;
  /** Total number of characters in the cells of all rows so far. */
  private chars = 0;
  private type = 'n';
  private style = 0;
  private value = '';
  private text = '';
  private capture: 'value' | 'text' | null = null;
  private phonetic = false;

  constructor(
    private readonly workbook: Workbook,
    private readonly limits: TabularLimits,
    private readonly merges: { found: MergedRanges | null; known: MergedRanges | null },
  ) {}

  open(name: string, attributes: Record<string, string>): void {
    if (!this.inData) {
      if (name === 'sheetData') this.inData = true;
      else if (name === 'mergeCell') this.addMerge(attributes['ref'] ?? '');
      return;
    }
    if (name === 'c') this.openCell(attributes);
    else if (name === 'v') this.capture = 'value';
    else if (name === 't') this.capture = this.phonetic ? null : 'text';
    else if (name === 'rPh') this.phonetic = true;
    else if (name === 'row') {
      this.openRow(attributes['r']);
      this.hidden = attributes['hidden'] === '1' || attributes['hidden'] === 'true';
    }
  }

  addText(piece: string): void {
    if (this.capture === 'value') this.value += piece;
    else if (this.capture === 'text') this.text += piece;
    else return;
    if (this.value.length + this.text.length > this.limits.maxLineBytes) throw this.tooLong(this.row);
  }

  close(name: string): void {
    if (!this.inData) return;
    if (name === 'v' || name === 't') this.capture = null;
    else if (name === 'rPh') this.phonetic = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'sheetData') this.inData = false;
  }

  private addMerge(reference: string): void {
    const [from = '', to = from] = reference.split(':');
    this.merges.found?.add(parseReference(from), parseReference(to));
  }

  private openRow(number: string | undefined): void {
    const row = number === undefined ? this.row + 1 : Number(number);
    if (!Number.isInteger(row) || row < 1 || row > MAX_SHEET_ROWS)
      throw notAWorkbook(say('workbook.row', { row: String(number).slice(0, 20) }));
    this.row = row;
    this.column = -1;
    this.cells = [];
    this.rowBytes = 0;
  }

  private openCell(attributes: Record<string, string>): void {
    const reference = attributes['r'];
    this.column = reference === undefined ? this.column + 1 : parseReference(reference).column;
    this.type = attributes['t'] ?? 'n';
    this.style = Number(attributes['s'] ?? '0');
    this.value = '';
    this.text = '';
  }

  private closeCell(): void {
    const shown = this.type === 's' && this.value.trim() !== '' ? this.sharedIndex() : this.shown();
    const bytes = typeof shown === 'number' ? this.workbook.strings.byteLength(shown)! : shown.length;
    // Empty cells beyond the maximum number of columns are ignored: formatted but empty cells often reach to the last
    // column of a sheet.
    if (bytes === 0) return;
    if (this.column >= this.limits.maxColumns) {
      throw new ContainerFault(say('TOO_MANY_COLUMNS.row', { line: this.row, max: this.limits.maxColumns }), {
        line: this.row,
        detail: { column: this.column + 1 },
      });
    }
    this.rowBytes += bytes;
    if (this.rowBytes > this.limits.maxLineBytes) throw this.tooLong(this.row);
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = shown;
  }

  private closeRow(): void {
    this.rows.push({ line: this.row, cells: this.cells, hidden: this.hidden });
    this.cells = [];
  }

  /** Replaces the indexes of shared texts in a row by the texts. It must be called for every row, in order. */
  complete({ line, cells: raw, hidden }: RawRow): TabularRow {
    const cells = raw.map((cell) => (typeof cell === 'number' ? this.workbook.strings.get(cell)! : cell));
    const chars = cells.reduce((sum, cell) => sum + cell.length, 0);
    // A UTF-16 code unit takes at most 3 bytes in UTF-8, so only rows above a third of the limit need an exact count.
    if (chars * 3 > this.limits.maxLineBytes) {
      const bytes = cells.reduce((sum, cell) => sum + Buffer.byteLength(cell) + 1, 0);
      if (bytes > this.limits.maxLineBytes) throw this.tooLong(line);
    }
    this.chars += chars;
    // A few bytes of XML can refer to a shared text of any length, so the total characters after expansion are limited
    // too.
    if (this.chars > this.limits.maxUncompressedBytes)
      throw zipBomb(say('workbook.cells', { max: this.limits.maxUncompressedBytes }));
    const merged = this.merges.known?.fillCovered(line, cells) ?? 0;
    return { line, cells, ...(hidden ? { hidden } : {}), ...(merged > 0 ? { merged } : {}) };
  }

  private shown(): string {
    const { value } = this;
    switch (this.type) {
      case 's':
        return '';
      case 'inlineStr':
        return unescaped(this.text);
      case 'str':
        return unescaped(value);
      case 'b':
        return value.trim() === '' ? '' : value.trim() === '1' || value.trim() === 'true' ? 'TRUE' : 'FALSE';
      case 'e':
        return value;
      case 'd':
        return value.trim().replace(/T00:00:00(?:\.0+)?Z?$/, '');
      default: {
        if (value === '') return '';
        const look = this.workbook.looks[this.style] ?? { kind: 'number' };
        return shownNumber(value.trim(), look, this.workbook.uses1904);
      }
    }
  }

  private sharedIndex(): number {
    const index = Number(this.value);
    if (this.workbook.strings.byteLength(index) === undefined)
      throw notAWorkbook(say('workbook.text', { row: this.row }));
    return index;
  }

  private tooLong(row: number): ContainerFault {
    return new ContainerFault(say('LINE_TOO_LONG.row', { line: row, max: this.limits.maxLineBytes }), {
      line: row,
      detail: { maxLineBytes: this.limits.maxLineBytes },
    });
  }
}

/**
 * Yields every row of a worksheet, header and blank rows included, while its XML is inflated. Merged ranges are
 * collected in `merges.found`.
 */
export async function* readSheet(
  zip: WorkbookZip,
  workbook: Workbook,
  limits: TabularLimits,
  merges: { found: MergedRanges | null; known: MergedRanges | null },
): AsyncGenerator<TabularRow> {
  const reader = new SheetReader(workbook, limits, { found: merges.found, known: merges.known?.forPass() ?? null });
  const handlers: XmlHandlers = {
    open: (name, attributes) => reader.open(name, attributes),
    text: (piece) => reader.addText(piece),
    close: (name) => reader.close(name),
  };
  for await (const _ of parseXml(zip.read(workbook.sheetPart), handlers, limits.maxLineBytes)) {
    if (reader.rows.length === 0) continue;
    const { rows } = reader;
    reader.rows = [];
    for (const row of rows) yield reader.complete(row);
  }
}
