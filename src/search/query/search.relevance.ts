import type { Ranking, RankTerm } from '../ranking/rank-index.js';
import { countWords } from '../ranking/rank-index.js';
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

/**
 * So many of the engine's first finds are put into the order of the ranking; where there are more, as many of the ranking's
 * best with them. Each find costs the engine the reading of its whole document.
 */
export const RERANK_DEPTH = 60;
const MOST_PROPOSED = 100;
/** A text of more words is a question: nobody means every word of it. */
export const MOST_WORDS = 6;
/** Of a question, an entry must hold this share of the weight of its words (rare words weigh more). */
export const QUESTION_SHARE = 0.5;
/** A question finds at most so many. */
const MOST_ANSWERS = 1000;
/** From this share on, an entry holds every word, but for rounding. */
const WHOLE_SHARE = 0.999;
/** What holds at least this share of the words' weight without matching is related; at most so many. */
const RELATED_SHARE = 0.15;
const MOST_RELATED = 100;

export const termsOf = (slots: readonly Slot[]): RankTerm[] =>
  slots.map(({ text, alternatives }) => ({ text, alternatives }));

/** Whether a text is a question: too long for every word to be meant, and nothing of it quoted. */
export function isQuestion(slots: readonly Slot[]): boolean {
  return (
    slots.every((slot) => !slot.quoted) && slots.reduce((sum, slot) => sum + countWords(slot.text), 0) > MOST_WORDS
  );
}

/** The entries that answer a question, best first: decided by words alone, whatever the filter. */
export function answersTo(ranking: Ranking): string[] {
  return ranking.best(MOST_ANSWERS, QUESTION_SHARE).map((entry) => entry.id);
}

/**
 * Answers in the order of relevance. The list has three parts, so that paging neither repeats nor skips:
 *
 * 1. matches near the top, by the ranking: the engine's first RERANK_DEPTH, and where there are more, those of the ranking's
 *    best that match;
 * 2. the other matches, in the engine's order;
 * 3. related entries, by the ranking: they do not match, and no count includes them.
 */
export async function searchByRelevance(
  engine: SearchEngine,
  ranker: Ranker,
  request: SearchRequest,
  slots: readonly Slot[],
): Promise<SearchAnswer> {
  // What matches all words is the engine's to find: it does so while this process ranks.
  const asked = isQuestion(slots) ? null : askPage(engine, request, textOf(slots), { offset: 0, limit: RERANK_DEPTH });
  // A failure is met where it is awaited.
  asked?.catch(() => undefined);
  // The ranking keeps the process busy: first the request goes out.
  if (asked) await new Promise(setImmediate);
  const ranking = ranker.rank(termsOf(slots));
  try {
    const best = ranking.best(MOST_PROPOSED, RELATED_SHARE);
    const ids = best.map(({ id }) => id);
    // So many hold every word that the engine will have to be asked about the proposed: at once, while it looks for the first.
    const isBroad = asked !== null && best.filter(({ share }) => share >= WHOLE_SHARE).length > RERANK_DEPTH;
    const ahead = isBroad ? askMatching(engine, request, textOf(slots), ids.slice(0, RERANK_DEPTH)) : null;
    ahead?.ids.catch(() => undefined);
    return await inOrderOf(ranking, { ids, ahead }, asked, engine, request, slots);
  } finally {
    ranking.close();
  }
}

/** Entries that the engine is asked about, and those of them that match, in its order. */
interface Matching {
  among: readonly string[];
  ids: Promise<string[]>;
}

/** The ranking's best, of which some may match; `ahead` where the engine is being asked about the first of them already. */
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

/** `asked`: the engine's first finds; null where the text is a question, which the ranking answers. */
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
  // Whoever quotes wants nothing else.
  const related =
    total >= MOST_RELATED || slots.some((slot) => slot.quoted)
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
  /** The first part of the list. */
  first: string[];
  total: number;
  facets: SearchAnswer['facets'];
  /** A window of the second part. */
  rest(offset: number, limit: number): Promise<string[]>;
}

/** Every word must be found: the engine decides. */
async function findWords(
  engine: SearchEngine,
  request: SearchRequest,
  ranking: Ranking,
  text: EngineText,
  page: EnginePage,
  { ids: proposed, ahead }: Proposed,
): Promise<Found> {
  const engineOrder = new Set(page.ids);
  // Where the engine has given all, it need not be asked again.
  if (page.total > page.ids.length) {
    // Where related entries follow, it must be known of each proposed one whether it matches.
    const wanted = page.total < MOST_RELATED ? proposed : proposed.slice(0, RERANK_DEPTH);
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
  // Stable: what the ranking leaves equal stays in the engine's order.
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

/** The ranking has decided; the filter and the counts are the engine's. */
async function findAnswers(engine: SearchEngine, request: SearchRequest, answers: readonly string[]): Promise<Found> {
  // Nothing to narrow and nothing to count: the ranking knows it all.
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

/** Those of the proposed that the filter admits. */
async function relatedTo(engine: SearchEngine, request: SearchRequest, proposed: readonly string[]): Promise<string[]> {
  if (proposed.length === 0 || !isNarrowed(request)) return proposed.slice(0, MOST_RELATED);
  const [answer] = await askEngine(engine, [
    { ...queryFor(engine, request, { q: '', among: proposed }), limit: proposed.length },
  ]);
  const admitted = new Set(answer!.hits.map((hit) => hit.id));
  return proposed.filter((id) => admitted.has(id)).slice(0, MOST_RELATED);
}
