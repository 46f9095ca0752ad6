import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../graphql/pagination.js';
import { Node } from '../kernel/node.js';
import { ObjectionOutcome, ObjectionReason } from './vocabularies.js';

/**
 * An objection against the proposal to admit an achievement. Its author, the achievement's institution and operators
 * may read it; only operators see who the author is.
 */
@ObjectType({
  implements: Node,
  description:
    'An objection 异议 against a proposed admission; for who made it, the listing institution and operators.',
})
@Entity('objection')
export class Objection extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Field(() => ObjectionReason, { description: 'What it claims.' })
  @Column('text', { name: 'reason_code' })
  reason: ObjectionReason;

  @Field(() => String, {
    description: 'In words; a fixed sentence in their place once the author’s account is erased.',
  })
  @Column('text')
  text: string;

  @Field(() => Date, { description: 'When it was made.' })
  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Field(() => ObjectionOutcome, { nullable: true, description: 'The answer; null while it waits.' })
  @Column('text', { nullable: true })
  outcome: ObjectionOutcome | null;

  @Field(() => String, { nullable: true, description: 'The answer in words.' })
  @Column('text', { nullable: true })
  answer: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was answered.' })
  @Column({ type: 'timestamptz', name: 'answered_at', precision: 3, nullable: true })
  answeredAt: Date | null;

  /** Reply of the entry’s institution; until the objection is decided, its author does not read it. */
  @Column('text', { name: 'reply', nullable: true })
  replyText: string | null;

  @Column({ type: 'timestamptz', name: 'replied_at', precision: 3, nullable: true })
  repliedTime: Date | null;

  /** Number of times that the reply was written; 0 while there is none. */
  @Column('integer', { name: 'reply_revision', default: 0 })
  replyNumber: number;
}

export const ObjectionConnection = connectionType('Objection', () => Objection);
