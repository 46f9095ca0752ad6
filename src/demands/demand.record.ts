import type { FieldProblem } from '../kernel/errors.js';
import { isCurrency } from '../lib/checks.js';
import { dateProblem, isIsoDate } from '../lib/day.js';
import { canonicalDecimal, compareDecimals } from '../lib/decimal.js';
import { cleanText, readLocalized, type Localized } from '../kernel/localized.js';
import type { CodeLists } from '../taxonomy/code-lists.js';
import type { DemandTargetRecord } from './demand.entity.js';
import type { DemandInput } from './demand.inputs.js';
import { canonicalJson } from '../lib/canonical-json.js';
import { say, type Said } from '../messages/catalogue.js';

/** Maximum number of years from today to a demand's deadline. */
const MAX_YEARS_AHEAD = 20;

/** The content of a demand that its enterprise writes, in normalised form; its field names are those of the input. */
export interface DemandRecord {
  title: Localized;
  description: Localized | null;
  industries: string[];
  /** Budget: minimum and maximum as exact decimal strings, and an ISO 4217 currency code. */
  budget: { min: string | null; max: string | null; currency: string } | null;
  deadline: string | null;
  regionCode: string | null;
  requiredTrl: number | null;
  targets: DemandTargetRecord[];
}

export const emptyDemand: DemandRecord = {
  title: {},
  description: null,
  industries: [],
  budget: null,
  deadline: null,
  regionCode: null,
  requiredTrl: null,
  targets: [],
};

/** Reference data against which the input of a demand is checked. */
export interface DemandChecks {
  codes: CodeLists;
  /** Exchange rates by currency code; a currency without a rate is refused, as its amounts could not be compared. */
  currencies: ReadonlyMap<string, number>;
  /** Current day in the deployment's zone, YYYY-MM-DD. */
  today: string;
}

const LENGTHS = { title: 200, description: 10_000, target: 100, unit: 30 } as const;
const MOST = { industries: 10, targets: 20 } as const;

type Problem = (field: string, code: string, message: Said) => void;

/**
 * Applies a client's input to a demand's record: a given field replaces the value, null clears it, a missing field
 * keeps it. All problems are collected with field and code. A deadline in the past is refused only if this edit sets
 * it.
 */
