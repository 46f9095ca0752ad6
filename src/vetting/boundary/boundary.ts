import { exponential, normalBelow } from '../calibration/portable.js';

/** Input of a boundary round's computation: for each entry, the weighted calibrated score and its standard error. */
export interface BoundaryInput {
  score: Float64Array;
  standardError: Float64Array;
  /** Variance of the noise of one additional review, in squared units of the scores. */
  noise: number;
  /** Number of entries to be admitted. */
  places: number;
  /**
   * Half width of an entry's uncertainty interval, in standard errors. Only entries whose interval contains the cut-off
   * score get extra reviews.
   */
  reach?: number;
  /** Maximum number of extra reviews for one entry in one round. */
  most?: number;
}

/** An entry so close to the cut-off score that extra reviews could change whether it is admitted. */
export interface BandEntry {
  /** Index of the entry. */
  entry: number;
  /** Number of additional reviews considered. */
  reviews: number;
  /** Probability that the extra reviews move the entry's score across the cut-off. */
  change: number;
  /** Expected increase in the quality of the admitted entries due to the extra reviews, in units of the scores. */
  gain: number;
}

export interface Round {
  cut: number;
  /** Entries that get extra reviews, by the gain of their first extra review (largest first), then by index. */
  entries: BandEntry[];
  /** Expected number of admission decisions that the round of extra reviews changes. */
  expectedChanges: number;
  /**
   * True if the expected number of changes is below the bound, or no entry needs more reviews: the round is not worth
   * its cost.
   */
  stop: boolean;
}

/** Half width of a 95 % interval, in standard errors. */
const REACH = 1.96;
/**
 * Maximum number of extra reviews for an entry in one round. With a maximum of 1, a small number of rounds would add
 * too few reviews; without a maximum, estimated noise levels would be relied on too much, and the few reviewers of a
 * subject would be exhausted.
 */
const MAX_PER_ENTRY = 3;

/**
 * Cut-off score: the midpoint between the last admitted and the first rejected entry, if the best `places` entries are
 * admitted; 1 above the best score if none is admitted, 1 below the lowest if all are.
 */
export function cutOff(scores: Float64Array, places: number): number {
  const sorted = Float64Array.from(scores).sort().reverse();
  if (places <= 0) return (sorted[0] ?? 0) + 1;
  if (places >= sorted.length) return (sorted.at(-1) ?? 0) - 1;
  return (sorted[places - 1]! + sorted[places]!) / 2;
}

/**
 * The entries whose uncertainty interval contains the cut-off score, largest gain first, with the effect of one more
 * review of each. Let n more reviews with noise variance v be made of an entry with standard error s: the standard
 * deviation of its next posterior mean is m = s^2 / sqrt(s^2 + v / n). At distance d from the cut-off, the score
 * crosses it with probability P(Z > d/m), and the expected gain is m phi(d/m) - d P(Z > d/m): the value of information
 * of a choice between two (Frazier, Powell & Dayanik 2008, "A knowledge-gradient policy").
 */
export function boundaryBand(input: BoundaryInput): BandEntry[] {
  const { score, standardError, places, reach = REACH } = input;
  const cut = cutOff(score, places);
  const band: BandEntry[] = [];
  for (let a = 0; a < score.length; a += 1) {
    const error = standardError[a]!;
    if (error > 0 && Math.abs(score[a]! - cut) <= reach * error) band.push(worthOf(input, cut, a, 1));
  }
  return band.sort((x, y) => y.gain - x.gain || x.entry - y.entry);
}

function worthOf(
  { score, standardError, noise }: BoundaryInput,
  cut: number,
  entry: number,
  reviews: number,
): BandEntry {
  const distance = Math.abs(score[entry]! - cut);
  const error = standardError[entry]!;
  const move = (error * error) / Math.sqrt(error * error + noise / reviews);
  const below = normalBelow(-distance / move);
  const change = exponential(below.logarithm);
  return { entry, reviews, change, gain: Math.max(0, move * below.ratio * change - distance * change) };
}

/**
 * Proposes a round of extra reviews: at most `budget` reviews, each where its marginal gain is largest. Proposes none
 * if the round is expected to change fewer than `leastChanges` decisions.
 */
export function proposeRound(input: BoundaryInput, budget: number, leastChanges: number): Round {
  const cut = cutOff(input.score, input.places);
  const chosen = spread(input, cut, boundaryBand(input), Math.max(0, budget));
  const expectedChanges = chosen.reduce((sum, entry) => sum + entry.change, 0);
  const stop = chosen.length === 0 || expectedChanges < leastChanges;
  return { cut, entries: stop ? [] : chosen, expectedChanges, stop };
}

/**
 * Distributes `budget` reviews over the entries near the cut-off, each to the entry with the largest marginal gain;
 * keeps the order of the entries.
 */
function spread(input: BoundaryInput, cut: number, band: readonly BandEntry[], budget: number): BandEntry[] {
  const steps = band.flatMap((first, place) => {
    let before = first;
    let least = first.gain;
    return Array.from({ length: input.most ?? MAX_PER_ENTRY }, (_, i) => {
      const worth = i === 0 ? first : worthOf(input, cut, first.entry, i + 1);
      // The gain of an entry's next review is capped at that of the review before, so that its first review is
      // always chosen before its second.
      if (i > 0) least = Math.min(least, worth.gain - before.gain);
      before = worth;
      return { place, worth, gain: least };
    });
  });
  steps.sort((x, y) => y.gain - x.gain || x.place - y.place || x.worth.reviews - y.worth.reviews);
  const chosen = new Map<number, BandEntry>();
  for (const { place, worth } of steps.slice(0, budget)) chosen.set(place, worth);
  return [...chosen].sort(([x], [y]) => x - y).map(([, worth]) => worth);
}
