import { createHash } from 'node:crypto';
import type { FieldProblem } from '../kernel/errors.js';
import { canonicalOrcid, isCurrency } from '../lib/checks.js';
import { dateProblem } from '../lib/day.js';
import { canonicalDecimal, compareDecimals } from '../lib/decimal.js';
import { cleanText, readLocalized, type Localized } from '../kernel/localized.js';
import { normalised } from '../lib/text.js';
import type { CodeLists } from '../taxonomy/code-lists.js';
import type { AchievementInput } from './achievement.inputs.js';
import type {
  AchievementAttribute,
  AchievementCategory,
  AchievementStage,
  CooperationMode,
  IpStatus,
  IpType,
  LicenceKind,
} from './vocabularies.js';
import { canonicalJson } from '../lib/canonical-json.js';
import { say, type Said } from '../messages/catalogue.js';

export interface IpRightRecord {
  type: IpType;
  number: string | null;
  status: IpStatus;
}

export interface CooperationRecord {
  mode: CooperationMode;
  licenceKind: LicenceKind | null;
}

export interface InventorRecord {
  name: Localized;
  orcid: string | null;
}

/**
 * The content of an achievement that its institution writes, in normalised form. It is validated, stored as revisions
 * and imported as a whole. Status, score and dates of the process are not part of it.
 */
export interface AchievementRecord {
  externalId: string | null;
  registrationNo: string | null;
  /** Day of registration, YYYY-MM-DD. */
  registeredOn: string | null;
  title: Localized;
  summary: Localized | null;
  abstract: Localized | null;
  technicalDetail: Localized | null;
  confidentialDetail: Localized | null;
  category: AchievementCategory | null;
  attribute: AchievementAttribute | null;
  stage: AchievementStage | null;
  trl: number | null;
  /** GB/T 4754 codes, the primary one first. */
  industries: string[];
  strategicAreas: string[];
  keywords: { zh: string[]; en: string[] };
  ipRights: IpRightRecord[];
  cooperationModes: CooperationRecord[];
  /** Funding needed: minimum and maximum as exact decimal strings, and an ISO 4217 currency code. */
  fundingNeed: { min: string; max: string; currency: string } | null;
  regionCode: string | null;
  inventors: InventorRecord[];
  incumbent: Localized | null;
  improvement: Localized | null;
  applications: Localized[];
}

export const emptyRecord: AchievementRecord = {
  externalId: null,
  registrationNo: null,
  registeredOn: null,
  title: {},
  summary: null,
  abstract: null,
  technicalDetail: null,
  confidentialDetail: null,
  category: null,
  attribute: null,
  stage: null,
  trl: null,
  industries: [],
  strategicAreas: [],
  keywords: { zh: [], en: [] },
  ipRights: [],
  cooperationModes: [],
  fundingNeed: null,
  regionCode: null,
  inventors: [],
  incumbent: null,
  improvement: null,
  applications: [],
};

/** Maximum lengths of an achievement's texts, in Unicode code points. */
export const LENGTHS = {
  title: 300,
  summary: 2_000,
  abstract: 20_000,
  detail: 20_000,
  phrase: 2_000,
  keyword: 60,
  number: 60,
  name: 120,
} as const;
const MOST = {
  industries: 5,
  strategicAreas: 5,
  keywords: 20,
  ipRights: 100,
  cooperationModes: 10,
  inventors: 60,
  applications: 20,
} as const;

/**
 * Applies a client's input to an achievement's record: a given field replaces the value, null clears it, a missing
 * field keeps it. `today` is the current day in the deployment's zone. All problems are collected with field and code,
 * so that a form or a spreadsheet row can show them at once. Of a list over its limit, only the items within the limit
 * are read.
 */
