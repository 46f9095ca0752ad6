import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Demand } from '../../demands/demand.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import { MatchFeedback, MatchFeedbackConnection } from '../feedback/feedback.entity.js';
import {
  GiveMatchFeedbackInput,
  MatchFeedbackFilter,
  MatchFeedbackPayload,
  WithdrawMatchFeedbackInput,
} from '../feedback/feedback.inputs.js';
import { DeclineCount, declinesOf, listCounterpartFeedback, listListerFeedback } from '../feedback/feedback.queries.js';
import { giveMatchFeedback, withdrawMatchFeedback } from '../feedback/feedback.service.js';
import { activateModel, createModel, listModels } from '../models/match.models.js';
import { matchesOfAchievement, matchesOfCounterpart } from './match.queries.js';
import {
  AchievementMatchFilter,
  DemandMatchFilter,
  InvestorMatchFilter,
  MatchConnection,
  TalentMatchFilter,
} from './match.types.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { MatchCounterpart, readCounterpart } from './match.counterparts.js';
import { MatchModelVersion } from '../models/match-model.entity.js';
import { ActivateMatchModelInput, CreateMatchModelInput, MatchModelPayload } from '../models/match-model.inputs.js';
import { Reads } from '../../graphql/read-columns.js';

const filterArg = { nullable: true, description: 'Narrows the list.' } as const;
const PROPOSED =
  'pool entries that fit, the best first, with reasons; never what this side declined or what is in conflict; for its own side and operators, null for others';
const SAID = 'what its side said of matches, the newest first; for its own side and operators, null for others';

@Resolver(() => Achievement)
export class AchievementMatchResolver {
  @FieldResolver(() => MatchConnection, {
    nullable: true,
    description:
      'Investors that fit, the best first, with reasons. For members of its institution and operators, null for others; empty while it is not in the pool.',
  })
  investorMatches(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => InvestorMatchFilter, filterArg) filter?: InvestorMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfAchievement(ctx, achievement, 'INVESTOR', filter, args);
  }

  @FieldResolver(() => MatchConnection, {
    nullable: true,
    description:
      'People who know the science or the market that it needs, the best first, with reasons. For members of its institution and operators, null for others.',
  })
  talentMatches(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => TalentMatchFilter, filterArg) filter?: TalentMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfAchievement(ctx, achievement, 'TALENT', filter, args);
  }

  @FieldResolver(() => MatchConnection, {
    nullable: true,
    description:
      'Enterprises’ needs that it may answer, the best first, with reasons. For members of its institution and operators, null for others.',
  })
  demandMatches(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => DemandMatchFilter, filterArg) filter?: DemandMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfAchievement(ctx, achievement, 'DEMAND', filter, args);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => [DeclineCount], {
    nullable: true,
    description:
      'Why counterparts declined it, counted and without names, from three that gave the same reason on; what recurs is among its gaps too. For members of its institution and operators, null for others.',
  })
  matchDeclines(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<DeclineCount[]> | null {
    return can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
      ? ctx.load(declinesOf).load(achievement.id)
      : null;
  }

  @FieldResolver(() => MatchFeedbackConnection, {
    nullable: true,
    description:
      'What its lister said of matches, the newest first; for members of its institution and operators, null for others.',
  })
  matchFeedback(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MatchFeedbackFilter, filterArg) filter?: MatchFeedbackFilter,
  ): Promise<Page<MatchFeedback>> | null {
    return listListerFeedback(ctx, achievement, filter, args);
  }
}

@Resolver(() => InvestorProfile)
export class InvestorMatchResolver {
  @FieldResolver(() => MatchConnection, { nullable: true, description: `For an investor: ${PROPOSED}.` })
  achievementMatches(
    @Root() investor: InvestorProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => AchievementMatchFilter, filterArg) filter?: AchievementMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfCounterpart(ctx, investor, filter, args);
  }

  @FieldResolver(() => MatchFeedbackConnection, { nullable: true, description: `Of an investor: ${SAID}.` })
  matchFeedback(
    @Root() investor: InvestorProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MatchFeedbackFilter, filterArg) filter?: MatchFeedbackFilter,
  ): Promise<Page<MatchFeedback>> | null {
    return listCounterpartFeedback(ctx, investor, filter, args);
  }
}

