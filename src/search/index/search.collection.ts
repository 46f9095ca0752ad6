import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import type { SearchEngine } from '../engine/engine.js';

/** What an index holds of one thing. */
export interface IndexedDocument {
  id: string;
}

/**
 * What is kept in an index of its own: how its documents come from the database, and where its changes and generations
 * are noted. Building, following, swapping and checking an index (search.generations.ts, search.indexer.ts,
 * search.reindex.ts, search.check.ts) know nothing else of what they index.
 */
export interface Collection {
  /** Ends the index's name. */
  readonly name: string;
  readonly tables: {
    /** Rows like search_generation. */
    readonly generations: string;
    /** Rows like search_outbox, with the changed thing's id in the column `key`. */
    readonly outbox: string;
    readonly key: string;
  };
  /** Keys of two advisory locks; see search.generations.ts. */
  readonly locks: { readonly index: number; readonly build: number };
  readonly settings: Settings;
  /** Stands for everything that decides what the index looks like; after a dot, the synonyms it knows. */
  settingsHash(db: EntityManager): Promise<string>;
  /** The documents of those among the ids that are to be found; others are left out. */
  load(db: EntityManager, ids: readonly string[]): Promise<IndexedDocument[]>;
  /** The next documents after an id, in id order: how the whole is walked. */
  after(db: EntityManager, id: string | null, limit: number): Promise<IndexedDocument[]>;
  /** Whether there is anything to index. */
  isNeeded(db: EntityManager): Promise<boolean>;
  /** Told, under the indexer's lock, which documents the index has taken over; of a new index as a whole, null. */
  indexed?(tx: EntityManager, ids: readonly string[] | null): Promise<void>;
}

/** The index that answers searches; its name never changes, its content does by swapping. */
export const uidOf = (engine: Pick<SearchEngine, 'prefix'>, collection: Pick<Collection, 'name'>): string =>
  `${engine.prefix}_${collection.name}`;
