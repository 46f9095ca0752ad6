/** A measured value with its unit; `low` and `high` are the extremes over several rounds, if there were any. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  low?: number;
  high?: number;
}

const ROUNDS = 5;

/** The value below which the given share (0 to 1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Makes a figure from its rounds: their median, with the smallest and the largest as its range. */
export function figure(name: string, rounds: readonly number[], unit: string): Figure {
  return { name, value: median(rounds), unit, low: Math.min(...rounds), high: Math.max(...rounds) };
}

/**
 * Runs two measurements in alternation, after one warm-up of each, so that other load on the machine affects both
 * equally.
 */
export async function alternate<T>(
  a: () => Promise<T>,
  b: () => Promise<T>,
  rounds = ROUNDS,
): Promise<{ a: T[]; b: T[] }> {
  const results = { a: [] as T[], b: [] as T[] };
  await a();
  await b();
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) results.a.push(await a());
    results.b.push(await b());
    if (round % 2 === 1) results.a.push(await a());
  }
  return results;
}

const digits = (value: number): string => value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);

/** Formats a figure as `bench NAME=VALUE UNIT`, followed by the range of its rounds. */
export function lineOf({ name, value, unit, low, high }: Figure): string {
  const spread = low === undefined || high === undefined ? '' : ` (${digits(low)} to ${digits(high)})`;
  return `bench ${name}=${digits(value)} ${unit}${spread}`;
}
