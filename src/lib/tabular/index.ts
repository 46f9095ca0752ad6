/**
 * Reads and writes tables as streams: CSV and XLSX, in memory independent of the file's size. Each file is read twice,
 * so that container faults show before a caller has written anything. No domain rules: the meaning of rows is left to
 * callers.
 */
export { withInertMark, withoutInertMark, type TabularWriter } from './cells.js';
export { readDelimited, scanDelimited } from './csv.js';
export { ContainerFault, defaultLimits, type TabularLimits } from './faults.js';
export { openTabular } from './open.js';
export type { Cell, TabularRow, TabularSource } from './types.js';
export { writeCsv } from './write-csv.js';
export { writeXlsx } from './write-xlsx.js';