export function applyDemandInput(
  base: DemandRecord,
  input: DemandInput,
  checks: DemandChecks,
  problems: FieldProblem[],
): DemandRecord {
  const record: DemandRecord = { ...base };
  const problem: Problem = (field, code, message) => problems.push({ field, code, message });
  const given = (key: keyof DemandInput) => input[key] !== undefined;

  if (given('title')) record.title = readLocalized('title', input.title, LENGTHS.title, problems) ?? {};
  if (record.title.zh === undefined && record.title.en === undefined)
    problem('title', 'REQUIRED', say('REQUIRED.language'));
  if (given('description'))
    record.description = readLocalized('description', input.description, LENGTHS.description, problems);
  if (given('industries')) {
    const unique = [...new Set(input.industries ?? [])];
    if (unique.length > MOST.industries)
      problem('industries', 'TOO_MANY', say('TOO_MANY.industries', { industries: MOST.industries }));
    unique.forEach((code, i) => {
      if (!checks.codes.industries.has(code)) problem(`industries[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
    });
    record.industries = unique.sort();
  }
  if (given('budget')) record.budget = readBudget(input.budget, checks.currencies, problem);
  if (given('deadline')) {
    record.deadline = input.deadline ?? null;
    if (record.deadline !== null && !isIsoDate(record.deadline)) problem('deadline', 'BAD_DATE', say('BAD_DATE.iso'));
    else if (record.deadline !== null && record.deadline !== base.deadline && record.deadline < checks.today)
      problem('deadline', 'IN_THE_PAST', say('IN_THE_PAST.day'));
    else if (record.deadline !== null && record.deadline !== base.deadline) {
      const wrong = dateProblem(record.deadline, checks.today, MAX_YEARS_AHEAD);
      if (wrong) problem('deadline', wrong.code, say('TOO_LATE.deadline', { problem: wrong.message }));
    }
  }
  if (given('regionCode')) {
    record.regionCode = input.regionCode ?? null;
    if (record.regionCode !== null && !checks.codes.regions.has(record.regionCode))
      problem('regionCode', 'UNKNOWN_CODE', say('UNKNOWN_CODE.regions'));
  }
  if (given('requiredTrl')) {
    record.requiredTrl = input.requiredTrl ?? null;
    if (
      record.requiredTrl !== null &&
      !(Number.isInteger(record.requiredTrl) && record.requiredTrl >= 1 && record.requiredTrl <= 9)
    )
      problem('requiredTrl', 'OUT_OF_RANGE', say('OUT_OF_RANGE.whole9'));
  }
  if (given('targets')) record.targets = readTargets(input.targets ?? [], problems);
  return record;
}

function readBudget(
  input: DemandInput['budget'],
  currencies: ReadonlyMap<string, number>,
  problem: Problem,
): DemandRecord['budget'] {
  if (input == null) return null;
  const end = (field: 'min' | 'max'): string | null => {
    const text = input[field];
    if (text == null) return null;
    const amount = canonicalDecimal(text);
    if (amount === null) problem(`budget.${field}`, 'BAD_AMOUNT', say('BAD_AMOUNT.decimal'));
    return amount;
  };
  const [min, max] = [end('min'), end('max')];
  if (input.min == null && input.max == null) problem('budget.max', 'REQUIRED', say('REQUIRED.budget'));
  if (min !== null && max !== null && compareDecimals(min, max) > 0)
    problem('budget.max', 'INVERTED_RANGE', say('INVERTED_RANGE.notLess'));
  checkCurrency('budget.currency', input.currency, currencies, problem);
  return { min, max, currency: input.currency };
}

/**
 * Adds a problem unless the currency code exists and has an exchange rate, without which amounts cannot be compared.
 */
export function checkCurrency(
  field: string,
  currency: string,
  currencies: ReadonlyMap<string, number>,
  problem: Problem,
): void {
  if (!isCurrency(currency)) problem(field, 'UNKNOWN_CURRENCY', say('UNKNOWN_CURRENCY.cny'));
  else if (!currencies.has(currency)) problem(field, 'CURRENCY_WITHOUT_RATE', say('CURRENCY_WITHOUT_RATE.compare'));
}

function readTargets(input: NonNullable<DemandInput['targets']>, problems: FieldProblem[]): DemandTargetRecord[] {
  if (input.length > MOST.targets)
    problems.push({ field: 'targets', code: 'TOO_MANY', message: say('TOO_MANY.targets', { targets: MOST.targets }) });
  return input.map((target, i) => {
    const at = `targets[${i}]`;
    const name = readLocalized(`${at}.name`, target.name, LENGTHS.target, problems);
    if (name === null) problems.push({ field: `${at}.name`, code: 'REQUIRED', message: say('REQUIRED.language') });
    const value = cleanText(target.value) ?? '';
    if (value === '') problems.push({ field: `${at}.value`, code: 'REQUIRED', message: say('REQUIRED.target') });
    if ([...value].length > LENGTHS.target)
      problems.push({
        field: `${at}.value`,
        code: 'TOO_LONG',
        message: say('TOO_LONG.target', { target: LENGTHS.target }),
      });
    const unit = cleanText(target.unit) ?? null;
    if (unit !== null && [...unit].length > LENGTHS.unit)
      problems.push({ field: `${at}.unit`, code: 'TOO_LONG', message: say('TOO_LONG.unit', { unit: LENGTHS.unit }) });
    return { name: name ?? {}, value, unit };
  });
}

/** The fields in which two records of a demand differ, in the field order of `emptyDemand`. */
export function changedDemandFields(before: DemandRecord, after: DemandRecord): Array<keyof DemandRecord> {
  return (Object.keys(emptyDemand) as Array<keyof DemandRecord>).filter(
    (field) => canonicalJson(before[field]) !== canonicalJson(after[field]),
  );
}
