import { Arg, Ctx, Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { Locale, localize, LocalizedText, type Localized } from '../../kernel/localized.js';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { MatchSide } from '../match.vocabularies.js';
import type { RoundMethod as Method } from './problem.js';
import { MatchingRoundStatus, RoundMethod, RoundSide } from './vocabularies.js';

@ObjectType({
  description:
    'How one side of a round fared. Shares are of what each could get if all others stood aside, over those who had something to get.',
})
export class RoundSideFigures {
  @Field(() => Int, { description: 'How many took part.' })
  participants: number;

  @Field(() => Int, { description: 'How many could be paired with nobody at all.' })
  withoutCandidates: number;

  @Field(() => Int, { description: 'How many had candidates and places, and got no pair.' })
  withoutPair: number;

  @Field(() => Float, { description: 'Share of their places that was filled, 0 to 1.' })
  filled: number;

  @Field(() => Float, { nullable: true, description: 'The least share that anybody got.' })
  leastShare: number | null;

  @Field(() => Float, { nullable: true, description: 'The median share.' })
  medianShare: number | null;

  @Field(() => Float, { nullable: true, description: 'The mean share.' })
  meanShare: number | null;

  @Field(() => Float, { nullable: true, description: 'Gini coefficient of the shares: 0 where all fare alike.' })
  gini: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Over all pairs: the median place of the partner in one’s own list, from 1.',
  })
  medianRank: number | null;
}

@ObjectType({
  description: 'What a round came to when it was computed. Values are scores above the floor, summed over pairs.',
})
export class RoundFigures {
  @Field(() => Int, { description: 'How many pairs it made.' })
  pairs: number;

  @Field(() => Float, {
    description: 'The floor that was applied: the one set, or the least score of any lawful pair.',
  })
  floor: number;

  @Field(() => Float, { description: 'What the pairs are worth.' })
  objective: number;

  @Field(() => Float, { description: 'No lawful choice of pairs is worth more; proved over all pairs.' })
  upperBound: number;

  @Field(() => Float, { description: '(upperBound - objective) / upperBound.' })
  gap: number;

  @Field(() => Float, {
    description: 'What the best choice of pairs is worth; with STABLE, what stability is weighed against.',
  })
  optimumObjective: number;

  @Field(() => Int, {
    description: 'Pairs that were not made though both sides would rather have them; 0 with STABLE.',
  })
  blockingPairs: number;

  @Field(() => Float, { description: 'The sum of the pairs’ scores as they are.' })
  totalScore: number;

  @Field(() => RoundSideFigures, { description: 'How the entries fared.' })
  achievementSide: RoundSideFigures;

  @Field(() => RoundSideFigures, { description: 'How the investors fared.' })
  investorSide: RoundSideFigures;
}

/**
 * A matching round. Operators may read it, participants with a pair after publication; the code that returns an entity
 * must have checked this (`readRound`).
 */
@ObjectType({
  implements: Node,
  description:
    'A matching round 撮合批次: the operator pairs the pool with the investors at once. For operators, and once published for those with a pair in it.',
})
@Entity('matching_round')
export class MatchingRound extends Node {
  @Column('jsonb', { name: 'name' })
  nameText: Localized;

  @Field(() => RoundMethod, { description: 'How pairs are chosen.' })
  @Column('text')
  method: Method;

  @Field(() => MatchingRoundStatus, { description: 'Where it stands.' })
  @Column('text')
  status: MatchingRoundStatus;

  @Field(() => Float, {
    nullable: true,
    description: 'Pairs with a lower score are never made; null: every pair is better than none.',
  })
  @Column('double precision', { nullable: true })
  floor: number | null;

  @Field(() => Int, { description: 'With how many investors an entry is paired at most, unless set otherwise.' })
  @Column('integer', { name: 'achievement_places' })
  achievementPlaces: number;

  @Field(() => Int, { description: 'With how many entries an investor is paired at most, unless set otherwise.' })
  @Column('integer', { name: 'investor_places' })
  investorPlaces: number;

  @Column('uuid', { nullable: true })
  computation: string | null;

  @Field(() => Int, { description: 'How far the computation is, in per cent.' })
  @Column('smallint')
  progress: number;

  @Field(() => String, {
    nullable: true,
    description: 'What the computation does now: QUEUED, SCORING, CHOOSING, STORING or DONE; null before the first.',
  })
  @Column('text', { nullable: true })
  phase: string | null;

  @Field(() => String, { nullable: true, description: 'Why the last computation failed; null where it did not.' })
  @Column('text', { nullable: true })
  fault: string | null;

  @Field(() => Boolean, {
    description:
      'Whether places changed, or a veto that shaped it was taken back, since it was computed; it is computed again before it is published.',
  })
  @Column('boolean')
  stale: boolean;

  @Column('integer', { name: 'model_version', nullable: true })
  modelNumber: number | null;

  @Column('jsonb', { name: 'figures', nullable: true })
  figuresStored: RoundFigures | null;

  @Field(() => Date, { description: 'When it was created.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was last computed.' })
  @Column({ type: 'timestamptz', name: 'computed_at', precision: 3, nullable: true })
  computedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was published.' })
  @Column({ type: 'timestamptz', name: 'published_at', precision: 3, nullable: true })
  publishedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was closed.' })
  @Column({ type: 'timestamptz', name: 'closed_at', precision: 3, nullable: true })
  closedAt: Date | null;

  @Field(() => LocalizedText, { description: 'Its name.' })
  name(
    @Ctx() ctx: Context,
    @Arg('locale', () => Locale, { nullable: true, description: 'Language wished for; the request’s by default.' })
    locale?: Locale,
  ): LocalizedText {
    return localize(this.nameText, locale ?? ctx.locale);
  }

  @Field(() => String, {
    nullable: true,
    description: 'The version of the model that scored its pairs; null before it is computed.',
  })
  modelVersion(): string | null {
    return this.modelNumber === null ? null : String(this.modelNumber);
  }
}

export const MatchingRoundConnection = connectionType('MatchingRound', () => MatchingRound);

/** Number of places of one participant of a matching round; stored only where it differs from the round's default. */
@ObjectType({ description: 'Places of one participant of a round that differ from the others’.' })
@Entity('matching_round_capacity')
export class RoundCapacity {
  @PrimaryColumn('uuid', { name: 'round_id' })
  roundId: string;

  @Field(() => RoundSide, { description: 'On which side.' })
  @PrimaryColumn('text')
  side: RoundSide;

  @PrimaryColumn('uuid', { name: 'participant_id' })
  participantId: string;

  @Field(() => Int, { description: 'With how many of the other side it is paired at most; 0 leaves it out.' })
  @Column('integer')
  places: number;
}

export const RoundCapacityConnection = connectionType('RoundCapacity', () => RoundCapacity);

/** A pair that a round must not contain. */
@ObjectType({ implements: Node, description: 'A pair that a round must not make. For operators.' })
@Entity('matching_round_veto')
export class RoundVeto extends Node {
  @Column('uuid', { name: 'round_id' })
  roundId: string;

  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Column('uuid', { name: 'investor_id' })
  investorId: string;

  @Field(() => MatchSide, { description: 'On whose behalf.' })
  @Column('text')
  side: MatchSide;

  @Field(() => String, { nullable: true, description: 'Why, for operators.' })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => Date, { description: 'When it was added.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}

export const RoundVetoConnection = connectionType('RoundVeto', () => RoundVeto);
