import type { FieldProblem } from '../kernel/errors.js';
import { isCurrency } from '../lib/checks.js';
import { compareDecimals } from '../lib/decimal.js';
import { readLocalized, type Localized } from '../kernel/localized.js';
import { CooperationMode } from '../taxonomy/cooperation.js';
import type { InvestorProfileInput } from './investor.inputs.js';
import { FundingStage } from './vocabularies.js';
import { say, type Said } from '../messages/catalogue.js';

const MAX_THESIS = 5_000;
/**
 * Maximum number of codes in one list of an investor profile; a longer list is better expressed by codes of a higher
 * level of the tree.
 */
const MAX_CODES = 50;

/**
 * The content of an investor profile that its organisation writes, after validation. Lists of codes are sorted and
 * without duplicates.
 */
export interface InvestorRecord {
  thesis: Localized | null;
  industries: string[];
  excludedIndustries: string[];
  trlMin: number | null;
  trlMax: number | null;
  fundingStages: FundingStage[];
  /** Smallest and largest amount of one investment, as canonical decimal strings. */
  ticketMin: string | null;
  ticketMax: string | null;
  ticketCurrency: string | null;
  regionCodes: string[];
  cooperationModes: CooperationMode[];
}

export const emptyInvestor: InvestorRecord = {
  thesis: null,
  industries: [],
  excludedIndustries: [],
  trlMin: null,
  trlMax: null,
  fundingStages: [],
  ticketMin: null,
  ticketMax: null,
  ticketCurrency: null,
  regionCodes: [],
  cooperationModes: [],
};

/** Reference data against which the codes of an investor profile are checked. */
export interface InvestorCodes {
  /** For each industry code, the codes on the path from the root of the tree to it, itself included. */
  industryPaths: ReadonlyMap<string, readonly string[]>;
  regions: ReadonlySet<string>;
  /** Currencies with an exchange rate. */
  rates: ReadonlyMap<string, number>;
}

/** Returns the problem of a currency code that is unknown or has no exchange rate; null for a usable one. */
export function currencyProblem(
  field: string,
  currency: string,
  rates: ReadonlyMap<string, number>,
): FieldProblem | null {
  if (!isCurrency(currency)) return { field, code: 'UNKNOWN_CURRENCY', message: say('UNKNOWN_CURRENCY.cnyOrUsd') };
  if (rates.has(currency)) return null;
  return {
    field,
    code: 'CURRENCY_WITHOUT_RATE',
    message: say('CURRENCY_WITHOUT_RATE.list'),
  };
}

/**
 * Applies a client's input to an investor profile's record: a given field replaces the value, null clears it, a missing
 * field keeps it. Every problem is added to `problems`, with a field path that begins with `at`.
 */
