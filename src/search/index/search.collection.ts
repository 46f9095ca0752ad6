import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import type { SearchEngine } from '../engine/engine.js';

/** A document of an index. */
export interface IndexedDocument {
  id: string;
}

/**
 * A kind of document with an index of its own: how documents are read from the database, and which tables store its
 * changes and generations. The code that builds, updates, swaps and checks indexes (search.generations.ts,
 * search.indexer.ts, search.reindex.ts, search.check.ts) knows collections only by this interface.
 */
export interface Collection {
  /** Suffix of the index's name. */
  readonly name: string;
  readonly tables: {
    /** Table with the columns of search_generation. */
    readonly generations: string;
    /** Table with the columns of search_outbox; its column `key` holds the id of the changed row. */
    readonly outbox: string;
    readonly key: string;
  };
  /** Keys of two advisory locks; see search.generations.ts. */
  readonly locks: { readonly index: number; readonly build: number };
  readonly settings: Settings;
  /** Hash of all that determines the index's content; after a dot, the version of its synonyms. */
  settingsHash(db: EntityManager): Promise<string>;
  /** Documents of the given ids; ids that must not be found are omitted. */
  load(db: EntityManager, ids: readonly string[]): Promise<IndexedDocument[]>;
  /** The next documents after an id, in id order; used to read all of them. */
  after(db: EntityManager, id: string | null, limit: number): Promise<IndexedDocument[]>;
  /** Whether there are documents to index. */
  isNeeded(db: EntityManager): Promise<boolean>;
  /** Called under the indexer's lock with the ids of the indexed documents; null after a whole new index. */
  indexed?(tx: EntityManager, ids: readonly string[] | null): Promise<void>;
}

/** Name of the live index; it never changes, because a new index is swapped in under it. */
export const uidOf = (engine: Pick<SearchEngine, 'prefix'>, collection: Pick<Collection, 'name'>): string =>
  `${engine.prefix}_${collection.name}`;
