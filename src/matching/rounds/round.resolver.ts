import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { Interest } from '../../deals/interest.entity.js';
import { readInterest } from '../../deals/interest.queries.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { readInvestor } from '../../investors/investor.queries.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { MatchReason } from '../lists/match.types.js';
import { DeclineReason } from '../match.vocabularies.js';
import { RoundPair, RoundPairConnection, RoundStanding, RoundStandingConnection } from './pair.entity.js';
import { answeringSide, maySettle } from './pair.answers.js';
import { answerRoundPair } from './pair.service.js';
import { deletedDraft, DeletedDraftPayload, DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { deleteMatchingRound } from './round.deletion.js';
import { maySeeAnswer, shownStatus } from './pair.shown.js';
import {
  MatchingRound,
  MatchingRoundConnection,
  RoundCapacity,
  RoundCapacityConnection,
  RoundFigures,
  RoundVeto,
  RoundVetoConnection,
} from './round.entity.js';
import {
  AddRoundVetoInput,
  AnswerRoundPairInput,
  CreateMatchingRoundInput,
  MatchingRoundActionInput,
  MatchingRoundPayload,
  RemoveRoundVetoInput,
  RoundPairFilter,
  RoundPairPayload,
  SetRoundCapacityInput,
} from './round.inputs.js';
import * as queries from './round.queries.js';
import * as service from './round.service.js';
import { RoundAnswer, RoundPairStatus, RoundSide } from './vocabularies.js';

const payload = async (round: Promise<MatchingRound>): Promise<MatchingRoundPayload> => ({ round: await round });
const WHICH = { description: 'Which round.' } as const;

@Resolver()
export class MatchingRoundsResolver {
  @Query(() => MatchingRound, {
    nullable: true,
    description:
      'One matching round; NOT_FOUND for who takes no part in it, and for all but operators before it is published.',
  })
  matchingRound(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<MatchingRound> {
    return queries.requireRound(ctx, id);
  }

  @Query(() => MatchingRoundConnection, {
    description:
      'Matching rounds, the newest first: all for operators, for others the published ones in which they have a pair.',
  })
  matchingRounds(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<MatchingRound>> {
    return queries.listRounds(ctx, args);
  }

  @Mutation(() => MatchingRoundPayload, {
    description: 'Operator: sets up a matching round over the whole pool and all investors that are proposed.',
  })
  createMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateMatchingRoundInput, { description: 'Its settings.' }) input: CreateMatchingRoundInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.createMatchingRound(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Operator: deletes a matching round in preparation (DRAFT) for good, with its places and vetoes; a later one is cancelled instead.',
  })
  deleteMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteUnfinishedInput, WHICH) input: DeleteUnfinishedInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(deleteMatchingRound(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description:
      'Operator: gives one participant other places than the round’s, before it is published. What was computed is stale then.',
  })
  setRoundCapacity(
    @Ctx() ctx: Context,
    @Arg('input', () => SetRoundCapacityInput, { description: 'Whose places, and how many.' })
    input: SetRoundCapacityInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.setRoundCapacity(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description:
      'Operator: keeps a pair out of a round on behalf of either side, before it is published. If it was computed already, it is left out at publication.',
  })
  addRoundVeto(
    @Ctx() ctx: Context,
    @Arg('input', () => AddRoundVetoInput, { description: 'Which pair, and for whom.' }) input: AddRoundVetoInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.addRoundVeto(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description:
      'Operator: takes a veto back before the round is published, and while it is not being computed. A round computed without the pair for it is stale then.',
  })
  removeRoundVeto(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveRoundVetoInput, { description: 'Which veto.' }) input: RemoveRoundVetoInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.removeRoundVeto(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description:
      'Operator: has the round computed in the background; `phase` and `progress` show how far it is. May be asked for again until it is published.',
  })
  computeMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => MatchingRoundActionInput, WHICH) input: MatchingRoundActionInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.computeMatchingRound(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description:
      'Operator: shows each pair to its two sides, whose editors and owners get a mail. Pairs vetoed or declined since the computation, or whose half takes no part any more, are left out: see `pairs(filter: { statuses: [DROPPED] })`.',
  })
  publishMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => MatchingRoundActionInput, WHICH) input: MatchingRoundActionInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.publishMatchingRound(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, { description: 'Operator: ends the answering of a published round.' })
  closeMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => MatchingRoundActionInput, WHICH) input: MatchingRoundActionInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.closeMatchingRound(ctx, input));
  }

  @Mutation(() => MatchingRoundPayload, {
    description: 'Operator: gives up a round that is not published; stops its computation.',
  })
  cancelMatchingRound(
    @Ctx() ctx: Context,
    @Arg('input', () => MatchingRoundActionInput, WHICH) input: MatchingRoundActionInput,
  ): Promise<MatchingRoundPayload> {
    return payload(service.cancelMatchingRound(ctx, input));
  }

  @Mutation(() => RoundPairPayload, {
    description:
      'Answers a pair for one’s own side, while its round is published; a decline of the match itself (`giveMatchFeedback`) answers it too. The other side does not learn of a decline before the round is closed, nor of an acceptance before it accepts too. Once both sides accept, a thread between them begins (`interest`).',
  })
  async answerRoundPair(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerRoundPairInput, { description: 'Which pair, and the answer.' })
    input: AnswerRoundPairInput,
  ): Promise<RoundPairPayload> {
    return { pair: await answerRoundPair(ctx, input) };
  }
}

