import { notAWorkbook } from './xlsx-zip.js';
import { say } from './tabular.messages.js';

const MAX_MERGES = 65_536;

interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/**
 * The merged ranges of a worksheet, with columns counted from 0. All cells of a range but its first may hold values
 * that the spreadsheet does not show.
 */
export class MergedRanges {
  private active: Array<Range & { value: string }> = [];
  private next = 0;
  private row = 0;

  constructor(
    private readonly maxColumns: number,
    private readonly ranges: Range[] = [],
  ) {}

  get size(): number {
    return this.ranges.length;
  }

  add(from: { column: number; row: number }, to: { column: number; row: number }): void {
    if (from.column >= this.maxColumns) return;
    this.ranges.push({
      top: from.row,
      bottom: to.row,
      left: from.column,
      right: Math.min(to.column, this.maxColumns - 1),
    });
    if (this.ranges.length > MAX_MERGES) throw notAWorkbook(say('workbook.merges', { max: MAX_MERGES }));
  }

  /**
   * Returns a new instance with the same merged ranges, for one pass over the sheet; several passes may overlap in
   * time.
   */
  forPass(): MergedRanges {
    return new MergedRanges(
      this.maxColumns,
      this.ranges.toSorted((a, b) => a.top - b.top),
    );
  }

  /**
   * Empties the cells of a row that a merged range covers, except the range's first column: there each row of the range
   * has the value of its first cell, unless the row holds nothing else. Rows must come in ascending order. Returns the
   * number of cells that got a value so.
   */
  fillCovered(row: number, cells: string[]): number {
    if (row < this.row) throw notAWorkbook(say('workbook.rowOrder', { row, before: this.row }));
    this.row = row;
    for (
      let range = this.ranges[this.next];
      range !== undefined && range.top <= row;
      range = this.ranges[++this.next]
    ) {
      this.active.push({ ...range, value: '' });
    }
    this.active = this.active.filter((range) => range.bottom >= row);
    // Merged ranges of a valid sheet never overlap, so a row has at most one per column.
    if (this.active.length > this.maxColumns) throw notAWorkbook(say('workbook.overlap'));
    for (const { top, left, right } of this.active) {
      for (let column = row === top ? left + 1 : left; column <= right && column < cells.length; column++)
        cells[column] = '';
    }
    let filled = 0;
    const holdsMore = cells.some((cell) => cell !== '');
    for (const range of this.active) {
      if (row === range.top) range.value = cells[range.left] ?? '';
      else if (holdsMore && range.value.trim() !== '') {
        while (cells.length <= range.left) cells.push('');
        cells[range.left] = range.value;
        filled += 1;
      }
    }
    return filled;
  }
}
