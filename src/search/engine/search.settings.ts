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

/** Practically unlimited, so that pages, counts and facets are never cut. */
const NO_LIMIT = 10_000_000;

/**
 * Index settings. No stop words, because short Chinese words carry meaning. Ranking rule `sort` comes first, so that a
 * requested order is strict; without one, relevance decides, ties are newest first, then by id.
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
  // Signs that the engine would treat as parts of words.
  separatorTokens: ['<', '>', '=', '~', '|', '^', '→'],
  localizedAttributes: [
    { locales: ['cmn'], attributePatterns: ['*_zh'] },
    { locales: ['eng'], attributePatterns: ['*_en'] },
  ],
  // No typos in numbers: one wrong digit is a different number.
  typoTolerance: {
    enabled: true,
    disableOnAttributes: ['numbers', ...SENSE_FIELDS, ...PINYIN_FIELDS],
    disableOnNumbers: true,
  },
  faceting: { maxValuesPerFacet: NO_LIMIT, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: NO_LIMIT },
};

/**
 * Hash of all that determines the index's content: settings, document version, code lists; after a dot, the version of
 * the synonyms.
 */
export async function settingsHash(db: EntityManager): Promise<string> {
  const lists = (await db.query(
    `SELECT name, sha256 FROM loaded_file WHERE name LIKE '%.csv' ORDER BY name`,
  )) as unknown[];
  // Title keys depend on the runtime's collation data.
  const basis = { settings: INDEX_SETTINGS, version: DOCUMENT_VERSION, lists, collation: process.versions.icu };
  return `${createHash('sha256').update(canonicalJson(basis)).digest('hex')}.${(await readSynonyms(db)).version}`;
}
