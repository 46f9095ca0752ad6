import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import type { MatchTerm } from '../engine/result.types.js';
import type { MatchReason } from '../lists/match.types.js';
import type { ShownStanding } from './fairness.js';
import type { DeclineReason } from '../match.vocabularies.js';
import { RoundDropReason, RoundSide, type RoundAnswer, type RoundPairStatus } from './vocabularies.js';

/**
 * A pair of an achievement and an investor made by a matching round. Operators may read it, its two sides after
 * publication; the code that returns an entity must have checked this (`readRoundPair`).
 */
@ObjectType({
  implements: Node,
  description: 'A pair of a matching round. For operators, and once the round is published for its two sides.',
})
@Entity('matching_round_pair')
export class RoundPair extends Node {
  @Column('uuid', { name: 'round_id' })
  roundId: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'investor_id' })
  investorId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Field(() => Float, {
    description: 'The score when the round was computed: the sum of the contributions of its reasons.',
  })
  @Column('double precision')
  score: number;

  @Column('jsonb')
  terms: MatchTerm[];

  @Column('integer', { name: 'model_version' })
  modelNumber: number;

  /**
   * Status as stored; viewers get it through `shownStatus`, because one side's decline is hidden from the other until
   * the round is closed.
   */
  @Column('text')
  status: RoundPairStatus;

  @Field(() => RoundDropReason, { nullable: true, description: 'With DROPPED: why it was left out.' })
  @Column('text', { name: 'dropped_for', nullable: true })
  droppedFor: RoundDropReason | null;

  @Column('text', { name: 'lister_answer', nullable: true })
  listerAnswerStored: RoundAnswer | null;

  @Column('text', { name: 'investor_answer', nullable: true })
  investorAnswerStored: RoundAnswer | null;

  @Column('text', { name: 'lister_reason', nullable: true })
  listerReasonStored: DeclineReason | null;

  @Column('text', { name: 'investor_reason', nullable: true })
  investorReasonStored: DeclineReason | null;

  @Column({ type: 'timestamptz', name: 'lister_answered_at', precision: 3, nullable: true })
  listerAnsweredAt: Date | null;

  @Column({ type: 'timestamptz', name: 'investor_answered_at', precision: 3, nullable: true })
  investorAnsweredAt: Date | null;

  @Column('uuid', { name: 'investor_account_id', nullable: true })
  investorAccountId: string | null;

  @Column('uuid', { name: 'interest_id', nullable: true })
  interestId: string | null;

  /** Loads the reasons of all pairs on the same page in one go, keyed by pair id. */
  tell?: () => Promise<Map<string, MatchReason[]>>;

  @Field(() => String, { description: 'The version of the model that scored it.' })
  get modelVersion(): string {
    return String(this.modelNumber);
  }
}

export const RoundPairConnection = connectionType('RoundPair', () => RoundPair);

/** Outcome of a round for one participant. */
@ObjectType({
  implements: Node,
  description:
    'How one participant of a round fared. For operators, as it was computed; for those who take part once it is published, by the pairs that were published.',
})
@Entity('matching_round_standing')
export class RoundStanding extends Node {
  @Column('uuid', { name: 'round_id' })
  roundId: string;

  @Field(() => RoundSide, { description: 'On which side.' })
  @Column('text')
  side: RoundSide;

  @Column('uuid', { name: 'participant_id' })
  participantId: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId: string;

  @Field(() => Int, {
    description:
      'How many of the other side it could be paired with. What others declined or vetoed is counted to the participant.',
  })
  @Column('integer')
  candidates: number;

  @Field(() => Int, { description: 'With how many it is paired at most.' })
  @Column('integer')
  places: number;

  @Field(() => Int, { description: 'How many pairs it got.' })
  @Column('integer')
  pairs: number;

  @Field(() => Float, { description: 'What its pairs are worth: the sum of scores above the round’s floor.' })
  @Column('double precision')
  got: number;

  @Field(() => Float, {
    description:
      'What its best candidates are worth, as many as it has places: what it would get if all others stood aside.',
  })
  @Column('double precision')
  best: number;

  @Field(() => Float, { nullable: true, description: 'got / best, 0 to 1; null where there is nothing to get.' })
  @Column('double precision', { nullable: true })
  share: number | null;

  @Field(() => [Int], { description: 'Places of its partners in its own list, from 1, best first.' })
  @Column('integer', { array: true })
  ranks: number[];

  /**
   * Number of candidates, best possible result and ranks of the partners as the participant may see them, without hints
   * at what others declined or vetoed; null for rounds computed before these were stored.
   */
  @Column('jsonb', { nullable: true })
  shown: ShownStanding | null;
}

export const RoundStandingConnection = connectionType('RoundStanding', () => RoundStanding);
