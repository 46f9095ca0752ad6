import { createHash } from 'node:crypto';
import { badInput } from '../../kernel/errors.js';
import type { Locale } from '../../kernel/localized.js';
import { decodeCursor, DEFAULT_PAGE, MAX_PAGE } from '../../graphql/pagination.js';
import { hasMoreThan, isFarTooLong, normalised } from '../../lib/text.js';
import type { FacetCounts } from './search.facet-values.js';
import type { SearchFacetName } from './search.facets.js';
import { canonicalJson } from '../../lib/canonical-json.js';

export type SortField = 'RELEVANCE' | 'SCORE' | 'NEWEST' | 'TRL' | 'FUNDING' | 'TITLE';

/** A checked filter: values of one facet are alternatives, everything else must hold together. */
export interface SearchFilter {
  /** Values as they are indexed; a facet that is absent does not narrow, an empty list admits nothing. */
  selected: Partial<Record<SearchFacetName, string[]>>;
  scoreMin: number | null;
  scoreMax: number | null;
  /** Entries whose need in this currency overlaps min to max; amounts in other currencies never match. */
  funding: { min: number | null; max: number | null; currency: string } | null;
}

/** A search as both sides (engine and PostgreSQL) answer it. */
export interface SearchRequest {
  /** Trimmed, half-width; null for a search by filter alone. */
  text: string | null;
  /** With a number as text: the entries that carry it, and only they, are found. */
  identifierKeys: string[] | null;
  filter: SearchFilter;
  /** Only these entries, best first, in place of the text. */
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

/** What was found in one field of an entry. */
export interface FieldHighlight {
  field: string;
  locale: Locale | null;
  fragments: Array<{ parts: HighlightPart[] }>;
}

/** The answer of either side. */
export interface SearchAnswer {
  /** The page: matches first, related entries after all of them. */
  ids: string[];
  /** How many match. */
  total: number;
  /** How many ids at the end of the page are related ones, and how many there are in all; no count holds them. */
  related: number;
  relatedTotal: number;
  facets: Map<SearchFacetName, FacetCounts>;
  highlights: Map<string, FieldHighlight[]>;
}

const LONGEST_QUERY = 500;

/**
 * The query as searched: NFKC, single spaces, null when empty. A leading minus would exclude a word in the engine; here it
 * is text. Control characters and halves of surrogate pairs, which neither side takes, go; so do signs without width, which
 * come with pasted text and would part words. Of a run of combining marks as many are searched as any language uses.
 */
export function readText(query: string | null | undefined, argument: string): string | null {
  const tooLong = () => badInput(argument, 'TOO_LONG', `at most ${LONGEST_QUERY} characters.`);
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

/** Stands for one search: a cursor works only with the search that gave it. */
export function fingerprint(request: Pick<SearchRequest, 'text' | 'filter' | 'sort' | 'locale'>): string {
  const { text, filter, sort } = request;
  // The language decides the order of titles alone.
  const basis = { text, filter, sort, locale: sort.field === 'TITLE' ? request.locale : null };
  return createHash('sha256').update(canonicalJson(basis)).digest('base64url').slice(0, 12);
}

/** Checks `first` and `after`; gives the window of the page. */
export function readPage(
  args: { first?: number | null; after?: string | null },
  print: string,
): { offset: number; limit: number } {
  const limit = args.first ?? DEFAULT_PAGE;
  if (limit < 1 || limit > MAX_PAGE) throw badInput('first', 'PAGE_SIZE', `1 to ${MAX_PAGE}.`);
  if (args.after == null) return { offset: 0, limit };
  const [offset, of] = decodeCursor(args.after, 2, 'after');
  if (of !== print || typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0 || offset > 10_000_000) {
    throw badInput('after', 'BAD_CURSOR', 'this cursor is not from this search; start again without it.');
  }
  return { offset, limit };
}
