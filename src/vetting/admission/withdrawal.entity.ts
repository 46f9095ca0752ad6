import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { connectionType } from '../../graphql/pagination.js';
import { Node } from '../../kernel/node.js';
import { WithdrawalOutcome } from '../vocabularies.js';

/** A request of an institution to take its entry out of a frozen cohort, with the answer of an operator. */
@ObjectType({
  implements: Node,
  description:
    'A request 撤回申请 of an institution to take its entry out of a cohort between freezing and closing; for members of the institution and operators.',
})
@Entity('entry_withdrawal')
export class EntryWithdrawal extends Node {
  @Column('uuid', { name: 'cohort_id' })
  cohortId: string;

  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Field(() => String, {
    description: 'Why; a fixed sentence in its place once the account that asked is erased.',
  })
  @Column('text')
  reason: string;

  @Field(() => Date, { description: 'When it was asked for.' })
  @Column({ type: 'timestamptz', name: 'requested_at', precision: 3 })
  requestedAt: Date;

  @Field(() => WithdrawalOutcome, { nullable: true, description: 'The answer; null while it waits.' })
  @Column('text', { nullable: true })
  outcome: WithdrawalOutcome | null;

  @Field(() => String, { nullable: true, description: 'The answer in words.' })
  @Column('text', { nullable: true })
  answer: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was answered.' })
  @Column({ type: 'timestamptz', name: 'answered_at', precision: 3, nullable: true })
  answeredAt: Date | null;
}

export const EntryWithdrawalConnection = connectionType('EntryWithdrawal', () => EntryWithdrawal);
