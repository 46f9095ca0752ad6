import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Locale, localize, LocalizedText } from '../../kernel/localized.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import { visibleTalent } from '../../talent/talent.queries.js';
import { termLabel } from '../../taxonomy/vocabulary.js';
import type { Bringing } from './cover.js';
import type { Need } from './needs.js';
import { TeamBringing, TeamNeed as TeamNeedCode, TeamNeedSource, TeamTermCode } from './team.codes.js';
import type { ProposedMember, ProposedTeam } from './team.proposals.js';

/** Assessment of a team (value, covered needs, contributions) as stored in the database, with database ids. */
export interface StoredAssessment {
  modelVersion: string;
  value: number;
  terms: Array<{ code: TeamTermCode; contribution: number }>;
  needs: Array<Need & { covered: number; contribution: number }>;
  missing: number[];
  members: Array<
    Omit<ProposedMember, 'needs'> & { needs: Array<ProposedMember['needs'][number] & { by: Bringing[] }> }
  >;
}

const TERMS = {
  COVERAGE: 'coverage',
  FIT: 'fit',
  AVAILABILITY: 'availability',
  PAST_WORK: 'pastWork',
  OVERLAP: 'overlap',
  SIZE: 'size',
} as const;

/** Converts a proposed team to the stored form; `by` supplies the reasons why a talent covers a need. */
export function storedAssessment(
  team: ProposedTeam,
  modelVersion: string,
  by: (talentId: string, code: TeamNeedCode, key: string | null) => Bringing[],
): StoredAssessment {
  return {
    modelVersion,
    value: team.value,
    terms: (Object.keys(TERMS) as TeamTermCode[]).map((code) => ({ code, contribution: team.terms[TERMS[code]] })),
    needs: team.needs.map(({ need, covered, contribution }) => ({ ...need, covered, contribution })),
    missing: team.missing.map((one) => team.needs.indexOf(one)),
    members: team.members.map((member) => ({
      ...member,
      needs: member.needs.map((need) => ({ ...need, by: by(member.id, need.code, need.key) })),
    })),
  };
}

const labelOf = (code: TeamNeedCode) => termLabel('TeamNeedCode', code)!;

@ObjectType({ description: 'A term of a team’s value.' })
export class TeamTerm {
  @Field(() => TeamTermCode, { description: 'Which.' })
  code: TeamTermCode;

  @Field(() => Float, { description: 'What it adds; the terms’ sum, in their order, is the value.' })
  contribution: number;
}

@ObjectType({ description: 'A reason for a need.' })
export class TeamNeedReason {
  @Field(() => TeamNeedSource, { description: 'What it follows from.' })
  source: TeamNeedSource;

  @Field(() => String, {
    nullable: true,
    description:
      'With MATURITY: the TRL or stage, null for neither; with GAP: the gap code; with COOPERATION: the mode; with REGION and LANGUAGE: which one.',
  })
  value: string | null;

  @Field(() => Float, { description: 'What part of the need’s weight it accounts for.' })
  weight: number;
}

@ObjectType({ description: 'Something that an achievement lacks, and how far a team covers it.' })
export class TeamNeed {
  @Field(() => TeamNeedCode, { description: 'What.' })
  code: TeamNeedCode;

  @Field(() => String, { nullable: true, description: 'With REGION and LANGUAGE: which one.' })
  key: string | null;

  @Field(() => Float, { description: 'Its weight; the weights of all needs of an achievement sum to 1.' })
  weight: number;

  @Field(() => Float, { description: 'Share that the team covers together, 0 to 1.' })
  covered: number;

  @Field(() => Float, { description: 'What it adds to the COVERAGE term.' })
  contribution: number;

  reasons: TeamNeedReason[];
  institutionId: string;

  @Field(() => LocalizedText, { description: 'What, in words.' })
  label(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(labelOf(this.code), locale ?? ctx.locale);
  }

  @Field(() => [TeamNeedReason], {
    nullable: true,
    description:
      'Why it is needed. What reviews found is the lister’s own matter: null for others where a gap is among the reasons.',
  })
  evidence(@Ctx() ctx: Context): TeamNeedReason[] | null {
    if (!this.reasons.some(({ source }) => source === 'GAP')) return this.reasons;
    return can(ctx, 'achievement:read', { organisationId: this.institutionId }) ? this.reasons : null;
  }
}

@ObjectType({ description: 'What of a profile covers a need.' })
export class TeamBringingItem {
  @Field(() => TeamBringing, { description: 'What.' })
  by: TeamBringing;

  @Field(() => String, {
    nullable: true,
    description:
      'The kind of talent or evidence, the shared industry, the region, the language, the grade or the role; null with SKILL.',
  })
  value: string | null;

