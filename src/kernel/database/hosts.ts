/** Address of one PostgreSQL server of DATABASE_URL. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** What a host says of itself. */
export interface Probe {
  /** Whether the host accepts writes: it is no standby, and its sessions are not read-only by default. */
  writable: boolean;
  /**
   * The host's timeline, which each promotion of a standby raises by one; 0 where the server does not tell. Of two hosts
   * that both accept writes, the one with the lower timeline is a former primary that was started again.
   */
  timeline: number;
}

/** A connection that is cut when another host is chosen. */
export interface HostMember {
  readonly at: Host | null;
  cut(): void;
}

/**
 * Thrown when none of several hosts accepts writes at present; the message says for each host why, without the user name
 * and the password.
 */
export class NoWritableHostError extends Error {
  readonly code = 'NO_WRITABLE_HOST';
  override readonly name = 'NoWritableHostError';
}

/** Milliseconds for which a choice is used without asking again (FRESH_MS), or a failed search is repeated (FAILED_MS). */
const FRESH_MS = 2_000;
const FAILED_MS = 250;
/** Milliseconds for which the other hosts may still answer after the first one that accepts writes. */
const GRACE_MS = 300;
/** Interval in milliseconds at which the choice is checked while connections are open. */
const WATCH_MS = 10_000;

const nameOf = ({ host, port }: Host) => `${host.includes(':') ? `[${host}]` : host}:${port}`;
const isSame = (a: Host, b: Host) => a.host === b.host && a.port === b.port;

/**
 * Chooses, of the hosts of one DATABASE_URL, the one to connect to: the host that accepts writes. All hosts are asked at
 * the same time, since one that no longer answers would hold up the others. When the choice changes, the connections to
 * the former host are cut, so that a former primary gets no more writes from this process.
 */
export class Hosts {
  private chosen: Host | null = null;
  private checkedAt = -Infinity;
  private failure: { error: NoWritableHostError; at: number } | null = null;
  private choosing: Promise<Host> | null = null;
  private readonly members = new Set<HostMember>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly all: readonly Host[],
    private readonly probe: (host: Host) => Promise<Probe>,
    private readonly onMove: (from: string, to: string) => void,
  ) {}

  /** True where DATABASE_URL names several hosts; a single host is used without being asked. */
  get several(): boolean {
    return this.all.length > 1;
  }

  /** The host that was chosen last; the first one before any was chosen. */
  get current(): Host {
    return this.chosen ?? this.all[0]!;
  }

  /** Returns the host that accepts writes; throws NoWritableHostError where none does. */
  async choose(): Promise<Host> {
    const now = performance.now();
    if (this.chosen && now - this.checkedAt < FRESH_MS) return this.chosen;
    if (this.failure && now - this.failure.at < FAILED_MS) throw this.failure.error;
    return this.ask();
  }

  /** Makes the next `choose` ask the hosts again, after an error that says that the chosen host lost its role. */
  distrust(): void {
    this.checkedAt = -Infinity;
  }

  add(member: HostMember): void {
    this.members.add(member);
    if (this.several && this.timer === null) {
      this.timer = setInterval(() => void this.ask().catch(() => undefined), WATCH_MS);
      this.timer.unref();
    }
  }

  remove(member: HostMember): void {
    this.members.delete(member);
    if (this.members.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private ask(): Promise<Host> {
    this.choosing ??= this.askAll().finally(() => (this.choosing = null));
    return this.choosing;
  }

  private async askAll(): Promise<Host> {
    const refusals = this.all.map((host) => `${nameOf(host)} did not answer in time`);
    const writable: Array<{ host: Host; timeline: number; index: number }> = [];
    const asked = this.all.map(async (host, index) => {
      try {
        const { writable: accepts, timeline } = await this.probe(host);
        if (accepts) writable.push({ host, timeline, index });
        else refusals[index] = `${nameOf(host)} is read-only`;
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        refusals[index] = `${nameOf(host)}: ${code ?? message}`;
      }
    });
    await new Promise<void>((resolve) => {
      const late = () => setTimeout(resolve, GRACE_MS);
      for (const one of asked) void one.then(() => writable.length > 0 && late());
      void Promise.all(asked).then(() => resolve());
    });
    const [best] = writable.sort((a, b) => b.timeline - a.timeline || a.index - b.index);
    if (!best) {
      const error = new NoWritableHostError(`No host of DATABASE_URL accepts writes: ${refusals.join('; ')}.`);
      this.failure = { error, at: performance.now() };
      throw error;
    }
    this.failure = null;
    this.checkedAt = performance.now();
    this.take(best.host);
    return best.host;
  }

  private take(host: Host): void {
    const former = this.chosen;
    this.chosen = host;
    if (!former || isSame(former, host)) return;
    this.onMove(nameOf(former), nameOf(host));
    for (const member of this.members) if (member.at && !isSame(member.at, host)) member.cut();
  }
}
