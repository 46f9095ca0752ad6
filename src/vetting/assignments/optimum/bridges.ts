import { inversePositiveDefinite } from '../../calibration/linear-algebra.js';
import { informationBlocks, type ReviewGraph } from './contrasts.js';
import type { Instance } from './instance.js';
import type { Settings } from './problem.js';

/** True if the reviewer sits in panels of other industries, but not in that of the given industry. */
export function isAway(x: Instance, reviewer: number, industry: number): boolean {
  if (x.home[reviewer * x.industries + industry]) return false;
  for (let g = 0; g < x.industries; g += 1) if (x.home[reviewer * x.industries + g]) return true;
  return false;
}

/** Maximum share of a reviewer's open places that planned bridges, that is, entries of other industries, may take. */
const AWAY_SHARE = 0.5;
/**
 * Minimum benefit of a planned bridge: the share by which it must lower the largest variance of a difference between
 * industries.
 */
const HELP = 1e-4;
/**
 * Prior information on a reviewer's severity, as a share of the information from one score: keeps variances finite
 * where panels are not connected.
 */
const PRIOR = 0.01;
/**
 * Added to the similarity that a bridge loses, as a share of a seat's mean similarity, before its benefit is divided by
 * that loss: a bridge that loses nothing is not preferred regardless of its benefit.
 */
const LOSS_FLOOR = 0.05;

/**
 * Input for planning bridges: the present assignment with its dual prices, and the entries that have no bridge yet
 * (`free`). Bridges required in earlier rounds stay.
 */
export interface BridgeGround {
  x: Instance;
  graph: ReviewGraph;
  price: Float64Array;
  free: readonly number[];
  settings: Settings;
}

/**
 * Plans further bridges: reviewers to be pinned to an entry of another industry. Returns the reviewer per entry, or -1.
 *
 * A greedy optimal design that minimises the largest variance of a contrast between industries. Let A be the
 * information matrix of the severities (industries eliminated) and K_g the weights of the severities in the mean of
 * industry g. The contrast of industries a and b has variance k' A^-1 k with k = K_a - K_b. A score by reviewer j on an
 * entry with n - 1 other reviewers P adds w u u', where u = e_j - mean of e over P and w = (n - 1) / (n v).
 *
 * Each step adds the bridge with the largest decrease of the worst variance per similarity lost; a reviewer is tried
 * only on the entry of each industry where the loss at current prices is smallest. The benefit shrinks with each bridge
 * of the same reviewer, so bridges spread over reviewers. Planning ends when there are `least` bridges and the worst
 * standard error is below `bound`, when there are `most`, or when no bridge helps.
 */
export function planBridges(
  ground: BridgeGround,
  least: number,
  most: number,
  bound: number,
): { pinned: Int32Array; count: number } {
  const { x, graph, settings } = ground;
  const nG = x.industries;
  const pinned = new Int32Array(x.entries).fill(-1);
  const design = new SeverityDesign(graph, settings);
  const offers = new Offers(ground);
  const { weight, members } = design;
  let seats = 0;
  let total = 0;
  graph.panel.forEach((panel, i) =>
    panel.forEach((j) => {
      const value = x.value[i * x.reviewers + j]!;
      if (value > -Infinity) [seats, total] = [seats + 1, total + Math.abs(value)];
    }),
  );
  const floor = 1 + (seats > 0 ? (LOSS_FLOOR * total) / seats : 0);
  const hopeless = new Uint8Array(nG * nG);
  let count = 0;
  while (count < most) {
    let worst = 0;
    let wa = -1;
    let wb = -1;
    let peak = 0;
    for (const a of members) {
      for (const b of members) {
        if (b <= a) continue;
        const variance = design.contrast(a, b);
        peak = Math.max(peak, variance);
        if (!hopeless[a * nG + b] && variance > worst) [worst, wa, wb] = [variance, a, b];
      }
    }
    if (wa < 0 || (count >= least && peak <= bound * bound)) break;
    let best = 0;
    let bg = -1;
    let bj = -1;
    for (const g of members) {
      for (let j = 0; j < x.reviewers; j += 1) {
        const loss = offers.loss(g, j);
        if (loss === Infinity) continue;
        const shared = design.shared(wa, wb, g, j);
        const gain = (weight * shared * shared) / (1 + weight * design.spread(g, j));
        if (gain > HELP * worst && gain / (Math.max(0, loss) + floor) > best)
          [best, bg, bj] = [gain / (Math.max(0, loss) + floor), g, j];
      }
    }
    if (bg < 0) {
      hopeless[wa * nG + wb] = 1;
      continue;
    }
    const i = offers.take(bg, bj);
    pinned[i] = bj;
    design.add(
      bj,
      graph.panel[i]!.filter((j) => j !== offers.weakest[i]),
    );
    count += 1;
  }
  return { pinned, count };
}

