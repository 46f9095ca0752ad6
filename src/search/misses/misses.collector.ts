import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Logger } from '../../kernel/logger.js';
import { dayOfChina, firstOfMonth } from '../../lib/day.js';
import { networkOf } from '../../lib/network.js';
import { nameCandidates } from './misses.names.js';
import { isRefinement } from './misses.text.js';

/** Time in milliseconds after which a search without a follow-up counts as abandoned, and its client is forgotten. */
export const PATIENCE_MS = 10 * 60_000;
const FLUSH_MS = 5000;
/**
 * Limits that bound memory: with more clients, the one with the oldest search is forgotten; with more different texts,
 * new ones are not counted.
 */
const MAX_CLIENTS = 20_000;
const MAX_COUNTS = 20_000;
/**
 * Maximum numbers of texts counted per day, for one party and for all parties of one network together, so that no
 * program can fill the list.
 */
export const MAX_PER_PARTY = 40;
export const MAX_PER_NETWORK = 200;
/** Maximum number of texts stored per month; if there are more, texts that were counted only once are deleted. */
export const MAX_ROWS_PER_MONTH = 20_000;
/**
 * Number of values that a party's mark can take. Marks are keyed hashes, computed separately for every text: the marks
 * of one party on two texts have nothing in common, and without the key no mark leads to an account or a network.
 */
const MARKS = 2 ** 24;

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
  /** True if the search had a match. */
  found: boolean;
}

/**
 * The searching client. Counted is the client's party: the account, if its address is confirmed, or else the network.
 * The user agent only distinguishes clients of one network, so that a follow-up is credited to the right search. Only
 * salted hashes are kept.
 */
export interface SearchingClient {
  /** Null for a client without an account, or with an unconfirmed one, of which anyone can have any number. */
  accountId: string | null;
  ip: string;
  userAgent: string;
}

interface Client {
  /**
   * Hashes of the party (the account or, without one, the network) and of the network from which the client searches.
   */
  party: string;
  network: string;
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
  /** Marks of the parties that searched; each counts once per month. */
  withoutResult: Set<number>;
  abandoned: Set<number>;
}

/**
 * SQL expression that normalises a name for comparison; the indexes on the table `inventor` use the same expression.
 */
const nameKey = (text: string) => `replace(lower(normalize(${text}, NFKC)), ' ', '')`;

/**
 * Texts that hold the name of an inventor or of an account are dropped. A party counts once per month and text, also
 * when several processes see it. Rows are written in one fixed order, so that concurrent processes cannot deadlock.
 */
const UPSERT = `
WITH m AS (
  SELECT m.*
  FROM jsonb_to_recordset($1::jsonb) AS m(month date, text text, industry text, kind text, mark integer, names text[])
  WHERE NOT EXISTS (SELECT 1 FROM inventor i WHERE ${nameKey(`i.name->>'zh'`)} = ANY(m.names))
    AND NOT EXISTS (SELECT 1 FROM inventor i WHERE ${nameKey(`i.name->>'en'`)} = ANY(m.names))
    AND NOT EXISTS (SELECT 1 FROM account c WHERE ${nameKey('c.display_name')} = ANY(m.names))
),
fresh AS (
  INSERT INTO search_miss_mark (month, text, industry, kind, mark)
  SELECT month, text, industry, kind, mark FROM m ORDER BY month, text, industry, kind, mark
  ON CONFLICT DO NOTHING
  RETURNING month, text, industry, kind
)
INSERT INTO search_miss (month, text, industry, without_result, abandoned)
SELECT month, text, industry, count(*) FILTER (WHERE kind = 'withoutResult'), count(*) FILTER (WHERE kind = 'abandoned')
FROM fresh
GROUP BY month, text, industry
ORDER BY month, text, industry
ON CONFLICT (month, text, industry) DO UPDATE
SET without_result = search_miss.without_result + excluded.without_result,
  abandoned = search_miss.abandoned + excluded.abandoned`;

/**
 * Deletes texts of a month that were counted only once, as many as exceed the maximum; texts counted more often are
 * never deleted.
 */
const MAKE_ROOM = `
DELETE FROM search_miss
WHERE ctid = ANY(ARRAY(
  SELECT m.ctid
  FROM search_miss m
  WHERE m.month = $1::date AND m.without_result + m.abandoned <= 1
  LIMIT GREATEST(0, (SELECT count(*) FROM search_miss c WHERE c.month = $1::date) - $2::int)
))`;

/**
 * Counts unsuccessful searches per month, text and industry section: searches without results, and searches with
 * results of which none was opened, and no further page requested, within ten minutes or before a clearly different
 * search. Refinements (texts that share a word) are one search. Each party (an account, or the network of clients
 * without one) counts once per month and text, and for a limited number of texts per day. Clients are known for ten
 * minutes, in memory only, as a salted hash. Counts are written every five seconds: a killed process loses those not
 * yet written and all undecided searches; a regular stop writes the counts and drops the undecided searches.
 */
