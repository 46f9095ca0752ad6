import { exponential, normalBelow } from '../calibration/portable.js';

/** What decides who is near the cut: by entry its (weighted) calibrated score and standard error. */
export interface BoundaryInput {
  score: Float64Array;
  standardError: Float64Array;
  /** Noise variance of one more review, on the scale of the scores. */
  noise: number;
  /** How many are admitted. */
  places: number;
  /** Half width of an entry's interval, in standard errors; entries whose interval does not hold the cut are left alone. */
  reach?: number;
  /** Most reviews of one entry in a round. */
  most?: number;
}

/** An entry for which more reviews could change the decision. */
export interface BandEntry {
  /** Index of the entry. */
  entry: number;
  /** How many more reviews of it are looked at. */
  reviews: number;
  /** Probability that they move it across the cut. */
  change: number;
  /** What they are expected to add to the quality of what is admitted, on the scale of the scores. */
  gain: number;
}

export interface Round {
  cut: number;
  /** Entries to be reviewed again, each with how many reviews, the greatest gain of a first one first; ties by index. */
  entries: BandEntry[];
  /** How many decisions the round is expected to change. */
  expectedChanges: number;
  /** True where that is below the stated bound (or nothing is left to review): the round is not worth its reviews. */
  stop: boolean;
}

/** Half width of a 95 % interval. */
const REACH = 1.96;
/**
 * A round that asks for one review of each spends it too thinly where there are few rounds; without a limit it bets on
 * noise levels that are estimates, and wears out the few reviewers of a subject.
 */
const MOST_PER_ENTRY = 3;

/** The score half way between the last admitted and the first refused, with `places` places. */
export function cutOff(scores: Float64Array, places: number): number {
  const sorted = Float64Array.from(scores).sort().reverse();
  if (places <= 0) return (sorted[0] ?? 0) + 1;
  if (places >= sorted.length) return (sorted.at(-1) ?? 0) - 1;
  return (sorted[places - 1]! + sorted[places]!) / 2;
}

/**
 * The entries whose interval holds the cut, the most promising first, with what one more review of each would do. So many
 * more reviews n of noise variance v move a score of standard error s by m = s^2 / sqrt(s^2 + v / n) (the standard
 * deviation of its next posterior mean). With d the distance from the cut, it crosses with probability P(Z > d/m), and the
 * expected gain is m phi(d/m) - d P(Z > d/m), the value of information of a choice between two (Frazier, Powell & Dayanik
 * 2008, "A knowledge-gradient policy").
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
 * The next round: at most `budget` reviews, each where it gains most beside those chosen before (up to three of one
 * entry); none where fewer than `leastChanges` decisions are expected to change.
 */
export function proposeRound(input: BoundaryInput, budget: number, leastChanges: number): Round {
  const cut = cutOff(input.score, input.places);
  const chosen = spread(input, cut, boundaryBand(input), Math.max(0, budget));
  const expectedChanges = chosen.reduce((sum, entry) => sum + entry.change, 0);
  const stop = chosen.length === 0 || expectedChanges < leastChanges;
  return { cut, entries: stop ? [] : chosen, expectedChanges, stop };
}

/** Spreads a budget over the band by the gain of each further review; the order of the band stays. */
function spread(input: BoundaryInput, cut: number, band: readonly BandEntry[], budget: number): BandEntry[] {
  const steps = band.flatMap((first, place) => {
    let before = first;
    let least = first.gain;
    return Array.from({ length: input.most ?? MOST_PER_ENTRY }, (_, i) => {
      const worth = i === 0 ? first : worthOf(input, cut, first.entry, i + 1);
      // Never more than the review before it, so that an entry's reviews are chosen in turn.
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
