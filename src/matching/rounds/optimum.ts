import { upperBound, worthOf } from '../../lib/min-cost-flow/bound.js';
import { solveFlow } from '../../lib/min-cost-flow/flow.js';
import type { FlowProblem } from '../../lib/min-cost-flow/problem.js';
import type { Pairing, ReadyRound } from './problem.js';

/** Worths of pairs are converted to whole numbers of at most this value, so that their sums are exact. */
const STEPS = 1e9;
/**
 * The preselected columns (participants of the side with more places) have together at least this multiple of the
 * places that the rows (the other side) request, as far as there are enough columns.
 */
const SPARE = 2;

export interface Optimum {
  pairing: Pairing;
  /** Proved upper bound on the total worth of any admissible pairing. */
  upperBound: number;
}

/**
 * Computes the pairing with the largest total worth as a minimum-cost flow from rows (participants of the side with
 * fewer places) to columns (the other side). The flow first uses only the most promising columns; the dual prices of
 * its solution then show which other columns could improve the total, and those are added until there are none. The
 * upper bound is proved over all pairs in any case.
 */
export function optimum(round: ReadyRound, progress: (share: number) => void = () => undefined): Optimum {
  const { x, step, transposed } = flowProblem(round);
  let columns = promising(x);
  for (let pass = 1; ; pass += 1) {
    const part = narrowed(x, columns);
    const { chosen, price: partPrice } = solveFlow(part);
    const price = new Float64Array(x.columns);
    columns.forEach((j, k) => (price[j] = partPrice[k]!));
    const bound = upperBound(x, price);
    progress(1 - 0.5 ** pass);
    const more = bound > worthOf(part, chosen).value ? wanted(x, columns, chosen, part, price) : [];
    if (more.length === 0) {
      const rows = chosen.map((list) => list.map((k) => columns[k]!));
      return { pairing: transposed ? turnedRows(rows, round.achievements) : rows, upperBound: bound * step };
    }
    columns = [...columns, ...more].sort((a, b) => a - b);
  }
}

/**
 * Formulates the pairing as a flow problem. Rows are the side with fewer places, because that gives fewer and shorter
 * augmenting paths.
 */
function flowProblem(round: ReadyRound): { x: FlowProblem; step: number; transposed: boolean } {
  const { achievements: nA, investors: nI, worth } = round;
  const places = (capacity: Int32Array, others: number) => capacity.reduce((sum, c) => sum + Math.min(c, others), 0);
  const transposed = places(round.investorCapacity, nA) < places(round.achievementCapacity, nI);
  let largest = 0;
  for (let a = 0, cell = 0; a < nA; a += 1) {
    for (let i = 0; i < nI; i += 1, cell += 1)
      if (worth[cell]! > largest && round.achievementCapacity[a]! > 0 && round.investorCapacity[i]! > 0)
        largest = worth[cell]!;
  }
  const step = largest / STEPS;
  const [rows, columns] = transposed ? [nI, nA] : [nA, nI];
  const [demand, capacity] = transposed
    ? [round.investorCapacity, round.achievementCapacity]
    : [round.achievementCapacity, round.investorCapacity];
  const value = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const w = worth[transposed ? j * nI + i : i * nI + j]!;
      // Rounded down and raised by one step: this makes the bound in steps valid for the exact worth, and makes a
      // pair exactly at the floor better than no pair.
      value[i * columns + j] =
        w === -Infinity || capacity[j] === 0 ? -Infinity : (step > 0 ? Math.floor(w / step) : 0) + 1;
    }
  }
  return {
    transposed,
    step,
    x: {
      rows,
      columns,
      value,
      demand: demand.map((places) => Math.min(places, columns)),
      cheapDemand: new Int32Array(rows),
      groupLimit: new Uint8Array(rows).fill(1),
      group: Int32Array.from({ length: columns }, (_, j) => j),
      groups: columns,
      capacity: capacity.map((places) => Math.min(places, rows)),
      wish: new Int32Array(columns),
      pinned: new Int32Array(rows).fill(-1),
      wishWorth: 0,
      cheapLoss: 0,
      loss: 0,
    },
  };
}

/**
 * Preselects columns (participants of the side with more places): the best column of each row, then the second best,
 * and so on, until their places reach SPARE times the places that the rows request.
 */
function promising(x: FlowProblem): number[] {
  const wanted = SPARE * x.demand.reduce((sum, n) => sum + n, 0);
  const order = Array.from({ length: x.rows }, (_, i) => {
    const base = i * x.columns;
    return ranked(x.columns, (j) => x.value[base + j]!);
  });
  const taken = new Uint8Array(x.columns);
  let places = 0;
  for (let rank = 0; rank < x.columns && places < wanted; rank += 1) {
    for (const list of order) {
      const j = list[rank];
      if (j === undefined || taken[j]) continue;
      taken[j] = 1;
      places += x.capacity[j]!;
    }
  }
  return [...taken.keys()].filter((j) => taken[j]);
}

/** Column numbers with a finite value, in descending order of value; equal values in ascending order of number. */
function ranked(columns: number, value: (j: number) => number): Int32Array {
  const all = Int32Array.from({ length: columns }, (_, j) => j).filter((j) => value(j) > -Infinity);
  return all.sort((a, b) => value(b) - value(a) || a - b);
}

function narrowed(x: FlowProblem, columns: readonly number[]): FlowProblem {
  const n = columns.length;
  const value = new Float64Array(x.rows * n);
  for (let i = 0; i < x.rows; i += 1)
    for (let k = 0; k < n; k += 1) value[i * n + k] = x.value[i * x.columns + columns[k]!]!;
  const own = Int32Array.from({ length: n }, (_, k) => k);
  return {
    ...x,
    columns: n,
    value,
    group: own,
    groups: n,
    capacity: Int32Array.from(columns, (j) => x.capacity[j]!),
    wish: new Int32Array(n),
  };
}

/**
 * Columns that the flow does not use yet and that some row, at the present dual prices, prefers to its worst partner or
 * its free place; at most as many of the best ones per row as the row has places.
 */
function wanted(
  x: FlowProblem,
  columns: readonly number[],
  chosen: readonly number[][],
  part: FlowProblem,
  price: Float64Array,
): number[] {
  const inside = new Uint8Array(x.columns);
  for (const j of columns) inside[j] = 1;
  const more = new Set<number>();
  for (let i = 0; i < x.rows; i += 1) {
    const demand = x.demand[i]!;
    if (demand === 0) continue;
    let marginal = chosen[i]!.length < demand ? 0 : Infinity;
    for (const k of chosen[i]!) marginal = Math.min(marginal, part.value[i * part.columns + k]! - price[columns[k]!]!);
    const better = ranked(x.columns, (j) =>
      inside[j] || x.value[i * x.columns + j]! <= marginal ? -Infinity : x.value[i * x.columns + j]!,
    );
    for (const j of better.subarray(0, demand)) more.add(j);
  }
  return [...more];
}

function turnedRows(rows: readonly number[][], columns: number): number[][] {
  const lists: number[][] = Array.from({ length: columns }, () => []);
  rows.forEach((list, i) => list.forEach((j) => lists[j]!.push(i)));
  return lists;
}
