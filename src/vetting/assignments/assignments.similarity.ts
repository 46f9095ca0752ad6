import { AffinityIndex } from '../../text/similarity.affinity.js';
import { createTextModel, type SimilarityText } from '../../text/similarity.js';
import type { ComparedTexts } from './assignments.data.js';
import type { CohortFacts } from './assignments.problem.js';

/** Maximum number of texts from which term weights are estimated; more texts hardly change the weights. */
const MAX_BACKGROUND = 2_000;
/**
 * Added to the similarity of an entry and a reviewer who declared the entry's industry; ranks reviewers whose documents
 * share no terms with the entry.
 */
const INDUSTRY_BONUS = 0.05;
/** Progress is reported once per this number of texts. */
const STRETCH = 100;

/**
 * Texts of a cohort's entries and reviewers, in the order of its assignment facts, as plain data that can be sent to a
 * worker thread.
 */
export interface SimilarityInput {
  entries: Array<{ text: SimilarityText; industry: string }>;
  reviewers: Array<{ documents: SimilarityText[]; divisions: readonly string[] }>;
}

export function similarityInput(facts: CohortFacts, texts: ComparedTexts): SimilarityInput {
  return {
    entries: facts.entries.map((entry) => ({ text: texts.entries.get(entry.entryId) ?? {}, industry: entry.industry })),
    reviewers: facts.reviewers.map((reviewer) => ({
      documents: texts.reviewers.get(reviewer.reviewerId) ?? [],
      divisions: reviewer.divisions,
    })),
  };
}

/** Every n-th element of a list, with the smallest n that leaves at most `most` elements. */
function thinned<T>(list: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % step === 0);
}

/**
 * Similarity of each reviewer's expertise to each entry (matrix entries × reviewers): text similarity from 0 to 1, plus
 * a small bonus if the reviewer declared the entry's industry. Blocks its thread for seconds, so the server runs it in
 * a worker thread (`inThread`).
 */
export function similarityMatrix(
  { entries, reviewers }: SimilarityInput,
  progress: (share: number) => void,
): Float32Array {
  const documents = reviewers.flatMap((reviewer) => reviewer.documents);
  const model = createTextModel([
    ...thinned(
      entries.map((entry) => entry.text),
      MAX_BACKGROUND / 2,
    ),
    ...thinned(documents, MAX_BACKGROUND / 2),
  ]);
  const total = documents.length + entries.length;
  let done = 0;
  const step = () => {
    done += 1;
    if (done % STRETCH === 0) progress(done / total);
  };
  const index = new AffinityIndex();
  reviewers.forEach((reviewer, j) => {
    index.add(
      String(j),
      reviewer.documents.map((document) => {
        step();
        return { vector: model.vectorOf(document) };
      }),
    );
  });
  const matrix = new Float32Array(entries.length * reviewers.length);
  entries.forEach((entry, i) => {
    const affinities = index.affinities(model.vectorOf(entry.text));
    reviewers.forEach((reviewer, j) => {
      matrix[i * reviewers.length + j] =
        (affinities.get(String(j)) ?? 0) + (reviewer.divisions.includes(entry.industry) ? INDUSTRY_BONUS : 0);
    });
    step();
  });
  return matrix;
}
