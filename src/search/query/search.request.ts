import { createHash } from 'node:crypto';
import { badInput } from '../../kernel/errors.js';
import type { Locale } from '../../kernel/localized.js';
import { decodeCursor, DEFAULT_PAGE, MAX_PAGE } from '../../graphql/pagination.js';
import { hasMoreThan, isFarTooLong, normalised } from '../../lib/text.js';
import type { FacetCounts } from './search.facet-values.js';
import type { SearchFacetName } from './search.facets.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import { say } from '../../messages/catalogue.js';

export type SortField = 'RELEVANCE' | 'SCORE' | 'NEWEST' | 'TRL' | 'FUNDING' | 'TITLE';

/**
 * Validated filter of a search: the values of one facet are alternatives (OR); all other conditions must hold together
 * (AND).
 */
export interface SearchFilter {
  /**
   * Selected values by facet, as indexed; a facet that is absent does not filter, an empty list excludes all entries.
   */
  selected: Partial<Record<SearchFacetName, string[]>>;
  scoreMin: number | null;
  scoreMax: number | null;
  /** Finds entries whose funding need overlaps the range in this currency; a need in another currency never matches. */
  funding: { min: number | null; max: number | null; currency: string } | null;
}

/** A validated search of pool entries, in the form that the search engine and PostgreSQL both answer. */
export interface SearchRequest {
  /** Normalised search text (trimmed, half-width); null for a search by filter alone. */
  text: string | null;
  /** Set if the search text is the number of a pool entry: only entries with one of these keys are found. */
  identifierKeys: string[] | null;
  filter: SearchFilter;
  /** Restricts the search to these entry ids, which are ordered best first; replaces the search text. */
  among?: readonly string[];
  sort: { field: SortField; descending: boolean };
  locale: Locale;
  offset: number;
  limit: number;
  facets: ReadonlySet<SearchFacetName>;
  highlights: boolean;
}

export interface HighlightPart {
  text: string;
  match: boolean;
}

/** Matches in one field of an entry. */
export interface FieldHighlight {
  field: string;
  locale: Locale | null;
  fragments: Array<{ parts: HighlightPart[] }>;
}

/** Answer to a search of pool entries, from the search engine or from PostgreSQL. */
export interface SearchAnswer {
  /** Ids of the page: matches, then related entries. */
  ids: string[];
  /** Number of matches. */
  total: number;
  /**
   * `related`: number of related entries (that do not match) at the end of this page. `relatedTotal`: their number in
   * the whole list. Neither is part of any count.
   */
  related: number;
  relatedTotal: number;
  facets: Map<SearchFacetName, FacetCounts>;
  highlights: Map<string, FieldHighlight[]>;
}

const LONGEST_QUERY = 500;

/**
 * Normalises a search text: NFKC, single spaces, null if empty. Leading minus signs of words are removed, because the
 * search engine would exclude the word; so are zero-width characters, which would split words. Control characters and
 * unpaired surrogates, which neither backend accepts, become spaces. Runs of combining marks are cut to the length that
 * languages use.
 */
export function readText(query: string | null | undefined, argument: string): string | null {
  const tooLong = () => badInput(argument, 'TOO_LONG', say('TOO_LONG.max', { max: LONGEST_QUERY }));
  const given = query ?? '';
  if (isFarTooLong(given, LONGEST_QUERY)) throw tooLong();
  const text = normalised(given, 'NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\uE000\uE001\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/(^|\s)-+(?=\S)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  if (hasMoreThan(text, LONGEST_QUERY)) throw tooLong();
  return text === '' ? null : text;
}

/**
 * Fingerprint of a search of pool entries, put into cursors: a cursor is accepted only by the search that returned it.
 */
export function fingerprint(request: Pick<SearchRequest, 'text' | 'filter' | 'sort' | 'locale'>): string {
  const { text, filter, sort } = request;
  // The viewer's language matters only if results are sorted by title.
  const basis = { text, filter, sort, locale: sort.field === 'TITLE' ? request.locale : null };
  return createHash('sha256').update(canonicalJson(basis)).digest('base64url').slice(0, 12);
}

/** Validates the arguments `first` and `after` of a search; returns offset and limit of the requested page. */
export function readPage(
  args: { first?: number | null; after?: string | null },
  print: string,
): { offset: number; limit: number } {
  const limit = args.first ?? DEFAULT_PAGE;
  if (limit < 1 || limit > MAX_PAGE) throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.oneTo', { max: MAX_PAGE }));
  if (args.after == null) return { offset: 0, limit };
  const [offset, of] = decodeCursor(args.after, 2, 'after');
  if (of !== print || typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0 || offset > 10_000_000) {
    throw badInput('after', 'BAD_CURSOR', say('BAD_CURSOR.search'));
  }
  return { offset, limit };
}
