/** Paths of the statistics in a model, which cannot be edited by hand. */
const STATISTICS = /^(investor\.base|investor\.latent)\b/;

/** All numbers of a model with their paths, except the statistics. */
export function* numbersOf(value: unknown, path = ''): Generator<[path: string, value: number]> {
  if (STATISTICS.test(path)) return;
  if (typeof value === 'number') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value)) yield* numbersOf(child, path === '' ? key : `${path}.${key}`);
}
