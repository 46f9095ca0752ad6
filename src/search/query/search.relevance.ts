import type { Ranking, RankTerm } from '../ranking/ranking.js';
import { askEngine } from '../engine/engine.queries.js';
import type { SearchEngine } from '../engine/engine.js';
import type { Ranker } from '../ranking/ranker.js';
import {
  askPage,
  highlightsOf,
  isNarrowed,
  queryFor,
  textOf,
  type EnginePage,
  type EngineText,
} from '../engine/search.meilisearch.js';
import type { SearchAnswer, SearchRequest } from './search.request.js';
import type { Slot } from './search.terms.js';
import { countWords } from '../ranking/words.js';

/**
 * RERANK_DEPTH: number of the search engine's first results that the in-memory ranking reorders; if more entries match,
 * the ranking's best entries that match are reordered with them. The engine reads a whole document per result.
 * MAX_PROPOSED: maximum number of the ranking's own best entries that are considered.
 */
export const RERANK_DEPTH = 60;
const MAX_PROPOSED = 100;
/**
 * A search text without quotations and with more words than this is a question, for which not every word must occur in
 * an entry.
 */
export const MAX_WORDS = 6;
/** Minimum share of a question's word weight (rare words weigh more) that an entry must contain to match. */
export const QUESTION_SHARE = 0.5;
/** Upper limit of entries that match a question. */
const MAX_ANSWERS = 1000;
/**
 * Share of word weight from which an entry counts as containing every word of the search text; below 1 because of
 * rounding errors.
 */
const WHOLE_SHARE = 0.999;
/**
 * RELATED_SHARE: minimum share of word weight for an entry that does not match to be shown as related. MAX_RELATED:
 * maximum number of related entries; a search with at least as many matches gets none.
 */
const RELATED_SHARE = 0.15;
const MAX_RELATED = 100;

export const termsOf = (slots: readonly Slot[]): RankTerm[] =>
  slots.map(({ text, alternatives }) => ({ text, alternatives }));

/** True if a search text is a question: longer than MAX_WORDS words and without quotations. */
export function isQuestion(slots: readonly Slot[]): boolean {
  return slots.every((slot) => !slot.quoted) && slots.reduce((sum, slot) => sum + countWords(slot.text), 0) > MAX_WORDS;
}

/** Ids of the entries that match a question, best first. Only the words decide; the filter is applied later. */
export function answersTo(ranking: Ranking): string[] {
  return ranking.best(MAX_ANSWERS, QUESTION_SHARE).map((entry) => entry.id);
}

/**
 * Searches pool entries in order of relevance. The result list has three parts, so that pages neither repeat nor skip
 * entries: (1) the first matches, ordered by the in-memory ranking: the search engine's first RERANK_DEPTH and, if
 * there are more, the matching ones among the ranking's best; (2) all other matches, in the engine's order; (3) related
 * entries, ordered by the ranking, which do not match and are in no count.
 */
export async function searchByRelevance(
  engine: SearchEngine,
  ranker: Ranker,
  request: SearchRequest,
  slots: readonly Slot[],
): Promise<SearchAnswer> {
  // For a text with few words, the search engine finds the entries that contain all of them, while this process
  // computes its ranking.
  const asked = isQuestion(slots) ? null : askPage(engine, request, textOf(slots), { offset: 0, limit: RERANK_DEPTH });
  // The rejection is handled at the later `await`; without this, Node would report it as unhandled.
  asked?.catch(() => undefined);
  // Lets the request to the search engine be sent before the ranking blocks the event loop.
  if (asked) await new Promise(setImmediate);
  const ranking = ranker.rank(termsOf(slots));
  try {
    const best = ranking.best(MAX_PROPOSED, RELATED_SHARE);
    const ids = best.map(({ id }) => id);
    // If more than RERANK_DEPTH entries contain every word, the search engine must also be asked which of the
    // ranking's best entries match; that request is sent now, in parallel.
    const isBroad = asked !== null && best.filter(({ share }) => share >= WHOLE_SHARE).length > RERANK_DEPTH;
    const ahead = isBroad ? askMatching(engine, request, textOf(slots), ids.slice(0, RERANK_DEPTH)) : null;
    ahead?.ids.catch(() => undefined);
    return await inOrderOf(ranking, { ids, ahead }, asked, engine, request, slots);
  } finally {
    ranking.close();
  }
}

/**
 * Entries that the search engine was asked about, and (`ids`) those among them that match the search, in the engine's
 * order.
 */
interface Matching {
  among: readonly string[];
  ids: Promise<string[]>;
}

/**
 * Best entries by the in-memory ranking, which may or may not match the search. `ahead`: the request already sent for
 * the first of them, or null.
 */
interface Proposed {
  ids: readonly string[];
  ahead: Matching | null;
}

function askMatching(
  engine: SearchEngine,
  request: SearchRequest,
  text: EngineText,
  among: readonly string[],
): Matching {
  const asked =
    among.length === 0
      ? Promise.resolve([])
      : askEngine(engine, [{ ...queryFor(engine, request, { ...text, among }), limit: among.length }]);
  return { among, ids: asked.then(([answer]) => answer?.hits.map((hit) => hit.id) ?? []) };
}

