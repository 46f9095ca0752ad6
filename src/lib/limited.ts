/** Runs work so that at most `atOnce` pieces run at the same time; the others wait in the order in which they came. */
export function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that no later call takes it.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
