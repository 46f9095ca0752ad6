import type { FieldProblem } from '../../kernel/errors.js';
import { InputError } from '../../kernel/errors.js';
import { canonicalOrcid } from '../../lib/checks.js';
import { cleanText, readLocalized, type Localized } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import type { CodeLists } from '../../taxonomy/code-lists.js';
import type { ReviewerProfileInput } from './reviewers.inputs.js';
import { DIMENSIONS, type Dimension } from '../vocabularies.js';
import { say, type Said } from '../../messages/catalogue.js';

const MAX_STATEMENT = 5_000;
const MAX_INDUSTRIES = 30;

/** The validated fields of a reviewer's profile that the reviewer may edit. */
export interface ProfileRecord {
  statement: Localized | null;
  dimensions: Dimension[];
  industries: string[];
  organisationId: string | null;
  orcid: string | null;
  maxLoad: number | null;
}

export const emptyProfile: ProfileRecord = {
  statement: null,
  dimensions: [],
  industries: [],
  organisationId: null,
  orcid: null,
  maxLoad: null,
};

/**
 * Applies an input to a reviewer's profile: a value replaces, null clears, an absent field keeps its value. Throws
 * BAD_USER_INPUT with all problems.
 */
export function applyProfile(base: ProfileRecord, input: ReviewerProfileInput, codes: CodeLists): ProfileRecord {
  const problems: FieldProblem[] = [];
  const profile = { ...base };
  const problem = (field: string, code: string, message: Said) =>
    problems.push({ field: `input.profile.${field}`, code, message });
  if (input.statement !== undefined)
    profile.statement = readLocalized('input.profile.statement', input.statement, MAX_STATEMENT, problems);
  if (input.dimensions !== undefined)
    profile.dimensions = DIMENSIONS.filter((dimension) => input.dimensions?.includes(dimension));
  if (input.industries !== undefined) {
    profile.industries = [...new Set(input.industries ?? [])].sort();
    if (profile.industries.length > MAX_INDUSTRIES)
      problem('industries', 'TOO_MANY', say('TOO_MANY.max', { max: MAX_INDUSTRIES }));
    (input.industries ?? []).forEach((code, i) => {
      if (!codes.industries.has(code)) problem(`industries[${i}]`, 'UNKNOWN_CODE', say('UNKNOWN_CODE.industry'));
    });
  }
  if (input.organisationId !== undefined)
    profile.organisationId =
      input.organisationId === null
        ? null
        : readId('input.profile.organisationId', 'Organisation', input.organisationId);
  if (input.orcid !== undefined) {
    const text = cleanText(input.orcid) ?? null;
    profile.orcid = text === null ? null : canonicalOrcid(text);
    if (text !== null && profile.orcid === null) problem('orcid', 'BAD_ORCID', say('BAD_ORCID.check'));
  }
  if (input.maxLoad !== undefined) {
    profile.maxLoad = input.maxLoad ?? null;
    if (
      profile.maxLoad !== null &&
      !(Number.isInteger(profile.maxLoad) && profile.maxLoad >= 1 && profile.maxLoad <= 500)
    )
      problem('maxLoad', 'OUT_OF_RANGE', say('OUT_OF_RANGE.whole500'));
  }
  if (profile.dimensions.length === 0) problem('dimensions', 'REQUIRED', say('REQUIRED.dimension'));
  if (problems.length > 0) throw new InputError(problems);
  return profile;
}
