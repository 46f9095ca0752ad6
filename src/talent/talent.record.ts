import type { FieldProblem } from '../kernel/errors.js';
import { canonicalOrcid, webLink } from '../lib/checks.js';
import { dateProblem, yearProblem } from '../lib/day.js';
import { isLanguage } from '../lib/languages.js';
import { cleanText, readLocalized, type Localized, type LocalizedInput } from '../kernel/localized.js';
import { fromGlobalId, isUuid } from '../lib/ids.js';
import type { CodeLists } from '../taxonomy/code-lists.js';
import type { TalentEvidenceInput, TalentProfileInput } from './talent.inputs.js';
import type { ManagerGrade, TalentEvidenceKind, TalentKind, TalentRole, TalentVisibility } from './vocabularies.js';
import { canonicalJson } from '../lib/canonical-json.js';
import { say, type Said } from '../messages/catalogue.js';

/** Content of a talent profile as stated by the person, normalised; fields have the names of the GraphQL input. */
export interface TalentRecord {
  kind: TalentKind | null;
  headline: Localized;
  bio: Localized | null;
  skills: Localized[];
  industries: string[];
  orcid: string | null;
  /** Database id (UUID), not the global id of the API. */
  organisationId: string | null;
  daysPerMonth: number | null;
  availableFrom: string | null;
  regions: string[];
  languages: string[];
  roles: TalentRole[];
  managerGrade: ManagerGrade | null;
  visibility: TalentVisibility;
}

export const emptyTalent: TalentRecord = {
  kind: null,
  headline: {},
  bio: null,
  skills: [],
  industries: [],
  orcid: null,
  organisationId: null,
  daysPerMonth: null,
  availableFrom: null,
  regions: [],
  languages: [],
  roles: [],
  managerGrade: null,
  // A profile is visible to members of verified organisations unless the person chooses otherwise: PUBLIC must be
  // chosen.
  visibility: 'REGISTERED',
};

export interface EvidenceRecord {
  kind: TalentEvidenceKind;
  title: Localized;
  year: number | null;
  url: string | null;
  /** Database id (UUID), not the global id of the API. */
  achievementId: string | null;
}

/**
 * Fields of a talent profile that an operator verifies: an edit of one of them resets the verification, as does an edit
 * of the evidence.
 */
const CLAIMS: ReadonlySet<keyof TalentRecord> = new Set<keyof TalentRecord>([
  'kind',
  'headline',
  'bio',
  'skills',
  'industries',
  'orcid',
  'organisationId',
  'managerGrade',
]);

const LENGTHS = { headline: 200, bio: 5_000, skill: 60, title: 300, url: 500 } as const;
const MOST = { skills: 30, industries: 20, regions: 20, languages: 15, evidence: 50 } as const;
const EARLIEST_YEAR = 1900;
/** How many years ahead a talent may be available from. */
const MAX_YEARS_AHEAD = 10;

/**
 * Applies an input to a talent's record: a value replaces, null clears, an absent field keeps its value. Problems are
 * collected with their field and code.
 */
export function applyTalentInput(
  base: TalentRecord,
  input: TalentProfileInput,
  codes: CodeLists,
  today: string,
  problems: FieldProblem[],
): TalentRecord {
  const record: TalentRecord = { ...base };
  const problem = (field: string, code: string, message: Said) => problems.push({ field, code, message });
  const given = (key: keyof TalentProfileInput) => input[key] !== undefined;
  const list = (
    field: keyof typeof MOST,
    values: readonly string[] | null | undefined,
    known: (code: string) => boolean,
    what: Said,
  ): string[] => {
    const unique = [...new Set(values ?? [])];
    if (unique.length > MOST[field]) problem(field, 'TOO_MANY', say('TOO_MANY.most', { most: MOST[field] }));
    unique.forEach((code, i) => {
      if (!known(code)) problem(`${field}[${i}]`, 'UNKNOWN_CODE', what);
    });
    return unique;
  };

  if (given('kind')) record.kind = input.kind ?? null;
  if (record.kind === null) problem('kind', 'REQUIRED', say('REQUIRED.kind'));
  if (given('headline')) record.headline = readLocalized('headline', input.headline, LENGTHS.headline, problems) ?? {};
  if (given('bio')) record.bio = readLocalized('bio', input.bio, LENGTHS.bio, problems);
  if (given('skills')) record.skills = readSkills(input.skills ?? [], problems);
  if (given('industries'))
    record.industries = list(
      'industries',
      input.industries,
      (code) => codes.industries.has(code),
      say('UNKNOWN_CODE.industry'),
    ).sort();
  if (given('orcid')) {
    const text = cleanText(input.orcid) ?? null;
    record.orcid = text === null ? null : canonicalOrcid(text);
    if (text !== null && record.orcid === null) problem('orcid', 'BAD_ORCID', say('BAD_ORCID.check'));
  }
  if (given('organisationId'))
    record.organisationId = keyOf('Organisation', 'organisationId', input.organisationId, problems);
  if (given('daysPerMonth')) {
    record.daysPerMonth = input.daysPerMonth ?? null;
    if (
      record.daysPerMonth !== null &&
      !(Number.isInteger(record.daysPerMonth) && record.daysPerMonth >= 0 && record.daysPerMonth <= 31)
    ) {
      problem('daysPerMonth', 'OUT_OF_RANGE', say('OUT_OF_RANGE.whole31'));
    }
  }
  if (given('availableFrom')) {
    record.availableFrom = input.availableFrom ?? null;
    const wrong = record.availableFrom === null ? null : dateProblem(record.availableFrom, today, MAX_YEARS_AHEAD);
    if (wrong) problem('availableFrom', wrong.code, wrong.message);
  }
  if (given('regions'))
    record.regions = list('regions', input.regions, (code) => codes.regions.has(code), say('UNKNOWN_CODE.regions'));
  if (given('languages')) {
    record.languages = list(
      'languages',
      input.languages?.map((code) => code.trim().toLowerCase()),
      isLanguage,
      say('UNKNOWN_CODE.language'),
    );
  }
  if (given('roles')) record.roles = [...new Set(input.roles ?? [])];
  if (given('managerGrade')) record.managerGrade = input.managerGrade ?? null;
  if (record.managerGrade !== null && !record.roles.includes('TECHNOLOGY_MANAGER')) {
    problem('managerGrade', 'NOT_A_TECHNOLOGY_MANAGER', say('NOT_A_TECHNOLOGY_MANAGER.role'));
  }
  if (given('visibility')) record.visibility = input.visibility ?? emptyTalent.visibility;
  return record;
}

