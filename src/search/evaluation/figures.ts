/** Reciprocal rank: 1 / (rank of the first relevant result); 0 if no result is relevant. */
export function reciprocalRank(found: readonly string[], right: ReadonlySet<string>): number {
  const place = found.findIndex((id) => right.has(id));
  return place < 0 ? 0 : 1 / (place + 1);
}

/** Normalised discounted cumulative gain (NDCG) of the first `depth` results, with binary relevance. */
export function ndcgAt(found: readonly string[], right: ReadonlySet<string>, depth: number): number {
  const gain = (place: number) => 1 / Math.log2(place + 2);
  const reached = found.slice(0, depth).reduce((sum, id, place) => sum + (right.has(id) ? gain(place) : 0), 0);
  let ideal = 0;
  for (let place = 0; place < Math.min(depth, right.size); place += 1) ideal += gain(place);
  return ideal === 0 ? 0 : reached / ideal;
}

/**
 * Quantile of a list of values by the nearest-rank method: the smallest value that at least `share` of the values do
 * not exceed.
 */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
