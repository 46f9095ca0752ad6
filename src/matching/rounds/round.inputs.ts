import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LocalizedInput } from '../../kernel/localized.js';
import { DeclineReason, MatchSide } from '../match.vocabularies.js';
import { RoundPair } from './pair.entity.js';
import type { RoundMethod as Method } from './problem.js';
import { MatchingRound } from './round.entity.js';
import { RoundMethod, RoundPairStatus } from './vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

/** Maximum number of places of a participant. */
export const MAX_PLACES = 1000;

@InputType({ description: 'Input of createMatchingRound.' })
export class CreateMatchingRoundInput extends MutationInput {
  @Field(() => LocalizedInput, { description: 'Its name; at most 120 characters.' })
  name: LocalizedInput;

  @Field(() => RoundMethod, { description: 'How pairs are chosen.' })
  method: Method;

  @Field(() => Float, {
    nullable: true,
    description: 'Pairs with a lower score are never made; left out: every pair is better than none.',
  })
  floor?: number | null;

  @Field(() => Int, {
    defaultValue: 5,
    description: `With how many investors an entry is paired at most: 0 to ${MAX_PLACES}.`,
  })
  achievementPlaces: number;

  @Field(() => Int, {
    defaultValue: 5,
    description: `With how many entries an investor is paired at most: 0 to ${MAX_PLACES}.`,
  })
  investorPlaces: number;
}

@InputType({ description: 'Which matching round.' })
export class MatchingRoundActionInput extends MutationInput {
  @Field(() => ID, { description: 'The round.' })
  id: string;
}

@InputType({ description: 'Input of setRoundCapacity.' })
export class SetRoundCapacityInput extends MutationInput {
  @Field(() => ID, { description: 'The round.' })
  id: string;

  @Field(() => ID, { description: 'An Achievement of the pool or an InvestorProfile.' })
  participantId: string;

  @Field(() => Int, {
    nullable: true,
    description: `With how many of the other side it is paired at most: 0 (leaves it out) to ${MAX_PLACES}; null: as the others.`,
  })
  places?: number | null;
}

@InputType({ description: 'Input of addRoundVeto.' })
export class AddRoundVetoInput extends MutationInput {
  @Field(() => ID, { description: 'The round.' })
  id: string;

  @Field(() => ID, { description: 'The pool entry.' })
  achievementId: string;

  @Field(() => ID, { description: 'The investor.' })
  investorId: string;

  @Field(() => MatchSide, { description: 'On whose behalf.' })
  side: MatchSide;

  @Field(() => String, { nullable: true, description: 'Why, for operators; at most 500 characters.' })
  note?: string | null;
}

@InputType({ description: 'Input of removeRoundVeto.' })
export class RemoveRoundVetoInput extends MutationInput {
  @Field(() => ID, { description: 'The veto.' })
  id: string;
}

@InputType({ description: 'Input of answerRoundPair.' })
export class AnswerRoundPairInput extends MutationInput {
  @Field(() => ID, { description: 'The pair.' })
  id: string;

  @Field(() => Boolean, { description: 'Whether you want to meet.' })
  accept: boolean;

  @Field(() => DeclineReason, {
    nullable: true,
    description: 'Why not; needed where you do not accept, and only then.',
  })
  reasonCode?: DeclineReason | null;
}

@InputType({ description: 'Narrows the pairs of a round.' })
export class RoundPairFilter {
  @Field(() => [RoundPairStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: RoundPairStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only pairs of the viewer’s own organisations; for others than operators always so.',
  })
  mine?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'Of this pool entry.' })
  achievementId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this investor.' })
  investorId?: string | null;
}

@ObjectType({ description: 'Result of a change to a matching round.' })
export class MatchingRoundPayload {
  @Field(() => MatchingRound, { description: 'The round as it is now.' })
  round: MatchingRound;
}

@ObjectType({ description: 'Result of an answer to a pair.' })
export class RoundPairPayload {
  @Field(() => RoundPair, { description: 'The pair as it is now.' })
  pair: RoundPair;
}
