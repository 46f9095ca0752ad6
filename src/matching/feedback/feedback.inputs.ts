import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MatchFeedback } from './feedback.entity.js';
import {
  DeclineReason,
  MatchCounterpartKind,
  MatchFeedbackAction,
  MAX_SUPPRESSION_DAYS,
} from '../match.vocabularies.js';
import { MutationInput } from '../../kernel/mutation-input.js';

@InputType({
  description:
    'Input of giveMatchFeedback. The side follows from the viewer: an editor or owner of the listing institution, or who owns the counterpart; an operator may only say INTRODUCED.',
})
export class GiveMatchFeedbackInput extends MutationInput {
  @Field(() => ID, { description: 'The pool entry.' })
  achievementId: string;

  @Field(() => ID, { description: 'The other half of the pair: an InvestorProfile, TalentProfile or Demand.' })
  counterpartId: string;

  @Field(() => MatchFeedbackAction, { description: 'What you say of the pair.' })
  action: MatchFeedbackAction;

  @Field(() => DeclineReason, { nullable: true, description: 'Why; needed with DECLINED, and only then.' })
  reasonCode?: DeclineReason | null;

  @Field(() => Int, {
    nullable: true,
    description: `With DECLINED: for how many days the pair is not proposed to your side, 1 to ${MAX_SUPPRESSION_DAYS}; by default 90 (CAPACITY) to 730 (OUTSIDE_THESIS).`,
  })
  forDays?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'More, in words, for your own side and operators; at most 2,000 characters.',
  })
  note?: string | null;
}

@InputType({ description: 'Input of withdrawMatchFeedback.' })
export class WithdrawMatchFeedbackInput extends MutationInput {
  @Field(() => ID, { description: 'The feedback.' })
  id: string;
}

@InputType({ description: 'Narrows a list of feedback.' })
export class MatchFeedbackFilter {
  @Field(() => [MatchFeedbackAction], { nullable: true, description: 'Only these.' })
  actions?: MatchFeedbackAction[] | null;

  @Field(() => [MatchCounterpartKind], { nullable: true, description: 'Only of pairs with these.' })
  kinds?: MatchCounterpartKind[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: also what was taken back or replaced.' })
  includeEnded?: boolean | null;
}

@ObjectType({ description: 'Payload with what was said.' })
export class MatchFeedbackPayload {
  @Field(() => MatchFeedback, { description: 'What was said.' })
  feedback: MatchFeedback;
}
