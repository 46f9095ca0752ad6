import { createHash } from 'node:crypto';
import { InputError, type FieldProblem } from '../../kernel/errors.js';
import { isLanguage } from '../../lib/languages.js';
import type { Locale } from '../../kernel/localized.js';
import type { CodeLists } from '../../taxonomy/code-lists.js';
import { ANYWHERE } from './profiles.facets.js';
import type { ProfileKind } from './profiles.kinds.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { say, type Said } from '../../messages/catalogue.js';

/** A validated search of one kind of profile, in the form that the search engine and PostgreSQL both answer. */
export interface ProfileRequest {
  kind: ProfileKind;
  /** Normalised search text (see `readText`); null for a search by filter alone. */
  text: string | null;
  /** Selected values by facet, as indexed; a facet that is absent does not filter. */
  selected: Readonly<Record<string, readonly string[]>>;
  facets: readonly string[];
  highlights: boolean;
  locale: Locale;
  offset: number;
  limit: number;
  /** Current day, YYYY-MM-DD. */
  today: string;
}

const MAX_VALUES = 200;

type Check = (value: string) => { code: string; message: Said } | null;

/**
 * Validates the lists of a profile filter, and reports each problem with its field. `lists` maps a list's name to its
 * facet.
 */
export function readSelected(
  lists: Readonly<Record<string, string>>,
  filter: object | null | undefined,
  codes: CodeLists,
): Record<string, string[]> {
  const problems: FieldProblem[] = [];
  const known =
    (set: ReadonlySet<string>, what: Said): Check =>
    (value) =>
      set.has(value) ? null : { code: 'UNKNOWN_CODE', message: say('UNKNOWN_CODE.of', { what }) };
  const checks: Record<string, Check> = {
    INDUSTRY: known(codes.industries, say('list.gbt4754')),
    REGION: (value) =>
      value === ANYWHERE || codes.regions.has(value)
        ? null
        : { code: 'UNKNOWN_CODE', message: say('UNKNOWN_CODE.region') },
    LANGUAGE: (value) => (isLanguage(value) ? null : { code: 'UNKNOWN_CODE', message: say('UNKNOWN_CODE.language') }),
    TRL: (value) =>
      Number(value) >= 1 && Number(value) <= 9 ? null : { code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.nine') },
  };
  const selected: Record<string, string[]> = {};
  for (const [list, facet] of Object.entries(lists)) {
    const values = (filter as Record<string, ReadonlyArray<string | number> | null | undefined> | null | undefined)?.[
      list
    ];
    if (!values || values.length === 0) continue;
    if (values.length > MAX_VALUES) {
      problems.push({
        field: `filter.${list}`,
        code: 'TOO_MANY',
        message: say('TOO_MANY.values', { max: MAX_VALUES }),
      });
      continue;
    }
    values.map(String).forEach((value, i) => {
      const wrong = checks[facet]?.(value);
      if (wrong) problems.push({ field: `filter.${list}[${i}]`, ...wrong });
    });
    selected[facet] = [...new Set(values.map(String))].sort();
  }
  if (problems.length > 0) throw new InputError(problems);
  return selected;
}

/** Fingerprint of a search of profiles, put into cursors: a cursor is accepted only by the search that returned it. */
export function printOf({ kind, text, selected }: Pick<ProfileRequest, 'kind' | 'text' | 'selected'>): string {
  return createHash('sha256')
    .update(canonicalJson({ type: kind.type, text, selected }))
    .digest('base64url')
    .slice(0, 12);
}
