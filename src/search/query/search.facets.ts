import type { DataSource, EntityManager } from 'typeorm';
import { languageName } from '../../lib/languages.js';
import { shownNames, type NamedOrganisation } from '../../identity/organisations/organisation.names.js';
import type { Localized } from '../../kernel/localized.js';
import { Industry, nodesOf, Region, StrategicArea, type TaxonomyNode } from '../../taxonomy/taxonomy.entity.js';
import { allVocabularies, vocabulary } from '../../taxonomy/vocabulary.js';
import type { SearchDocument } from '../index/search.documents.js';

export const SearchFacetName = vocabulary('SearchFacetName', 'What entries can be narrowed by and counted by.', {
  INDUSTRY: ['行业', 'GB/T 4754 industries; an entry counts at each level, from its section to its own class'],
  REGION: ['地区', 'GB/T 2260 provinces and prefectures; an entry counts in both'],
  INSTITUTION: ['单位', 'the listing institution; values are Organisation ids'],
  TRL: ['技术成熟度', 'technology readiness level, 1 to 9'],
  COOPERATION_MODE: ['合作方式', 'ways of cooperation offered'],
  LICENCE_KIND: ['许可方式', 'kinds of licence offered'],
  IP_STATUS: ['知识产权状态', 'statuses of its IP rights'],
  IP_TYPE: ['知识产权类型', 'kinds of its IP rights'],
  STRATEGIC_AREA: ['战略性新兴产业', 'strategic emerging industries; an entry counts at both levels'],
  CATEGORY: ['成果类别', 'category of the registration form'],
  YEAR: ['登记年份', 'year of registration'],
});
export type SearchFacetName = keyof typeof SearchFacetName;

export const FACET_NAMES = Object.keys(SearchFacetName) as SearchFacetName[];

interface VocabularyLabels {
  vocabulary: string;
  code?: (value: string) => string;
}

/** Source of the names of a facet's values. */
export type FacetLabels =
  { tree: 'industry' | 'region' | 'strategic_area' } | VocabularyLabels | 'organisation' | 'language' | 'plain';

/**
 * A facet of pool entries, for both backends: the attribute in the search engine, and SQL that selects pairs (entry id,
 * value).
 */
export interface FacetDefinition {
  readonly attribute: keyof SearchDocument;
  readonly pairs: string;
  readonly labels: FacetLabels;
}

const treePairs = (link: string, tree: string) =>
  `SELECT DISTINCT l.id, p.code AS value
   FROM (${link}) l
   JOIN ${tree} t ON t.code = l.code
   CROSS JOIN LATERAL unnest(t.path) p(code)`;
const partPairs = (table: string, column: string) =>
  `SELECT DISTINCT l.achievement_id AS id, l.${column} AS value FROM ${table} l WHERE l.${column} IS NOT NULL`;
const columnPairs = (value: string) =>
  `SELECT x.id, ${value} AS value FROM achievement x WHERE x.status = 'ADMITTED' AND ${value} IS NOT NULL`;

export const FACETS: Record<SearchFacetName, FacetDefinition> = {
  INDUSTRY: {
    attribute: 'industries',
    labels: { tree: 'industry' },
    pairs: treePairs('SELECT achievement_id AS id, industry_code AS code FROM achievement_industry', 'industry'),
  },
  REGION: {
    attribute: 'regions',
    labels: { tree: 'region' },
    pairs: treePairs(`SELECT id, region_code AS code FROM achievement WHERE status = 'ADMITTED'`, 'region'),
  },
  INSTITUTION: { attribute: 'institutionId', labels: 'organisation', pairs: columnPairs('x.institution_id::text') },
  TRL: {
    attribute: 'trl',
    labels: { vocabulary: 'TrlLevel', code: (value) => `TRL_${value}` },
    pairs: columnPairs('x.trl::text'),
  },
  COOPERATION_MODE: {
    attribute: 'cooperationModes',
    labels: { vocabulary: 'CooperationMode' },
    pairs: partPairs('achievement_cooperation', 'mode'),
  },
  LICENCE_KIND: {
    attribute: 'licenceKinds',
    labels: { vocabulary: 'LicenceKind' },
    pairs: partPairs('achievement_cooperation', 'licence_kind'),
  },
  IP_STATUS: { attribute: 'ipStatuses', labels: { vocabulary: 'IpStatus' }, pairs: partPairs('ip_right', 'status') },
  IP_TYPE: { attribute: 'ipTypes', labels: { vocabulary: 'IpType' }, pairs: partPairs('ip_right', 'type') },
  STRATEGIC_AREA: {
    attribute: 'strategicAreas',
    labels: { tree: 'strategic_area' },
    pairs: treePairs(
      'SELECT achievement_id AS id, area_code AS code FROM achievement_strategic_area',
      'strategic_area',
    ),
  },
  CATEGORY: { attribute: 'category', labels: { vocabulary: 'AchievementCategory' }, pairs: columnPairs('x.category') },
  YEAR: { attribute: 'year', labels: 'plain', pairs: columnPairs('extract(year FROM x.registered_on)::int::text') },
};

