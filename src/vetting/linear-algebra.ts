/**
 * The inverse of a symmetric positive definite matrix (row-major, n x n), by Cholesky. Only + - x / and square root in a
 * fixed order, so that every conforming engine gives the same bits. Throws when the matrix is not positive definite.
 */
export function inversePositiveDefinite(matrix: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const rowI = i * n;
    for (let j = 0; j <= i; j += 1) {
      const rowJ = j * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k += 1) sum -= l[rowI + k]! * l[rowJ + k]!;
      if (i === j) {
        if (!(sum > 0)) throw new RangeError(`not positive definite at row ${i}`);
        l[rowI + i] = Math.sqrt(sum);
      } else {
        l[rowI + j] = sum / l[rowJ + j]!;
      }
    }
  }
  // Inverse of L, stored transposed (column j of L^-1 in row j), so that both loops run along rows.
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    const rowJ = j * n;
    t[rowJ + j] = 1 / l[rowJ + j]!;
    for (let i = j + 1; i < n; i += 1) {
      const rowI = i * n;
      let sum = 0;
      for (let k = j; k < i; k += 1) sum -= l[rowI + k]! * t[rowJ + k]!;
      t[rowJ + i] = sum / l[rowI + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < n; k += 1) sum += t[i * n + k]! * t[j * n + k]!;
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}
