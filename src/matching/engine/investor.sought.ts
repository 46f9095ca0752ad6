import { heaviest, type Weighted } from '../../text/similarity.vectors.js';
import { TEXT_TERMS } from './investor.facts.js';
import { amountBin, type InvestorModel } from './model.js';
import type { CodeTree } from './taxonomy.js';
import type { Opportunity } from './types.js';
import type { Vocabularies } from './vocabularies.js';

/**
 * A code that an opportunity seeks: the path of tree nodes from the top level down to it, and its weight; the weights
 * of all sought codes sum to 1.
 */
export interface SoughtCode {
  readonly code: string;
  readonly chain: readonly number[];
  readonly weight: number;
}

/**
 * An opportunity converted to an index's internal numbers: computed once and compared with many rows. Valid only for
 * the index that created it.
 */
export interface Sought {
  readonly opportunity: Opportunity;
  readonly industries: readonly SoughtCode[];
  readonly regions: readonly SoughtCode[];
  readonly stages: readonly { readonly stage: string; readonly number: number; readonly weight: number }[];
  /**
   * Amount sought as ln CNY: middle of the range (`amount`, null if unknown), lower end (`least`) and upper end
   * (`most`).
   */
  readonly amount: number | null;
  readonly least: number;
  readonly most: number;
  /** Set of cooperation modes, one bit per mode. */
  readonly modes: number;
  /** Numbers of the backers (earlier investors). */
  readonly backers: readonly number[];
  readonly organisation: number;
  /**
   * `latent`: the opportunity's latent vector, multiplied by the weight of the latent term. `latentParts`: the factors
   * that the vector is the sum of, for evidence.
   */
  readonly latent: Float64Array;
  readonly latentParts: readonly { readonly factor: number; readonly weight: number }[];
  readonly text: Weighted | null;
  readonly base: number;
}

/**
 * Assigns weights that sum to 1 to the sought codes. With `primaryFirst`, the first code gets 2/3 (if there is one
 * other code) or 1/2 (if there are several) and the others share the rest equally; otherwise all are equal.
 */
function soughtCodes(tree: CodeTree, codes: readonly string[], primaryFirst: boolean): SoughtCode[] {
  const distinct = [...new Set(codes)];
  const others = distinct.length - 1;
  return distinct.map((code, i) => ({
    code,
    chain: tree.chain(tree.number(code)),
    weight:
      others === 0
        ? 1
        : !primaryFirst
          ? 1 / distinct.length
          : i === 0
            ? others === 1
              ? 2 / 3
              : 1 / 2
            : others === 1
              ? 1 / 3
              : 1 / 2 / others,
  }));
}

/** Number of distinct cooperation modes that the index distinguishes, one bit each; modes beyond that are ignored. */
export const MODE_BITS = 8;

export function modeBits(numbers: Iterable<number>): number {
  let bits = 0;
  for (const number of numbers) if (number >= 0 && number < MODE_BITS) bits |= 1 << number;
  return bits;
}

export function soughtBy(opportunity: Opportunity, model: InvestorModel, vocabularies: Vocabularies): Sought {
  const ends = [opportunity.amount?.min ?? null, opportunity.amount?.max ?? null]
    .filter((end): end is number => end !== null && end > 0)
    .map(Math.log);
  const amount = ends.length === 0 ? null : (ends[0]! + ends[ends.length - 1]!) / 2;
  const industries = soughtCodes(vocabularies.industries, opportunity.industries, true);
  const regions = soughtCodes(vocabularies.regions, opportunity.regions, false);

  const { dimensions } = model.latent;
  const { factors } = vocabularies;
  const latent = new Float64Array(dimensions);
  const latentParts: { factor: number; weight: number }[] = [];
  const add = (factor: number, weight: number) => {
    const vector = factors.soughtOf(factor);
    if (!vector) return;
    latentParts.push({ factor, weight });
    for (let d = 0; d < dimensions; d += 1) latent[d] = latent[d]! + model.weights.latent * weight * vector[d]!;
  };
  const stages = opportunity.stages.map(({ stage, weight }) => ({
    stage,
    number: vocabularies.stages.number(stage),
    weight,
  }));
  for (const { chain, weight } of industries) for (const node of chain) add(factors.number('industry', node), weight);
  for (const { chain, weight } of regions) for (const node of chain) add(factors.number('region', node), weight);
  for (const { number, weight } of stages) add(factors.number('stage', number), weight);
  if (amount !== null) add(factors.number('amount', amountBin(model.latent.amountBounds, amount)), 1);
  const backers = [...new Set(opportunity.backers)].sort().map((key) => vocabularies.parties.number(key));
  // n earlier backers add 1/√n each: together √n, so more backers count more, but less than proportionally.
  for (const party of backers) add(factors.number('party', party), 1 / Math.sqrt(backers.length));

  let base = 0;
  for (const { chain, weight } of industries) {
    const rate = model.base.industries[vocabularies.industries.code(chain[0]!)];
    if (rate !== undefined) base += weight * model.weights.base * Math.log(rate);
  }
  return {
    opportunity,
    industries,
    regions,
    stages,
    amount,
    least: ends.length === 0 ? 0 : ends[0]!,
    most: ends.length === 0 ? 0 : ends[ends.length - 1]!,
    modes: modeBits(opportunity.cooperationModes.map((mode) => vocabularies.modes.number(mode))),
    backers,
    organisation:
      opportunity.organisationId === null ? -1 : vocabularies.organisations.find(opportunity.organisationId),
    latent,
    latentParts,
    text: opportunity.text === null ? null : heaviest(opportunity.text, TEXT_TERMS),
    base,
  };
}
