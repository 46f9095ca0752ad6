import { inversePositiveDefinite } from '../../calibration/linear-algebra.js';

/**
 * Precision with which an assignment of reviewers lets industries be compared, if no reviewer's severity is known
 * beforehand.
 */
export interface IndustryContrasts {
  /**
   * Matrix industries × industries: the standard error that unknown severities add to the difference of two industries'
   * mean scores, in units of the square root of the given variances. Infinity if no chain of common reviewers connects
   * the two; 0 on the diagonal and for an industry without reviews.
   */
  standardError: Float64Array;
  /** The pair of industries whose difference is least precise; null with fewer than two reviewed industries. */
  largest: { industries: [number, number]; standardError: number } | null;
  /** Root mean square of the standard errors over all pairs of reviewed industries. */
  typical: number;
}

export interface ReviewGraph {
  entries: number;
  reviewers: number;
  industries: number;
  /** Per entry: its industry. */
  industry: ArrayLike<number>;
  /** Per entry: indexes of all its reviewers. */
  panel: readonly (readonly number[])[];
}

/**
 * Solves A X = B for a symmetric positive definite A (n × n) by Cholesky, in place. B holds `columns` right-hand sides
 * as rows of length n; X overwrites B.
 */
function solvePositiveDefinite(a: Float64Array, n: number, b: Float64Array, columns: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= a[i * n + k]! * a[j * n + k]!;
      if (i === j) a[i * n + i] = Math.sqrt(sum);
      else a[i * n + j] = sum / a[j * n + j]!;
    }
  }
  for (let c = 0; c < columns; c += 1) {
    const row = b.subarray(c * n, (c + 1) * n);
    for (let i = 0; i < n; i += 1) {
      let sum = row[i]!;
      for (let k = 0; k < i; k += 1) sum -= a[i * n + k]! * row[k]!;
      row[i] = sum / a[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i -= 1) {
      const x = (row[i]! /= a[i * n + i]!);
      for (let k = 0; k < i; k += 1) row[k]! -= a[i * n + k]! * x;
    }
  }
}

/**
 * The blocks of the information matrix of industries and severities under the model
 *
 *   y = industry + quality(entry) + severity(reviewer) + noise,
 *
 * with quality and noise random with the given variances, industries and severities fixed. The n reviews of an entry
 * have covariance v I + q J, whose inverse is (I - q / (v + n q) J) / v. `severities` is reviewers × reviewers, `cross`
 * is industries × reviewers, `known` is the diagonal of the industries' own block.
 */
export function informationBlocks(
  graph: ReviewGraph,
  variances: { quality: number; noise: number },
): { severities: Float64Array; cross: Float64Array; known: Float64Array } {
  const { reviewers: n, industries: nG } = graph;
  const { quality: q, noise: v } = variances;
  const severities = new Float64Array(n * n);
  const cross = new Float64Array(nG * n);
  const known = new Float64Array(nG);
  graph.panel.forEach((panel, i) => {
    const size = panel.length;
    const g = graph.industry[i]!;
    known[g]! += size / (v + size * q);
    for (const j of panel) {
      cross[g * n + j]! += 1 / (v + size * q);
      severities[j * n + j]! += 1 / v;
      for (const l of panel) severities[j * n + l]! -= q / (v + size * q) / v;
    }
  });
  return { severities, cross, known };
}

/**
 * Information matrix of the industries' means after elimination of the severities (industries × industries; a
 * Laplacian, so its rows sum to 0), and the information per industry if the severities were known.
 */
function industryInformation(
  graph: ReviewGraph,
  variances: { quality: number; noise: number },
): { information: Float64Array; known: Float64Array } {
  const { reviewers: n, industries: nG } = graph;
  const { severities, cross, known } = informationBlocks(graph, variances);
  // A reviewer without reviews has a zero on the diagonal; 1 makes the matrix invertible without affecting other
  // reviewers.
  for (let j = 0; j < n; j += 1) if (severities[j * n + j] === 0) severities[j * n + j] = 1;
  const solved = Float64Array.from(cross);
  solvePositiveDefinite(severities, n, solved, nG);
  const information = new Float64Array(nG * nG);
  for (let g = 0; g < nG; g += 1) {
    for (let h = 0; h < nG; h += 1) {
      let sum = g === h ? known[g]! : 0;
      for (let j = 0; j < n; j += 1) sum -= cross[g * n + j]! * solved[h * n + j]!;
      information[g * nG + h] = sum;
    }
  }
  return { information, known };
}

/**
 * Per industry, the number of its connected component in the graph of industries and reviewers; -1 for an industry
 * without reviews.
 */
function componentsOf(graph: ReviewGraph): Int32Array {
  const parent = Int32Array.from({ length: graph.industries + graph.reviewers }, (_, node) => node);
  const root = (node: number): number => {
    while (parent[node] !== node) node = parent[node] = parent[parent[node]!]!;
    return node;
  };
  const reviewed = new Uint8Array(graph.industries);
  graph.panel.forEach((reviewers, i) => {
    const g = graph.industry[i]!;
    for (const j of reviewers) {
      reviewed[g] = 1;
      parent[root(graph.industries + j)] = root(g);
    }
  });
  return Int32Array.from(reviewed, (yes, g) => (yes ? root(g) : -1));
}

/** Standard errors of the differences between all pairs of industries that unknown severities of reviewers cause. */
export function industryContrasts(
  graph: ReviewGraph,
  variances: { quality: number; noise: number },
): IndustryContrasts {
  const nG = graph.industries;
  const component = componentsOf(graph);
  const { information, known } = industryInformation(graph, variances);
  const standardError = new Float64Array(nG * nG);
  for (const root of new Set(component)) {
    if (root < 0) continue;
    const members = Array.from(component.keys()).filter((g) => component[g] === root);
    const m = members.length;
    // A Laplacian plus a constant matrix is positive definite, and its inverse gives the same contrasts as the
    // Laplacian's generalised inverse.
    const lift = members.reduce((sum, g) => sum + known[g]!, 0) / m;
    const matrix = new Float64Array(m * m);
    members.forEach((g, a) => members.forEach((h, b) => (matrix[a * m + b] = information[g * nG + h]! + lift / m)));
    const inverse = inversePositiveDefinite(matrix, m);
    members.forEach((g, a) =>
      members.forEach((h, b) => {
        const all = inverse[a * m + a]! + inverse[b * m + b]! - 2 * inverse[a * m + b]!;
        standardError[g * nG + h] = g === h ? 0 : Math.sqrt(Math.max(0, all - 1 / known[g]! - 1 / known[h]!));
      }),
    );
  }
  let largest: IndustryContrasts['largest'] = null;
  let sum = 0;
  let pairs = 0;
  for (let g = 0; g < nG; g += 1) {
    for (let h = g + 1; h < nG; h += 1) {
      if (component[g]! < 0 || component[h]! < 0) continue;
      if (component[g] !== component[h]) standardError[g * nG + h] = standardError[h * nG + g] = Infinity;
      const error = standardError[g * nG + h]!;
      if (largest === null || error > largest.standardError) largest = { industries: [g, h], standardError: error };
      sum += error * error;
      pairs += 1;
    }
  }
  return { standardError, largest, typical: pairs > 0 ? Math.sqrt(sum / pairs) : 0 };
}
