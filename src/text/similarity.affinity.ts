import { VectorIndex, similarity, type TextVector } from './similarity.vectors.js';

/** Nearest documents that count apart from the rest: one could be chance. */
const NEAREST_DOCUMENTS = 3;

/** One document of a person. */
export interface PersonDocument {
  readonly vector: TextVector;
  /** 0 to 1: how much the document still says of the person (by age, say); 1 if not given. */
  readonly weight?: number;
}

/**
 * An item near to everything (a survey, a general method) comes near to every person's documents without being anyone's
 * subject; dividing by its commonness takes that back, as hubness corrections of nearest-neighbour search do. An item of
 * usual commonness keeps half of its similarity.
 *
 * Half of the figure is the mean over the nearest documents (what the person has done once or twice still counts), half the
 * mean over all (what the person does most counts more).
 */
function pooled(similarities: number[], item: TextVector): number {
  if (similarities.length === 0) return 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  similarities.sort((a, b) => b - a);
  return (mean(similarities.slice(0, NEAREST_DOCUMENTS)) + mean(similarities)) / 2 / (1 + item.commonness);
}

const isEmpty = (document: PersonDocument) => document.vector.terms.length === 0;

/** How well a person's documents cover an item, 0 to 1; documents without terms are passed over, and without any it is 0. */
export function affinity(documents: readonly PersonDocument[], item: TextVector): number {
  return pooled(
    documents
      .filter((document) => !isEmpty(document))
      .map((document) => (document.weight ?? 1) * similarity(document.vector, item)),
    item,
  );
}

/** Persons by their documents, for matching many items with many persons; persons and documents can be added at any time. */
export class AffinityIndex {
  private readonly index = new VectorIndex();
  private readonly weights: number[] = [];
  private readonly persons = new Map<string, number[]>();

  /** Adds documents of a person, known or new. */
  add(person: string, documents: readonly PersonDocument[]): void {
    let held = this.persons.get(person);
    if (!held) this.persons.set(person, (held = []));
    for (const document of documents) {
      if (isEmpty(document)) continue;
      held.push(this.index.add(document.vector));
      this.weights.push(document.weight ?? 1);
    }
  }

  /** Every person's affinity to an item, in the order in which persons were first added; the same figures as `affinity`. */
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
