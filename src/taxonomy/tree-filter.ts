import { badInput } from '../kernel/errors.js';

/** Values of one filter; more would cost much for nothing. */
export const MOST_FILTER_VALUES = 200;

/** Throws unless a filter's codes are known and not too many. Gives null where nothing is asked for. */
export function readFilterCodes(
  field: string,
  given: readonly string[] | null | undefined,
  known: ReadonlySet<string>,
): readonly string[] | null {
  if (given == null || given.length === 0) return null;
  if (given.length > MOST_FILTER_VALUES) throw badInput(field, 'TOO_MANY', `at most ${MOST_FILTER_VALUES} values.`);
  given.forEach((code, i) => {
    if (!known.has(code)) throw badInput(`${field}[${i}]`, 'UNKNOWN_CODE', 'not a code of the list.');
  });
  return given;
}

/**
 * SQL that is true for a node `node` of a tree (`industry`, `region`) that is one of the codes in the parameter, below
 * one or above one: who says the whole of manufacturing is found by each of its classes.
 */
export const related = (tree: 'industry' | 'region', node: string, parameter: string): string =>
  `(${node}.path && CAST(:${parameter} AS text[]) OR EXISTS (SELECT 1 FROM ${tree} w WHERE w.code = ANY(CAST(:${parameter} AS text[])) AND ${node}.code = ANY(w.path)))`;
