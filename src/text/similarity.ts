import {
  dot,
  EMPTY_VECTOR,
  heaviest,
  similarity,
  termId,
  unitVector,
  VectorIndex,
  weightedMean,
  weightedSum,
  type TextVector,
  type Weighted,
} from './similarity.vectors.js';
import { termsOf, type Term } from './tokens.js';

/**
 * Similarity of subjects between texts, Chinese and English, from the texts alone: no network, no trained weights.
 *
 * A text becomes a vector of terms. A term counts by its frequency, saturated and corrected for length (BM25: Robertson &
 * Zaragoza 2009, The Probabilistic Relevance Framework), times its rarity in the background; the vector is brought to unit
 * length and texts compare by cosine. Two texts on one subject often share few words, so every vector is widened by its
 * nearest texts of the background (document expansion: Singhal & Pereira 1999; Tao et al. 2006): what is written beside
 * "graph embedding" becomes part of a text on it. Where a background text holds both languages, it joins them.
 */

/** A text in its parts; several languages or fields of one part are joined by a line break. */
export interface SimilarityText {
  readonly title?: string | null;
  readonly abstract?: string | null;
}

/** A text as the terms that were read from it, part by part. */
export interface TextTerms {
  readonly title: readonly Term[];
  readonly abstract: readonly Term[];
}

/** Reads a text once, for what needs its terms more than once. */
export function readTerms({ title, abstract }: SimilarityText): TextTerms {
  return { title: termsOf(title ?? ''), abstract: termsOf(abstract ?? '') };
}

/** What an occurrence in the title counts, in occurrences in the abstract. */
const TITLE_WEIGHT = 2;
/** BM25's saturation and length correction. */
const SATURATION = 2;
const LENGTH_CORRECTION = 0.5;
/** A text is widened by so many neighbours, which together weigh as much as itself. */
const NEIGHBOURS = 10;
/** Neighbours are looked for by a text's heaviest terms: the others are too common to single them out, and their lists the longest. */
const SEARCH_TERMS = 48;
/** So many are found that way, and compared in full. */
const CANDIDATES = 2 * NEIGHBOURS;
/** A neighbour this near is the text itself, or a copy of it, and adds nothing. */
const SAME_TEXT = 0.999;
/** Terms kept of a widened text: the tail is long, costs time and carries next to nothing. */
const WIDENED_TERMS = 400;

/** Frozen term weights, and the texts that widen others. Vectors of one model compare with each other only. */
export interface TextModel {
  /** How many background texts the weights come from. */
  readonly size: number;
  /** The text's vector; empty for a text without terms. */
  vectorOf(text: SimilarityText): TextVector;
  /** The vector of the text's own words, not widened: for telling what two texts literally share. */
  literalVectorOf(text: TextTerms): TextVector;
  /** The weights, before they are brought to unit length, of those of the text's own words that are keys of the given. */
  literalWeightsOf(text: TextTerms, among: ReadonlyMap<number, unknown>): Map<number, number>;
}

function frequenciesOf(text: TextTerms, among?: ReadonlyMap<number, unknown>): Map<number, number> {
  const frequencies = new Map<number, number>();
  const count = (terms: readonly Term[], times: number) => {
    for (const { term, weight } of terms) {
      const id = termId(term);
      if (among && !among.has(id)) continue;
      frequencies.set(id, (frequencies.get(id) ?? 0) + times * weight);
    }
  };
  count(text.title, TITLE_WEIGHT);
  count(text.abstract, 1);
  return frequencies;
}

function lengthOf(frequencies: ReadonlyMap<number, number>): number {
  let length = 0;
  for (const frequency of frequencies.values()) length += frequency;
  return length;
}

/**
 * A model whose term weights come from the background texts: best all the texts that will be compared, on both sides, or a
 * fair sample of some thousands. It never changes; texts that come later are compared under the same weights, a term that the
 * background lacks counting as the rarest. Takes a few seconds for 5,000 abstracts.
 *
 * @param background texts of the kind to be compared; without any, all terms weigh the same and nothing is widened
 */
