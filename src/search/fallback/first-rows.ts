import type { SortField } from '../query/search.request.js';
import type { PoolColumns } from './pool.columns.js';

/** The first `count` rows in an order of search results; rows without a value come last. */
export function firstRows(
  columns: PoolColumns,
  rows: readonly number[],
  field: Exclude<SortField, 'TITLE'>,
  descending: boolean,
  count: number,
): number[] {
  const compare = orderOf(columns, field, descending);
  if (count <= 0) return [];
  if (rows.length <= count) return [...rows].sort(compare);
  // A heap with the last of the kept rows at its root.
  const kept = rows.slice(0, count);
  const sink = (from: number) => {
    for (let at = from; ;) {
      let last = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < count; child += 1)
        if (compare(kept[child]!, kept[last]!) > 0) last = child;
      if (last === at) return;
      [kept[at], kept[last]] = [kept[last]!, kept[at]!];
      at = last;
    }
  };
  for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(at);
  for (let i = count; i < rows.length; i += 1) {
    if (compare(rows[i]!, kept[0]!) >= 0) continue;
    kept[0] = rows[i]!;
    sink(0);
  }
  return kept.sort(compare);
}

function orderOf(
  columns: PoolColumns,
  field: Exclude<SortField, 'TITLE'>,
  descending: boolean,
): (a: number, b: number) => number {
  const byId = (a: number, b: number) => (columns.idOf(a) < columns.idOf(b) ? -1 : 1);
  const by = (values: Float64Array, isDescending: boolean) => (a: number, b: number) => {
    const [x, y] = [values[a]!, values[b]!];
    if (x === y) return 0;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x < y === isDescending ? 1 : -1;
  };
  if (field === 'FUNDING') {
    const byAmount = by(columns.column('fundingMax'), descending);
    return (a, b) => {
      const [x, y] = [columns.currencyOf(a), columns.currencyOf(b)];
      if (x !== y) return x === null ? 1 : y === null ? -1 : x < y ? -1 : 1;
      return byAmount(a, b) || byId(a, b);
    };
  }
  const column = field === 'SCORE' ? 'score' : field === 'TRL' ? 'trl' : 'admittedAt';
  // By relevance, entries that are equally relevant come newest first.
  const order = by(columns.column(column), field === 'RELEVANCE' || descending);
  return (a, b) => order(a, b) || byId(a, b);
}
