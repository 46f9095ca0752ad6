import { uniform } from '../../../lib/random.js';

/**
 * Low-rank factorisation of a square matrix W, indexed by own feature and sought feature (row-major by sought feature):
 * W[own, sought] ≈ scalar product of the two features' vectors of `dimensions` numbers. Approximation errors are
 * weighted by `ownScale` and `soughtScale`, the sizes of the features' values, so that frequent features are
 * approximated best. Uses subspace iteration; deterministic.
 */
export function factorise(
  matrix: Float64Array,
  size: number,
  dimensions: number,
  ownScale: Float64Array,
  soughtScale: Float64Array,
): { own: Float64Array; sought: Float64Array } {
  const a = new Float64Array(size * size);
  for (let s = 0; s < size; s += 1)
    for (let o = 0; o < size; o += 1) a[s * size + o] = matrix[s * size + o]! * soughtScale[s]! * ownScale[o]!;
  const random = uniform(7);
  const basis = Float64Array.from({ length: size * dimensions }, () => random() - 0.5);
  const image = new Float64Array(size * dimensions);
  orthonormalise(basis, size, dimensions);
  for (let round = 0; round < 30; round += 1) {
    multiply(a, basis, image, size, dimensions, false);
    orthonormalise(image, size, dimensions);
    multiply(a, image, basis, size, dimensions, true);
    if (round < 29) orthonormalise(basis, size, dimensions);
  }
  // `image` holds orthonormal vectors over sought features; `basis` holds their product with the transposed matrix,
  // over own features.
  const own = new Float64Array(size * dimensions);
  const sought = new Float64Array(size * dimensions);
  for (let d = 0; d < dimensions; d += 1) {
    let square = 0;
    for (let f = 0; f < size; f += 1) square += basis[d * size + f]! ** 2;
    const root = Math.sqrt(Math.sqrt(square)) || 1;
    for (let f = 0; f < size; f += 1) {
      own[f * dimensions + d] = ownScale[f]! > 0 ? basis[d * size + f]! / root / ownScale[f]! : 0;
      sought[f * dimensions + d] = soughtScale[f]! > 0 ? (image[d * size + f]! * root) / soughtScale[f]! : 0;
    }
  }
  return { own, sought };
}

/**
 * Multiplies several column vectors, each of `size` numbers and stored one after another, by the matrix or its
 * transpose.
 */
function multiply(
  a: Float64Array,
  from: Float64Array,
  into: Float64Array,
  size: number,
  columns: number,
  transposed: boolean,
): void {
  into.fill(0);
  for (let d = 0; d < columns; d += 1) {
    for (let r = 0; r < size; r += 1) {
      const row = r * size;
      if (transposed) {
        const value = from[d * size + r]!;
        for (let c = 0; c < size; c += 1) into[d * size + c]! += value * a[row + c]!;
      } else {
        let sum = 0;
        for (let c = 0; c < size; c += 1) sum += a[row + c]! * from[d * size + c]!;
        into[d * size + r] = sum;
      }
    }
  }
}

/**
 * Makes the vectors orthonormal by Gram-Schmidt; each vector is processed twice, because one pass loses numerical
 * precision.
 */
function orthonormalise(vectors: Float64Array, size: number, columns: number): void {
  for (let d = 0; d < columns; d += 1) {
    for (let pass = 0; pass < 2; pass += 1) {
      for (let e = 0; e < d; e += 1) {
        let dot = 0;
        for (let f = 0; f < size; f += 1) dot += vectors[d * size + f]! * vectors[e * size + f]!;
        for (let f = 0; f < size; f += 1) vectors[d * size + f]! -= dot * vectors[e * size + f]!;
      }
    }
    let square = 0;
    for (let f = 0; f < size; f += 1) square += vectors[d * size + f]! ** 2;
    const length = Math.sqrt(square);
    for (let f = 0; f < size; f += 1) vectors[d * size + f] = length > 1e-12 ? vectors[d * size + f]! / length : 0;
  }
}