/**
 * Orders the results of a search by the ranking. `asked`: the search engine's first results; null for a question, whose
 * matches the ranking decides.
 */
async function inOrderOf(
  ranking: Ranking,
  proposed: Proposed,
  asked: Promise<EnginePage> | null,
  engine: SearchEngine,
  request: SearchRequest,
  slots: readonly Slot[],
): Promise<SearchAnswer> {
  const found =
    asked === null
      ? await findAnswers(engine, request, answersTo(ranking))
      : await findWords(engine, request, ranking, textOf(slots), await asked, proposed);
  const { total, facets } = found;
  const matched = new Set(found.first);
  const wantsMore = (count: number) => request.offset + request.limit > count;
  const page = found.first.slice(request.offset, request.offset + request.limit);
  if (wantsMore(matched.size) && total > matched.size)
    page.push(...(await found.rest(Math.max(0, request.offset - matched.size), request.limit - page.length)));
  // A search with a quotation asks for exact matches only, so it gets no related entries.
  const related =
    total >= MAX_RELATED || slots.some((slot) => slot.quoted)
      ? []
      : await relatedTo(
          engine,
          request,
          proposed.ids.filter((id) => !matched.has(id)),
        );
  const tail = wantsMore(total)
    ? related.slice(Math.max(0, request.offset - total), Math.max(0, request.offset + request.limit - total))
    : [];
  const ids = [...page, ...tail];
  return {
    ids,
    total,
    facets,
    related: tail.length,
    relatedTotal: related.length,
    highlights: await highlightsOf(engine, request, ids, slots),
  };
}

interface Found {
  /** Ids of the list's first part. */
  first: string[];
  total: number;
  facets: SearchAnswer['facets'];
  /** Reads a window of the second part. */
  rest(offset: number, limit: number): Promise<string[]>;
}

/** Finds the matches of a search text whose words must all occur; the search engine decides which entries match. */
async function findWords(
  engine: SearchEngine,
  request: SearchRequest,
  ranking: Ranking,
  text: EngineText,
  page: EnginePage,
  { ids: proposed, ahead }: Proposed,
): Promise<Found> {
  const engineOrder = new Set(page.ids);
  // If the first page holds all matches, the search engine need not be asked about the ranking's best entries.
  if (page.total > page.ids.length) {
    // Related entries must not contain matches: if there will be any, it must be known of each proposed entry
    // whether it matches.
    const wanted = page.total < MAX_RELATED ? proposed : proposed.slice(0, RERANK_DEPTH);
    const known = new Set([...page.ids, ...(ahead?.among ?? [])]);
    const later = askMatching(
      engine,
      request,
      text,
      wanted.filter((id) => !known.has(id)),
    );
    for (const ids of await Promise.all([ahead?.ids ?? [], later.ids])) for (const id of ids) engineOrder.add(id);
  }
  const scores = new Map([...engineOrder].map((id) => [id, ranking.scoreOf(id)]));
  // The sort is stable, so entries with equal scores keep the search engine's order.
  const first = [...engineOrder].sort((a, b) => scores.get(b)! - scores.get(a)!);
  return {
    first,
    total: page.total,
    facets: page.facets,
    rest: async (offset, limit) => {
      const query = queryFor(engine, request, text);
      const [answer] = await askEngine(engine, [
        {
          ...query,
          offset,
          limit,
          filter: [...(query.filter ?? []), `id NOT IN [${first.map((id) => JSON.stringify(id)).join(', ')}]`],
        },
      ]);
      return answer!.hits.map((hit) => hit.id);
    },
  };
}

/**
 * Finds the matches of a question: the in-memory ranking has selected the entries, the search engine applies filter and
 * facets.
 */
async function findAnswers(engine: SearchEngine, request: SearchRequest, answers: readonly string[]): Promise<Found> {
  // Without filter and facets nothing is left for the search engine to do.
  if (!isNarrowed(request) && request.facets.size === 0)
    return { first: [...answers], total: answers.length, facets: new Map(), rest: () => Promise.resolve([]) };
  const page = await askPage(engine, request, { q: '', among: answers }, { offset: 0, limit: answers.length });
  const present = new Set(page.ids);
  return {
    first: answers.filter((id) => present.has(id)),
    total: page.total,
    facets: page.facets,
    rest: () => Promise.resolve([]),
  };
}

/** The proposed entries that pass the search's filter, as candidates for the related entries. */
async function relatedTo(engine: SearchEngine, request: SearchRequest, proposed: readonly string[]): Promise<string[]> {
  if (proposed.length === 0 || !isNarrowed(request)) return proposed.slice(0, MAX_RELATED);
  const [answer] = await askEngine(engine, [
    { ...queryFor(engine, request, { q: '', among: proposed }), limit: proposed.length },
  ]);
  const admitted = new Set(answer!.hits.map((hit) => hit.id));
  return proposed.filter((id) => admitted.has(id)).slice(0, MAX_RELATED);
}
