import type { Calibration } from './calibration.js';

/** An achievement for which another review could change the decision. */
export interface BandEntry {
  achievement: number;
  /** Distance of its score from the cut, in units of what one more review can be expected to move it. */
  distance: number;
}

/** The score between the last admitted and the first refused, with `places` places. */
export function cutOff(scores: Float64Array, places: number): number {
  const sorted = Float64Array.from(scores).sort().reverse();
  if (places <= 0) return (sorted[0] ?? 0) + 1;
  if (places >= sorted.length) return (sorted.at(-1) ?? 0) - 1;
  return (sorted[places - 1]! + sorted[places]!) / 2;
}

/**
 * Where extra reviews can change the decision, most promising first. One more review of noise variance v moves a score
 * of standard error s by about s^2 / sqrt(s^2 + v) (the standard deviation of its next posterior mean); entries further
 * from the cut than `reach` such moves are left out. Ties break by index.
 */
export function boundaryBand(fit: Calibration, places: number, reach: number): BandEntry[] {
  const cut = cutOff(fit.score, places);
  const entries: BandEntry[] = [];
  for (let a = 0; a < fit.score.length; a += 1) {
    const variance = fit.standardError[a]! * fit.standardError[a]!;
    const move = variance / Math.sqrt(variance + fit.variances.noise);
    const distance = move > 0 ? Math.abs(fit.score[a]! - cut) / move : Infinity;
    if (distance <= reach) entries.push({ achievement: a, distance });
  }
  return entries.sort((x, y) => x.distance - y.distance || x.achievement - y.achievement);
}
