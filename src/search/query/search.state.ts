import type { App } from '../../kernel/context.js';
import { readSynonyms, type Synonyms } from '../synonyms/synonyms.store.js';

/** State of the search index and of the synonyms, read at the start of a search. */
export interface SearchState {
  /** Version of the index; rises with every change. */
  readonly version: number;
  /** True if the live index contains every committed change: a change leaves the outbox only once it can be found. */
  readonly isComplete: boolean;
  readonly synonyms: Synonyms;
  /** True if the live index was built with the present synonyms, or if there is no index. */
  readonly knowsSynonyms: boolean;
}

const known = new WeakMap<App, { stamp: string; synonyms: Synonyms }>();

/** Reads the state of the search index in one statement, plus one if the synonyms were edited since the last call. */
export async function readSearchState(app: App): Promise<SearchState> {
  const [row] = (await app.dataSource.query(
    `SELECT COALESCE((SELECT version FROM search_change ORDER BY version DESC LIMIT 1), 0) AS version,
       NOT EXISTS (SELECT 1 FROM search_outbox) AS settled,
       (SELECT settings_hash FROM search_generation WHERE state = 'LIVE') AS live,
       (
         SELECT COALESCE(md5(string_agg(id::text || updated_at::text, ',' ORDER BY id)), '') FROM synonym_group
       ) AS synonyms`,
  )) as Array<{ version: string; settled: boolean; live: string | null; synonyms: string }>;
  const { version, settled, live, synonyms: stamp } = row!;
  let cached = known.get(app);
  if (cached?.stamp !== stamp) {
    cached = { stamp, synonyms: await readSynonyms(app.dataSource.manager) };
    known.set(app, cached);
  }
  const { synonyms } = cached;
  return {
    version: Number(version),
    isComplete: settled && live !== null,
    synonyms,
    knowsSynonyms: live === null || live.endsWith(`.${synonyms.version}`),
  };
}
