import { dateProblem } from '../../lib/day.js';
import type { TabularRow } from '../../lib/tabular/types.js';
import type { Mapping } from '../mapping/mapping.js';
import { readDate } from '../mapping/dates.js';
import { isProblem } from '../mapping/values.js';
import { ImplausibleDate } from './import.types.js';

/** Fields with a day on which something happened, which therefore lies between 1949-10-01 and today. */
const PAST_DAYS: ReadonlySet<string> = new Set(['registeredOn', 'investedOn']);
/** Maximum number of characters of a shown cell. */
const SHOWN_CHARS = 200;

/**
 * Dates of sample rows, and constant dates of the mapping, that an import with this mapping would refuse as too early
 * or in the future. Dates that cannot be read at all are left to the report of a dry run. `today` is the current day in
 * the deployment's zone.
 */
export function implausibleDates(
  mapping: Mapping,
  headers: readonly string[],
  sample: readonly TabularRow[],
  today: string,
): ImplausibleDate[] {
  const found: ImplausibleDate[] = [];
  const check = (line: number | null, header: string | null, field: string, cell: string) => {
    const day = readDate(cell, mapping.dateOrder);
    const problem = isProblem(day) ? null : dateProblem(day, today, 0);
    if (problem) {
      const { code, message: said } = problem;
      const date = { line, header, field, value: cell.slice(0, SHOWN_CHARS), code, said };
      found.push(Object.assign(new ImplausibleDate(), date));
    }
  };
  for (const [field, text] of Object.entries(mapping.defaults))
    if (PAST_DAYS.has(field)) check(null, null, field, text);
  const columns = headers.flatMap((header, index) => {
    const field = mapping.columns[header];
    return field !== undefined && PAST_DAYS.has(field) ? [{ header, index, field }] : [];
  });
  for (const row of sample)
    for (const { header, index, field } of columns) check(row.line, header, field, row.cells[index] ?? '');
  return found;
}
