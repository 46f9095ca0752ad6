import type { FieldProblem } from '../kernel/errors.js';
import type { Backer } from '../identity/organisations/backers.js';
import { dateProblem, isIsoDate } from '../lib/day.js';
import { cleanText } from '../kernel/localized.js';
import { toGlobalId } from '../lib/ids.js';
import { comparable } from '../text/normalise.js';
import { currencyProblem } from './investor.record.js';
import type { TrackRecordInput } from './track-record.inputs.js';
import type { FundingStage } from './vocabularies.js';
import { say, type Said } from '../messages/catalogue.js';

const MAX_COMPANY = 200;
const MAX_EXTERNAL_ID = 200;
/** Maximum number of past investments per investor; older ones say little about the investor's present strategy. */
export const MAX_TRACK_RECORDS = 20_000;

/** A past investment, validated. */
export interface TrackRecordData {
  company: string;
  industryCode: string | null;
  regionCode: string | null;
  stage: FundingStage | null;
  /** Amount as a canonical decimal string. */
  amount: string | null;
  currency: string | null;
  /** Day of the investment, YYYY-MM-DD. */
  investedOn: string;
  coInvestors: Backer[];
  externalId: string | null;
}

export const emptyTrackRecord: TrackRecordData = {
  company: '',
  industryCode: null,
  regionCode: null,
  stage: null,
  amount: null,
  currency: null,
  investedOn: '',
  coInvestors: [],
  externalId: null,
};

/** Reference data against which a past investment is checked. */
export interface TrackRecordCodes {
  industries: ReadonlySet<string>;
  regions: ReadonlySet<string>;
  /** Currencies with an exchange rate. */
  rates: ReadonlyMap<string, number>;
  /**
   * The current day in the deployment's zone as YYYY-MM-DD; an investment on a later day is refused as being in the
   * future.
   */
  today: string;
}

/** Key by which company names are compared: the name's letters and digits only, or the whole name if it has none. */
export function companyKey(company: string): string {
  return comparable(company) || company;
}

/**
 * Applies a client's input to a past investment: a given field replaces the value, null clears it, a missing field
 * keeps it. Every problem is added to `problems`. Co-investors are passed separately, because the caller looks up their
 * organisations first.
 */
export function applyTrackRecord(
  base: TrackRecordData,
  input: Omit<TrackRecordInput, 'coInvestors'>,
  coInvestors: Backer[] | undefined,
  codes: TrackRecordCodes,
  problems: FieldProblem[],
  at = '',
): TrackRecordData {
  const next = { ...base };
  const problem = (field: string, code: string, message: Said) => problems.push({ field: at + field, code, message });
  if (input.company !== undefined) next.company = cleanText(input.company) ?? '';
  if (next.company === '') problem('company', 'REQUIRED', say('REQUIRED.company'));
  if ([...next.company].length > MAX_COMPANY) problem('company', 'TOO_LONG', say('TOO_LONG.max', { max: MAX_COMPANY }));
  if (input.industryCode !== undefined) {
    next.industryCode = input.industryCode;
    if (input.industryCode !== null && !codes.industries.has(input.industryCode))
      problem('industryCode', 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
  }
  if (input.regionCode !== undefined) {
    next.regionCode = input.regionCode;
    if (input.regionCode !== null && !codes.regions.has(input.regionCode))
      problem('regionCode', 'UNKNOWN_CODE', say('UNKNOWN_CODE.regions'));
  }
  if (input.stage !== undefined) next.stage = input.stage;
  if (input.amount !== undefined) next.amount = input.amount;
  if (input.currency !== undefined) next.currency = input.currency;
  if (next.amount === null && input.currency != null)
    problem('currency', 'CURRENCY_WITHOUT_AMOUNT', say('CURRENCY_WITHOUT_AMOUNT.both'));
  if (next.amount === null) next.currency = null;
  else if (next.currency === null) problem('currency', 'REQUIRED', say('REQUIRED.amountCurrency'));
  const wrong = next.currency === null ? null : currencyProblem(`${at}currency`, next.currency, codes.rates);
  if (wrong) problems.push(wrong);
  if (input.investedOn !== undefined) next.investedOn = input.investedOn?.trim() ?? '';
  if (next.investedOn === '') problem('investedOn', 'REQUIRED', say('REQUIRED.investedOn'));
  else if (!isIsoDate(next.investedOn)) problem('investedOn', 'BAD_DATE', say('BAD_DATE.example'));
  else if (dateProblem(next.investedOn, codes.today, 0)?.code === 'TOO_EARLY')
    problem('investedOn', 'TOO_EARLY', say('TOO_EARLY.founding'));
  else if (next.investedOn > codes.today) problem('investedOn', 'FUTURE_DATE', say('FUTURE_DATE.investment'));
  if (coInvestors !== undefined) next.coInvestors = coInvestors;
  if (input.externalId !== undefined) next.externalId = cleanText(input.externalId) ?? null;
  if (next.externalId !== null && next.externalId.length > MAX_EXTERNAL_ID)
    problem('externalId', 'TOO_LONG', say('TOO_LONG.max', { max: MAX_EXTERNAL_ID }));
  return next;
}

/** The fields in which two records differ. */
export function changedTrackFields(before: TrackRecordData, after: TrackRecordData): Array<keyof TrackRecordData> {
  const backers = (list: readonly Backer[]) =>
    JSON.stringify(list.map(({ name, organisationId }) => [name, organisationId]));
  return (Object.keys(after) as Array<keyof TrackRecordData>).filter((field) =>
    field === 'coInvestors'
      ? backers(before.coInvestors) !== backers(after.coInvestors)
      : before[field] !== after[field],
  );
}

/** Returns a past investment under the field names of its input, as a conflict shows it to clients. */
export function shownTrackRecord({ coInvestors, ...fields }: TrackRecordData): Record<string, unknown> {
  return {
    ...fields,
    coInvestors: coInvestors.map(({ name, organisationId }) => ({
      name,
      organisationId: organisationId === null ? null : toGlobalId('Organisation', organisationId),
    })),
  };
}
