/**
 * Objective of a minimisation: returns the function's value at `point` and writes its gradient there into `gradient`.
 */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

const MEMORY = 8;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Minimises a smooth function by L-BFGS (Nocedal & Wright 2006, algorithm 7.5) with a backtracking line search; `point`
 * is the starting point and is overwritten by the result; the return value is the minimum reached. Deterministic. Stops
 * after `iterations`, when a step lowers the value by less than a millionth of it, or when the line search finds no
 * lower value.
 */
export function minimise(value: Differentiable, point: Float64Array, iterations: number): number {
  const n = point.length;
  let gradient = new Float64Array(n);
  let at = value(point, gradient);
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const direction = gradient.map((g) => -g);
    const alphas: number[] = [];
    for (let i = steps.length - 1; i >= 0; i -= 1) {
      const { s, y, rho } = steps[i]!;
      const alpha = (alphas[i] = rho * dot(s, direction));
      for (let k = 0; k < n; k += 1) direction[k]! -= alpha * y[k]!;
    }
    const last = steps[steps.length - 1];
    const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
    for (let k = 0; k < n; k += 1) direction[k]! *= scale;
    steps.forEach(({ s, y, rho }, i) => {
      const beta = rho * dot(y, direction);
      for (let k = 0; k < n; k += 1) direction[k]! += (alphas[i]! - beta) * s[k]!;
    });
    const slope = dot(gradient, direction);
    if (!(slope < 0)) break;

    let length = 1;
    const next = new Float64Array(n);
    const nextGradient = new Float64Array(n);
    let reached = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 20; trial += 1, length /= 2) {
      for (let k = 0; k < n; k += 1) next[k] = point[k]! + length * direction[k]!;
      reached = value(next, nextGradient);
      if (reached <= at + 1e-4 * length * slope) break;
    }
    if (!(reached < at)) break;
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let k = 0; k < n; k += 1) {
      s[k] = next[k]! - point[k]!;
      y[k] = nextGradient[k]! - gradient[k]!;
    }
    const curvature = dot(s, y);
    if (curvature > 1e-12) {
      steps.push({ s, y, rho: 1 / curvature });
      if (steps.length > MEMORY) steps.shift();
    }
    const gain = at - reached;
    point.set(next);
    gradient = nextGradient;
    at = reached;
    if (gain < 1e-6 * Math.abs(at)) break;
  }
  return at;
}