function readSkills(input: readonly LocalizedInput[], problems: FieldProblem[]): Localized[] {
  if (input.length > MOST.skills)
    problems.push({ field: 'skills', code: 'TOO_MANY', message: say('TOO_MANY.skills', { skills: MOST.skills }) });
  const skills = new Map<string, Localized>();
  input.forEach((text, i) => {
    const skill = readLocalized(`skills[${i}]`, text, LENGTHS.skill, problems);
    if (skill === null) problems.push({ field: `skills[${i}]`, code: 'REQUIRED', message: say('REQUIRED.language') });
    else skills.set(canonicalJson(skill), skill);
  });
  return [...skills.values()];
}

function keyOf(
  type: string,
  field: string,
  globalId: string | null | undefined,
  problems: FieldProblem[],
): string | null {
  if (globalId == null) return null;
  const id = fromGlobalId(globalId);
  if (id?.type === type && isUuid(id.key)) return id.key;
  problems.push({ field, code: 'BAD_ID', message: say('BAD_ID.type', { type }) });
  return null;
}

/** Validates a list of a talent's evidence; problems are collected with their field as `evidence[i]`. */
export function readEvidence(
  input: readonly TalentEvidenceInput[],
  thisYear: number,
  problems: FieldProblem[],
): EvidenceRecord[] {
  if (input.length > MOST.evidence)
    problems.push({
      field: 'evidence',
      code: 'TOO_MANY',
      message: say('TOO_MANY.evidence', { evidence: MOST.evidence }),
    });
  return input.map((item, i) => {
    const at = `evidence[${i}]`;
    const title = readLocalized(`${at}.title`, item.title, LENGTHS.title, problems);
    if (title === null) problems.push({ field: `${at}.title`, code: 'REQUIRED', message: say('REQUIRED.language') });
    const year = item.year ?? null;
    const wrong = year === null ? null : yearProblem(year, thisYear, EARLIEST_YEAR, 0);
    if (wrong) problems.push({ field: `${at}.year`, ...wrong });
    const link = cleanText(item.url) ?? null;
    const url = link === null ? null : webLink(link, LENGTHS.url);
    if (link !== null && url === null)
      problems.push({
        field: `${at}.url`,
        code: 'BAD_URL',
        message: say('BAD_URL.length', { url: LENGTHS.url }),
      });
    return {
      kind: item.kind,
      title: title ?? {},
      year,
      url,
      achievementId: keyOf('Achievement', `${at}.achievementId`, item.achievementId, problems),
    };
  });
}

/** Names of the fields in which two versions of a talent's record differ, in the order of `emptyTalent`. */
export function changedTalentFields(before: TalentRecord, after: TalentRecord): Array<keyof TalentRecord> {
  return (Object.keys(emptyTalent) as Array<keyof TalentRecord>).filter(
    (field) => canonicalJson(before[field]) !== canonicalJson(after[field]),
  );
}

/** True if an edit changes a field of a talent profile that an operator verifies. */
export const changesClaims = (fields: ReadonlyArray<keyof TalentRecord>): boolean =>
  fields.some((field) => CLAIMS.has(field));
