import DataLoader from 'dataloader';
import type { EntityManager } from 'typeorm';

/**
 * Definition of a loader: a function that reads the values for many keys at once, and must return them in the order of
 * the keys. Each request makes one DataLoader from it, which caches the values.
 */
export interface LoaderDefinition<Key, Value> {
  readonly batch: (db: EntityManager, keys: readonly Key[]) => Promise<Array<Value | Error>>;
}

export function defineLoader<Key, Value>(batch: LoaderDefinition<Key, Value>['batch']): LoaderDefinition<Key, Value> {
  return { batch };
}

/** The DataLoaders of one request. Each is created on first use; the caches of all are cleared after a write. */
export class LoaderScope {
  private readonly loaders = new Map<unknown, DataLoader<unknown, unknown>>();

  constructor(private readonly db: EntityManager) {}

  get<Key, Value>(definition: LoaderDefinition<Key, Value>): DataLoader<Key, Value> {
    let loader = this.loaders.get(definition);
    if (!loader) {
      loader = new DataLoader<unknown, unknown>((keys) => definition.batch(this.db, keys as readonly Key[]), {
        maxBatchSize: 1000,
      });
      this.loaders.set(definition, loader);
    }
    return loader as DataLoader<Key, Value>;
  }

  clear(): void {
    for (const loader of this.loaders.values()) loader.clearAll();
  }
}

/** Returns for each key, in order, the row that has it, or null where no row has it. */
export function byKey<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Array<Row | null> {
  const map = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => map.get(key) ?? null);
}

/** Returns for each key, in order, the rows that have it; an empty list where no row has it. */
export function groupedByKey<Key, Row>(keys: readonly Key[], rows: readonly Row[], keyOf: (row: Row) => Key): Row[][] {
  const map = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = map.get(key);
    if (group) group.push(row);
    else map.set(key, [row]);
  }
  return keys.map((key) => map.get(key) ?? []);
}
