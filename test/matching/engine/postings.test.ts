import { describe, expect, it } from 'vitest';
import { uniform } from '../../../src/lib/random.js';
import { Postings } from '../../../src/matching/engine/postings.js';

const ROWS = 600;

/** Sums of a text of one term that counts one. */
function sumsOf(postings: Postings, term: number): number[] {
  const sums = new Float32Array(ROWS);
  postings.addTo(sums, { terms: Uint32Array.of(term), weights: Float32Array.of(1) }, 1);
  return [...sums];
}

describe('postings', () => {
  it('hold what was put in and not taken out, in short lists and in long ones, also after a restart', () => {
    const random = uniform(5);
    const TERMS = [1, 2, 3, 4_000_000_000];
    const expected = new Map(TERMS.map((term) => [term, new Map<number, number>()]));
    let postings = new Postings();
    const check = () => {
      for (const term of TERMS) {
        const rows = expected.get(term)!;
        expect(sumsOf(postings, term)).toEqual(Array.from({ length: ROWS }, (_, row) => rows.get(row) ?? 0));
        const [row, weight] = [...rows][0] ?? [0, rows.get(0) ?? 0];
        expect(postings.weightIn(term, row)).toBe(weight);
      }
    };
    // Grows, shrinks almost to nothing and grows again, so that blocks of all lengths are freed and reused.
    for (const share of [0.9, 0.5, 0.1, 0, 0.95, 0.3]) {
      for (const term of TERMS) {
        const rows = expected.get(term)!;
        for (let row = 0; row < ROWS; row += 1) {
          const wanted = random() < share / (term % 4 === 0 ? 20 : term);
          if (wanted === rows.has(row)) continue;
          if (rows.delete(row)) postings.remove(row, [term]);
          else {
            const weight = Math.fround(random());
            rows.set(row, weight);
            postings.insert(term, row, weight);
          }
        }
      }
      check();
      postings = Postings.of(structuredClone(postings.dump()));
      check();
    }
  });
});
