import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationInput } from '../../kernel/mutation-input.js';
import { WithdrawalOutcome } from '../vocabularies.js';
import { EntryWithdrawal } from './withdrawal.entity.js';

@InputType({ description: 'Input of requestWithdrawal.' })
export class RequestWithdrawalInput extends MutationInput {
  @Field(() => ID, { description: 'The entry.' })
  entryId: string;

  @Field(() => String, { description: 'Why; kept in the ledger. At most 500 characters.' })
  reason: string;
}

@InputType({ description: 'Input of answerWithdrawal.' })
export class AnswerWithdrawalInput extends MutationInput {
  @Field(() => ID, { description: 'The request.' })
  id: string;

  @Field(() => WithdrawalOutcome, { description: 'The answer.' })
  outcome: WithdrawalOutcome;

  @Field(() => String, { description: 'The answer in words. At most 4,000 characters.' })
  answer: string;
}

@ObjectType({ description: 'Result of a change to a request for withdrawal.' })
export class EntryWithdrawalPayload {
  @Field(() => EntryWithdrawal, { description: 'The request as it is now.' })
  withdrawal: EntryWithdrawal;
}
