/**
 * Returns a function that runs asynchronous calls, at most `atOnce` of them at the same time; the others wait in order
 * of arrival.
 */
export function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A finished call hands its slot directly to the next waiting call, so that a call which arrives later cannot
      // take it first.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
