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
 * Subject similarity of Chinese and English texts, from the texts alone: no network, no trained weights.
 *
 * A text becomes a vector of terms. A term's weight is its frequency, saturated and corrected for length (BM25:
 * Robertson & Zaragoza 2009, The Probabilistic Relevance Framework), times its rarity in a reference corpus (the
 * background texts). The vector is scaled to unit length, and texts are compared by cosine. As two texts on one subject
 * often share few words, every vector is expanded by the nearest texts of the corpus (document expansion: Singhal &
 * Pereira 1999; Tao et al. 2006): terms that often occur with "graph embedding" become part of a text about it. A
 * text of the corpus in both languages links their terms.
 */

/** Text to be compared. Several languages or fields of one part are joined by a line break. */
export interface SimilarityText {
  readonly title?: string | null;
  readonly abstract?: string | null;
}

/** The terms of a text, by part. */
export interface TextTerms {
  readonly title: readonly Term[];
  readonly abstract: readonly Term[];
}

/** Extracts the terms of a text, for callers that need them more than once. */
export function readTerms({ title, abstract }: SimilarityText): TextTerms {
  return { title: termsOf(title ?? ''), abstract: termsOf(abstract ?? '') };
}

/** Weight of a term's occurrence in the title, relative to one in the abstract. */
const TITLE_WEIGHT = 2;
/** Parameters of BM25: k1 (saturation of repeated terms) and b (correction for text length). */
const SATURATION = 2;
const LENGTH_CORRECTION = 0.5;
/**
 * Number of most similar texts in the reference corpus by whose terms a text's vector is expanded; together they weigh
 * as much as the text's own terms.
 */
const NEIGHBOURS = 10;
/**
 * Number of a text's heaviest terms by which similar texts in the reference corpus are looked up. Its other terms are
 * too common to distinguish texts, and have the longest lists.
 */
const SEARCH_TERMS = 48;
/** Number of candidates that are then compared in full. */
const CANDIDATES = 2 * NEIGHBOURS;
/**
 * A text in the reference corpus with at least this similarity to a text is that text itself or a copy, and does not
 * expand its vector.
 */
const SAME_TEXT = 0.999;
/**
 * Maximum number of terms of an expanded vector; the many light terms beyond it cost time and hardly change a
 * similarity.
 */
const WIDENED_TERMS = 400;

/**
 * Text model: term weights computed from a reference corpus (the background texts), and the texts of that corpus, by
 * which other texts' vectors are expanded. Vectors are comparable only if made by the same model.
 */
export interface TextModel {
  /** Number of texts in the reference corpus (background texts). */
  readonly size: number;
  /**
   * Vector of a text, expanded by the terms of similar texts in the reference corpus; empty for a text without terms.
   */
  vectorOf(text: SimilarityText): TextVector;
  /** Vector of a text's own terms, without expansion; used to find the terms that two texts share. */
  literalVectorOf(text: TextTerms): TextVector;
  /** Weights, before scaling to unit length, of a text's own terms whose ids are keys of `among`. */
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
 * Makes a model with term weights from the background texts (texts of the kind to be compared): ideally all texts to be
 * compared, from both sides, or a representative sample of some thousands. Without any, all terms count as equally rare
 * and no text is expanded. A model never changes; later texts get the same weights, and a term missing from the
 * background counts as the rarest. Takes a few seconds for 5,000 abstracts.
 */
export function createTextModel(background: readonly SimilarityText[]): TextModel {
  const frequencies = background.map((text) => frequenciesOf(readTerms(text))).filter((terms) => terms.size > 0);
  const documents = new Map<number, number>();
  for (const terms of frequencies) for (const term of terms.keys()) documents.set(term, (documents.get(term) ?? 0) + 1);
  const size = frequencies.length;
  const meanLength = size === 0 ? 1 : frequencies.reduce((sum, terms) => sum + lengthOf(terms), 0) / size;

  // Inverse document frequency to the power of 5/4, computed by square roots: rare terms count somewhat more than in
  // BM25, because they name the speciality.
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
  // The centre (mean vector of the reference corpus) holds every term, so it is put into a map for fast look-up.
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

/**
 * Indexes of the `most` largest positive values, in descending order of value; equal values in ascending order of
 * index.
 */
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
