/**
 * Paths of the statistical parts of a matching model (base rates, latent factors), which operators cannot edit by hand.
 */
const STATISTICS = /^(investor\.base|investor\.latent)\b/;

/** Yields every editable number of a matching model with its path, such as `investor.weights.idle`. */
export function* numbersOf(value: unknown, path = ''): Generator<[path: string, value: number]> {
  if (STATISTICS.test(path)) return;
  if (typeof value === 'number') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value)) yield* numbersOf(child, path === '' ? key : `${path}.${key}`);
}
