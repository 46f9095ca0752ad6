import { transposed, type Pairing, type ReadyRound } from './problem.js';

/**
 * Computes a stable pairing by deferred acceptance (Gale & Shapley 1962; with several places on both sides as in Roth
 * 1984): achievements propose to investors in the order of their preference, and an investor keeps the best proposals
 * received so far. Of all stable pairings, the result is the best for every achievement. Equal scores are decided by
 * participant number.
 */
export function stable(round: ReadyRound, progress: (share: number) => void = () => undefined): Pairing {
  const { achievements: nA, investors: nI, score, investorScore, worth, achievementCapacity, investorCapacity } = round;
  const lists = Array.from({ length: nA }, (_, a) => {
    const base = a * nI;
    if (a % 64 === 0) progress((0.9 * a) / nA);
    return Int32Array.from({ length: nI }, (_, i) => i)
      .filter((i) => worth[base + i]! > -Infinity)
      .sort((i, j) => score[base + j]! - score[base + i]! || i - j);
  });
  const next = new Int32Array(nA);
  const held: number[][] = Array.from({ length: nI }, () => []);
  const places = Int32Array.from(achievementCapacity);
  const asking = Array.from({ length: nA }, (_, a) => nA - 1 - a);
  while (asking.length > 0) {
    const a = asking.pop()!;
    while (places[a]! > 0 && next[a]! < lists[a]!.length) {
      const i = lists[a]![next[a]!]!;
      next[a]! += 1;
      const kept = held[i]!;
      kept.push(a);
      places[a]! -= 1;
      if (kept.length <= investorCapacity[i]!) continue;
      const worst = kept.reduce((low, b) =>
        investorScore[b * nI + i]! < investorScore[low * nI + i]! ||
        (investorScore[b * nI + i] === investorScore[low * nI + i] && b > low)
          ? b
          : low,
      );
      kept.splice(kept.indexOf(worst), 1);
      places[worst]! += 1;
      if (worst !== a) asking.push(worst);
    }
  }
  const pairing: Pairing = Array.from({ length: nA }, () => []);
  held.forEach((list, i) => list.forEach((a) => pairing[a]!.push(i)));
  return pairing;
}

/**
 * Number of blocking pairs of a pairing: admissible pairs that were not made although each of the two has a free place
 * or a partner with a lower score. 0 for a stable pairing.
 */
export function countBlocking(round: ReadyRound, pairing: Pairing): number {
  const { achievements: nA, investors: nI, score, investorScore, worth } = round;
  const held = transposed(pairing, nI);
  /**
   * Score that a new partner must exceed for a participant to prefer it: that of the worst partner; Infinity without
   * places, -Infinity with a free place.
   */
  const bars = (capacity: Int32Array, partners: readonly number[][], value: (own: number, other: number) => number) =>
    partners.map((list, own) =>
      capacity[own] === 0
        ? Infinity
        : list.length < capacity[own]!
          ? -Infinity
          : Math.min(...list.map((other) => value(own, other))),
    );
  const barA = bars(round.achievementCapacity, pairing, (a, i) => score[a * nI + i]!);
  const barI = bars(round.investorCapacity, held, (i, a) => investorScore[a * nI + i]!);
  let blocking = 0;
  for (let a = 0; a < nA; a += 1) {
    const own = new Set(pairing[a]);
    for (let i = 0, cell = a * nI; i < nI; i += 1, cell += 1) {
      if (worth[cell]! > -Infinity && score[cell]! > barA[a]! && investorScore[cell]! > barI[i]! && !own.has(i))
        blocking += 1;
    }
  }
  return blocking;
}
