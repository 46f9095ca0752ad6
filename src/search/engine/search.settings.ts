import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import { DOCUMENT_VERSION, SENSE_FIELDS, TEXT_FIELDS } from '../index/search.documents.js';
import { PINYIN_FIELDS } from '../query/search.pinyin.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { canonicalJson } from '../../lib/canonical-json.js';

/** What is searched, most telling first. */
const SEARCHED = [
  ...TEXT_FIELDS.slice(0, 3),
  'senses_title',
  ...TEXT_FIELDS.slice(3, 5),
  'senses_keywords',
  ...TEXT_FIELDS.slice(5),
  'senses_text',
  ...PINYIN_FIELDS,
];

const equality = { facetSearch: false, filter: { equality: true, comparison: false } };
const comparison = { facetSearch: false, filter: { equality: true, comparison: true } };

/** Far more than there will ever be: nothing is cut from pages, counts or facets. */
const NO_LIMIT = 10_000_000;

/**
 * How entries are indexed. Stop words: none, because short Chinese words carry meaning. The order `sort` first makes a
 * wished-for order strict; without one, relevance decides, and what it leaves equal goes newest first, then by id.
 */
export const INDEX_SETTINGS: Settings = {
  searchableAttributes: SEARCHED,
  displayedAttributes: ['*'],
  filterableAttributes: [
    {
      attributePatterns: [
        'id',
        'industries',
        'regions',
        'strategicAreas',
        'institutionId',
        'cooperationModes',
        'licenceKinds',
        'ipStatuses',
        'ipTypes',
        'category',
        'numberKeys',
        'fundingCurrency',
        'trl',
        'year',
      ],
      features: equality,
    },
    { attributePatterns: ['score', 'fundingMin', 'fundingMax'], features: comparison },
  ],
  sortableAttributes: [
    'id',
    'admittedAt',
    'score',
    'trl',
    'fundingMax',
    'fundingCurrency',
    'titleKey_zh',
    'titleKey_en',
  ],
  rankingRules: ['sort', 'words', 'typo', 'proximity', 'attribute', 'exactness', 'admittedAt:desc', 'id:asc'],
  stopWords: [],
  // Signs that the engine would take for parts of words.
  separatorTokens: ['<', '>', '=', '~', '|', '^', '→'],
  localizedAttributes: [
    { locales: ['cmn'], attributePatterns: ['*_zh'] },
    { locales: ['eng'], attributePatterns: ['*_en'] },
  ],
  // A number with one digit wrong is another number.
  typoTolerance: {
    enabled: true,
    disableOnAttributes: ['numbers', ...SENSE_FIELDS, ...PINYIN_FIELDS],
    disableOnNumbers: true,
  },
  faceting: { maxValuesPerFacet: NO_LIMIT, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: NO_LIMIT },
};

/** Stands for everything that decides what the index looks like: settings, document version, code lists; after a dot, synonyms. */
export async function settingsHash(db: EntityManager): Promise<string> {
  const lists = (await db.query(
    `SELECT name, sha256 FROM loaded_file WHERE name LIKE '%.csv' ORDER BY name`,
  )) as unknown[];
  // Title keys follow the runtime's collation data.
  const basis = { settings: INDEX_SETTINGS, version: DOCUMENT_VERSION, lists, collation: process.versions.icu };
  return `${createHash('sha256').update(canonicalJson(basis)).digest('hex')}.${(await readSynonyms(db)).version}`;
}
