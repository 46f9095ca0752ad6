import { VectorIndex, similarity, type TextVector } from './similarity.vectors.js';

/**
 * Number of most similar documents of a person that are averaged; more than one, because a single similar document may
 * be chance.
 */
const NEAREST_DOCUMENTS = 3;

/** One document of a person. */
export interface PersonDocument {
  readonly vector: TextVector;
  /**
   * Weight of the document, from 0 to 1: how well it still represents the person's expertise (by its age, for example);
   * default 1.
   */
  readonly weight?: number;
}

/**
 * Pools a person's document similarities into one affinity.
 *
 * A general item (a survey, a general method) is near to every person's documents without being anyone's subject.
 * Dividing by 1 + commonness corrects this, like hubness corrections in nearest-neighbour search; an item of average
 * commonness (1) keeps half of its similarity.
 *
 * The affinity is the average of two means: over the nearest documents (so that a subject covered once or twice still
 * counts) and over all documents (so that the person's main subject counts more).
 */
function pooled(similarities: number[], item: TextVector): number {
  if (similarities.length === 0) return 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  similarities.sort((a, b) => b - a);
  return (mean(similarities.slice(0, NEAREST_DOCUMENTS)) + mean(similarities)) / 2 / (1 + item.commonness);
}

const isEmpty = (document: PersonDocument) => document.vector.terms.length === 0;

/**
 * Affinity of a person to an item (such as a reviewer to an entry), from 0 to 1: how well the person's documents cover
 * the item's subject. Documents without terms are ignored; without any other document the affinity is 0.
 */
export function affinity(documents: readonly PersonDocument[], item: TextVector): number {
  return pooled(
    documents
      .filter((document) => !isEmpty(document))
      .map((document) => (document.weight ?? 1) * similarity(document.vector, item)),
    item,
  );
}

/**
 * Index of persons by their documents, for matching many items with many persons; persons and documents can be added at
 * any time.
 */
export class AffinityIndex {
  private readonly index = new VectorIndex();
  private readonly weights: number[] = [];
  private readonly persons = new Map<string, number[]>();

  /** Adds documents of a known or new person. */
  add(person: string, documents: readonly PersonDocument[]): void {
    let held = this.persons.get(person);
    if (!held) this.persons.set(person, (held = []));
    for (const document of documents) {
      if (isEmpty(document)) continue;
      held.push(this.index.add(document.vector));
      this.weights.push(document.weight ?? 1);
    }
  }

  /**
   * Affinity of every person to an item, in the order in which persons were added; the same values as the function
   * `affinity` returns.
   */
  affinities(item: TextVector): Map<string, number> {
    const similarities = this.index.similarities(item);
    const result = new Map<string, number>();
    for (const [person, documents] of this.persons)
      result.set(
        person,
        pooled(
          documents.map((document) => this.weights[document]! * similarities[document]!),
          item,
        ),
      );
    return result;
  }
}