export function applyInvestor(
  base: InvestorRecord,
  input: InvestorProfileInput,
  codes: InvestorCodes,
  problems: FieldProblem[],
  at = 'input.profile',
): InvestorRecord {
  const next = { ...base };
  const problem = (field: string, code: string, message: Said) =>
    problems.push({ field: `${at}.${field}`, code, message });
  const codeList = (
    field: 'industries' | 'excludedIndustries' | 'regionCodes',
    list: string[] | null,
    known: (code: string) => boolean,
    message: Said,
  ): string[] => {
    (list ?? []).forEach((code, i) => {
      if (!known(code)) problem(`${field}[${i}]`, 'UNKNOWN_CODE', message);
    });
    if ((list?.length ?? 0) > MAX_CODES) problem(field, 'TOO_MANY', say('TOO_MANY.above', { max: MAX_CODES }));
    return [...new Set(list ?? [])].sort();
  };
  const isIndustry = (code: string) => codes.industryPaths.has(code);
  const industryHint = say('UNKNOWN_CODE.industry');

  if (input.thesis !== undefined) next.thesis = readLocalized(`${at}.thesis`, input.thesis, MAX_THESIS, problems);
  if (input.industries !== undefined)
    next.industries = codeList('industries', input.industries, isIndustry, industryHint);
  if (input.excludedIndustries !== undefined)
    next.excludedIndustries = codeList('excludedIndustries', input.excludedIndustries, isIndustry, industryHint);
  if (input.regionCodes !== undefined)
    next.regionCodes = codeList(
      'regionCodes',
      input.regionCodes,
      (code) => codes.regions.has(code),
      say('UNKNOWN_CODE.regions'),
    );
  if (input.fundingStages !== undefined)
    next.fundingStages = Object.values(FundingStage).filter((stage) => input.fundingStages?.includes(stage));
  if (input.cooperationModes !== undefined)
    next.cooperationModes = Object.values(CooperationMode).filter((mode) => input.cooperationModes?.includes(mode));
  if (input.trl !== undefined) {
    next.trlMin = input.trl?.min ?? null;
    next.trlMax = input.trl?.max ?? null;
    for (const [end, level] of [
      ['min', next.trlMin],
      ['max', next.trlMax],
    ] as const) {
      if (level !== null && (level < 1 || level > 9))
        problem(`trl.${end}`, 'OUT_OF_RANGE', say('OUT_OF_RANGE.readiness'));
    }
    if (next.trlMin !== null && next.trlMax !== null && next.trlMin > next.trlMax)
      problem('trl', 'INVERTED_RANGE', say('INVERTED_RANGE.exchange'));
  }
  if (input.ticket !== undefined) {
    const { min = null, max = null, currency = null } = input.ticket ?? {};
    const says = min !== null || max !== null;
    next.ticketMin = min;
    next.ticketMax = max;
    next.ticketCurrency = says ? currency : null;
    if (says && currency === null) problem('ticket.currency', 'REQUIRED', say('REQUIRED.amountsCurrency'));
    if (!says && currency !== null) problem('ticket', 'REQUIRED', say('REQUIRED.ticket'));
    const wrong = currency === null ? null : currencyProblem(`${at}.ticket.currency`, currency, codes.rates);
    if (wrong) problems.push(wrong);
    if (min !== null && max !== null && compareDecimals(min, max) > 0)
      problem('ticket', 'INVERTED_RANGE', say('INVERTED_RANGE.exchange'));
  }
  const wanted = new Set(next.industries.filter(isIndustry));
  for (const excluded of next.excludedIndustries) {
    const clash = [...wanted].find((code) => codes.industryPaths.get(code)!.includes(excluded));
    if (clash === undefined) continue;
    const named = input.excludedIndustries?.indexOf(excluded) ?? -1;
    problem(
      named >= 0 ? `excludedIndustries[${named}]` : 'industries',
      'WANTED_AND_EXCLUDED',
      excluded === clash
        ? say('WANTED_AND_EXCLUDED.same', { code: clash })
        : say('WANTED_AND_EXCLUDED.parent', { wanted: clash, excluded }),
    );
  }
  return next;
}

/** The fields in which two records differ. */
export function changedInvestorFields(before: InvestorRecord, after: InvestorRecord): Array<keyof InvestorRecord> {
  const plain = (value: unknown) =>
    JSON.stringify(
      value,
      value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).sort() : undefined,
    );
  return (Object.keys(after) as Array<keyof InvestorRecord>).filter(
    (field) => plain(before[field]) !== plain(after[field]),
  );
}

/** Returns an investor profile's record under the field names of its input, as a conflict shows it to clients. */
export function shownInvestor(record: InvestorRecord): Record<string, unknown> {
  const { thesis, industries, excludedIndustries, fundingStages, regionCodes, cooperationModes } = record;
  const { trlMin, trlMax, ticketMin, ticketMax, ticketCurrency } = record;
  return {
    thesis,
    industries,
    excludedIndustries,
    trl: trlMin === null && trlMax === null ? null : { min: trlMin, max: trlMax },
    fundingStages,
    ticket: ticketCurrency === null ? null : { min: ticketMin, max: ticketMax, currency: ticketCurrency },
    regionCodes,
    cooperationModes,
  };
}
