/**
 * PostgreSQL and Meilisearch as child processes, for a start without any set-up. Order of use: `lockDataDir`;
 * `startPostgres` and `startMeilisearch` in parallel; `stop` on both; `release`. After a kill -9 the servers go on
 * running as orphans; the next start finds them by their pid files, ends them and starts new ones.
 */
export { EmbeddedError } from './embedded-error.js';
export { lockDataDir, publishedUrl } from './lock.js';
export { runningMeilisearch, startMeilisearch } from './meilisearch.js';
export { runningPostgresUrl, startPostgres } from './postgres.js';
