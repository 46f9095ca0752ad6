/**
 * Ordinals of the `count` entries with the highest scores, in no particular order; among equal scores at the cut, lower
 * ids are taken.
 */
export function top(
  ordinals: Int32Array,
  scores: Float32Array,
  ids: readonly string[],
  count: number,
  isWanted: (ordinal: number) => boolean,
): number[] {
  if (count <= 0) return [];
  // A heap with the worst kept entry at its root.
  const kept: number[] = [];
  const isWorse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && ids[a]! > ids[b]!);
  const sink = (from: number) => {
    for (let at = from; ;) {
      let worst = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < kept.length; child += 1)
        if (isWorse(kept[child]!, kept[worst]!)) worst = child;
      if (worst === at) return;
      [kept[at], kept[worst]] = [kept[worst]!, kept[at]!];
      at = worst;
    }
  };
  for (let i = 0; i < ordinals.length; i += 1) {
    const ordinal = ordinals[i]!;
    if (kept.length === count && isWorse(ordinal, kept[0]!)) continue;
    if (!isWanted(ordinal)) continue;
    if (kept.length < count) {
      kept.push(ordinal);
      if (kept.length === count) for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(at);
    } else {
      kept[0] = ordinal;
      sink(0);
    }
  }
  return kept;
}