@Resolver(() => MatchingRound)
export class MatchingRoundResolver {
  @FieldResolver(() => RoundFigures, {
    nullable: true,
    description:
      'What it came to, with the bound and how each side fared; for operators, null for others and before it is computed.',
  })
  figures(@Root() round: MatchingRound, @Ctx() ctx: Context): RoundFigures | null {
    return queries.oversees(ctx) ? round.figuresStored : null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many computed pairs were left out at publication; for operators, null for others.',
  })
  droppedCount(@Root() round: MatchingRound, @Ctx() ctx: Context): Promise<number | null> {
    return queries.countDropped(ctx, round);
  }

  @FieldResolver(() => RoundPairConnection, {
    description: 'Its pairs, the highest score first: all for operators, their own for others.',
  })
  pairs(
    @Root() round: MatchingRound,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => RoundPairFilter, { nullable: true, description: 'Narrows the list.' })
    filter?: RoundPairFilter,
  ): Promise<Page<RoundPair>> {
    return queries.listPairs(ctx, round, filter, args);
  }

  @FieldResolver(() => RoundStandingConnection, {
    nullable: true,
    description: 'How each participant fared, the least share first; for operators, null for others.',
  })
  standings(
    @Root() round: MatchingRound,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('side', () => RoundSide, { nullable: true, description: 'Of one side alone.' }) side?: RoundSide,
  ): Promise<Page<RoundStanding>> | null {
    return queries.listStandings(ctx, round, side, args);
  }

  @FieldResolver(() => [RoundStanding], {
    description:
      'How the viewer’s own entries and investor profiles fared, by the pairs that were published; at most 100.',
  })
  viewerStandings(@Root() round: MatchingRound, @Ctx() ctx: Context): Promise<RoundStanding[]> {
    return queries.ownStandings(ctx, round);
  }

  @FieldResolver(() => RoundVetoConnection, {
    nullable: true,
    description:
      'Pairs that it must not make, the newest first; for operators, null for others. What was declined as a match is kept out besides.',
  })
  vetoes(
    @Root() round: MatchingRound,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<RoundVeto>> | null {
    return queries.listVetoes(ctx, round, args);
  }

  @FieldResolver(() => RoundCapacityConnection, {
    nullable: true,
    description: 'Participants with places of their own; for operators, null for others.',
  })
  capacities(
    @Root() round: MatchingRound,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<RoundCapacity>> | null {
    return queries.listCapacities(ctx, round, args);
  }
}

@Resolver(() => RoundPair)
export class RoundPairResolver {
  @FieldResolver(() => MatchingRound, { description: 'Its round.' })
  round(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<MatchingRound | null> {
    return ctx.load(queries.roundById).load(pair.roundId);
  }

  @FieldResolver(() => RoundPairStatus, {
    description:
      'Where it stands. Until the round is closed, a decline is known to the side that declined and to operators alone: the other side sees PROPOSED.',
  })
  async status(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<RoundPairStatus> {
    return shownStatus(ctx, pair, await ctx.load(queries.roundById).load(pair.roundId));
  }

  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The entry; null when the viewer may not see it any more.',
  })
  achievement(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, pair.achievementId);
  }

  @FieldResolver(() => InvestorProfile, {
    nullable: true,
    description: 'The investor; null when the viewer may not see it any more.',
  })
  investor(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<InvestorProfile | null> {
    return readInvestor(ctx, pair.investorId);
  }

  @FieldResolver(() => [MatchReason], {
    description: 'The terms of the score as they were, the weightiest first.',
  })
  reasons(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<MatchReason[]> {
    return queries.reasonsOf(ctx, pair);
  }

  @FieldResolver(() => RoundAnswer, {
    nullable: true,
    description: 'What the lister answered; for its side and operators, null for the other and before.',
  })
  listerAnswer(@Root() pair: RoundPair, @Ctx() ctx: Context): RoundAnswer | null {
    return maySeeAnswer(ctx, pair, 'LISTER') ? pair.listerAnswerStored : null;
  }

  @FieldResolver(() => DeclineReason, {
    nullable: true,
    description: 'Why the lister declined; for its side and operators.',
  })
  listerReason(@Root() pair: RoundPair, @Ctx() ctx: Context): DeclineReason | null {
    return maySeeAnswer(ctx, pair, 'LISTER') ? pair.listerReasonStored : null;
  }

  @FieldResolver(() => RoundAnswer, {
    nullable: true,
    description: 'What the investor answered; for its side and operators, null for the other and before.',
  })
  investorAnswer(@Root() pair: RoundPair, @Ctx() ctx: Context): RoundAnswer | null {
    return maySeeAnswer(ctx, pair, 'INVESTOR') ? pair.investorAnswerStored : null;
  }

  @FieldResolver(() => DeclineReason, {
    nullable: true,
    description: 'Why the investor declined; for its side and operators.',
  })
  investorReason(@Root() pair: RoundPair, @Ctx() ctx: Context): DeclineReason | null {
    return maySeeAnswer(ctx, pair, 'INVESTOR') ? pair.investorReasonStored : null;
  }

  @FieldResolver(() => Interest, {
    nullable: true,
    description: 'The thread that began when both sides accepted; null for who may not read it.',
  })
  interest(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<Interest | null> | null {
    return pair.interestId === null ? null : readInterest(ctx, pair.interestId);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may answer it now.' })
  async viewerCanAnswer(@Root() pair: RoundPair, @Ctx() ctx: Context): Promise<boolean> {
    if (!can(ctx, 'pair:answer', pair)) return false;
    const round = await ctx.load(queries.roundById).load(pair.roundId);
    return round?.status === 'PUBLISHED' && maySettle(pair, answeringSide(ctx, pair));
  }
}

@Resolver(() => RoundStanding)
export class RoundStandingResolver {
  @FieldResolver(() => Achievement, { nullable: true, description: 'The entry; null on the other side.' })
  achievement(@Root() standing: RoundStanding, @Ctx() ctx: Context): Promise<Achievement | null> | null {
    return standing.side === 'ACHIEVEMENT' ? visibleAchievement(ctx, standing.participantId) : null;
  }

  @FieldResolver(() => InvestorProfile, { nullable: true, description: 'The investor; null on the other side.' })
  investor(@Root() standing: RoundStanding, @Ctx() ctx: Context): Promise<InvestorProfile | null> | null {
    return standing.side === 'INVESTOR' ? readInvestor(ctx, standing.participantId) : null;
  }
}

@Resolver(() => RoundVeto)
export class RoundVetoResolver {
  @FieldResolver(() => Achievement, { nullable: true, description: 'The entry.' })
  achievement(@Root() veto: RoundVeto, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, veto.achievementId);
  }

  @FieldResolver(() => InvestorProfile, { nullable: true, description: 'The investor.' })
  investor(@Root() veto: RoundVeto, @Ctx() ctx: Context): Promise<InvestorProfile | null> {
    return readInvestor(ctx, veto.investorId);
  }
}

@Resolver(() => RoundCapacity)
export class RoundCapacityResolver {
  @FieldResolver(() => Achievement, { nullable: true, description: 'The entry; null on the other side.' })
  achievement(@Root() row: RoundCapacity, @Ctx() ctx: Context): Promise<Achievement | null> | null {
    return row.side === 'ACHIEVEMENT' ? visibleAchievement(ctx, row.participantId) : null;
  }

  @FieldResolver(() => InvestorProfile, { nullable: true, description: 'The investor; null on the other side.' })
  investor(@Root() row: RoundCapacity, @Ctx() ctx: Context): Promise<InvestorProfile | null> | null {
    return row.side === 'INVESTOR' ? readInvestor(ctx, row.participantId) : null;
  }
}
