/**
 * Inverse of a symmetric positive definite matrix (row-major, n × n; only the lower triangle is read), by Cholesky.
 * Uses only +, -, ×, / and square root; each entry is one sum in a fixed order, so every conforming engine gives the
 * same bits. Four entries are summed side by side, because a single chain of dependent additions would dominate the
 * running time. Throws if the matrix is not positive definite.
 */
export function inversePositiveDefinite(matrix: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    const rowJ = j * n;
    let pivot = matrix[rowJ + j]!;
    for (let k = 0; k < j; k += 1) pivot -= l[rowJ + k]! * l[rowJ + k]!;
    if (!(pivot > 0)) throw new RangeError(`not positive definite at row ${j}`);
    const root = Math.sqrt(pivot);
    l[rowJ + j] = root;
    let i = j + 1;
    for (; i + 3 < n; i += 4) {
      const a = i * n;
      const b = a + n;
      const c = b + n;
      const d = c + n;
      let sumA = matrix[a + j]!;
      let sumB = matrix[b + j]!;
      let sumC = matrix[c + j]!;
      let sumD = matrix[d + j]!;
      for (let k = 0; k < j; k += 1) {
        const x = l[rowJ + k]!;
        sumA -= l[a + k]! * x;
        sumB -= l[b + k]! * x;
        sumC -= l[c + k]! * x;
        sumD -= l[d + k]! * x;
      }
      l[a + j] = sumA / root;
      l[b + j] = sumB / root;
      l[c + j] = sumC / root;
      l[d + j] = sumD / root;
    }
    for (; i < n; i += 1) {
      const a = i * n;
      let sum = matrix[a + j]!;
      for (let k = 0; k < j; k += 1) sum -= l[a + k]! * l[rowJ + k]!;
      l[a + j] = sum / root;
    }
  }

  // `t` holds the inverse of L transposed (column j of L^-1 in row j), so that all inner loops run along rows.
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j += 4) {
    const a = j * n;
    const b = a + n;
    const c = b + n;
    const d = c + n;
    const width = n - j < 4 ? n - j : 4;
    for (let i = j; i < n; i += 1) {
      const row = i * n;
      let sumA = i === j ? 1 : 0;
      let sumB = i === j + 1 ? 1 : 0;
      let sumC = i === j + 2 ? 1 : 0;
      let sumD = i === j + 3 ? 1 : 0;
      if (width === 4) {
        for (let k = j; k < i; k += 1) {
          const x = l[row + k]!;
          sumA -= x * t[a + k]!;
          sumB -= x * t[b + k]!;
          sumC -= x * t[c + k]!;
          sumD -= x * t[d + k]!;
        }
        t[d + i] = sumD / l[row + i]!;
      } else {
        for (let k = j; k < i; k += 1) {
          const x = l[row + k]!;
          sumA -= x * t[a + k]!;
          if (width > 1) sumB -= x * t[b + k]!;
          if (width > 2) sumC -= x * t[c + k]!;
        }
      }
      t[a + i] = sumA / l[row + i]!;
      if (width > 1) t[b + i] = sumB / l[row + i]!;
      if (width > 2) t[c + i] = sumC / l[row + i]!;
    }
  }

  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const rowI = i * n;
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const a = j * n;
      const b = a + n;
      const c = b + n;
      const d = c + n;
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      for (let k = i; k < n; k += 1) {
        const x = t[rowI + k]!;
        sumA += x * t[a + k]!;
        sumB += x * t[b + k]!;
        sumC += x * t[c + k]!;
        sumD += x * t[d + k]!;
      }
      inverse[rowI + j] = sumA;
      inverse[rowI + j + 1] = sumB;
      inverse[rowI + j + 2] = sumC;
      inverse[rowI + j + 3] = sumD;
      inverse[a + i] = sumA;
      inverse[b + i] = sumB;
      inverse[c + i] = sumC;
      inverse[d + i] = sumD;
    }
    for (; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < n; k += 1) sum += t[rowI + k]! * t[j * n + k]!;
      inverse[rowI + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}
