import type { FieldProblem } from '../../kernel/errors.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import type { KeyedRow, RowProblem } from './import.row-keys.js';
import type { ReportSeverity } from './import.vocabularies.js';
import type { Coded, Said } from '../../messages/catalogue.js';

export interface ReportLine {
  severity: ReportSeverity;
  line: number | null;
  column: string | null;
  field: string | null;
  code: string;
  message: Said;
  value: string | null;
}

/** The result of importing one batch of rows. */
export interface BatchOutcome {
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  /** Results of the pool among the updated ones, and those of them that lose their score passport by it. */
  admittedChanged: number;
  passportsVoided: number;
  /** Ids of the achievements that the batch registered, in the order of the file. */
  registeredIds: string[];
  report: ReportLine[];
  /** Line number of the row by id of the record that it refers to, for all rows of the batch. */
  touched: Map<string, number>;
  /** Ledger entries of the batch; the caller appends them at the end of the transaction. */
  ledger: LedgerEntry[];
}

/**
 * Returns header and index of the column from which a field of a record was read; null where the field has no column.
 */
export type ColumnOf = (field: string) => { header: string; index: number } | null;

export const emptyOutcome = (): BatchOutcome => ({
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  admittedChanged: 0,
  passportsVoided: 0,
  registeredIds: [],
  report: [],
  touched: new Map(),
  ledger: [],
});

const VALUE_LENGTH = 200;

/** A report line for a row's problem. */
export function problemLine(line: number, problem: RowProblem): ReportLine {
  return {
    severity: 'ERROR',
    line,
    column: problem.column,
    field: problem.field,
    code: problem.code,
    message: problem.message,
    value: problem.value === null ? null : cut(problem.value),
  };
}

/** A report line that tells what is worth knowing of a row that was taken. */
export function noteLine(
  line: number,
  note: Coded & Partial<Pick<ReportLine, 'column' | 'field' | 'value'>>,
): ReportLine {
  return {
    severity: 'INFO',
    line,
    column: note.column ?? null,
    field: note.field ?? null,
    code: note.code,
    message: note.message,
    value: note.value == null ? null : cut(note.value),
  };
}

/** A text of a file, shortened for the report. */
export function cut(text: string): string {
  // PostgreSQL texts cannot contain NUL.
  return [...text.slice(0, 4 * VALUE_LENGTH).replaceAll('\0', '')].slice(0, VALUE_LENGTH).join('');
}

/**
 * Converts a problem with a record's field into a problem of the row, with the column from which the field was read.
 */
export function problemOf({ columnOf }: { columnOf: ColumnOf }, row: KeyedRow, problem: FieldProblem): RowProblem {
  const column = columnOf(problem.field);
  return {
    field: problem.field,
    code: problem.code,
    message: problem.message,
    column: column?.header ?? null,
    value: column === null ? null : (row.cells[column.index] ?? null),
  };
}
