import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { achievementCollection } from './search.achievements.js';
import { uidOf, type Collection, type IndexedDocument } from './search.collection.js';
import { indexExists, withIndexLock } from './search.generations.js';
import { noteAgain } from './search.notes.js';
import { canonicalJson } from '../../lib/canonical-json.js';

const STEP = 500;

/**
 * A difference between database and search index: a document is missing in the index, is in the index but should not
 * be, or has other content there.
 */
export interface IndexDifference {
  id: string;
  kind: 'MISSING' | 'ORPHAN' | 'CHANGED';
}

export interface CheckResult {
  inDatabase: number;
  inIndex: number;
  differences: IndexDifference[];
  /**
   * Number of documents with changes that the indexer has not processed yet; these documents do not count as
   * differences.
   */
  waiting: number;
}

const hashOf = (document: object): string => createHash('sha256').update(canonicalJson(document)).digest('base64');

/**
 * Compares the live search index with the database by a hash of each document. Both may change while they are read, so
 * documents that differ are compared a second time under the indexer's lock.
 */
export async function checkIndex(app: App, collection: Collection = achievementCollection): Promise<CheckResult> {
  const uid = uidOf(app.search, collection);
  const expected = new Map<string, string>();
  for (let after: string | null = null; ;) {
    const documents: IndexedDocument[] = await collection.after(app.dataSource.manager, after, STEP);
    for (const document of documents) expected.set(document.id, hashOf(document));
    const last = documents.at(-1);
    if (!last) break;
    after = last.id;
  }
  const actual = new Map<string, string>();
  if (await indexExists(app.search, uid)) {
    for (let offset = 0; ; offset += STEP) {
      const { results } = await app.search.client.index<IndexedDocument>(uid).getDocuments({ offset, limit: STEP });
      for (const document of results) actual.set(document.id, hashOf(document));
      if (results.length < STEP) break;
    }
  }
  const suspects = [...new Set([...expected.keys(), ...actual.keys()])].filter(
    (id) => expected.get(id) !== actual.get(id),
  );
  const { differences, waiting } = await confirm(app, suspects, collection);
  return { inDatabase: expected.size, inIndex: actual.size, differences, waiting };
}

/**
 * Compares documents that seemed to differ a second time, under the indexer's lock, while the index cannot change. A
 * document with a change waiting in the outbox does not count.
 */
async function confirm(
  app: App,
  suspects: readonly string[],
  collection: Collection,
): Promise<Pick<CheckResult, 'differences' | 'waiting'>> {
  const uid = uidOf(app.search, collection);
  const { outbox, key } = collection.tables;
  const compare = async (db: EntityManager) => {
    const waiting = new Set(
      ((await db.query(`SELECT DISTINCT ${key} AS id FROM ${outbox}`)) as Array<{ id: string }>).map((row) => row.id),
    );
    const exists = await indexExists(app.search, uid);
    const differences: IndexDifference[] = [];
    for (let i = 0; i < suspects.length; i += STEP) {
      const ids = suspects.slice(i, i + STEP).filter((id) => !waiting.has(id));
      if (ids.length === 0) continue;
      const should = new Map((await collection.load(db, ids)).map((document) => [document.id, hashOf(document)]));
      const { results } = exists
        ? await app.search.client.index<IndexedDocument>(uid).getDocuments({ ids, limit: ids.length })
        : { results: [] };
      const does = new Map(results.map((document) => [document.id, hashOf(document)]));
      for (const id of ids) {
        const [wanted, found] = [should.get(id), does.get(id)];
        if (wanted === found) continue;
        differences.push({ id, kind: found === undefined ? 'MISSING' : wanted === undefined ? 'ORPHAN' : 'CHANGED' });
      }
    }
    return { differences, waiting: waiting.size };
  };
  return withIndexLock(app.dataSource, compare, collection);
}

/** Queues every differing entry for indexing. */
export function repairIndex(
  app: App,
  differences: readonly IndexDifference[],
  collection: Collection = achievementCollection,
): Promise<void> {
  return noteAgain(
    app,
    collection,
    differences.map((difference) => difference.id),
  );
}
