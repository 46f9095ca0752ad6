import { MeilisearchApiError } from 'meilisearch';
import type { App } from '../../kernel/context.js';

export type SearchFault = 'UNREACHABLE' | 'KEY_REFUSED';

/**
 * Asks the search engine with the configured key, since its health address answers without one; returns undefined if it
 * answers.
 */
export async function searchFault(app: Pick<App, 'search'>): Promise<SearchFault | undefined> {
  try {
    await app.search.client.getRawIndexes({ limit: 1 });
    return undefined;
  } catch (error) {
    const status = error instanceof MeilisearchApiError ? error.response.status : undefined;
    return status === 401 || status === 403 ? 'KEY_REFUSED' : 'UNREACHABLE';
  }
}
