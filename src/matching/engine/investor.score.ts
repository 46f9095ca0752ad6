import { dot } from '../../text/similarity.vectors.js';
import { InvestorColumns, NEVER } from './investor.columns.js';
import type { Sought, SoughtCode } from './investor.sought.js';
import { decay, type InvestorModel } from './model.js';
import { rounded } from './result.types.js';
import type { SparseColumn } from './columns.js';
import type { Day } from './types.js';

/** Codes of the terms that an investor's score is the sum of, in the order in which `contributionsOf` writes them. */
export const INVESTOR_TERMS = [
  'ACTIVITY',
  'INDUSTRY',
  'STAGE',
  'REGION',
  'AMOUNT',
  'TRL',
  'COOPERATION',
  'CO_INVESTORS',
  'LATENT',
  'TEXT',
  'BASE',
] as const;
export type InvestorTerm = (typeof INVESTOR_TERMS)[number];

/**
 * Cap of the distance by which the penalty outside a declared range is multiplied: natural logs of an amount, or TRL
 * levels.
 */
export const FARTHEST = 3;
const QUARTER_DAYS = 91.3125;

export function activityOf(columns: InvestorColumns, row: number, asOf: Day, model: InvestorModel): number {
  const latest = columns.latest[row]!;
  if (latest === NEVER) return 0;
  const age = Math.max(0, asOf - latest);
  let sum = model.weights.idle * Math.log1p(age / QUARTER_DAYS);
  for (let i = 0; i < columns.halfLives; i += 1) {
    sum +=
      model.weights.activity[i]! *
      Math.log1p((columns.activity[i]![row]! * decay(age, model.activity.halfLives[i]!)) / model.activity.floor[i]!);
  }
  return sum;
}

/**
 * Contribution of the industry or region term for the investor in a row: the sum over the sought codes, each times its
 * weight, of the row's value in `here` at every node on the path and in `below` at every node that the path continues
 * from.
 */
function alongWays(
  row: number,
  codes: readonly SoughtCode[],
  here: readonly (SparseColumn | undefined)[],
  below: readonly (SparseColumn | undefined)[],
): number {
  let sum = 0;
  for (const { chain, weight } of codes) {
    for (let i = 0; i < chain.length; i += 1) {
      sum += weight * (here[chain[i]!]?.get(row) ?? 0);
      if (i + 1 < chain.length) sum += weight * (below[chain[i]!]?.get(row) ?? 0);
    }
  }
  return sum;
}

/**
 * Squared distance of an amount from the mean of the base distribution, divided by twice its variance and times the
 * term's weight: the amount by which the log density under the base distribution falls short of its maximum.
 */
export const baseDensity = (model: InvestorModel, amount: number): number =>
  Math.fround(model.weights.amount / (2 * model.base.amount.variance)) *
  (amount - Math.fround(model.base.amount.mean)) ** 2;

/**
 * Contribution of a declared ticket range that is `gap` natural logs away from the amount sought (0: the ranges
 * overlap).
 */
export function ticketValue(model: InvestorModel, gap: number): number {
  const [meets, misses] = model.weights.ticket;
  return gap > 0 ? misses * Math.min(FARTHEST, gap) : meets;
}

/** Distance in natural logs between a ticket range and the amounts sought; 0 if they overlap. */
export const ticketGap = (columns: InvestorColumns, row: number, sought: Sought): number =>
  Math.max(0, columns.ticketLeast[row]! - sought.most, sought.least - columns.ticketMost[row]!);

/**
 * Number of TRL levels between an opportunity's TRL and an investor's declared range (coded as 10 × lowest + highest);
 * 0 inside.
 */
export const trlOutside = (range: number, trl: number): number =>
  Math.max(0, Math.floor(range / 10) - trl, trl - (range % 10));

export function trlValue(model: InvestorModel, range: number, trl: number | null): number {
  if (range === 0 || trl === null) return 0;
  const outside = trlOutside(range, trl);
  const [meets, misses] = model.weights.trl;
  return outside === 0 ? meets : misses * Math.min(FARTHEST, outside);
}

export function cooperationValue(model: InvestorModel, declared: number, sought: number): number {
  if (declared === 0 || sought === 0) return 0;
  return (declared & sought) !== 0 ? model.weights.cooperation[0] : model.weights.cooperation[1];
}

/**
 * Contribution of co-investment ties: weighted sum of the strongest tie to a backer and of the sum of ties divided by
 * the square root of the number of backers.
 */
export function tieValue(model: InvestorModel, most: number, sum: number, backers: number): number {
  return backers === 0
    ? 0
    : model.weights.coInvestorsMost * most + (model.weights.coInvestorsMean * sum) / Math.sqrt(backers);
}

/** Similarity of a row's text to the opportunity's text; 0 if either has none. */
export const textSimilarity = (columns: InvestorColumns, row: number, sought: Sought): number =>
  sought.text ? dot(sought.text, columns.textOf(row)) : 0;

/**
 * Writes the contribution of every term for one row into `out`, in the order of INVESTOR_TERMS, and returns their sum,
 * which is the row's score.
 */
export function contributionsOf(
  columns: InvestorColumns,
  row: number,
  sought: Sought,
  asOf: Day,
  model: InvestorModel,
  out: Float64Array,
): number {
  const { weights } = model;
  out[0] = activityOf(columns, row, asOf, model);
  out[1] =
    sought.industries.length === 0
      ? 0
      : columns.industryStart[row]! + alongWays(row, sought.industries, columns.industryHere, columns.industryBelow);
  let stage = 0;
  for (const { number, weight } of sought.stages) stage += weight * columns.stage(number)[row]!;
  out[2] = stage;
  out[3] =
    sought.regions.length === 0
      ? 0
      : columns.regionStart[row]! + alongWays(row, sought.regions, columns.regionHere, columns.regionBelow);
  out[4] = 0;
  if (sought.amount !== null) {
    if (columns.amountSlope[row]! > 0)
      out[4] =
        columns.amountOffset[row]! -
        columns.amountSlope[row]! * (sought.amount - columns.amountMean[row]!) ** 2 +
        baseDensity(model, sought.amount);
    if (columns.ticketDeclared[row] === 1) out[4]! += ticketValue(model, ticketGap(columns, row, sought));
  }
  out[5] = trlValue(model, columns.trl[row]!, sought.opportunity.trl);
  out[6] = cooperationValue(model, columns.modes[row]!, sought.modes);
  let most = 0;
  let sum = 0;
  for (const backer of sought.backers) {
    const tie = columns.ties.weightIn(backer, row);
    if (tie > most) most = tie;
    sum += tie;
  }
  out[7] = tieValue(model, most, sum, sought.backers.length);
  let latent = 0;
  const from = row * columns.dimensions;
  for (let d = 0; d < columns.dimensions; d += 1) latent += sought.latent[d]! * columns.latent[from + d]!;
  out[8] = latent;
  out[9] = weights.text * textSimilarity(columns, row, sought);
  out[10] = sought.base;
  let score = 0;
  for (let i = 0; i < INVESTOR_TERMS.length; i += 1) score += out[i] = rounded(out[i]!);
  return score;
}
