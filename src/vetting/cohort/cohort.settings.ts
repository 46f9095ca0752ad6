import { InputError, type FieldProblem } from '../../kernel/errors.js';
import type { CohortSettings, PerDimension } from './cohort.entity.js';
import type { CohortSettingsInput, DimensionValueInput } from './cohort.inputs.js';
import { DIMENSIONS } from '../vocabularies.js';
import { say, type Said } from '../../messages/catalogue.js';

/**
 * Maximum share of the registered entries that an operator may set as a cohort's quota; the database enforces it too.
 */
export const MAX_QUOTA_RATE = 0.2;

export const defaultSettings: CohortSettings = {
  quotaRate: MAX_QUOTA_RATE,
  weights: { MARKET_POTENTIAL: 0.35, ECONOMIC_VALUE: 0.3, TECHNICAL_CONTENT: 0.35 },
  floors: { MARKET_POTENTIAL: 2, ECONOMIC_VALUE: 2, TECHNICAL_CONTENT: 2 },
  minReviews: 3,
  reviewerLoad: 40,
  noticeDays: 7,
  validityMonths: 24,
  doubleShare: 0.1,
  blind: true,
  tieRule: ['TECHNICAL_CONTENT', 'MARKET_POTENTIAL', 'EARLIER_REGISTRATION', 'ENTRY_ID'],
};

/** Applies an operator's input to the settings of a cohort; throws BAD_USER_INPUT with all problems. */
export function readSettings(base: CohortSettings, input: CohortSettingsInput | null | undefined): CohortSettings {
  const problems: FieldProblem[] = [];
  const problem = (field: string, code: string, message: Said) =>
    void problems.push({ field: `input.settings.${field}`, code, message });
  const within = (
    field: keyof CohortSettingsInput & keyof CohortSettings,
    low: number,
    high: number,
    whole: boolean,
  ): number => {
    const value = (input?.[field] ?? base[field]) as number;
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      problem(field, 'OUT_OF_RANGE', say(whole ? 'OUT_OF_RANGE.wholeBetween' : 'OUT_OF_RANGE.between', { low, high }));
    return value;
  };
  const settings: CohortSettings = {
    // The quota rate is stored with four decimals; its minimum is 0.0001, because a rate of 0 would admit no entry.
    quotaRate: Math.round(within('quotaRate', 0.0001, MAX_QUOTA_RATE, false) * 10_000) / 10_000,
    weights: input?.weights == null ? base.weights : perDimension('weights', input.weights, 1, problem),
    floors: input?.floors == null ? base.floors : perDimension('floors', input.floors, 5, problem),
    minReviews: within('minReviews', 3, 20, true),
    reviewerLoad: within('reviewerLoad', 1, 1000, true),
    noticeDays: within('noticeDays', 1, 90, true),
    validityMonths: within('validityMonths', 1, 120, true),
    doubleShare: Math.round(within('doubleShare', 0, 1, false) * 1000) / 1000,
    blind: input?.blind ?? base.blind,
    tieRule: [...new Set(input?.tieRule ?? base.tieRule)],
  };
  // The tie rule must put any two entries with equal scores in an order, so its last key is always the entry's id.
  settings.tieRule = [...settings.tieRule.filter((key) => key !== 'ENTRY_ID'), 'ENTRY_ID'];
  const sum = DIMENSIONS.reduce((total, dimension) => total + settings.weights[dimension], 0);
  if (Math.abs(sum - 1) > 1e-9) problem('weights', 'SUM', say('SUM.weights', { sum: Number(sum.toFixed(6)) }));
  if (problems.length > 0) throw new InputError(problems);
  return settings;
}

function perDimension(
  field: string,
  values: readonly DimensionValueInput[],
  most: number,
  problem: (field: string, code: string, message: Said) => void,
): PerDimension {
  const result = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, 0])) as PerDimension;
  const seen = new Set<string>();
  values.forEach(({ dimension, value }, i) => {
    if (seen.has(dimension)) problem(`${field}[${i}].dimension`, 'REPEATED', say('REPEATED.dimension'));
    if (!(value >= 0 && value <= most))
      problem(`${field}[${i}].value`, 'OUT_OF_RANGE', say('OUT_OF_RANGE.zeroToMost', { most }));
    seen.add(dimension);
    result[dimension] = value;
  });
  return result;
}
