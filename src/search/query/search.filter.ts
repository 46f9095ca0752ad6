import { InputError, type FieldProblem } from '../../kernel/errors.js';
import { isCurrency } from '../../lib/checks.js';
import { compareDecimals } from '../../lib/decimal.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import type { CodeLists } from '../../taxonomy/code-lists.js';
import type { SearchFacetName } from './search.facets.js';
import type { AchievementSearchFilter } from './search.inputs.js';
import type { SearchFilter } from './search.request.js';

const MAX_VALUES = 200;

/** The facet of each list in the filter. */
const LISTS = {
  industries: 'INDUSTRY',
  regions: 'REGION',
  institutionIds: 'INSTITUTION',
  trl: 'TRL',
  cooperationModes: 'COOPERATION_MODE',
  licenceKinds: 'LICENCE_KIND',
  ipStatuses: 'IP_STATUS',
  ipTypes: 'IP_TYPE',
  strategicAreas: 'STRATEGIC_AREA',
  years: 'YEAR',
  categories: 'CATEGORY',
} as const satisfies Partial<Record<keyof AchievementSearchFilter, SearchFacetName>>;

/** Validates the filter of a search; throws BAD_USER_INPUT with all problems, each with its field. */
export function readFilter(
  input: AchievementSearchFilter | null | undefined,
  codes: CodeLists,
  argument = 'filter',
): SearchFilter {
  const problems: FieldProblem[] = [];
  const problem = (field: string, code: string, message: string) =>
    void problems.push({ field: `${argument}.${field}`, code, message });
  const known = (set: ReadonlySet<string>, what: string) => (value: string | number) =>
    set.has(String(value)) ? String(value) : { code: 'UNKNOWN_CODE', message: `not a code of ${what}.` };
  const within = (least: number, most: number, what: string) => (value: string | number) =>
    Number(value) >= least && Number(value) <= most ? String(value) : { code: 'OUT_OF_RANGE', message: what };
  const readers: Partial<
    Record<keyof typeof LISTS, (value: string | number) => string | { code: string; message: string }>
  > = {
    industries: known(codes.industries, 'GB/T 4754-2017'),
    regions: known(codes.regions, 'GB/T 2260'),
    strategicAreas: known(codes.strategicAreas, 'the strategic emerging industries'),
    institutionIds: readInstitution,
    trl: within(1, 9, 'from 1 to 9.'),
    years: within(1, 9999, 'from 1 to 9999.'),
  };
  const selected: SearchFilter['selected'] = {};
  for (const [list, facet] of Object.entries(LISTS) as Array<[keyof typeof LISTS, SearchFacetName]>) {
    const values = input?.[list];
    if (!values || values.length === 0) continue;
    if (values.length > MAX_VALUES) {
      problem(list, 'TOO_MANY', `at most ${MAX_VALUES} values.`);
      continue;
    }
    const read = values.map((value, i) => {
      const result = readers[list]?.(value) ?? String(value);
      if (typeof result === 'string') return result;
      problem(`${list}[${i}]`, result.code, result.message);
      return '';
    });
    selected[facet] = [...new Set(read)].sort();
  }

  const { trlMin, trlMax, scoreMin, scoreMax, fundingMin, fundingMax, currency } = input ?? {};
  for (const [field, value, most] of [
    ['trlMin', trlMin, 9],
    ['trlMax', trlMax, 9],
    ['scoreMin', scoreMin, 5],
    ['scoreMax', scoreMax, 5],
  ] as const) {
    const least = most === 9 ? 1 : 0;
    if (value != null && (value < least || value > most)) problem(field, 'OUT_OF_RANGE', `from ${least} to ${most}.`);
  }
  if (trlMin != null && trlMax != null && trlMin > trlMax) problem('trlMin', 'RANGE', 'not above trlMax.');
  if (scoreMin != null && scoreMax != null && scoreMin > scoreMax) problem('scoreMin', 'RANGE', 'not above scoreMax.');
  if (fundingMin != null && fundingMax != null && compareDecimals(fundingMin, fundingMax) > 0)
    problem('fundingMin', 'RANGE', 'not above fundingMax.');
  if (currency == null && (fundingMin != null || fundingMax != null))
    problem('currency', 'REQUIRED', 'say which currency the amounts are in, such as CNY.');
  if (currency != null && !isCurrency(currency)) problem('currency', 'UNKNOWN_CODE', 'an ISO 4217 code such as CNY.');
  if (problems.length > 0) throw new InputError(problems);

  if (trlMin != null || trlMax != null) {
    const levels = selected.TRL ?? ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    selected.TRL = levels.filter((level) => Number(level) >= (trlMin ?? 1) && Number(level) <= (trlMax ?? 9));
  }
  return {
    selected,
    scoreMin: scoreMin ?? null,
    scoreMax: scoreMax ?? null,
    funding:
      currency == null
        ? null
        : {
            currency,
            min: fundingMin == null ? null : Number(fundingMin),
            max: fundingMax == null ? null : Number(fundingMax),
          },
  };
}

function readInstitution(value: string | number): string | { code: string; message: string } {
  const id = fromGlobalId(String(value));
  return id?.type === 'Organisation' && isUuid(id.key)
    ? id.key
    : { code: 'BAD_ID', message: 'not the id of an Organisation.' };
}
