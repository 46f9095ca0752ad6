import { confirmedMention } from '../../mentions/mention.sources.js';
import type { ClassType } from 'type-graphql';
import { Demand } from '../../demands/demand.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { FundingStage } from '../../investors/vocabularies.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import { CooperationMode } from '../../taxonomy/cooperation.js';
import { demandFacets, investorFacets, talentFacets, type ProfileFacet } from './profiles.facets.js';

export type ProfileType = 'InvestorProfile' | 'TalentProfile' | 'Demand';

/**
 * One searchable kind of profile. `texts` is SQL that selects the public profiles open to proposals; its WHERE clause
 * is the only rule for what can be found. Its columns are id, the time to sort by, texts as jsonb (title and
 * institution: one localised text each; keywords and applications: lists of them), and the last open day as a number of
 * the form 20261231.
 */
export interface ProfileKind {
  readonly type: ProfileType;
  readonly Entity: ClassType<InvestorProfile | TalentProfile | Demand>;
  readonly texts: string;
  readonly facets: Readonly<Record<string, ProfileFacet>>;
}

/** Last open day of a demand without a deadline, as a number like 20261231. */
const NO_DEADLINE = 99_991_231;
const NONE = `'[]'::jsonb`;

const INVESTORS: ProfileKind = {
  type: 'InvestorProfile',
  Entity: InvestorProfile,
  texts: `SELECT x.id, x.created_at AS at, o.name AS title, x.thesis AS summary, ${NONE} AS keywords,
      ${NONE} AS applications, NULL::jsonb AS institution, NULL::int AS open_until
    FROM investor_profile x
    JOIN organisation o ON o.id = x.organisation_id
    WHERE x.status = 'ACTIVE' AND o.verification = 'VERIFIED'`,
  facets: investorFacets(Object.keys(FundingStage), Object.keys(CooperationMode)),
};

const TALENTS: ProfileKind = {
  type: 'TalentProfile',
  Entity: TalentProfile,
  texts: `SELECT x.id, x.created_at AS at, x.headline AS title, x.bio AS summary, x.skills AS keywords,
      COALESCE(
        (SELECT jsonb_agg(e.title ORDER BY e.position) FROM talent_evidence e WHERE e.talent_id = x.id),
        ${NONE}
      ) AS applications,
      o.name AS institution, NULL::int AS open_until
    FROM talent_profile x
    LEFT JOIN organisation o ON o.id = x.organisation_id AND o.verification = 'VERIFIED'
      AND ${confirmedMention('EMPLOYER', 'x.id', 'x.id', 'o.id')}
    WHERE x.visibility = 'PUBLIC' AND x.status = 'ACTIVE' AND x.verification <> 'REJECTED'`,
  facets: talentFacets,
};

const DEMANDS: ProfileKind = {
  type: 'Demand',
  Entity: Demand,
  texts: `SELECT x.id, x.created_at AS at, x.title, x.description AS summary, ${NONE} AS keywords,
      COALESCE(
        (
          SELECT jsonb_agg(t.value->'name' ORDER BY t.ordinality)
          FROM jsonb_array_elements(x.targets) WITH ORDINALITY t
        ),
        ${NONE}
      ) AS applications,
      o.name AS institution, COALESCE(to_char(x.deadline, 'YYYYMMDD')::int, ${NO_DEADLINE}) AS open_until
    FROM demand x
    JOIN organisation o ON o.id = x.organisation_id
    WHERE x.status = 'OPEN' AND o.verification = 'VERIFIED'`,
  facets: demandFacets,
};

export const PROFILE_KINDS = {
  InvestorProfile: INVESTORS,
  TalentProfile: TALENTS,
  Demand: DEMANDS,
} as const satisfies Record<ProfileType, ProfileKind>;
