import { uniform } from '../../lib/random.js';

/**
 * A measure of agreement with its confidence interval; null if the data do not determine it (fewer than two units, or
 * no variation).
 */
export interface Estimate {
  value: number;
  /** Bounds of the 95 % percentile bootstrap interval over units. */
  low: number;
  high: number;
}

export interface Reliability {
  /** Number of units with at least two scores. */
  units: number;
  alpha: Estimate | null;
  icc: Estimate | null;
}

/**
 * The scores that one entry (the unit of analysis) got from interchangeable judges; in double reviewing, the mean
 * scores of its two panels.
 */
export type Unit = readonly number[];

const RESAMPLES = 1000;
/** Fixed seed of the bootstrap: the interval is published and must be reproducible. The number has no meaning. */
const SEED = 20_040_601;

/**
 * Agreement of independent panels: Krippendorff's alpha (interval metric) and the one-way intraclass correlation, with
 * intervals from `RESAMPLES` bootstrap samples of the units drawn by a seeded generator. Units with fewer than two
 * scores are ignored. The order of the units affects only the intervals; pass them in a published order.
 */
export function reliabilityOf(units: readonly Unit[]): Reliability {
  const pairable = units.filter((unit) => unit.length >= 2);
  return {
    units: pairable.length,
    alpha: withInterval(pairable, krippendorffAlpha),
    icc: withInterval(pairable, iccOneWay),
  };
}

/**
 * Krippendorff's alpha with squared differences (interval data), for any number of judges and missing scores:
 * 1 - (n - 1) × (sum over units of within-unit squared differences / (m_u - 1)) / (sum of all squared differences)
 * (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). 1 is full agreement, 0 the agreement expected by
 * chance. Null with fewer than two units or if all scores are equal.
 */
export function krippendorffAlpha(units: readonly Unit[]): number | null {
  let n = 0;
  let sum = 0;
  let squares = 0;
  let within = 0;
  let used = 0;
  // Squared differences do not depend on the origin; one close to the data avoids loss of precision.
  const origin = units.find((unit) => unit.length >= 2)?.[0] ?? 0;
  for (const unit of units) {
    const m = unit.length;
    if (m < 2) continue;
    used += 1;
    let unitSum = 0;
    let unitSquares = 0;
    for (const score of unit) {
      const x = score - origin;
      unitSum += x;
      unitSquares += x * x;
    }
    n += m;
    sum += unitSum;
    squares += unitSquares;
    within += (2 * (m * unitSquares - unitSum * unitSum)) / (m - 1);
  }
  const all = 2 * (n * squares - sum * sum);
  if (used < 2 || !(all > 0)) return null;
  return 1 - ((n - 1) * within) / all;
}

/**
 * Intraclass correlation of single scores under the one-way random model, ICC(1,1) of Shrout & Fleiss (1979), for units
 * judged by different judges. With unequal numbers of scores per unit, m0 = (N - sum m^2 / N) / (units - 1) replaces
 * the common number (Donner 1986). Null with fewer than two units or without variation.
 */
export function iccOneWay(units: readonly Unit[]): number | null {
  const used = units.filter((unit) => unit.length >= 2);
  if (used.length < 2) return null;
  let n = 0;
  let sum = 0;
  let sizes = 0;
  for (const unit of used) {
    n += unit.length;
    sizes += unit.length * unit.length;
    for (const score of unit) sum += score;
  }
  const grand = sum / n;
  let between = 0;
  let within = 0;
  for (const unit of used) {
    const mean = unit.reduce((total, score) => total + score, 0) / unit.length;
    between += unit.length * (mean - grand) * (mean - grand);
    for (const score of unit) within += (score - mean) * (score - mean);
  }
  const betweenSquare = between / (used.length - 1);
  const withinSquare = within / (n - used.length);
  const size = (n - sizes / n) / (used.length - 1);
  const total = betweenSquare + (size - 1) * withinSquare;
  return total > 0 ? (betweenSquare - withinSquare) / total : null;
}

/**
 * Two-way intraclass correlations of single scores for a complete table (one row per unit, one column per judge), after
 * Shrout & Fleiss (1979): `agreement` is ICC(2,1), with judges drawn at random and their severity counted as error;
 * `consistency` is ICC(3,1), with severity ignored. Throws RangeError unless all rows have the same number of at least
 * two scores. Null with fewer than two units or without variation.
 */
export function iccTwoWay(rows: readonly Unit[]): { agreement: number; consistency: number } | null {
  const k = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== k) || (rows.length > 0 && k < 2))
    throw new RangeError('a full table: the same two or more judges in every row');
  const n = rows.length;
  if (n < 2) return null;
  const grand = rows.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0) / (n * k);
  const rowMeans = rows.map((row) => row.reduce((a, b) => a + b, 0) / k);
  const columnMeans = Array.from({ length: k }, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  let ofRows = 0;
  let ofColumns = 0;
  let ofError = 0;
  for (const mean of rowMeans) ofRows += k * (mean - grand) * (mean - grand);
  for (const mean of columnMeans) ofColumns += n * (mean - grand) * (mean - grand);
  rows.forEach((row, i) =>
    row.forEach((score, j) => {
      const residual = score - rowMeans[i]! - columnMeans[j]! + grand;
      ofError += residual * residual;
    }),
  );
  const rowSquare = ofRows / (n - 1);
  const columnSquare = ofColumns / (k - 1);
  const errorSquare = ofError / ((n - 1) * (k - 1));
  const consistent = rowSquare + (k - 1) * errorSquare;
  const agreeing = consistent + (k * (columnSquare - errorSquare)) / n;
  if (!(consistent > 0) || !(agreeing > 0)) return null;
  return { agreement: (rowSquare - errorSquare) / agreeing, consistency: (rowSquare - errorSquare) / consistent };
}

function withInterval(units: readonly Unit[], figure: (units: readonly Unit[]) => number | null): Estimate | null {
  const value = figure(units);
  if (value === null) return null;
  const random = uniform(SEED);
  const drawn: number[] = [];
  for (let sample = 0; sample < RESAMPLES; sample += 1) {
    const found = figure(units.map(() => units[Math.floor(random() * units.length)]!));
    // A sample without an estimate, such as one in which all scores are equal, is left out.
    if (found !== null) drawn.push(found);
  }
  drawn.sort((a, b) => a - b);
  return { value, low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** Quantile of sorted numbers, with linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: readonly number[], p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
