import { uniform } from '../../../lib/random.js';
import type { Design } from './design.js';

/**
 * Choice set of one query in the conditional logit: sampled candidates, those that actually invested first, with their
 * feature values and the correction of their scores for the sampling.
 */
interface Choice {
  readonly design: Design;
  readonly query: number;
  readonly candidates: Int32Array;
  readonly relevant: number;
  readonly values: Float32Array;
  readonly offsets: Float32Array;
}

/**
 * Samples the choice sets of a conditional logit: for each query the candidates that invested and a sample of the
 * others, without earlier backers of the company. A candidate sampled with probability p gets ln(1/p) added to its
 * score, so that the sample's sum estimates the sum over all candidates.
 */
export function sampleChoices(design: Design, most: number, seed: number, weights: Float64Array | null): Choice[] {
  const random = uniform(seed);
  const { width } = design;
  const count = design.candidates.size;
  const values = new Float32Array(width);
  const scores = new Float64Array(count);
  return design.relevant.map((relevant, query) => {
    const chosen = new Set(relevant);
    const barred = design.barred[query]!;
    const candidates: number[] = [...relevant];
    const offsets: number[] = relevant.length === 0 ? [] : Array.from(relevant, () => 0);
    // If weights are given, candidates with high scores are sampled with a higher probability: they decide the order at
    // the top of the ranking.
    let total = 0;
    for (let i = 0; i < count; i += 1) {
      scores[i] = 0;
      if (chosen.has(i) || barred.has(i)) continue;
      let score = 0;
      if (weights) {
        design.write(query, i, values, 0);
        for (let k = 0; k < width; k += 1) score += weights[k]! * values[k]!;
      }
      total += scores[i] = Math.exp(0.75 * Math.min(40, score));
    }
    const others = count - relevant.length - barred.size;
    for (let i = 0; i < count; i += 1) {
      if (scores[i] === 0) continue;
      const share = Math.min(1, most * (0.75 * (scores[i]! / total) + 0.25 / others));
      if (random() >= share) continue;
      candidates.push(i);
      offsets.push(-Math.log(share));
    }
    const all = new Float32Array(candidates.length * width);
    candidates.forEach((candidate, i) => design.write(query, candidate, all, i * width));
    return {
      design,
      query,
      candidates: Int32Array.from(candidates),
      relevant: relevant.length,
      values: all,
      offsets: Float32Array.from(offsets),
    };
  });
}

export interface Penalties {
  readonly terms: number;
  readonly latent: number;
}

/**
 * Penalised negative log likelihood of the choices as a function of the terms' weights and, if `features` > 0, of an
 * own × sought matrix of latent weights.
 */
export function choiceLoss(
  choices: readonly Choice[],
  width: number,
  features: number,
  penalties: Penalties,
  floor = 0,
): (point: Float64Array, gradient: Float64Array) => number {
  const direction = new Float64Array(features);
  const pull = new Float64Array(features);
  const most = choices.reduce((max, choice) => Math.max(max, choice.candidates.length), 0);
  const scores = new Float64Array(most);
  const pulls = new Float64Array(most);
  return (point, gradient) => {
    let loss = 0;
    for (let k = 0; k < point.length; k += 1) {
      const penalty = k < width ? penalties.terms : penalties.latent;
      loss += penalty * point[k]! ** 2;
      gradient[k] = 2 * penalty * point[k]!;
    }
    for (const { design, query, candidates, relevant, values, offsets } of choices) {
      const sought = design.sought[query]!;
      const { starts, features: owned, values: shares } = design.own;
      if (features > 0) {
        direction.fill(0);
        for (let f = 0; f < sought.features.length; f += 1) {
          const from = width + sought.features[f]! * features;
          const value = sought.values[f]!;
          for (let k = 0; k < features; k += 1) direction[k]! += value * point[from + k]!;
        }
      }
      let max = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < candidates.length; i += 1) {
        let score = offsets[i]!;
        for (let k = 0; k < width; k += 1) score += point[k]! * values[i * width + k]!;
        if (features > 0) {
          const end = starts[candidates[i]! + 1]!;
          for (let f = starts[candidates[i]!]!; f < end; f += 1) score += direction[owned[f]!]! * shares[f]!;
        }
        scores[i] = score;
        if (score > max) max = score;
      }
      let sum = 0;
      for (let i = 0; i < candidates.length; i += 1) sum += Math.exp(scores[i]! - max);
      const log = max + Math.log(sum);
      // Loss of an actual investor whose modelled probability is p: -ln(p + floor). For p far below the floor the
      // gradient vanishes.
      let pulled = 0;
      for (let i = 0; i < relevant; i += 1) {
        const p = Math.exp(scores[i]! - log);
        loss -= Math.log(p + floor) / relevant;
        pulls[i] = p / (p + floor) / relevant;
        pulled += pulls[i]!;
      }
      if (features > 0) pull.fill(0);
      for (let i = 0; i < candidates.length; i += 1) {
        const off = pulled * Math.exp(scores[i]! - log) - (i < relevant ? pulls[i]! : 0);
        for (let k = 0; k < width; k += 1) gradient[k]! += off * values[i * width + k]!;
        if (features > 0) {
          const end = starts[candidates[i]! + 1]!;
          for (let f = starts[candidates[i]!]!; f < end; f += 1) {
            const feature = owned[f]!;
            pull[feature] = pull[feature]! + off * shares[f]!;
          }
        }
      }
      for (let f = 0; features > 0 && f < sought.features.length; f += 1) {
        const from = width + sought.features[f]! * features;
        const value = sought.values[f]!;
        for (let k = 0; k < features; k += 1) gradient[from + k]! += value * pull[k]!;
      }
    }
    return loss;
  };
}
