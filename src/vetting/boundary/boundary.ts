import { exponential, normalBelow } from '../calibration/portable.js';

/** Input of the boundary computation: weighted calibrated score and standard error, by entry index. */
export interface BoundaryInput {
  score: Float64Array;
  standardError: Float64Array;
  /** Noise variance of one additional review, on the scale of the scores squared. */
  noise: number;
  /** Number of entries to be admitted. */
  places: number;
  /**
   * Half width of an entry's interval, in standard errors. Only entries whose interval contains the cut get extra
   * reviews.
   */
  reach?: number;
  /** Maximum number of extra reviews of one entry in a round. */
  most?: number;
}

/** An entry whose decision could change with more reviews. */
export interface BandEntry {
  /** Index of the entry. */
  entry: number;
  /** Number of additional reviews considered. */
  reviews: number;
  /** Probability that these reviews move the entry across the cut. */
  change: number;
  /** Expected increase in the quality of the admitted entries, on the scale of the scores. */
  gain: number;
}

export interface Round {
  cut: number;
  /**
   * Entries to be reviewed again with their number of reviews, ordered by the gain of the first extra review
   * (descending), then by index.
   */
  entries: BandEntry[];
  /** Expected number of decisions that the round changes. */
  expectedChanges: number;
  /**
   * True if that number is below the stated bound, or no entry is left to review: the round is not worth its reviews.
   */
  stop: boolean;
}

/** Half width of a 95 % interval, in standard errors. */
const REACH = 1.96;
/**
 * Maximum number of extra reviews per entry in a round. One per entry would use a small number of rounds badly; no
 * limit would overrely on estimated noise levels and exhaust the few reviewers of a subject.
 */
const MAX_PER_ENTRY = 3;

/** The score half way between the last admitted and the first rejected entry, given the number of places. */
export function cutOff(scores: Float64Array, places: number): number {
  const sorted = Float64Array.from(scores).sort().reverse();
  if (places <= 0) return (sorted[0] ?? 0) + 1;
  if (places >= sorted.length) return (sorted.at(-1) ?? 0) - 1;
  return (sorted[places - 1]! + sorted[places]!) / 2;
}

/**
 * The entries whose interval contains the cut, most valuable first, with the effect of one more review of each.
 *
 * n more reviews of noise variance v move a score of standard error s by m = s^2 / sqrt(s^2 + v / n), the standard
 * deviation of its next posterior mean. At distance d from the cut, it crosses with probability P(Z > d/m), and the
 * expected gain is m phi(d/m) - d P(Z > d/m): the value of information of a choice between two (Frazier, Powell &
 * Dayanik 2008, "A knowledge-gradient policy").
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
 * Proposes the next round: at most `budget` reviews, each allotted where its marginal gain is largest (at most three
 * per entry); an empty round if it is expected to change fewer than `leastChanges` decisions.
 */
export function proposeRound(input: BoundaryInput, budget: number, leastChanges: number): Round {
  const cut = cutOff(input.score, input.places);
  const chosen = spread(input, cut, boundaryBand(input), Math.max(0, budget));
  const expectedChanges = chosen.reduce((sum, entry) => sum + entry.change, 0);
  const stop = chosen.length === 0 || expectedChanges < leastChanges;
  return { cut, entries: stop ? [] : chosen, expectedChanges, stop };
}

/** Distributes a budget of reviews over the band by marginal gain; the order of the band is kept. */
function spread(input: BoundaryInput, cut: number, band: readonly BandEntry[], budget: number): BandEntry[] {
  const steps = band.flatMap((first, place) => {
    let before = first;
    let least = first.gain;
    return Array.from({ length: input.most ?? MAX_PER_ENTRY }, (_, i) => {
      const worth = i === 0 ? first : worthOf(input, cut, first.entry, i + 1);
      // The marginal gain is capped at the previous review's, so that an entry's reviews are chosen in sequence.
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
