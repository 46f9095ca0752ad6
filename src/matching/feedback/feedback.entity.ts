import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { DeclineReason, MatchCounterpartKind, MatchFeedbackAction, MatchSide } from '../match.vocabularies.js';

/**
 * What one side (the achievement's institution or the counterpart) said of a proposed match. Only that side and
 * operators may read it; the code that returns an entity is responsible for the check.
 */
@ObjectType({
  implements: Node,
  description:
    'What one side said of a match. Only that side and operators see it; the other side learns of declines by count and reason alone, from three on.',
})
@Entity('match_feedback')
export class MatchFeedback extends Node {
  @Column('uuid', { name: 'achievement_id' })
  achievementId: string;

  @Field(() => MatchCounterpartKind, { description: 'What the entry was matched with.' })
  @Column('text', { name: 'counterpart_kind' })
  counterpartKind: MatchCounterpartKind;

  @Column('uuid', { name: 'counterpart_id' })
  counterpartId: string;

  @Field(() => MatchSide, { description: 'The side that said it.' })
  @Column('text')
  side: MatchSide;

  @Field(() => MatchFeedbackAction, { description: 'What was said.' })
  @Column('text')
  action: MatchFeedbackAction;

  @Field(() => DeclineReason, { nullable: true, description: 'With DECLINED: why.' })
  @Column('text', { name: 'reason_code', nullable: true })
  reasonCode: DeclineReason | null;

  @Field(() => String, { nullable: true, description: 'What was added in words; never shown to the other side.' })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'With DECLINED: until when the pair is not proposed to this side, nor made in a matching round.',
  })
  @Column({ type: 'timestamptz', name: 'suppressed_until', precision: 3, nullable: true })
  suppressedUntil: Date | null;

  /**
   * Whether the other side is shown interest; null: shown exactly if the action is not DECLINED. If a side declines
   * after its interest was shown, the interest stays shown, because its disappearance would name the decliner;
   * withdrawing the feedback ends it. An acceptance in a matching round is not shown before both sides have accepted.
   */
  @Column('boolean', { name: 'interest_shown', nullable: true })
  interestShown: boolean | null;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('double precision', { nullable: true })
  score: number | null;

  @Column('integer', { name: 'model_version', nullable: true })
  modelVersion: number | null;

  @Field(() => Date, { description: 'When it was said.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it was taken back or replaced; null while it stands.' })
  @Column({ type: 'timestamptz', name: 'ended_at', precision: 3, nullable: true })
  endedAt: Date | null;
}

/** True if the other side of the pair sees from this feedback that its side is interested. */
export function showsInterest({ action, interestShown }: Pick<MatchFeedback, 'action' | 'interestShown'>): boolean {
  return interestShown ?? action !== 'DECLINED';
}

export const MatchFeedbackConnection = connectionType('MatchFeedback', () => MatchFeedback);
