import { createHash } from 'node:crypto';
import type { SqlReader } from '../../lib/sql-reader.js';

/** Groups of synonyms, as edited by operators. */
export interface Synonyms {
  readonly groups: ReadonlyArray<readonly string[]>;
  /** Version of all synonym groups: every edit yields a new one, even if a later edit undoes it. */
  readonly version: string;
}

/** All groups, in a stable order. */
export async function readSynonyms(db: SqlReader): Promise<Synonyms> {
  const rows = (await db.query(`SELECT id, terms, updated_at FROM synonym_group ORDER BY id`)) as Array<{
    id: string;
    terms: string[];
    updated_at: Date;
  }>;
  return {
    groups: rows.map((row) => row.terms),
    version: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
  };
}
