/**
 * Connected components of the reviews: two entries are comparable by reviews alone only if a chain of shared reviewers
 * joins them. Between components the comparison rests on the prior assumption that panels are equally severe on
 * average.
 */
export interface Components {
  /**
   * Per achievement and per reviewer: number of the connected component that it belongs to, counted from 0 in the order
   * of achievements; -1 without a review.
   */
  ofAchievement: Int32Array;
  ofReviewer: Int32Array;
  count: number;
}

/** Finds the connected components of the graph that joins each reviewer to the achievements reviewed, by union-find. */
export function findComponents(
  achievements: number,
  reviewers: number,
  achievement: Int32Array,
  reviewer: Int32Array,
): Components {
  const parent = Int32Array.from({ length: achievements + reviewers }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  const seen = new Uint8Array(achievements + reviewers);
  for (let k = 0; k < achievement.length; k += 1) {
    const a = achievement[k]!;
    const r = achievements + reviewer[k]!;
    seen[a] = 1;
    seen[r] = 1;
    const x = rootOf(a);
    const y = rootOf(r);
    if (x !== y) parent[Math.max(x, y)] = Math.min(x, y);
  }
  const number = new Int32Array(achievements + reviewers).fill(-1);
  let count = 0;
  const componentOf = (i: number): number => {
    if (!seen[i]) return -1;
    const root = rootOf(i);
    if (number[root] === -1) number[root] = count++;
    return number[root]!;
  };
  const ofAchievement = Int32Array.from({ length: achievements }, (_, a) => componentOf(a));
  const ofReviewer = Int32Array.from({ length: reviewers }, (_, r) => componentOf(achievements + r));
  return { ofAchievement, ofReviewer, count };
}
