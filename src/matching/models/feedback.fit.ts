import { minimise } from '../engine/fit/lbfgs.js';
import type { MatchModel } from '../engine/model.js';
import type { TermCode } from '../engine/result.types.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';

/**
 * Adapts the model to feedback on matches. For each kind of counterpart, the weights of each term are multiplied by a
 * factor, fitted by logistic regression of "interested" against "declined" on the terms' contributions. A prior worth
 * PRIOR pairs shrinks each factor towards 1, so little feedback changes little; LIMITS keep a factor from changing a
 * term's sign or more than tripling it.
 */

/**
 * Training example: a match with feedback, with the contribution of each term under the current model, and whether the
 * feedback was positive.
 */
export interface JudgedPair {
  readonly terms: ReadonlyMap<TermCode, number>;
  readonly wanted: boolean;
}

/** Scaling factors of the terms of one kind of match. */
export type TermFactors = ReadonlyMap<TermCode, number>;

/** Weight of the prior factor 1, as a number of pairs. */
const PRIOR = 20;
const LIMITS = { least: 0, most: 3 } as const;
/** Minimum number of positively and, separately, of negatively judged matches that a fit requires. */
export const MIN_JUDGED = 5;

/**
 * Fits a factor for every term that occurs in the training examples; returns an empty map if there are too few examples
 * of either sort.
 */
export function fitFactors(pairs: readonly JudgedPair[]): TermFactors {
  const wanted = pairs.filter((pair) => pair.wanted).length;
  if (wanted < MIN_JUDGED || pairs.length - wanted < MIN_JUDGED) return new Map();
  const codes = [...new Set(pairs.flatMap((pair) => [...pair.terms.keys()]))].sort();
  const rows = pairs.map((pair) => codes.map((code) => pair.terms.get(code) ?? 0));
  // The last parameter is an unpenalised intercept: it absorbs the overall rate of interest, which says nothing of
  // the terms.
  const point = new Float64Array(codes.length + 1).fill(1);
  point[codes.length] = 0;
  minimise(
    (at, gradient) => {
      gradient.fill(0);
      let loss = 0;
      for (let k = 0; k < codes.length; k += 1) {
        loss += (PRIOR / 2) * (at[k]! - 1) ** 2;
        gradient[k]! += PRIOR * (at[k]! - 1);
      }
      rows.forEach((row, i) => {
        let logit = at[codes.length]!;
        for (let k = 0; k < codes.length; k += 1) logit += at[k]! * row[k]!;
        const sign = pairs[i]!.wanted ? 1 : -1;
        loss += Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(0, -sign * logit);
        const slope = -sign / (1 + Math.exp(sign * logit));
        for (let k = 0; k < codes.length; k += 1) gradient[k]! += slope * row[k]!;
        gradient[codes.length]! += slope;
      });
      return loss;
    },
    point,
    200,
  );
  return new Map(codes.map((code, k) => [code, Math.min(LIMITS.most, Math.max(LIMITS.least, point[k]!))]));
}

type Weights = Readonly<Record<string, unknown>>;

/** Names of the model weights that each term's factor multiplies, by kind of counterpart. */
const WEIGHTS_OF: Readonly<Record<MatchCounterpartKind, Partial<Record<TermCode, readonly string[]>>>> = {
  INVESTOR: {
    ACTIVITY: ['activity', 'idle'],
    INDUSTRY: ['industry', 'industryDeeper', 'declaredIndustry'],
    REGION: ['region', 'regionDeeper', 'declaredRegion'],
    STAGE: ['stage', 'declaredStage'],
    AMOUNT: ['amount', 'ticket'],
    TRL: ['trl'],
    COOPERATION: ['cooperation'],
    CO_INVESTORS: ['coInvestorsMost', 'coInvestorsMean'],
    LATENT: ['latent'],
    TEXT: ['text'],
  },
  TALENT: {
    INDUSTRY: ['industry'],
    TEXT: ['text'],
    REGION: ['region'],
    LANGUAGES: ['languages'],
    EVIDENCE: ['evidence', 'verified'],
    AVAILABILITY: ['availability', 'wait'],
    GRADE: ['grade'],
  },
  DEMAND: {
    INDUSTRY: ['industry'],
    TEXT: ['text'],
    REGION: ['region'],
    TRL: ['trl'],
    BUDGET: ['budget'],
    DEADLINE: ['deadline'],
  },
};

function scaled(value: unknown, factor: number): unknown {
  if (typeof value === 'number') return value * factor;
  if (Array.isArray(value)) return value.map((one) => scaled(one, factor));
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, scaled(one, factor)]));
}

/** Returns a copy of the model in which the weights of one kind of counterpart are multiplied by the terms' factors. */
export function withFactors(model: MatchModel, kind: MatchCounterpartKind, factors: TermFactors): MatchModel {
  const part = ({ INVESTOR: 'investor', TALENT: 'talent', DEMAND: 'demand' } as const)[kind];
  const weights: Record<string, unknown> = { ...(model[part].weights as unknown as Weights) };
  for (const [code, factor] of factors)
    for (const name of WEIGHTS_OF[kind][code] ?? []) weights[name] = scaled(weights[name], factor);
  return { ...model, [part]: { ...model[part], weights } };
}
