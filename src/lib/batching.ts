import DataLoader from 'dataloader';
import type { EntityManager } from 'typeorm';

/** A batch function; each request makes one DataLoader from it. `batch` must return its answers in key order. */
export interface LoaderDefinition<Key, Value> {
  readonly batch: (db: EntityManager, keys: readonly Key[]) => Promise<Array<Value | Error>>;
}

export function defineLoader<Key, Value>(batch: LoaderDefinition<Key, Value>['batch']): LoaderDefinition<Key, Value> {
  return { batch };
}

/** The loaders of one request: created on first use, all cleared after a write. */
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

/** Orders rows by the given keys; null where a key has no row. */
export function byKey<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Array<Row | null> {
  const map = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => map.get(key) ?? null);
}

/** Groups rows by the given keys; an empty list where a key has no row. */
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
