import { exponential, normalBelow } from './calibration/portable.js';

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
}

/** An entry for which another review could change the decision. */
export interface BandEntry {
  /** Index of the entry. */
  entry: number;
  /** Probability that one more review moves it across the cut. */
  change: number;
  /** What one more review is expected to add to the quality of what is admitted, on the scale of the scores. */
  gain: number;
}

export interface Round {
  cut: number;
  /** Entries to be reviewed once more, the greatest gain first; ties by index. */
  entries: BandEntry[];
  /** How many decisions the round is expected to change. */
  expectedChanges: number;
  /** True where that is below the stated bound (or nothing is left to review): the round is not worth its reviews. */
  stop: boolean;
}

/** Half width of a 95 % interval. */
const REACH = 1.96;

/** The score half way between the last admitted and the first refused, with `places` places. */
export function cutOff(scores: Float64Array, places: number): number {
  const sorted = Float64Array.from(scores).sort().reverse();
  if (places <= 0) return (sorted[0] ?? 0) + 1;
  if (places >= sorted.length) return (sorted.at(-1) ?? 0) - 1;
  return (sorted[places - 1]! + sorted[places]!) / 2;
}

/**
 * The entries whose interval holds the cut, the most promising first. One more review of noise variance v moves a score
 * of standard error s by m = s^2 / sqrt(s^2 + v) (the standard deviation of its next posterior mean). With d the distance
 * from the cut, it crosses with probability P(Z > d/m), and the expected gain is m phi(d/m) - d P(Z > d/m), the value of
 * information of a choice between two (Frazier, Powell & Dayanik 2008, "A knowledge-gradient policy").
 */
export function boundaryBand(input: BoundaryInput): BandEntry[] {
  const { score, standardError, noise, places, reach = REACH } = input;
  const cut = cutOff(score, places);
  const band: BandEntry[] = [];
  for (let a = 0; a < score.length; a += 1) {
    const distance = Math.abs(score[a]! - cut);
    const error = standardError[a]!;
    if (!(error > 0) || distance > reach * error) continue;
    const move = (error * error) / Math.sqrt(error * error + noise);
    const below = normalBelow(-distance / move);
    const change = exponential(below.logarithm);
    band.push({ entry: a, change, gain: Math.max(0, move * below.ratio * change - distance * change) });
  }
  return band.sort((x, y) => y.gain - x.gain || x.entry - y.entry);
}

/** The next round: at most `budget` reviews, none where fewer than `leastChanges` decisions are expected to change. */
export function proposeRound(input: BoundaryInput, budget: number, leastChanges: number): Round {
  const entries = boundaryBand(input).slice(0, Math.max(0, budget));
  const expectedChanges = entries.reduce((sum, entry) => sum + entry.change, 0);
  const stop = entries.length === 0 || expectedChanges < leastChanges;
  return { cut: cutOff(input.score, input.places), entries: stop ? [] : entries, expectedChanges, stop };
}
