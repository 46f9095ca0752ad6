import { InputError, type FieldProblem } from '../../kernel/errors.js';
import { isCurrency } from '../../lib/checks.js';
import { compareDecimals } from '../../lib/decimal.js';
import { fromGlobalId, isUuid } from '../../lib/ids.js';
import type { CodeLists } from '../../taxonomy/code-lists.js';
import type { SearchFacetName } from './search.facets.js';
import type { AchievementSearchFilter } from './search.inputs.js';
import type { SearchFilter } from './search.request.js';
import { say, type Said } from '../../messages/catalogue.js';

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
  const problem = (field: string, code: string, message: Said) =>
    void problems.push({ field: `${argument}.${field}`, code, message });
  const known = (set: ReadonlySet<string>, what: Said) => (value: string | number) =>
    set.has(String(value)) ? String(value) : { code: 'UNKNOWN_CODE', message: say('UNKNOWN_CODE.of', { what }) };
  const within = (least: number, most: number, what: Said) => (value: string | number) =>
    Number(value) >= least && Number(value) <= most ? String(value) : { code: 'OUT_OF_RANGE', message: what };
  const readers: Partial<
    Record<keyof typeof LISTS, (value: string | number) => string | { code: string; message: Said }>
  > = {
    industries: known(codes.industries, say('list.gbt4754')),
    regions: known(codes.regions, say('list.gbt2260')),
    strategicAreas: known(codes.strategicAreas, say('list.strategicEmerging')),
    institutionIds: readInstitution,
    trl: within(1, 9, say('OUT_OF_RANGE.nine')),
    years: within(1, 9999, say('OUT_OF_RANGE.leastToMost', { least: 1, most: 9999 })),
  };
  const selected: SearchFilter['selected'] = {};
  for (const [list, facet] of Object.entries(LISTS) as Array<[keyof typeof LISTS, SearchFacetName]>) {
    const values = input?.[list];
    if (!values || values.length === 0) continue;
    if (values.length > MAX_VALUES) {
      problem(list, 'TOO_MANY', say('TOO_MANY.values', { max: MAX_VALUES }));
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
    if (value != null && (value < least || value > most))
      problem(field, 'OUT_OF_RANGE', say('OUT_OF_RANGE.leastToMost', { least, most }));
  }
  if (trlMin != null && trlMax != null && trlMin > trlMax) problem('trlMin', 'RANGE', say('RANGE.trl'));
  if (scoreMin != null && scoreMax != null && scoreMin > scoreMax) problem('scoreMin', 'RANGE', say('RANGE.score'));
  if (fundingMin != null && fundingMax != null && compareDecimals(fundingMin, fundingMax) > 0)
    problem('fundingMin', 'RANGE', say('RANGE.funding'));
  if (currency == null && (fundingMin != null || fundingMax != null))
    problem('currency', 'REQUIRED', say('REQUIRED.currency'));
  if (currency != null && !isCurrency(currency)) problem('currency', 'UNKNOWN_CODE', say('UNKNOWN_CODE.currency'));
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

function readInstitution(value: string | number): string | { code: string; message: Said } {
  const id = fromGlobalId(String(value));
  return id?.type === 'Organisation' && isUuid(id.key)
    ? id.key
    : { code: 'BAD_ID', message: say('BAD_ID.organisation') };
}
