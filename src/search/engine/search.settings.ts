import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';
import type { EntityManager } from 'typeorm';
import { DOCUMENT_VERSION, SENSE_FIELDS, TEXT_FIELDS } from '../index/search.documents.js';
import { PINYIN_FIELDS } from '../query/search.pinyin.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { canonicalJson } from '../../lib/canonical-json.js';

/** Searched attributes, most relevant first. */
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

/** Limits of Meilisearch are set this high so that pages, totals and facets are never cut. */
const NO_LIMIT = 10_000_000;

/**
 * Settings of the search index. Stop words are not used, because short Chinese words carry meaning. The ranking rule
 * `sort` comes first, so that a requested order is strict; without one, relevance decides, and ties are ordered newest
 * first, then by id.
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
  // Characters that Meilisearch would otherwise treat as parts of words.
  separatorTokens: ['<', '>', '=', '~', '|', '^', '→'],
  localizedAttributes: [
    { locales: ['cmn'], attributePatterns: ['*_zh'] },
    { locales: ['eng'], attributePatterns: ['*_en'] },
  ],
  // Typos are not tolerated in numbers: a number with another digit is a different number.
  typoTolerance: {
    enabled: true,
    disableOnAttributes: ['numbers', ...SENSE_FIELDS, ...PINYIN_FIELDS],
    disableOnNumbers: true,
  },
  faceting: { maxValuesPerFacet: NO_LIMIT, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: NO_LIMIT },
};

/**
 * Hash of everything that determines the content of the search index (settings, document version, code lists), followed
 * after a dot by the version of the synonyms. An index with another hash is rebuilt.
 */
export async function settingsHash(db: EntityManager): Promise<string> {
  const lists = (await db.query(
    `SELECT name, sha256 FROM loaded_file WHERE name LIKE '%.csv' ORDER BY name`,
  )) as unknown[];
  // The collation version is included, because sort keys of titles depend on the runtime's ICU data.
  const basis = { settings: INDEX_SETTINGS, version: DOCUMENT_VERSION, lists, collation: process.versions.icu };
  return `${createHash('sha256').update(canonicalJson(basis)).digest('hex')}.${(await readSynonyms(db)).version}`;
}
