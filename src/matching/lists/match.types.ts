import { Arg, Ctx, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import type { Context } from '../../kernel/context.js';
import type { Demand } from '../../demands/demand.entity.js';
import type { InvestorProfile } from '../../investors/investor.entity.js';
import { FundingStage } from '../../investors/vocabularies.js';
import { Locale, localize, LocalizedText, type Localized } from '../../kernel/localized.js';
import { PageInfo, type Edge, type Page } from '../../graphql/pagination.js';
import type { TalentProfile } from '../../talent/talent.entity.js';
import { TalentKind, TalentRole } from '../../talent/vocabularies.js';
import { MatchFeedback } from '../feedback/feedback.entity.js';
import { MatchCounterpart } from './match.counterparts.js';
import { MatchHintCode, MatchReasonCode } from './match.reason-codes.js';
import { localeArg } from '../../graphql/locale-arg.js';

/** One term of a score, as shown to users. */
@ObjectType({
  description:
    'One term of a match’s score: how much it adds, and what that rests on. The contributions of a match add up to its score.',
})
export class MatchReason {
  @Field(() => MatchReasonCode, { description: 'Which term.' })
  code: MatchReasonCode;

  @Field(() => Float, { description: 'What it adds to the score; negative where it speaks against the pair.' })
  contribution: number;

  sentence: Localized;

  @Field(() => LocalizedText, { description: 'What it rests on, in a sentence.' })
  evidence(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.sentence, locale ?? ctx.locale);
  }
}

@ObjectType({ description: 'What a profile or entry could still say that would sharpen its matches.' })
export class MatchHint {
  @Field(() => MatchHintCode, { description: 'What is missing.' })
  code: MatchHintCode;

  sentence: Localized;

  @Field(() => LocalizedText, { description: 'What to do.' })
  text(@Ctx() ctx: Context, @Arg('locale', () => Locale, localeArg) locale?: Locale): LocalizedText {
    return localize(this.sentence, locale ?? ctx.locale);
  }
}

/**
 * A scored pair of pool entry and counterpart. Matches are computed on request and not stored; only feedback on them
 * is.
 */
@ObjectType({ description: 'A scored pair of a pool entry and an investor, a talent or an enterprise’s need.' })
export class Match {
  achievementId: string;
  counterpartId: string;

  @Field(() => Float, {
    description: 'The score: the sum of the contributions of its reasons. Comparable within one list.',
  })
  score: number;

  @Field(() => Int, { description: 'Its place in the list, from 1.' })
  rank: number;

  @Field(() => [MatchReason], {
    description: 'The terms of the score, the weightiest first; those that add nothing are left out.',
  })
  reasons: MatchReason[];

  @Field(() => String, { description: 'The version of the model that scored it.' })
  modelVersion: string;

  @Field(() => Achievement, { description: 'The pool entry.' })
  achievement: Achievement;

  @Field(() => MatchCounterpart, { description: 'The investor, talent or need.' })
  counterpart: InvestorProfile | TalentProfile | Demand;

  @Field(() => MatchFeedback, {
    nullable: true,
    description: 'What the viewer’s side said of the pair; null while nothing stands.',
  })
  viewerFeedback: MatchFeedback | null;

  @Field(() => Boolean, { description: 'Whether the other side said that it is interested, or was introduced.' })
  otherSideInterested: boolean;
}

@ObjectType({ description: 'One match in a list.' })
export class MatchEdge implements Edge<Match> {
  @Field(() => Match, { description: 'The match.' })
  node: Match;

  @Field(() => String, {
    description:
      'Opaque position, for `after` or `before`. It stands for the score on the day of the first page, so that paging neither repeats nor skips.',
  })
  cursor: string;
}

@ObjectType({ description: 'A page of matches, the best first.' })
export class MatchConnection implements Page<Match> {
  @Field(() => [MatchEdge], { description: 'The matches of the page, with their cursors.' })
  edges: MatchEdge[];

  @Field(() => [Match], { description: 'The matches of the page, without cursors.' })
  get nodes(): Match[] {
    return this.edges.map((edge) => edge.node);
  }

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo: PageInfo;

  countTotal: () => Promise<number>;

  @Field(() => Int, { description: 'How many could be proposed in all.' })
  totalCount(): Promise<number> {
    return this.countTotal();
  }

  @Field(() => String, { description: 'The version of the model that scored them.' })
  modelVersion: string;

  @Field(() => [MatchHint], {
    description: 'What the subject of the list could still say that would sharpen it; empty where nothing is missing.',
  })
  hints: MatchHint[];
}

@InputType({ description: 'Narrows investors proposed for a pool entry.' })
export class InvestorMatchFilter {
  @Field(() => [String], {
    nullable: true,
    description:
      'Wanting one of these industries (GB/T 4754, any level) or one above or below; investors that name none are left out.',
  })
  industries?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Investing in one of these regions (codes of `regions`, any level), or anywhere.',
  })
  regions?: string[] | null;

  @Field(() => [FundingStage], { nullable: true, description: 'Taking part in one of these rounds, or in any.' })
  stages?: FundingStage[] | null;
}

@InputType({ description: 'Narrows talents proposed for a pool entry.' })
export class TalentMatchFilter {
  @Field(() => [TalentKind], { nullable: true, description: 'Of these kinds.' })
  kinds?: TalentKind[] | null;

  @Field(() => [TalentRole], { nullable: true, description: 'Wishing to join in one of these roles.' })
  roles?: TalentRole[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Working in one of these regions (codes of `regions`, any level), or anywhere.',
  })
  regions?: string[] | null;
}

@InputType({ description: 'Narrows needs proposed for a pool entry.' })
export class DemandMatchFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'Of one of these industries (GB/T 4754, any level), or below.',
  })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these regions (codes of `regions`, any level).' })
  regions?: string[] | null;
}

@InputType({ description: 'Narrows pool entries proposed to an investor, a talent or for a need.' })
export class AchievementMatchFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'Of one of these industries (GB/T 4754, any level), or below.',
  })
  industries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these regions (codes of `regions`, any level).' })
  regions?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'At least this technology readiness level.' })
  trlMin?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most this technology readiness level.' })
  trlMax?: number | null;
}
