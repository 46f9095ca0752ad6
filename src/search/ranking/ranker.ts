import type { DataSource } from 'typeorm';
import type { Logger } from '../../kernel/logger.js';
import { RankIndex } from './rank-index.js';
import type { Held } from './holders.js';
import type { Literal } from './literals.js';
import type { Ranking, RankTerm } from './ranking.js';

/** Number of entries read per step while loading; between steps the event loop serves requests. */
const STEP = 200;
/** Changes processed per step. */
const CHANGES = 1000;

interface TextRow {
  id: string;
  title: string;
  body: string;
}

declare module '../../kernel/context.js' {
  interface App {
    /** Ranks the pool's texts. */
    readonly ranking: Ranker;
  }
}

/**
 * Ranks the pool's public texts in this process. Loads all texts once, then follows the version of the search index
 * (table search_change). It orders the search engine's results, proposes related entries, and decides which entries
 * match a question.
 */
export class Ranker {
  private index = new RankIndex();
  private version: number | null = null;
  private running: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Logger,
  ) {}

  /** Whether the texts are loaded. */
  get isReady(): boolean {
    return this.version !== null;
  }

  /** Version of the search index that the ranking has caught up with; null until all texts are loaded. */
  get at(): number | null {
    return this.version;
  }

  /** Number of entries, and memory in bytes. */
  get size(): { entries: number; bytes: number } {
    return { entries: this.index.size, bytes: this.index.bytes };
  }

  rank(terms: readonly RankTerm[]): Ranking {
    return this.index.rank(terms);
  }

  /** Finds the entries that meet all conditions, each of which is one of several literals. */
  holding(conditions: ReadonlyArray<readonly Literal[]>): Held {
    return this.index.holding(conditions);
  }

  /** Brings the ranking to a version of the search index in the background, unless it is already there. */
  follow(version: number): void {
    if (this.version !== null && this.version >= version) return;
    this.sync().catch((error: unknown) =>
      this.log.warn(
        { err: error },
        'the ranking could not follow the search index; it tries again with the next search',
      ),
    );
  }

  /** Loads all texts on the first call, later only the changes; concurrent callers share one run. */
  sync(): Promise<void> {
    this.running ??= this.work().finally(() => (this.running = null));
    return this.running;
  }

  private async work(): Promise<void> {
    if (this.version === null || (await this.hasLostTrack(this.version))) await this.load();
    for (;;) {
      const changes = (await this.dataSource.query(
        `SELECT version, achievement_id FROM search_change WHERE version > $1 ORDER BY version LIMIT ${CHANGES}`,
        [this.version],
      )) as Array<{
        version: string;
        achievement_id: string | null;
      }>;
      if (changes.length === 0) return;
      const ids = [...new Set(changes.flatMap((change) => change.achievement_id ?? []))];
      for (let i = 0; i < ids.length; i += STEP) {
        const some = ids.slice(i, i + STEP);
        const texts = (await this.dataSource.query(
          `SELECT achievement_id AS id, title, body FROM search_text WHERE achievement_id = ANY($1::uuid[])`,
          [some],
        )) as TextRow[];
        const present = new Set(texts.map((text) => text.id));
        this.index.apply(
          texts,
          some.filter((id) => !present.has(id)),
        );
      }
      this.version = Number(changes.at(-1)!.version);
    }
  }

  /**
   * True if rows of search_change were deleted that this process had not read (after days of suspension), so that all
   * texts must be reloaded.
   */
  private async hasLostTrack(version: number): Promise<boolean> {
    const [row] = (await this.dataSource.query(`SELECT min(version) AS first FROM search_change`)) as Array<{
      first: string | null;
    }>;
    return row?.first != null && Number(row.first) > version + 1;
  }

  private async load(): Promise<void> {
    const index = new RankIndex();
    const [newest] = (await this.dataSource.query(
      `SELECT COALESCE(max(version), 0) AS version FROM search_change`,
    )) as Array<{ version: string }>;
    for (let after: string | null = null; ;) {
      const texts = (await this.dataSource.query(
        `SELECT achievement_id AS id, title, body
         FROM search_text
         WHERE $1::uuid IS NULL OR achievement_id > $1::uuid
         ORDER BY achievement_id
         LIMIT ${STEP}`,
        [after],
      )) as TextRow[];
      index.apply(texts);
      after = texts.at(-1)?.id ?? null;
      if (texts.length < STEP) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.index = index;
    this.version = Number(newest!.version);
  }
}
