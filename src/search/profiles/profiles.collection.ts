import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';
import type { Collection } from '../index/search.collection.js';
import { INDEX_SETTINGS } from '../engine/search.settings.js';
import { readSynonyms } from '../synonyms/synonyms.store.js';
import { loadProfiles, PROFILE_DOCUMENT_VERSION, profilesAfter } from './profiles.documents.js';
import { PROFILE_KINDS } from './profiles.kinds.js';
import { canonicalJson } from '../../lib/canonical-json.js';

const attributes = [
  ...new Set(
    Object.values(PROFILE_KINDS).flatMap(({ facets }) =>
      Object.values(facets)
        .filter((facet) => !('byDay' in facet))
        .map(({ attribute }) => attribute),
    ),
  ),
].sort();

/**
 * Settings of the search index of profiles: those of pool entries, except for the attributes to filter and sort by;
 * equally relevant profiles are ordered newest first by the profile's own time.
 */
export const PROFILE_SETTINGS: Settings = {
  ...INDEX_SETTINGS,
  filterableAttributes: [
    {
      attributePatterns: ['id', 'type', ...attributes],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
    {
      attributePatterns: ['openUntil'],
      features: { facetSearch: false, filter: { equality: true, comparison: true } },
    },
  ],
  sortableAttributes: ['id', 'at'],
  rankingRules: ['sort', 'words', 'typo', 'proximity', 'attribute', 'exactness', 'at:desc', 'id:asc'],
};

/**
 * The search collection of investors, talents and demands, told apart by type. Their changes are recorded by database
 * triggers, so that no code that writes a profile can forget it.
 */
export const profileCollection: Collection = {
  name: 'profiles',
  tables: { generations: 'search_profile_generation', outbox: 'search_profile_outbox', key: 'profile_id' },
  locks: { index: 7_402_323, build: 7_402_324 },
  settings: PROFILE_SETTINGS,
  async settingsHash(db) {
    const lists = (await db.query(
      `SELECT name, sha256 FROM loaded_file WHERE name LIKE '%.csv' ORDER BY name`,
    )) as unknown[];
    const basis = {
      settings: PROFILE_SETTINGS,
      version: PROFILE_DOCUMENT_VERSION,
      kinds: Object.values(PROFILE_KINDS).map(({ texts, facets }) => ({ texts, facets })),
      lists,
    };
    return `${createHash('sha256').update(canonicalJson(basis)).digest('hex')}.${(await readSynonyms(db)).version}`;
  },
  load: loadProfiles,
  after: profilesAfter,
  async isNeeded(db) {
    const [row] = (await db.query(
      `SELECT EXISTS (SELECT 1 FROM search_profile_generation)
         OR EXISTS (SELECT 1 FROM investor_profile)
         OR EXISTS (SELECT 1 FROM talent_profile)
         OR EXISTS (SELECT 1 FROM demand) AS needed`,
    )) as Array<{ needed: boolean }>;
    return row?.needed === true;
  },
};