export class MissCollector {
  private readonly salt = randomBytes(16);
  /** Clients in the order of their last searches. */
  private readonly clients = new Map<string, Client>();
  private counts = new Map<string, Count>();
  /**
   * Number of texts counted today, by party and by network; cleared when the day changes, or when it has more than
   * MAX_CLIENTS entries.
   */
  private spent = new Map<string, number>();
  private today = '';
  private running: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Logger,
    private readonly clock: () => Date,
    /** Key of the marks; the same in all processes of a deployment, so that a party counts once among them. */
    private readonly secret: string | Buffer = randomBytes(32),
  ) {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  /**
   * Registers the first page of a search. This ends the client's previous search. A search text without a match is
   * counted at once; one with matches is counted as abandoned later, unless the client follows up on it or searches for
   * a refined text next.
   */
  noteSearch(client: SearchingClient, search: NotedSearch): void {
    const key = this.keyOf(client);
    const now = this.clock().getTime();
    const known = this.clients.get(key);
    // The client is deleted and inserted again, so that the map stays ordered by the time of each client's last search.
    this.clients.delete(key);
    if (known) this.settle(known, known.at + PATIENCE_MS <= now ? null : search.text);
    const state: Client =
      known && known.at + PATIENCE_MS > now
        ? { ...known, at: now }
        : { ...this.partyOf(client), open: null, counted: new Set(), at: now };
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

  private partyOf({ accountId, ip }: SearchingClient): Pick<Client, 'party' | 'network'> {
    const network = `network ${networkOf(ip)}`;
    return { party: this.hash(accountId === null ? network : `account ${accountId}`), network: this.hash(network) };
  }

  private hash(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url');
  }

  /** Ends the client's open search: counted as abandoned, unless the next text refines it. */
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
    if (!this.spend(client)) return;
    const month = firstOfMonth(new Date(client.at));
    const key = JSON.stringify([month, text, industry]);
    const count = this.counts.get(key) ?? { month, text, industry, withoutResult: new Set(), abandoned: new Set() };
    if (!this.counts.has(key) && this.counts.size >= MAX_COUNTS) return;
    count[kind].add(
      createHmac('sha256', this.secret)
        .update(JSON.stringify([kind, text, industry, client.party]))
        .digest()
        .readUInt32BE() % MARKS,
    );
    this.counts.set(key, count);
  }

  /** True if the party and the network may have one more text counted today; if so, counts it. */
  private spend({ party, network, at }: Client): boolean {
    const today = dayOfChina(new Date(at));
    if (today !== this.today || this.spent.size > MAX_CLIENTS) this.spent.clear();
    this.today = today;
    const limits = [
      [`party ${party}`, MAX_PER_PARTY],
      [`network ${network}`, MAX_PER_NETWORK],
    ] as const;
    if (limits.some(([key, most]) => (this.spent.get(key) ?? 0) >= most)) return false;
    for (const [key] of limits) this.spent.set(key, (this.spent.get(key) ?? 0) + 1);
    return true;
  }

  private async write(): Promise<void> {
    const now = this.clock().getTime();
    for (const [key, client] of this.clients) {
      if (client.at + PATIENCE_MS > now) break;
      this.clients.delete(key);
      this.settle(client, null);
    }
    if (this.counts.size === 0) return;
    const counts = this.counts;
    this.counts = new Map();
    try {
      await this.dataSource.query(UPSERT, [
        JSON.stringify(
          [...counts.values()].flatMap(({ month, text, industry, ...marks }) => {
            const names = nameCandidates(text);
            return (['withoutResult', 'abandoned'] as const).flatMap((kind) =>
              [...marks[kind]].map((mark) => ({ month, text, industry, kind, mark, names })),
            );
          }),
        ),
      ]);
      for (const month of new Set([...counts.values()].map((count) => count.month)))
        await this.dataSource.query(MAKE_ROOM, [month, MAX_ROWS_PER_MONTH]);
    } catch (error) {
      // Counts made during the failed write are merged with the unwritten ones; marks are sets, so nothing counts
      // twice.
      for (const [key, count] of this.counts) {
        const kept = counts.get(key);
        if (!kept) counts.set(key, count);
        else
          for (const kind of ['withoutResult', 'abandoned'] as const)
            count[kind].forEach((mark) => kept[kind].add(mark));
      }
      this.counts = counts;
      // The error is not logged: its detail may quote a text.
      this.log.warn(
        { code: (error as { code?: unknown }).code },
        'searches in vain could not be noted; it is tried again',
      );
    }
  }
}
