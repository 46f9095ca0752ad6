import { createHash, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Logger } from '../../kernel/logger.js';
import { isRefinement } from './misses.text.js';
import { firstOfMonth } from '../../lib/day.js';

/** Time in milliseconds after which a search without a follow-up counts as abandoned, and its client is forgotten. */
export const PATIENCE_MS = 10 * 60_000;
const FLUSH_MS = 5000;
/**
 * Limits that bound memory: with more clients, the one with the oldest search is forgotten; with more different texts,
 * new ones are not counted.
 */
const MAX_CLIENTS = 20_000;
const MAX_COUNTS = 20_000;

declare module '../../kernel/context.js' {
  interface App {
    /** Counts unsuccessful searches. */
    readonly misses: MissCollector;
  }
}

export interface NotedSearch {
  /** Search text without personal data, as returned by `missText`; null if no part of it may be stored. */
  text: string | null;
  /** Section letter (GB/T 4754) of the industry that the search is narrowed to; empty if there is none. */
  industry: string;
  /** Whether there was a match. */
  found: boolean;
}

/** The client that searches: an account, or an IP address with a user agent. Only a salted hash of it is kept. */
export interface SearchingClient {
  accountId: string | null;
  ip: string;
  userAgent: string;
}

interface Client {
  /** The search that awaits a follow-up. */
  open: { text: string; industry: string } | null;
  /** Keys of this client's searches that were already counted, so that a repeated search counts once. */
  counted: Set<string>;
  /** Time of the client's last search. */
  at: number;
}

interface Count {
  month: string;
  text: string;
  industry: string;
  withoutResult: number;
  abandoned: number;
}

/**
 * SQL expression that normalises a name for comparison; the indexes on the table `inventor` use the same expression.
 */
const nameKey = (text: string) => `replace(lower(normalize(${text}, NFKC)), ' ', '')`;

/**
 * SQL that adds counts of unsuccessful searches to the database. Texts equal to an inventor's name are dropped, because
 * they are personal data. Rows are written in one fixed order, so that concurrent processes cannot deadlock.
 */
const UPSERT = `
INSERT INTO search_miss (month, text, industry, without_result, abandoned)
SELECT m.month, m.text, m.industry, m.without_result, m.abandoned
FROM unnest(
  $1::date[], $2::text[], $3::text[], $4::int[], $5::int[]
) AS m(month, text, industry, without_result, abandoned)
WHERE NOT EXISTS (SELECT 1 FROM inventor i WHERE ${nameKey(`i.name->>'zh'`)} = ${nameKey('m.text')})
  AND NOT EXISTS (SELECT 1 FROM inventor i WHERE ${nameKey(`i.name->>'en'`)} = ${nameKey('m.text')})
ORDER BY m.month, m.text, m.industry
ON CONFLICT (month, text, industry) DO UPDATE
SET without_result = search_miss.without_result + excluded.without_result,
  abandoned = search_miss.abandoned + excluded.abandoned`;

/**
 * Counts unsuccessful searches per month, text and industry section: searches without results, and searches with
 * results of which none was opened within ten minutes or before a clearly different search. Refinements (texts that
 * share a word) count as one search, repetitions by a client within ten minutes once. Clients are kept for ten minutes,
 * in memory only, as a salted hash. Counts are written every five seconds: a killed process loses the unwritten ones
 * and all searches not yet decided; a regular stop loses only the latter. A client served by several processes counts
 * as several clients.
 */
export class MissCollector {
  private readonly salt = randomBytes(16);
  /** Clients in the order of their last searches. */
  private readonly clients = new Map<string, Client>();
  private counts = new Map<string, Count>();
  private running: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Logger,
    private readonly clock: () => Date,
  ) {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  /** Registers the first page of a search. */
  noteSearch(client: SearchingClient, search: NotedSearch): void {
    const key = this.keyOf(client);
    const now = this.clock().getTime();
    const known = this.clients.get(key);
    // Deleted and inserted again, so that the map stays ordered by the time of each client's last search.
    this.clients.delete(key);
    if (known) this.settle(known, known.at + PATIENCE_MS <= now ? null : search.text);
    const state: Client =
      known && known.at + PATIENCE_MS > now ? { ...known, at: now } : { open: null, counted: new Set(), at: now };
    const { text, industry } = search;
    state.open = text !== null && search.found ? { text, industry } : null;
    if (text !== null && !search.found) this.count(state, 'withoutResult', { text, industry });
    this.clients.set(key, state);
    for (const oldest of this.clients.keys()) {
      if (this.clients.size <= MAX_CLIENTS) break;
      this.clients.delete(oldest);
    }
  }

  /**
   * Notes that a client followed up on its last search by opening an entry or requesting the next page, so that the
   * search does not count as abandoned.
   */
  goOn(client: SearchingClient): void {
    if (this.clients.size === 0) return;
    const state = this.clients.get(this.keyOf(client));
    if (!state?.open) return;
    if (state.at + PATIENCE_MS <= this.clock().getTime()) this.settle(state, null);
    state.open = null;
  }

  /**
   * Counts the searches that were not followed up in time as abandoned, and writes all counts to the database. Counts
   * that cannot be written are kept for the next attempt.
   */
  flush(): Promise<void> {
    this.running = this.running.then(() => this.write());
    return this.running;
  }

  /** Writes the counts; undecided searches are dropped. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    this.clients.clear();
  }

  private keyOf({ accountId, ip, userAgent }: SearchingClient): string {
    return createHash('sha256')
      .update(this.salt)
      .update(JSON.stringify(accountId === null ? [ip, userAgent] : [accountId]))
      .digest('base64url');
  }

  /** Ends a client's open search; counts it as abandoned unless `next`, the client's next search text, refines it. */
  private settle(client: Client, next: string | null): void {
    const { open } = client;
    client.open = null;
    if (open === null || (next !== null && isRefinement(open.text, next))) return;
    this.count(client, 'abandoned', open);
  }

  private count(
    client: Client,
    kind: 'withoutResult' | 'abandoned',
    { text, industry }: { text: string; industry: string },
  ): void {
    const once = `${kind} ${industry} ${text}`;
    if (client.counted.has(once)) return;
    client.counted.add(once);
    const month = firstOfMonth(new Date(client.at));
    this.add({ month, text, industry, withoutResult: 0, abandoned: 0, [kind]: 1 });
  }

  private add(count: Count): void {
    const key = JSON.stringify([count.month, count.text, count.industry]);
    const known = this.counts.get(key);
    if (known) {
      known.withoutResult += count.withoutResult;
      known.abandoned += count.abandoned;
    } else if (this.counts.size < MAX_COUNTS) this.counts.set(key, count);
  }

  private async write(): Promise<void> {
    const now = this.clock().getTime();
    for (const [key, client] of this.clients) {
      if (client.at + PATIENCE_MS > now) break;
      this.clients.delete(key);
      this.settle(client, null);
    }
    if (this.counts.size === 0) return;
    const counts = [...this.counts.values()];
    this.counts = new Map();
    try {
      await this.dataSource.query(UPSERT, [
        counts.map((count) => count.month),
        counts.map((count) => count.text),
        counts.map((count) => count.industry),
        counts.map((count) => count.withoutResult),
        counts.map((count) => count.abandoned),
      ]);
    } catch (error) {
      counts.forEach((count) => this.add(count));
      // Only the error's code is logged: its detail may quote a search text.
      this.log.warn(
        { code: (error as { code?: unknown }).code },
        'searches in vain could not be noted; it is tried again',
      );
    }
  }
}
