/** A connection that can be watched for silence. */
export interface Watched {
  /** Process id of the server's side of the connection; null before it is connected. */
  readonly serverProcess: number | null;
  /** True while a statement waits for its answer. */
  readonly waits: boolean;
  /** Bytes that the connection has sent and received so far. */
  readonly bytes: number;
  cut(): void;
}

interface Stillness {
  bytes: number;
  since: number;
}

/**
 * Finds connections whose statement or answer got lost on the way, long before the limit of an answer. A connection that
 * has waited for an answer without a byte is only suspected, since a statement may take that long; it is cut where the
 * server says that it has no statement of it to answer. While the server cannot be asked, nothing is cut.
 */
export class SilenceWatch {
  private readonly members = new Map<Watched, Stillness>();
  private timer: NodeJS.Timeout | null = null;
  private asking = false;

  /**
   * @param silentMs Milliseconds without a byte after which a waiting connection is suspected.
   * @param idle Asks the server which of these processes have waited for a statement for half of that time or longer.
   */
  constructor(
    private readonly silentMs: number,
    private readonly idle: (processIds: number[]) => Promise<number[]>,
  ) {}

  add(member: Watched): void {
    this.members.set(member, { bytes: member.bytes, since: performance.now() });
    this.timer ??= setInterval(() => void this.look(), this.silentMs / 2).unref();
  }

  remove(member: Watched): void {
    this.members.delete(member);
    if (this.members.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private async look(): Promise<void> {
    const suspected = this.suspected();
    if (suspected.length === 0 || this.asking) return;
    this.asking = true;
    try {
      const idle = new Set(await this.idle(suspected.map(({ serverProcess }) => serverProcess!)));
      // An answer may have come meanwhile, also where this process itself was too busy to read it.
      const silent = new Set(this.suspected());
      for (const member of suspected) if (silent.has(member) && idle.has(member.serverProcess!)) member.cut();
    } catch {
      // The next look asks again; the limit of an answer ends the wait in any case.
    } finally {
      this.asking = false;
    }
  }

  private suspected(): Watched[] {
    const now = performance.now();
    return [...this.members].flatMap(([member, still]) => {
      const { bytes, waits } = member;
      if (!waits || bytes !== still.bytes) {
        Object.assign(still, { bytes, since: now });
        return [];
      }
      return now - still.since >= this.silentMs && member.serverProcess !== null ? [member] : [];
    });
  }
}
