import { vocabulary } from '../../taxonomy/vocabulary.js';
import type { FacetLabels } from '../query/search.facets.js';

/** Facets of the search of investors, talents and demands: attributes by which results are filtered and counted. */

export const InvestorFacetName = vocabulary(
  'InvestorFacetName',
  'What investors can be narrowed by and counted by. An investor that says nothing of stages, ways of cooperation or TRL counts at each of them.',
  {
    INDUSTRY: ['行业', 'GB/T 4754 industries that it wants; it counts at each level, from the section to its own code'],
    REGION: ['地区', 'GB/T 2260 regions that it invests in, with their provinces; ANYWHERE where it names none'],
    FUNDING_STAGE: ['融资轮次', 'rounds that it takes part in'],
    COOPERATION_MODE: ['合作方式', 'ways of cooperation that it seeks'],
    TRL: ['技术成熟度', 'technology readiness levels that it looks for, 1 to 9'],
  },
);
export type InvestorFacetName = keyof typeof InvestorFacetName;

export const TalentFacetName = vocabulary('TalentFacetName', 'What talents can be narrowed by and counted by.', {
  KIND: ['类型', 'what the person knows'],
  INDUSTRY: ['行业', 'GB/T 4754 industries; a talent counts at each level, from the section to the code named'],
  REGION: ['地区', 'GB/T 2260 regions where the person would work, with their provinces; ANYWHERE where none is named'],
  LANGUAGE: ['语言', 'languages, ISO 639-1'],
  ROLE: ['角色', 'as what the person would join'],
});
export type TalentFacetName = keyof typeof TalentFacetName;

export const DemandFacetName = vocabulary('DemandFacetName', 'What demands can be narrowed by and counted by.', {
  INDUSTRY: ['行业', 'GB/T 4754 industries; a demand counts at each level, from the section to its own code'],
  REGION: ['地区', 'GB/T 2260 provinces and prefectures; a demand counts in both'],
  TRL: ['技术成熟度', 'technology readiness level that is needed at least, 1 to 9'],
  STANDING: ['状态', 'whether its deadline is past'],
});
export type DemandFacetName = keyof typeof DemandFacetName;

export const DemandStanding = vocabulary('DemandStanding', 'Whether an open demand still waits.', {
  OPEN: ['征集中', 'waits; its deadline is not past'],
  EXPIRED: ['已截止', 'its deadline is past'],
});
export type DemandStanding = keyof typeof DemandStanding;

/** Facet value of profiles that name no region. */
export const ANYWHERE = 'ANYWHERE';

/**
 * A facet of profiles, for both backends: the attribute in the search engine, and SQL that selects pairs (profile id,
 * value).
 */
export interface ProfileFacet {
  readonly attribute: string;
  readonly pairs: string;
  readonly labels: FacetLabels;
  /**
   * Given for a facet whose values depend on the current day: the search engine's filter for each value. `pairs` then
   * uses the SQL parameter :today.
   */
  readonly byDay?: Readonly<Record<string, (today: number) => string>>;
}

const tree = (link: string, table: 'industry' | 'region') =>
  `SELECT DISTINCT l.id, p.code AS value
   FROM (${link}) l
   JOIN ${table} t ON t.code = l.code
   CROSS JOIN LATERAL unnest(t.path) p(code)`;
const industries = (link: string): ProfileFacet => ({
  attribute: 'industries',
  labels: { tree: 'industry' },
  pairs: tree(link, 'industry'),
});
/** Regions of the profile, or ANYWHERE. */
const regions = (table: string): ProfileFacet => ({
  attribute: 'regions',
  labels: { tree: 'region' },
  pairs: `${tree(`SELECT x.id, r.code FROM ${table} x CROSS JOIN LATERAL unnest(x.region_codes) r(code)`, 'region')}
    UNION ALL
    SELECT x.id, '${ANYWHERE}'
    FROM ${table} x
    WHERE x.region_codes = '{}'`,
});
/** Facet over a column with a list of codes; a profile with an empty list counts for every code in `any`. */
const list = (
  table: string,
  column: string,
  attribute: string,
  name: string,
  any: readonly string[] = [],
): ProfileFacet => ({
  attribute,
  labels: { vocabulary: name },
  pairs: `SELECT DISTINCT x.id, c.code AS value
    FROM ${table} x
    CROSS JOIN LATERAL unnest(
      CASE WHEN x.${column} = '{}' THEN ARRAY[${any.map((code) => `'${code}'`).join(', ')}]::text[] ELSE x.${column} END
    ) c(code)`,
});
const trl: FacetLabels = { vocabulary: 'TrlLevel', code: (value) => `TRL_${value}` };

export const investorFacets = (
  stages: readonly string[],
  modes: readonly string[],
): Record<InvestorFacetName, ProfileFacet> => ({
  INDUSTRY: industries('SELECT investor_id AS id, industry_code AS code FROM investor_industry WHERE wanted'),
  REGION: regions('investor_profile'),
  FUNDING_STAGE: list('investor_profile', 'funding_stages', 'stages', 'FundingStage', stages),
  COOPERATION_MODE: list('investor_profile', 'cooperation_modes', 'cooperationModes', 'CooperationMode', modes),
  TRL: {
    attribute: 'trl',
    labels: trl,
    pairs: `SELECT x.id, n::text AS value
      FROM investor_profile x
      CROSS JOIN LATERAL generate_series(COALESCE(x.trl_min, 1), COALESCE(x.trl_max, 9)) n`,
  },
});

export const talentFacets: Record<TalentFacetName, ProfileFacet> = {
  KIND: {
    attribute: 'kinds',
    labels: { vocabulary: 'TalentKind' },
    pairs: 'SELECT x.id, x.kind AS value FROM talent_profile x',
  },
  INDUSTRY: industries('SELECT talent_id AS id, industry_code AS code FROM talent_industry'),
  REGION: regions('talent_profile'),
  LANGUAGE: { ...list('talent_profile', 'languages', 'languages', ''), labels: 'language' },
  ROLE: list('talent_profile', 'roles', 'roles', 'TalentRole'),
};

export const demandFacets: Record<DemandFacetName, ProfileFacet> = {
  INDUSTRY: industries('SELECT demand_id AS id, industry_code AS code FROM demand_industry'),
  REGION: {
    attribute: 'regions',
    labels: { tree: 'region' },
    pairs: tree('SELECT x.id, x.region_code AS code FROM demand x', 'region'),
  },
  TRL: {
    attribute: 'trl',
    labels: trl,
    pairs: 'SELECT x.id, x.required_trl::text AS value FROM demand x WHERE x.required_trl IS NOT NULL',
  },
  STANDING: {
    attribute: 'openUntil',
    labels: { vocabulary: 'DemandStanding' },
    pairs: `SELECT x.id, CASE WHEN x.deadline < :today::date THEN 'EXPIRED' ELSE 'OPEN' END AS value FROM demand x`,
    byDay: { OPEN: (today) => `openUntil >= ${today}`, EXPIRED: (today) => `openUntil < ${today}` },
  },
};
