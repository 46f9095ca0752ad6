import { readTerms, type TextTerms, type SimilarityText, type TextModel } from './similarity.js';
import { termId } from './similarity.vectors.js';
import type { Term } from './tokens.js';

/** What two texts have in common, as words to show. */
export interface SharedTerm {
  /** As the second text writes it, in lower case; neighbouring Chinese pairs are joined to the phrase they stand for. */
  readonly term: string;
  /** Its part in what the two texts literally share, 0 to 1. */
  readonly share: number;
}

/** The share of each common term in what two texts share: the lengths of their vectors cancel out. */
function contributions(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const result = new Map<number, number>();
  let total = 0;
  for (const [term, weight] of b) {
    const product = (a.get(term) ?? 0) * weight;
    if (product <= 0) continue;
    result.set(term, product);
    total += product;
  }
  for (const [term, product] of result) result.set(term, product / total);
  return result;
}

const isChinesePair = ({ term }: Term) => /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2}$/u.test(term);

/** The shared words and phrases of a part of a text, each with the ids of its terms: a pair of words has its words', 支持, 持向, 向量 give 支持向量. */
function phrasesOf(part: readonly Term[], shares: ReadonlyMap<number, number>): { surface: string; ids: number[] }[] {
  const phrases: { surface: string; ids: number[] }[] = [];
  let open: { surface: string; ids: number[] } | undefined;
  for (const term of part) {
    const id = termId(term.term);
    if (!isChinesePair(term)) {
      if ([...term.term].length > 1) open = undefined;
      if (shares.has(id) && [...term.term].length > 1)
        phrases.push({
          surface: term.surface,
          ids: [id, ...(term.term.includes(' ') ? term.term.split(' ').map(termId) : [])],
        });
    } else if (!shares.has(id)) open = undefined;
    else if (open && open.surface.endsWith(term.surface[0]!)) {
      open.surface += term.surface.slice(1);
      open.ids.push(id);
    } else phrases.push((open = { surface: term.surface, ids: [id] }));
  }
  return phrases;
}

/**
 * Why two texts are alike: the terms that both contain, the weightiest first. Empty if they share no words, though they may
 * still be similar through texts that resemble both.
 *
 * @param most how many terms at most
 */
export function explain(model: TextModel, a: SimilarityText, b: SimilarityText, most = 5): SharedTerm[] {
  return explainer(model, a)(b, most);
}

/** `explain` with one text read once, for comparing it with many. */
export function explainer(model: TextModel, a: SimilarityText): (b: SimilarityText, most?: number) => SharedTerm[] {
  const { terms, weights } = model.literalVectorOf(readTerms(a));
  const weightOf = new Map(Array.from(terms, (term, i) => [term, weights[i]!]));
  return (b, most = 5) => {
    const read = readTerms(b);
    return sharedTerms(contributions(weightOf, model.literalWeightsOf(read, weightOf)), read, most);
  };
}

function sharedTerms(shares: ReadonlyMap<number, number>, b: TextTerms, most: number): SharedTerm[] {
  const phrases = [b.title, b.abstract]
    .flatMap((part) => phrasesOf(part, shares))
    .map(({ surface, ids }) => ({ surface, ids: [...new Set(ids)] }));
  const shareOf = (ids: readonly number[]) => ids.reduce((sum, id) => sum + (shares.get(id) ?? 0), 0);
  // The weightiest phrase takes its terms with it, so that no share is told twice.
  phrases.sort((p, q) => shareOf(q.ids) - shareOf(p.ids));
  const told = new Set<number>();
  const result: SharedTerm[] = [];
  for (const { surface, ids } of phrases) {
    const share = shareOf(ids.filter((id) => !told.has(id)));
    for (const id of ids) told.add(id);
    if (share > 0 && !result.some(({ term }) => term === surface)) result.push({ term: surface, share });
  }
  return result.sort((p, q) => q.share - p.share).slice(0, most);
}