  @Field(() => Int, { nullable: true, description: 'With EVIDENCE: how many.' })
  count: number | null;
}

@ObjectType({ description: 'How far a member covers a need.' })
export class TeamMemberNeed {
  @Field(() => TeamNeedCode, { description: 'Which need.' })
  code: TeamNeedCode;

  @Field(() => String, { nullable: true, description: 'With REGION and LANGUAGE: which one.' })
  key: string | null;

  @Field(() => Float, { description: 'How far this member covers it alone, 0 to 0.95.' })
  degree: number;

  @Field(() => Float, { description: 'How much of the team’s cover is there only with this member, 0 to 1.' })
  adds: number;

  @Field(() => [TeamBringingItem], { description: 'By what.' })
  by: TeamBringingItem[];
}

@ObjectType({ description: 'What a member brings to a team.' })
export class TeamMemberAssessment {
  talentId: string;
  workedWithIds: string[];

  @Field(() => Float, { description: 'How well the talent fits the achievement, 0 to 1.' })
  fit: number;

  @Field(() => Float, { description: 'How soon and how much the talent is available, 0 to 1.' })
  availability: number;

  @Field(() => Float, { description: 'What the COVERAGE term would lose without this member.' })
  contribution: number;

  @Field(() => [TeamMemberNeed], { description: 'What this member covers, the most added first.' })
  needs: TeamMemberNeed[];

  @Field(() => TalentProfile, {
    nullable: true,
    description: 'The talent; null where the viewer may not see the profile, or the person is gone.',
  })
  talent(@Ctx() ctx: Context): Promise<TalentProfile | null> {
    return visibleTalent(ctx, this.talentId);
  }

  @Field(() => [TalentProfile], {
    description: 'Members whom this one has worked with, as far as the viewer may see them.',
  })
  async workedWith(@Ctx() ctx: Context): Promise<TalentProfile[]> {
    return (await Promise.all(this.workedWithIds.map((id) => visibleTalent(ctx, id)))).filter(
      (talent) => talent !== null,
    );
  }
}

@ObjectType({ description: 'What a team is worth, what each member brings, and what is still missing.' })
export class TeamAssessment {
  @Field(() => Float, { description: 'Its value: the sum of the terms.' })
  value: number;

  @Field(() => String, { description: 'Version of the weights; values of one version are comparable.' })
  modelVersion: string;

  @Field(() => [TeamTerm], { description: 'The terms.' })
  terms: TeamTerm[];

  @Field(() => [TeamMemberAssessment], { description: 'What each member brings.' })
  members: TeamMemberAssessment[];

  @Field(() => [TeamNeed], { description: 'All needs of the achievement, the weightiest first.' })
  needs: TeamNeed[];

  @Field(() => [TeamNeed], { description: 'Needs of which less than half is covered, the most lacking first.' })
  missing: TeamNeed[];
}

/**
 * Converts a stored assessment for the API. Gaps found by reviews are shown only to the institution `institutionId`.
 */
export function presentAssessment(_ctx: Context, stored: StoredAssessment, institutionId: string): TeamAssessment {
  const needs = stored.needs.map(({ evidence, ...need }) =>
    Object.assign(new TeamNeed(), need, { reasons: evidence, institutionId }),
  );
  return Object.assign(new TeamAssessment(), {
    value: stored.value,
    modelVersion: stored.modelVersion,
    terms: stored.terms,
    needs,
    missing: stored.missing.map((i) => needs[i]!),
    members: stored.members.map(({ id, workedWith, ...member }) =>
      Object.assign(new TeamMemberAssessment(), member, { talentId: id, workedWithIds: workedWith }),
    ),
  });
}

@ObjectType({
  description:
    'Teams proposed for an achievement, the best first, with a bound on what people outside the candidates could add.',
})
export class TeamProposals {
  @Field(() => [TeamAssessment], {
    description:
      'The best team, then each the best of those that share at most half of the smaller one with every better one listed. For a talent: those that contain them.',
  })
  teams: TeamAssessment[];

  @Field(() => Int, { description: 'Among how many talents the teams were sought, exactly.' })
  candidates: number;

  @Field(() => Int, { description: 'How many more may be proposed, but were not among the candidates.' })
  outside: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'No team with one of those outside is worth more; null where there is nobody outside, or nothing can be said.',
  })
  outsideBound: number | null;

  @Field(() => Boolean, {
    description: 'Whether the first team is proved to be the best of all, those outside included.',
  })
  provedBest: boolean;

  @Field(() => String, { description: 'Version of the weights.' })
  modelVersion: string;
}