/** Name of a facet's value and its position in an official order; `position` is null if values are sorted by count. */
export interface ValueLabel {
  name: Localized;
  level: number | null;
  parent: string | null;
  position: number | null;
}

const TREES = { industry: Industry, region: Region, strategic_area: StrategicArea } as const;

/**
 * Names of institutions, cached per version of the search index: the version rises when an institution with pool
 * entries is renamed.
 */
const institutionNames = new WeakMap<DataSource, { version: number; names: Map<string, Localized> }>();

async function namesOf(
  db: EntityManager,
  ids: readonly string[],
  version: number | null,
): Promise<Map<string, Localized>> {
  const known = institutionNames.get(db.connection);
  const names = known && known.version === version ? known.names : new Map<string, Localized>();
  if (version !== null && names !== known?.names) institutionNames.set(db.connection, { version, names });
  const missing = ids.filter((id) => !names.has(id));
  if (missing.length > 0) {
    const rows = (await db.query(`SELECT id, name, verification FROM organisation WHERE id = ANY($1::uuid[])`, [
      missing,
    ])) as Array<NamedOrganisation & { id: string }>;
    for (const row of rows) names.set(row.id, shownNames(row));
  }
  return names;
}

/** Names of the values of code lists; never invalidated, because the lists change only with a deployment. */
const treeLabels = new WeakMap<ReadonlyMap<string, TaxonomyNode>, Map<string, ValueLabel>>();
const vocabularyLabels = new WeakMap<VocabularyLabels, Map<string, ValueLabel>>();
const FLAT = { level: null, parent: null };

function labelsOfTree(nodes: ReadonlyMap<string, TaxonomyNode>): Map<string, ValueLabel> {
  const known = treeLabels.get(nodes);
  if (known) return known;
  const labels = new Map(
    [...nodes.values()].map((node) => [
      node.code,
      { name: node.nameText, level: node.level, parent: node.parentCode, position: node.position },
    ]),
  );
  treeLabels.set(nodes, labels);
  return labels;
}

function labelOfTerm(labels: VocabularyLabels, value: string): ValueLabel | undefined {
  const known =
    vocabularyLabels.get(labels) ??
    new Map<string, ValueLabel>(
      allVocabularies()
        .find((v) => v.name === labels.vocabulary)
        ?.terms.map((term, position) => [term.code, { ...FLAT, name: term.label, position }]),
    );
  vocabularyLabels.set(labels, known);
  return known.get(labels.code?.(value) ?? value);
}

/**
 * Returns a function from a facet's value to its name. Code lists are in memory; names of institutions that are not
 * cached yet take one statement. A value without a name gives undefined.
 */
export async function labelsOf(
  db: EntityManager,
  labels: FacetLabels,
  values: readonly string[],
  version: number | null = null,
): Promise<(value: string) => ValueLabel | undefined> {
  if (labels === 'plain') return (value) => ({ ...FLAT, name: { zh: value, en: value }, position: null });
  if (labels === 'language') return (value) => ({ ...FLAT, name: languageName(value), position: null });
  if (labels === 'organisation') {
    const names = values.length === 0 ? new Map<string, Localized>() : await namesOf(db, values, version);
    return (value) => {
      const name = names.get(value);
      return name && { ...FLAT, name, position: null };
    };
  }
  if ('tree' in labels) {
    const known = labelsOfTree(await nodesOf<TaxonomyNode>(db.connection, TREES[labels.tree]));
    return (value) => known.get(value);
  }
  return (value) => labelOfTerm(labels, value);
}
