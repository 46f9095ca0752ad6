/**
 * Tables in and out, as streams: CSV and XLSX, in memory that does not grow with the file. Each file is read twice, so
 * that what is wrong with its container shows before a caller has written anything. Knows nothing of what rows mean.
 */
export { withInertMark, withoutInertMark, type TabularWriter } from './cells.js';
export { readDelimited, scanDelimited } from './csv.js';
export { ContainerFault, defaultLimits, type TabularLimits } from './faults.js';
export { openTabular } from './open.js';
export type { Cell, TabularRow, TabularSource } from './types.js';
export { writeCsv } from './write-csv.js';
export { writeXlsx } from './write-xlsx.js';
