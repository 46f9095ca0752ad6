import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import type { SearchEngine } from '../engine/engine.js';

/** A document of an index. */
export interface IndexedDocument {
  id: string;
}

/**
 * A kind of searchable document with an index of its own: how its documents are read from the database, and in which
 * tables its changes and index generations are stored. The code that builds, updates, swaps and checks indexes knows
 * collections only by this interface.
 */
export interface Collection {
  /** Suffix of the index's name. */
  readonly name: string;
  readonly tables: {
    /** Table with the columns of search_generation. */
    readonly generations: string;
    /**
     * Outbox table of the collection (columns as in search_outbox); its column `key` holds the id of the changed row.
     */
    readonly outbox: string;
    readonly key: string;
  };
  /** Keys of the two advisory locks of the collection, described in search.generations.ts. */
  readonly locks: { readonly index: number; readonly build: number };
  readonly settings: Settings;
  /**
   * Hash of everything that determines the index's content, followed after a dot by the version of the synonyms. An
   * index with another hash is rebuilt.
   */
  settingsHash(db: EntityManager): Promise<string>;
  /** Reads the documents with the given ids; the id of a row that must not be found in a search is omitted. */
  load(db: EntityManager, ids: readonly string[]): Promise<IndexedDocument[]>;
  /** Reads the next `limit` documents in ascending order of id, after the given id or from the start. */
  after(db: EntityManager, id: string | null, limit: number): Promise<IndexedDocument[]>;
  /** Whether there are documents to index. */
  isNeeded(db: EntityManager): Promise<boolean>;
  /**
   * Called after documents were indexed, under the indexer's lock: with their ids, or with null after a whole new index
   * went live.
   */
  indexed?(tx: EntityManager, ids: readonly string[] | null): Promise<void>;
}

/** Name of the collection's live index. The name never changes: a rebuilt index is swapped in under it. */
export const uidOf = (engine: Pick<SearchEngine, 'prefix'>, collection: Pick<Collection, 'name'>): string =>
  `${engine.prefix}_${collection.name}`;
