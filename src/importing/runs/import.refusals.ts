import { cut, emptyOutcome, type BatchOutcome } from './import.outcome.js';
import type { KeyedRow } from './import.row-keys.js';
import type { RunSettings } from './import.settings.js';
import { coded } from '../../messages/catalogue.js';

/**
 * Whether an error is PostgreSQL's refusal of a value (error class 22), for which the row is rejected instead of ending
 * the import.
 */
export function isDataException(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && code.startsWith('22');
}

/**
 * The outcome of a row that the database refused: rejected, with a problem whose field and sentence the import's target
 * derives from the violated constraint.
 */
export function conflictOutcome(row: KeyedRow, error: unknown, { target, columnOf }: RunSettings): BatchOutcome {
  const { constraint } = error as { constraint?: string };
  const { field, code, message } = isDataException(error)
    ? {
        field: null,
        ...coded('UNSTORABLE_VALUE', { reason: cut((error as Error).message) }),
      }
    : (target.conflictOf(constraint) ?? {
        field: null,
        ...coded('CONFLICT'),
      });
  const column = field === null ? null : columnOf(field);
  const value = column === null ? null : cut(row.cells[column.index] ?? '');
  return {
    ...emptyOutcome(),
    rejected: 1,
    report: [{ severity: 'ERROR', line: row.line, column: column?.header ?? null, field, code, message, value }],
  };
}