@Resolver(() => TalentProfile)
export class TalentMatchResolver {
  @FieldResolver(() => MatchConnection, { nullable: true, description: `For a talent: ${PROPOSED}.` })
  achievementMatches(
    @Root() talent: TalentProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => AchievementMatchFilter, filterArg) filter?: AchievementMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfCounterpart(ctx, talent, filter, args);
  }

  @FieldResolver(() => MatchFeedbackConnection, { nullable: true, description: `Of a talent: ${SAID}.` })
  matchFeedback(
    @Root() talent: TalentProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MatchFeedbackFilter, filterArg) filter?: MatchFeedbackFilter,
  ): Promise<Page<MatchFeedback>> | null {
    return listCounterpartFeedback(ctx, talent, filter, args);
  }
}

@Resolver(() => Demand)
export class DemandMatchResolver {
  @FieldResolver(() => MatchConnection, { nullable: true, description: `For a need: ${PROPOSED}.` })
  achievementMatches(
    @Root() demand: Demand,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => AchievementMatchFilter, filterArg) filter?: AchievementMatchFilter,
  ): Promise<MatchConnection | null> {
    return matchesOfCounterpart(ctx, demand, filter, args);
  }

  @FieldResolver(() => MatchFeedbackConnection, { nullable: true, description: `Of a need: ${SAID}.` })
  matchFeedback(
    @Root() demand: Demand,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MatchFeedbackFilter, filterArg) filter?: MatchFeedbackFilter,
  ): Promise<Page<MatchFeedback>> | null {
    return listCounterpartFeedback(ctx, demand, filter, args);
  }
}

@Resolver()
export class MatchFeedbackResolver {
  @Mutation(() => MatchFeedbackPayload, {
    description:
      'Says what your side thinks of a match: interested, introduced, or declined with a reason. Of one side the newest stands. A decline keeps the pair from your side’s proposals and from matching rounds for its time; the other side’s lists stay as they are, and it reads reasons counted and without names, from three on. It moves the model at the next fit.',
  })
  async giveMatchFeedback(
    @Ctx() ctx: Context,
    @Arg('input', () => GiveMatchFeedbackInput, { description: 'The pair, and what you say.' })
    input: GiveMatchFeedbackInput,
  ): Promise<MatchFeedbackPayload> {
    return { feedback: await giveMatchFeedback(ctx, input) };
  }

  @Mutation(() => MatchFeedbackPayload, {
    description: 'Takes back what your side said of a match; the pair may be proposed again.',
  })
  async withdrawMatchFeedback(
    @Ctx() ctx: Context,
    @Arg('input', () => WithdrawMatchFeedbackInput, { description: 'Which.' }) input: WithdrawMatchFeedbackInput,
  ): Promise<MatchFeedbackPayload> {
    return { feedback: await withdrawMatchFeedback(ctx, input) };
  }
}

@Resolver()
export class MatchModelResolver {
  @Query(() => [MatchModelVersion], {
    description: 'Versions of the model that scores matches, the newest first, at most 200. For operators.',
  })
  matchModels(@Ctx() ctx: Context): Promise<MatchModelVersion[]> {
    return listModels(ctx);
  }

  @Mutation(() => MatchModelPayload, {
    description:
      'Operator: makes a new version of the model with some parameters changed. It scores once it is activated. (`npm run tune:matching` makes one from this deployment’s history.)',
  })
  async createMatchModel(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateMatchModelInput, { description: 'From which, and what differs.' })
    input: CreateMatchModelInput,
  ): Promise<MatchModelPayload> {
    return { model: await createModel(ctx, input) };
  }

  @Mutation(() => MatchModelPayload, {
    description:
      'Operator: makes a version the one that scores, on every process within a second; activating the earlier one is the undo.',
  })
  async activateMatchModel(
    @Ctx() ctx: Context,
    @Arg('input', () => ActivateMatchModelInput, { description: 'Which.' }) input: ActivateMatchModelInput,
  ): Promise<MatchModelPayload> {
    return { model: await activateModel(ctx, input) };
  }
}

@Resolver(() => MatchFeedback)
export class MatchFeedbackFieldsResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The pool entry; null when the viewer may not see it any more.',
  })
  achievement(@Root() feedback: MatchFeedback, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, feedback.achievementId);
  }

  @FieldResolver(() => MatchCounterpart, {
    nullable: true,
    description: 'The investor, talent or need; null when the viewer may not see it any more.',
  })
  counterpart(@Root() feedback: MatchFeedback, @Ctx() ctx: Context): Promise<typeof MatchCounterpart | null> {
    return readCounterpart(ctx, feedback.counterpartKind, feedback.counterpartId);
  }
}
