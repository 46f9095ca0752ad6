import { InputError, type FieldProblem } from '../../kernel/errors.js';
import { webLink } from '../../lib/checks.js';
import { readLocalized, type Localized, type LocalizedInput } from '../../kernel/localized.js';
import { holdsAddress } from '../../lib/links.js';
import { claimsVerification } from './organisation.names.js';
import type { Organisation } from './organisation.entity.js';
import { parseRor } from './ror.js';
import { parseUscc } from './uscc.js';
import type { OrganisationKind } from '../../kernel/viewer.js';
import { say, type Said } from '../../messages/catalogue.js';

/** The fields of an organisation that its owners edit, after validation. */
export type OrganisationRecord = Pick<
  Organisation,
  'kind' | 'nameText' | 'uscc' | 'ror' | 'regionCode' | 'website' | 'descriptionText'
>;

interface RecordInput {
  kind?: OrganisationKind | null;
  name?: LocalizedInput | null;
  uscc?: string | null;
  ror?: string | null;
  regionCode?: string | null;
  website?: string | null;
  description?: LocalizedInput | null;
}

/**
 * Validates the input for an organisation and returns its fields; undefined fields are left out. Throws one error with
 * all problems.
 */
export function readOrganisationRecord(input: RecordInput): Partial<OrganisationRecord> {
  const problems: FieldProblem[] = [];
  const record: Partial<OrganisationRecord> = {};
  const optional = (
    field: string,
    text: string | null,
    code: string,
    message: Said,
    parse: (text: string) => string | null,
  ): string | null => {
    if (text === null || text.trim() === '') return null;
    const parsed = parse(text.trim());
    if (parsed === null) problems.push({ field, code, message });
    return parsed;
  };
  if (input.kind != null) record.kind = input.kind;
  else if (input.kind === null) problems.push({ field: 'kind', code: 'REQUIRED', message: say('REQUIRED.notEmptied') });
  if (input.name !== undefined) {
    const name = readName(input.name, problems);
    if (name === null) problems.push({ field: 'name', code: 'REQUIRED', message: say('REQUIRED.language') });
    else record.nameText = name;
  }
  if (input.uscc !== undefined) {
    record.uscc = optional('uscc', input.uscc, 'BAD_USCC', say('BAD_USCC.format'), parseUscc);
  }
  if (input.ror !== undefined) {
    record.ror = optional('ror', input.ror, 'BAD_ROR', say('BAD_ROR.format'), parseRor);
  }
  if (input.regionCode !== undefined) {
    record.regionCode = optional('regionCode', input.regionCode, 'BAD_REGION', say('BAD_REGION.format'), (text) =>
      /^(?:[1-9]\d{5}|[A-Z]{2})$/.test(text) ? text : null,
    );
  }
  if (input.website !== undefined) {
    record.website = optional('website', input.website, 'BAD_URL', say('BAD_URL.short'), (text) => webLink(text, 300));
  }
  if (input.description !== undefined)
    record.descriptionText = readLocalized('description', input.description, 2000, problems);
  if (problems.length > 0) throw new InputError(problems);
  return record;
}

/** Reads a name: on one line, without invisible characters, links, or words by which it claims to be verified. */
function readName(input: LocalizedInput | null, problems: FieldProblem[]): Localized | null {
  const line = (text: string | null | undefined) => text?.replace(/[\s\p{Cf}\p{Cc}]+/gu, ' ');
  const name = readLocalized('name', { zh: line(input?.zh), en: line(input?.en) }, 200, problems);
  for (const key of ['zh', 'en'] as const) {
    const text = name?.[key]?.slice(0, 400);
    if (text === undefined) continue;
    const field = `name.${key}`;
    if (holdsAddress(text)) problems.push({ field, code: 'LINK_IN_NAME', message: say('LINK_IN_NAME.organisation') });
    if (claimsVerification(text))
      problems.push({
        field,
        code: 'CLAIMS_VERIFICATION',
        message: say('CLAIMS_VERIFICATION'),
      });
  }
  return name;
}
