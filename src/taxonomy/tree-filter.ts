import { badInput } from '../kernel/errors.js';
import { say } from '../messages/catalogue.js';

/** Maximum number of codes in one list of a filter, which bounds the running time of the query. */
export const MAX_FILTER_VALUES = 200;

/**
 * Validates the codes of a filter: each must be known, and there may be at most MAX_FILTER_VALUES. Returns null for an
 * empty list.
 */
export function readFilterCodes(
  field: string,
  given: readonly string[] | null | undefined,
  known: ReadonlySet<string>,
): readonly string[] | null {
  if (given == null || given.length === 0) return null;
  if (given.length > MAX_FILTER_VALUES)
    throw badInput(field, 'TOO_MANY', say('TOO_MANY.values', { max: MAX_FILTER_VALUES }));
  given.forEach((code, i) => {
    if (!known.has(code)) throw badInput(`${field}[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.theList'));
  });
  return given;
}

/**
 * SQL condition: the tree node `node` (of `industry` or `region`) is one of the parameter's codes, a descendant of one,
 * or an ancestor of one. Ancestors count too: an entry tagged only with the section of manufacturing is found by each
 * class of manufacturing.
 */
export const related = (tree: 'industry' | 'region', node: string, parameter: string): string =>
  `(${node}.path && CAST(:${parameter} AS text[])
    OR EXISTS (
      SELECT 1
      FROM ${tree} w
      WHERE w.code = ANY(CAST(:${parameter} AS text[])) AND ${node}.code = ANY(w.path)))`;
