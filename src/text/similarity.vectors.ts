/** Vector of a text: term ids in ascending order with their weights, of unit length; empty for a text without terms. */
export interface TextVector {
  readonly terms: Uint32Array;
  readonly weights: Float32Array;
  /**
   * How general the text is: its similarity to the mean of the reference corpus, divided by the same figure of an
   * average text in that corpus; high for a general text.
   */
  readonly commonness: number;
}

/** Terms with weights, of any length. */
export type Weighted = Pick<TextVector, 'terms' | 'weights'>;

export const EMPTY_VECTOR: TextVector = { terms: new Uint32Array(0), weights: new Float32Array(0), commonness: 0 };

/**
 * 32-bit id of a term: FNV-1a with the finaliser of Murmur3. The id depends on the term alone, so that vectors made at
 * different times are comparable. Of a hundred thousand terms about one pair collides, which changes similarities
 * negligibly.
 */
export function termId(term: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < term.length; i += 1) h = Math.imul(h ^ term.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Builds a vector of unit length from weights by term id. Terms with a weight of 0 or less are left out; `commonness`
 * is 0.
 */
export function unitVector(weights: ReadonlyMap<number, number>): TextVector {
  const all = new Uint32Array(weights.size);
  let count = 0;
  let square = 0;
  for (const [term, weight] of weights) {
    if (weight <= 0) continue;
    all[count++] = term;
    square += weight * weight;
  }
  if (square === 0) return EMPTY_VECTOR;
  const length = Math.sqrt(square);
  const terms = all.slice(0, count).sort();
  const scaled = new Float32Array(count);
  for (let i = 0; i < count; i += 1) scaled[i] = weights.get(terms[i]!)! / length;
  return { terms, weights: scaled, commonness: 0 };
}

/**
 * The `most` heaviest terms of a vector; of equal weights, those with smaller ids. The result is not scaled to unit
 * length again.
 */
export function heaviest(vector: Weighted, most: number): Weighted {
  const { terms, weights } = vector;
  if (terms.length <= most) return vector;
  const limit = Float32Array.from(weights).sort()[weights.length - most]!;
  let atLimit = most;
  for (const weight of weights) if (weight > limit) atLimit -= 1;
  const kept = { terms: new Uint32Array(most), weights: new Float32Array(most) };
  let at = 0;
  for (let i = 0; i < terms.length; i += 1) {
    if (weights[i]! < limit || (weights[i] === limit && atLimit-- <= 0)) continue;
    kept.terms[at] = terms[i]!;
    kept.weights[at++] = weights[i]!;
  }
  return kept;
}

/**
 * Sum of several vectors, each times its factor, cut to its `most` heaviest terms and scaled to unit length (or empty).
 */
export function weightedSum(
  parts: readonly { readonly vector: Weighted; readonly factor: number }[],
  most: number,
): Weighted {
  const sum = heaviest(sumOf(parts), most);
  let square = 0;
  for (const weight of sum.weights) square += weight * weight;
  if (square === 0) return EMPTY_VECTOR;
  const length = Math.sqrt(square);
  return { terms: sum.terms, weights: sum.weights.map((weight) => weight / length) };
}

/** The mean of vectors; empty for no vectors. */
export function weightedMean(vectors: readonly TextVector[]): Weighted {
  return sumOf(vectors.map((vector) => ({ vector, factor: 1 / vectors.length })));
}

/** Adds up vectors by merging neighbours pairwise, so that each term is visited only log2(number of vectors) times. */
function sumOf(parts: readonly { readonly vector: Weighted; readonly factor: number }[]): Weighted {
  let sums: Weighted[] = parts.map(({ vector, factor }) => ({
    terms: vector.terms,
    weights: vector.weights.map((weight) => weight * factor),
  }));
  while (sums.length > 1)
    sums = sums.flatMap((sum, i) => (i % 2 === 1 ? [] : i + 1 < sums.length ? [merged(sum, sums[i + 1]!)] : [sum]));
  return sums[0] ?? EMPTY_VECTOR;
}

function merged(a: Weighted, b: Weighted): Weighted {
  const terms = new Uint32Array(a.terms.length + b.terms.length);
  const weights = new Float32Array(terms.length);
  let at = 0;
  for (let i = 0, j = 0; i < a.terms.length || j < b.terms.length; at += 1) {
    const left = i < a.terms.length ? a.terms[i]! : Number.POSITIVE_INFINITY;
    const right = j < b.terms.length ? b.terms[j]! : Number.POSITIVE_INFINITY;
    terms[at] = Math.min(left, right);
    weights[at] = (left <= right ? a.weights[i++]! : 0) + (right <= left ? b.weights[j++]! : 0);
  }
  return { terms: terms.slice(0, at), weights: weights.slice(0, at) };
}

/** Scalar product of two vectors, summed in the order of term ids, so that results are reproducible. */
export function dot(a: Weighted, b: Weighted): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length;) {
    const left = a.terms[i]!;
    const right = b.terms[j]!;
    if (left === right) sum += a.weights[i++]! * b.weights[j++]!;
    else if (left < right) i += 1;
    else j += 1;
  }
  return sum;
}

/**
 * Cosine similarity of two text vectors, from 0 (no common terms) to 1 (the same terms in the same proportions); 0 if
 * either is empty.
 */
export function similarity(a: TextVector, b: TextVector): number {
  return Math.min(1, dot(a, b));
}

/**
 * Inverted index of vectors: computes the similarities of one vector to all indexed ones, in time proportional to the
 * lists of its terms.
 */
export class VectorIndex {
  private readonly lists = new Map<number, { documents: number[]; weights: number[] }>();
  private count = 0;

  /** Number of indexed vectors. */
  get size(): number {
    return this.count;
  }

  /** Adds a vector and returns its number: 0, 1, 2, … */
  add(vector: Weighted): number {
    const document = this.count++;
    vector.terms.forEach((term, i) => {
      let list = this.lists.get(term);
      if (!list) this.lists.set(term, (list = { documents: [], weights: [] }));
      list.documents.push(document);
      list.weights.push(vector.weights[i]!);
    });
    return document;
  }

  /**
   * Similarities of a vector to every indexed vector, in the order of their numbers; summed in the order of term ids,
   * as in `similarity`.
   */
  similarities(vector: Weighted): Float64Array {
    const sums = new Float64Array(this.count);
    for (let i = 0; i < vector.terms.length; i += 1) {
      const list = this.lists.get(vector.terms[i]!);
      if (!list) continue;
      const weight = vector.weights[i]!;
      const { documents, weights } = list;
      for (let j = 0; j < documents.length; j += 1) sums[documents[j]!]! += weight * weights[j]!;
    }
    for (let j = 0; j < sums.length; j += 1) if (sums[j]! > 1) sums[j] = 1;
    return sums;
  }
}
