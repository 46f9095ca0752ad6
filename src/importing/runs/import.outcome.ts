import type { FieldProblem } from '../../kernel/errors.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import type { KeyedRow, RowProblem } from './import.rows.js';
import type { ReportSeverity } from './import.vocabularies.js';

export interface ReportLine {
  severity: ReportSeverity;
  line: number | null;
  column: string | null;
  field: string | null;
  code: string;
  message: string;
  value: string | null;
}

/** What became of a batch. */
export interface BatchOutcome {
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  /** Of achievements that were registered, in the order of the file. */
  registeredIds: string[];
  report: ReportLine[];
  /** Line by id of what rows of this batch stand for. */
  touched: Map<string, number>;
  /** What follows; to be appended by the caller, last in the transaction. */
  ledger: LedgerEntry[];
}

/** Header and place of the column that a record's field came from, for the report. */
export type ColumnOf = (field: string) => { header: string; index: number } | null;

export const emptyOutcome = (): BatchOutcome => ({
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
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

/** Text of a file as a report can hold it. */
export function cut(text: string): string {
  // NUL is no text in the database.
  return [...text.slice(0, 4 * VALUE_LENGTH).replaceAll('\0', '')].slice(0, VALUE_LENGTH).join('');
}

/** A record's problem as one of the row that it came from. */
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