/** For each reviewer and industry, the entry on which a bridge by the reviewer would lose the least similarity. */
class Offers {
  /** Per entry: the present reviewer whom a bridge would displace. */
  readonly weakest: Int32Array;
  private readonly least: Float64Array;
  private readonly free: number[][];
  private readonly room: Float64Array;
  private readonly entry: Int32Array;
  private readonly cost: Float64Array;
  private readonly places: Float64Array;

  constructor(private readonly ground: BridgeGround) {
    const { x, graph, price, free, settings } = ground;
    const nG = x.industries;
    this.weakest = new Int32Array(x.entries).fill(-1);
    this.least = new Float64Array(x.entries).fill(Infinity);
    this.free = Array.from({ length: nG }, () => []);
    for (const i of free) {
      this.free[x.industry[i]!]!.push(i);
      for (const j of graph.panel[i]!) {
        const net = x.value[i * x.reviewers + j]! - price[j]!;
        if (net > -Infinity && net < this.least[i]!) [this.least[i], this.weakest[i]] = [net, j];
      }
      if (this.least[i] === Infinity) this.least[i] = 0;
    }
    const open = new Float64Array(nG);
    for (let i = 0; i < x.entries; i += 1) if (x.demand[i]! > 0) open[x.industry[i]!]! += 1;
    this.room = open.map((entries) => Math.ceil(entries * Math.min(1, 2 * settings.maxBridgeShare)));
    this.places = Float64Array.from(x.capacity, (places) => places * AWAY_SHARE);
    for (let i = 0; i < x.entries; i += 1) {
      if (x.pinned[i]! < 0) continue;
      this.room[x.industry[i]!]! -= 1;
      this.places[x.pinned[i]!]! -= 1;
    }
    this.entry = new Int32Array(nG * x.reviewers).fill(-1);
    this.cost = new Float64Array(nG * x.reviewers).fill(Infinity);
    for (let g = 0; g < nG; g += 1) for (let j = 0; j < x.reviewers; j += 1) if (isAway(x, j, g)) this.search(g, j);
  }

  /**
   * Similarity, in steps, lost by assigning reviewer j to the best entry of industry g as a bridge; Infinity if that is
   * impossible.
   */
  loss(g: number, j: number): number {
    return this.room[g]! > 0 && this.places[j]! >= 1 ? this.cost[g * this.ground.x.reviewers + j]! : Infinity;
  }

  /** Applies the bridge of reviewer j to the best entry of industry g, and returns that entry. */
  take(g: number, j: number): number {
    const { reviewers } = this.ground.x;
    const i = this.entry[g * reviewers + j]!;
    this.free[g] = this.free[g]!.filter((other) => other !== i);
    this.room[g]! -= 1;
    this.places[j]! -= 1;
    for (let k = 0; k < reviewers; k += 1) if (this.entry[g * reviewers + k] === i) this.search(g, k);
    return i;
  }

  private search(g: number, j: number): void {
    const { x, price } = this.ground;
    let least = Infinity;
    let entry = -1;
    for (const i of this.free[g]!) {
      const loss = this.least[i]! - x.value[i * x.reviewers + j]! + price[j]!;
      if (loss < least) [least, entry] = [loss, i];
    }
    this.entry[g * x.reviewers + j] = entry;
    this.cost[g * x.reviewers + j] = least;
  }
}

/**
 * Variances of the differences between industries' means that unknown severities cause, updated as bridges are added
 * one by one.
 */
