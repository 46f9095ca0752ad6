import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../ledger/ledger.service.js';
import { DOCUMENT_VERSION, TEXT_FIELDS } from './search.documents.js';

const equality = { facetSearch: false, filter: { equality: true, comparison: false } };
const comparison = { facetSearch: false, filter: { equality: true, comparison: true } };

/** Far more than there will ever be: nothing is cut from pages, counts or facets. */
const NO_LIMIT = 10_000_000;

/**
 * How entries are indexed. Stop words: none, because short Chinese words carry meaning. The order `sort` first makes a
 * wished-for order strict; without one, relevance decides, and what it leaves equal goes newest first, then by id.
 */
export const INDEX_SETTINGS: Settings = {
  searchableAttributes: [...TEXT_FIELDS],
  displayedAttributes: ['*'],
  filterableAttributes: [
    { attributePatterns: ['industries', 'regions', 'strategicAreas', 'institutionId', 'cooperationModes', 'licenceKinds', 'ipStatuses', 'ipTypes', 'category', 'numberKeys', 'fundingCurrency', 'trl', 'year'], features: equality },
    { attributePatterns: ['score', 'fundingMin', 'fundingMax'], features: comparison },
  ],
  sortableAttributes: ['id', 'admittedAt', 'score', 'trl', 'fundingMax', 'fundingCurrency', 'titleKey_zh', 'titleKey_en'],
  rankingRules: ['sort', 'words', 'typo', 'proximity', 'attribute', 'exactness', 'admittedAt:desc', 'id:asc'],
  stopWords: [],
  // Signs that the engine would take for parts of words.
  separatorTokens: ['<', '>', '=', '~', '|', '^', '→'],
  localizedAttributes: [
    { locales: ['cmn'], attributePatterns: ['*_zh'] },
    { locales: ['eng'], attributePatterns: ['*_en'] },
  ],
  // A number with one digit wrong is another number.
  typoTolerance: { enabled: true, disableOnAttributes: ['numbers'], disableOnNumbers: true },
  faceting: { maxValuesPerFacet: NO_LIMIT, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: NO_LIMIT },
};

/** Stands for everything that decides what the index looks like: settings, document version, code lists. */
export async function settingsHash(db: EntityManager): Promise<string> {
  const lists = (await db.query(`SELECT name, sha256 FROM loaded_file WHERE name LIKE '%.csv' ORDER BY name`)) as unknown[];
  // Title keys follow the runtime's collation data.
  const basis = { settings: INDEX_SETTINGS, version: DOCUMENT_VERSION, lists, collation: process.versions.icu };
  return createHash('sha256').update(canonicalJson(basis)).digest('hex');
}
