/**
 * PostgreSQL and Meilisearch as child processes, for a start without any set-up. Order of use: `lockDataDir`, then
 * `startPostgres` and `startMeilisearch` side by side, `stop` on both, `release`. After a kill -9 the servers live on as
 * orphans; the next start finds them by their pid files, ends them and starts anew.
 */
export { EmbeddedError } from './embedded-error.js';
export { lockDataDir, publishedUrl } from './lock.js';
export { runningMeilisearch, startMeilisearch } from './meilisearch.js';
export { runningPostgresUrl, startPostgres } from './postgres.js';