class SeverityDesign {
  /** Information added by one bridge. */
  readonly weight: number;
  /** Industries with reviews, ascending. */
  readonly members: number[];
  private readonly n: number;
  private readonly nG: number;
  /**
   * `sigma`: covariance matrix of the reviewers' severities (n × n). `towards`: its product with each industry's
   * weights (industries × n). `between`: that product times the weights again (industries × industries).
   */
  private readonly sigma: Float64Array;
  private readonly towards: Float64Array;
  private readonly between: Float64Array;
  private readonly weights: Float64Array;

  constructor(graph: ReviewGraph, settings: Settings) {
    const { quality, noise } = settings.variances;
    const n = (this.n = graph.reviewers);
    const nG = (this.nG = graph.industries);
    this.weight = Math.max(1, settings.panelSize - 1) / Math.max(2, settings.panelSize) / noise;
    const { severities, cross, known } = informationBlocks(graph, { quality, noise });
    this.members = Array.from({ length: nG }, (_, g) => g).filter((g) => known[g]! > 0);
    this.weights = cross;
    for (const g of this.members) for (let j = 0; j < n; j += 1) cross[g * n + j]! /= known[g]!;
    for (let j = 0; j < n; j += 1) {
      severities[j * n + j]! += PRIOR / noise;
      for (const g of this.members) {
        const share = cross[g * n + j]! * known[g]!;
        if (share !== 0) for (let l = 0; l < n; l += 1) severities[j * n + l]! -= share * cross[g * n + l]!;
      }
    }
    this.sigma = inversePositiveDefinite(severities, n);
    this.towards = new Float64Array(nG * n);
    this.between = new Float64Array(nG * nG);
    for (const g of this.members) {
      for (let j = 0; j < n; j += 1) {
        let sum = 0;
        for (let l = 0; l < n; l += 1) sum += this.sigma[j * n + l]! * cross[g * n + l]!;
        this.towards[g * n + j] = sum;
      }
      for (const h of this.members)
        for (let j = 0; j < n; j += 1) this.between[h * nG + g]! += cross[h * n + j]! * this.towards[g * n + j]!;
    }
  }

  /** Variance, caused by unknown severities, of the difference between the means of industries a and b. */
  contrast(a: number, b: number): number {
    return this.between[a * this.nG + a]! + this.between[b * this.nG + b]! - 2 * this.between[a * this.nG + b]!;
  }

  /** Variance of reviewer j's severity relative to the mean severity in industry g. */
  spread(g: number, j: number): number {
    return this.sigma[j * this.n + j]! - 2 * this.towards[g * this.n + j]! + this.between[g * this.nG + g]!;
  }

  /** Covariance of reviewer j's severity (relative to industry g) with the contrast of industries a and b. */
  shared(a: number, b: number, g: number, j: number): number {
    return (
      this.towards[a * this.n + j]! -
      this.towards[b * this.n + j]! -
      this.between[a * this.nG + g]! +
      this.between[b * this.nG + g]!
    );
  }

  /** Adds the information from a score by reviewer j on an entry that the reviewers `others` judge too. */
  add(j: number, others: readonly number[]): void {
    const { n, nG, sigma } = this;
    if (others.length === 0) return;
    const z = new Float64Array(n);
    for (let l = 0; l < n; l += 1) {
      let mean = 0;
      for (const o of others) mean += sigma[l * n + o]!;
      z[l] = sigma[l * n + j]! - mean / others.length;
    }
    let spread = z[j]!;
    for (const o of others) spread -= z[o]! / others.length;
    const factor = this.weight / (1 + this.weight * spread);
    for (let a = 0; a < n; a += 1) for (let b = 0; b < n; b += 1) sigma[a * n + b]! -= factor * z[a]! * z[b]!;
    const onto = new Float64Array(nG);
    for (const g of this.members) for (let l = 0; l < n; l += 1) onto[g]! += this.weights[g * n + l]! * z[l]!;
    for (const g of this.members) {
      for (let l = 0; l < n; l += 1) this.towards[g * n + l]! -= factor * onto[g]! * z[l]!;
      for (const h of this.members) this.between[g * nG + h]! -= factor * onto[g]! * onto[h]!;
    }
  }
}
