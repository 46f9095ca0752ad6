import { uniform } from '../../../lib/random.js';

/**
 * Factorises a matrix W (own × sought, row-major by sought feature) into factors of few dimensions: W[own, sought] ≈
 * product of own's and sought's factors. Errors are weighted by the size of a feature's values (`ownScale`,
 * `soughtScale`), so that frequent features are approximated best. Subspace iteration; deterministic.
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
  // `image` is orthonormal over sought features; `basis` is A' image, over own features.
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

/** Multiplies columns (each `size` long, stored consecutively) by the matrix or its transpose. */
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

/** Gram-Schmidt orthonormalisation, applied twice for numerical precision. */
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
