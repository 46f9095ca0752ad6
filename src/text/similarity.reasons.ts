import { readTerms, type TextTerms, type SimilarityText, type TextModel } from './similarity.js';
import { termId } from './similarity.vectors.js';
import type { Term } from './tokens.js';

/** A term that two texts share, in readable form. */
export interface SharedTerm {
  /**
   * The common term as the second text writes it, in lower case; overlapping Chinese pairs are joined to one phrase.
   */
  readonly term: string;
  /** Share, from 0 to 1, of the two texts' literal similarity that the term contributes. */
  readonly share: number;
}

/**
 * Share that each common term of two texts contributes to their literal similarity. Shares are relative, so the vectors
 * need no scaling.
 */
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

/**
 * Words and phrases of one part of a text that the other text shares, with the ids of their terms. A pair of words
 * includes the ids of its words; the Chinese pairs 支持, 持向, 向量 form the phrase 支持向量.
 */
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
 * Why two texts are similar: their common terms, the heaviest first. Empty if they share no terms; they may still be
 * similar through background texts that resemble both.
 *
 * @param most maximum number of terms
 */
export function explain(model: TextModel, a: SimilarityText, b: SimilarityText, most = 5): SharedTerm[] {
  return explainer(model, a)(b, most);
}

/** Like `explain`, for one text `a` and many texts `b`: reads the terms of `a` only once. */
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
  // The heaviest phrases come first, and a term is counted only in the first phrase that contains it, so that no
  // share is counted twice.
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
