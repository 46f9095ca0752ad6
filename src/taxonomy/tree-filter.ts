import { badInput } from '../kernel/errors.js';

/** Maximum values of one filter; more would be slow without being useful. */
export const MAX_FILTER_VALUES = 200;

/** Validates a filter's codes: known, and at most MAX_FILTER_VALUES. Returns null for an empty filter. */
export function readFilterCodes(
  field: string,
  given: readonly string[] | null | undefined,
  known: ReadonlySet<string>,
): readonly string[] | null {
  if (given == null || given.length === 0) return null;
  if (given.length > MAX_FILTER_VALUES) throw badInput(field, 'TOO_MANY', `at most ${MAX_FILTER_VALUES} values.`);
  given.forEach((code, i) => {
    if (!known.has(code)) throw badInput(`${field}[${i}]`, 'UNKNOWN_CODE', 'not a code of the list.');
  });
  return given;
}

/**
 * SQL condition: the tree node `node` (of `industry` or `region`) is one of the parameter's codes, a descendant of one,
 * or an ancestor of one. An entry tagged with all of manufacturing is therefore found by each class of manufacturing.
 */
export const related = (tree: 'industry' | 'region', node: string, parameter: string): string =>
  `(${node}.path && CAST(:${parameter} AS text[])
    OR EXISTS (
      SELECT 1
      FROM ${tree} w
      WHERE w.code = ANY(CAST(:${parameter} AS text[])) AND ${node}.code = ANY(w.path)))`;