export function applyInput(
  base: AchievementRecord,
  input: AchievementInput,
  codes: CodeLists,
  problems: FieldProblem[],
  today: string,
): AchievementRecord {
  const record: AchievementRecord = { ...base };
  const problem = (field: string, code: string, message: Said) => problems.push({ field, code, message });
  const given = <K extends keyof AchievementInput>(key: K): boolean => input[key] !== undefined;
  // A list over its limit is refused as a whole, so the items beyond the limit are not validated.
  const atMost = (field: keyof typeof MOST, items: readonly unknown[]) => {
    if (items.length > MOST[field]) problem(field, 'TOO_MANY', say('TOO_MANY.most', { most: MOST[field] }));
  };
  const short = (field: string, value: string | null | undefined, pattern: RegExp, what: Said): string | null => {
    const text = cleanText(value) ?? null;
    if (text !== null && !pattern.test(text)) {
      problem(field, 'BAD_FORMAT', what);
      return null;
    }
    return text;
  };

  if (given('externalId'))
    record.externalId = short('externalId', input.externalId, /^.{1,100}$/u, say('BAD_FORMAT.line100'));
  if (given('registrationNo')) {
    const text = short(
      'registrationNo',
      input.registrationNo,
      /^[\p{L}\p{N}][\p{L}\p{N}\-_./〔〕[\]（）()]{3,59}$/u,
      say('BAD_FORMAT.registrationNo'),
    );
    record.registrationNo = text === null ? null : normalised(text, 'NFKC').toUpperCase();
    // Registration numbers of the form TP2026-000001 are issued by the platform, so only the record that has received
    // one may contain it.
    if (record.registrationNo !== base.registrationNo && /^TP\d{4}-\d+$/.test(record.registrationNo ?? '')) {
      problem('registrationNo', 'RESERVED', say('RESERVED.registrationNo'));
    }
  }
  if (given('registeredOn')) {
    record.registeredOn = input.registeredOn ?? null;
    const wrong = record.registeredOn === null ? null : dateProblem(record.registeredOn, today, 0);
    // An implausible date that was stored before dates were checked is kept, so that other fields can be edited.
    if (wrong && record.registeredOn !== base.registeredOn) problem('registeredOn', wrong.code, wrong.message);
  }
  if (given('title')) record.title = readLocalized('title', input.title, LENGTHS.title, problems) ?? {};
  if (given('summary')) record.summary = readLocalized('summary', input.summary, LENGTHS.summary, problems);
  if (given('abstract')) record.abstract = readLocalized('abstract', input.abstract, LENGTHS.abstract, problems);
  if (given('technicalDetail'))
    record.technicalDetail = readLocalized('technicalDetail', input.technicalDetail, LENGTHS.detail, problems);
  if (given('confidentialDetail'))
    record.confidentialDetail = readLocalized('confidentialDetail', input.confidentialDetail, LENGTHS.detail, problems);
  if (given('incumbent')) record.incumbent = readLocalized('incumbent', input.incumbent, LENGTHS.phrase, problems);
  if (given('improvement'))
    record.improvement = readLocalized('improvement', input.improvement, LENGTHS.phrase, problems);
  if (given('category')) record.category = input.category ?? null;
  if (given('attribute')) record.attribute = input.attribute ?? null;
  if (given('stage')) record.stage = input.stage ?? null;
  if (given('trl')) {
    record.trl = input.trl ?? null;
    if (record.trl !== null && !(Number.isInteger(record.trl) && record.trl >= 1 && record.trl <= 9))
      problem('trl', 'OUT_OF_RANGE', say('OUT_OF_RANGE.whole9'));
  }
  if (given('industries')) {
    record.industries = [...new Set(input.industries ?? [])];
    atMost('industries', record.industries);
    record.industries.slice(0, MOST.industries).forEach((code, i) => {
      if (!codes.industries.has(code)) problem(`industries[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
    });
  }
  if (given('strategicAreas')) {
    record.strategicAreas = [...new Set(input.strategicAreas ?? [])];
    atMost('strategicAreas', record.strategicAreas);
    record.strategicAreas.slice(0, MOST.strategicAreas).forEach((code, i) => {
      if (!codes.strategicAreas.has(code))
        problem(`strategicAreas[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.strategicArea'));
    });
  }
  if (given('regionCode')) {
    record.regionCode = input.regionCode ?? null;
    if (record.regionCode !== null && !codes.regions.has(record.regionCode))
      problem('regionCode', 'UNKNOWN_CODE', say('UNKNOWN_CODE.regions'));
  }
  if (given('keywords')) {
    const words = (list: readonly string[] | null | undefined) => [
      ...new Set(
        (list ?? [])
          .slice(0, 10 * MOST.keywords)
          .map(cleanText)
          .filter((word) => word !== undefined),
      ),
    ];
    record.keywords = { zh: words(input.keywords?.zh), en: words(input.keywords?.en) };
    for (const list of [record.keywords.zh, record.keywords.en]) {
      atMost('keywords', list);
      if (list.some((word) => word.length > LENGTHS.keyword))
        problem('keywords', 'TOO_LONG', say('TOO_LONG.keyword', { keyword: LENGTHS.keyword }));
    }
  }
  if (given('ipRights')) {
    atMost('ipRights', input.ipRights ?? []);
    record.ipRights = (input.ipRights ?? []).slice(0, MOST.ipRights).map((right, i) => {
      const number = cleanText(right.number) ?? null;
      if (number !== null && (number.length > LENGTHS.number || !/[0-9A-Za-z]/.test(number))) {
        problem(`ipRights[${i}].number`, 'BAD_FORMAT', say('BAD_FORMAT.number', { number: LENGTHS.number }));
      }
      if (number === null && right.type !== 'TECHNICAL_SECRET' && !['APPLIED', 'UNKNOWN'].includes(right.status)) {
        problem(`ipRights[${i}].number`, 'REQUIRED', say('REQUIRED.ipNumber'));
      }
      return { type: right.type, number, status: right.status };
    });
  }
  if (given('cooperationModes')) {
    atMost('cooperationModes', input.cooperationModes ?? []);
    record.cooperationModes = (input.cooperationModes ?? []).slice(0, MOST.cooperationModes).map((mode, i) => {
      if (mode.licenceKind != null && mode.mode !== 'LICENCE')
        problem(`cooperationModes[${i}].licenceKind`, 'NOT_A_LICENCE', say('NOT_A_LICENCE.mode'));
      return { mode: mode.mode, licenceKind: mode.licenceKind ?? null };
    });
  }
  if (given('fundingNeed')) record.fundingNeed = readFunding(input.fundingNeed, problem);
  if (given('inventors')) {
    atMost('inventors', input.inventors ?? []);
    record.inventors = (input.inventors ?? []).slice(0, MOST.inventors).map((inventor, i) => {
      const name = readLocalized(`inventors[${i}].name`, inventor.name, LENGTHS.name, problems);
      if (!name) problem(`inventors[${i}].name`, 'REQUIRED', say('REQUIRED.language'));
      const orcid = cleanText(inventor.orcid) ?? null;
      const canonical = orcid === null ? null : canonicalOrcid(orcid);
      if (orcid !== null && canonical === null) problem(`inventors[${i}].orcid`, 'BAD_ORCID', say('BAD_ORCID.check'));
      return { name: name ?? {}, orcid: canonical };
    });
  }
  if (given('applications')) {
    atMost('applications', input.applications ?? []);
    record.applications = (input.applications ?? [])
      .slice(0, MOST.applications)
      .map((text, i) => readLocalized(`applications[${i}]`, text, LENGTHS.phrase, problems))
      .filter((text) => text !== null);
  }
  if (record.title.zh === undefined && record.title.en === undefined)
    problem('title', 'REQUIRED', say('REQUIRED.language'));
  return record;
}

function readFunding(
  input: AchievementInput['fundingNeed'],
  problem: (field: string, code: string, message: Said) => void,
): AchievementRecord['fundingNeed'] {
  if (input == null) return null;
  const min = canonicalDecimal(input.min);
  const max = canonicalDecimal(input.max ?? input.min);
  if (min === null) problem('fundingNeed.min', 'BAD_AMOUNT', say('BAD_AMOUNT.decimal'));
  if (max === null) problem('fundingNeed.max', 'BAD_AMOUNT', say('BAD_AMOUNT.decimal'));
  if (!isCurrency(input.currency)) problem('fundingNeed.currency', 'UNKNOWN_CURRENCY', say('UNKNOWN_CURRENCY.cny'));
  if (min === null || max === null) return null;
  if (compareDecimals(min, max) > 0) problem('fundingNeed.max', 'INVERTED_RANGE', say('INVERTED_RANGE.notLess'));
  return { min, max, currency: input.currency };
}

/**
 * The required fields that a record lacks for registration (title, summary or abstract, primary industry, TRL,
 * category), as problems; empty if it can be registered.
 */
export function missingForRegistration(record: AchievementRecord): FieldProblem[] {
  const missing: FieldProblem[] = [];
  const need = (there: boolean, field: string, message: Said) => {
    if (!there) missing.push({ field, code: 'REQUIRED_TO_REGISTER', message });
  };
  need(record.title.zh !== undefined || record.title.en !== undefined, 'title', say('REQUIRED_TO_REGISTER.field'));
  need(record.summary !== null || record.abstract !== null, 'summary', say('REQUIRED_TO_REGISTER.summary'));
  need(record.industries.length > 0, 'industries', say('REQUIRED_TO_REGISTER.industry'));
  need(record.trl !== null, 'trl', say('REQUIRED_TO_REGISTER.field'));
  need(record.category !== null, 'category', say('REQUIRED_TO_REGISTER.field'));
  return missing;
}

/** SHA-256 of an achievement's record; it does not depend on the order of the record's fields. */
export function recordHash(record: AchievementRecord): string {
  return createHash('sha256').update(canonicalJson(record)).digest('hex');
}

/** The fields in which two records of an achievement differ, in the field order of `emptyRecord`. */
export function changedFields(before: AchievementRecord, after: AchievementRecord): Array<keyof AchievementRecord> {
  return (Object.keys(emptyRecord) as Array<keyof AchievementRecord>).filter(
    (key) => canonicalJson(before[key]) !== canonicalJson(after[key]),
  );
}

/**
 * Returns a record with its fields in the order of `emptyRecord`, because stored JSON (jsonb) does not keep an order.
 */
export function inOrder(record: AchievementRecord): Record<string, unknown> {
  return Object.fromEntries(
    (Object.keys(emptyRecord) as Array<keyof AchievementRecord>).map((key) => [key, record[key]]),
  );
}