export function createTextModel(background: readonly SimilarityText[]): TextModel {
  const frequencies = background.map((text) => frequenciesOf(readTerms(text))).filter((terms) => terms.size > 0);
  const documents = new Map<number, number>();
  for (const terms of frequencies) for (const term of terms.keys()) documents.set(term, (documents.get(term) ?? 0) + 1);
  const size = frequencies.length;
  const meanLength = size === 0 ? 1 : frequencies.reduce((sum, terms) => sum + lengthOf(terms), 0) / size;

  // Rarity to the power of 5/4, by square roots: a little more than BM25 gives, as rare terms name the speciality.
  const rarityOf = (texts: number) => {
    const idf = Math.max(0, Math.log((size + 1) / (texts + 0.5)));
    return idf * Math.sqrt(Math.sqrt(idf));
  };
  const rarities = new Map<number, number>();
  for (const [term, texts] of documents) rarities.set(term, rarityOf(texts));
  const unseen = size === 0 ? 1 : rarityOf(0);
  const weighted = (terms: ReadonlyMap<number, number>, length: number): Map<number, number> => {
    const norm = SATURATION * (1 - LENGTH_CORRECTION + (LENGTH_CORRECTION * length) / meanLength);
    const weights = new Map<number, number>();
    for (const [term, frequency] of terms)
      weights.set(term, ((frequency * (SATURATION + 1)) / (frequency + norm)) * (rarities.get(term) ?? unseen));
    return weights;
  };
  const literal = (terms: ReadonlyMap<number, number>): TextVector => unitVector(weighted(terms, lengthOf(terms)));

  const index = new VectorIndex();
  const vectors = frequencies.map(literal);
  for (const vector of vectors) index.add(vector);

  const centre = weightedMean(vectors);
  const usual = dot(centre, centre);
  // Looked up term by term, as it holds every term of the background.
  const central = new Map<number, number>();
  centre.terms.forEach((term, i) => central.set(term, centre.weights[i]!));
  const commonness = (vector: Weighted) => {
    let sum = 0;
    for (let i = 0; i < vector.terms.length; i += 1) sum += vector.weights[i]! * (central.get(vector.terms[i]!) ?? 0);
    return usual > 0 ? sum / usual : 0;
  };
  const widened = (vector: TextVector): TextVector => {
    if (vector.terms.length === 0) return EMPTY_VECTOR;
    const candidates = strongest(index.similarities(heaviest(vector, SEARCH_TERMS)), CANDIDATES);
    const compared = candidates.map((document) => ({ document, similarity: similarity(vector, vectors[document]!) }));
    const near = compared
      .filter((one) => one.similarity < SAME_TEXT)
      .sort((a, b) => b.similarity - a.similarity || a.document - b.document)
      .slice(0, NEIGHBOURS);
    const total = near.reduce((sum, { similarity }) => sum + similarity, 0);
    const sum = weightedSum(
      [
        { vector, factor: 1 },
        ...near.map((one) => ({ vector: vectors[one.document]!, factor: one.similarity / total })),
      ],
      WIDENED_TERMS,
    );
    return { ...sum, commonness: commonness(sum) };
  };

  const literalVectorOf = (text: TextTerms) => literal(frequenciesOf(text));
  const literalWeightsOf = (text: TextTerms, among: ReadonlyMap<number, unknown>) => {
    const weightIn = (terms: readonly Term[]) => terms.reduce((sum, { weight }) => sum + weight, 0);
    return weighted(frequenciesOf(text, among), TITLE_WEIGHT * weightIn(text.title) + weightIn(text.abstract));
  };
  return { size, literalVectorOf, literalWeightsOf, vectorOf: (text) => widened(literalVectorOf(readTerms(text))) };
}

/** The numbers of the greatest positive values, at most `most`, greatest first; of equals the earlier. */
function strongest(values: Float64Array, most: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value <= 0 || (best.length === most && value <= values[best[most - 1]!]!)) continue;
    let at = best.length;
    while (at > 0 && values[best[at - 1]!]! < value) at -= 1;
    best.splice(at, 0, i);
    if (best.length > most) best.pop();
  }
  return best;
}
