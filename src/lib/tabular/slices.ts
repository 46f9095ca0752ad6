/** Milliseconds for which a loop may run before it lets other work of the process run. */
const SLICE_MS = 10;

/**
 * Cuts a long computation into slices, so that one file never blocks the process for others. A loop calls `due()` at
 * each step, which costs some tens of nanoseconds, and awaits `turn()` when the result is true:
 *
 *     if (slices.due()) await slices.turn();
 */
export class Slices {
  private since = performance.now();

  constructor(private readonly milliseconds = SLICE_MS) {}

  /** Whether the current slice of the computation has used up its time. */
  due(): boolean {
    return performance.now() - this.since >= this.milliseconds;
  }

  /**
   * Resolves after one round of the event loop, in which timers, sockets and other requests are handled; starts the
   * next slice.
   */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.since = performance.now();
  }
}
