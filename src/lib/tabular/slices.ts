/** Milliseconds of work after which other work gets its turn. */
const SLICE_MS = 10;

/**
 * Cuts long work into slices, so that one file never keeps the process from others. A loop calls `due()` at each step,
 * which costs some tens of nanoseconds, and awaits `turn()` where it is:
 *
 *     if (slices.due()) await slices.turn();
 */
export class Slices {
  private since = performance.now();

  constructor(private readonly milliseconds = SLICE_MS) {}

  /** Whether the slice at hand has lasted long enough. */
  due(): boolean {
    return performance.now() - this.since >= this.milliseconds;
  }

  /** Resolves once the event loop went round: timers, sockets and requests had their turn. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.since = performance.now();
  }
}
