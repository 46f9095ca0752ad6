import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Interest, InterestMessage } from './interest.entity.js';
import { InterestStatus } from './interest.stages.js';
import { MutationInput } from '../kernel/mutation-input.js';

@InputType({ description: 'Input of expressInterest.' })
export class ExpressInterestInput extends MutationInput {
  @Field(() => ID, { description: 'The pool entry.' })
  achievementId: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Your organisation, when you speak for it; its editors and owners then take part in the thread.',
  })
  organisationId?: string | null;

  @Field(() => String, { description: 'What you want to say; at most 4,000 characters.' })
  message: string;
}

@InputType({ description: 'Input of replyToInterest.' })
export class ReplyToInterestInput extends MutationInput {
  @Field(() => ID, { description: 'The thread.' })
  id: string;

  @Field(() => String, { description: 'The text; at most 4,000 characters.' })
  message: string;
}

@InputType({ description: 'Input of closeInterest.' })
export class CloseInterestInput extends MutationInput {
  @Field(() => ID, { description: 'The thread.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Why, for the other side; at most 500 characters.' })
  reason?: string | null;
}

@InputType({ description: 'Input of reopenInterest.' })
export class ReopenInterestInput extends MutationInput {
  @Field(() => ID, { description: 'The thread.' })
  id: string;
}

@InputType({ description: 'Input of markInterestRead.' })
export class MarkInterestReadInput extends MutationInput {
  @Field(() => ID, { description: 'The thread.' })
  id: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The last message that was shown; the newest by default. What was read stays read.',
  })
  upTo?: string | null;
}

@InputType({ description: 'Narrows a list of threads.' })
export class InterestFilter {
  @Field(() => [InterestStatus], { nullable: true, description: 'In one of these states; OPEN waits for the lister.' })
  statuses?: InterestStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: with messages that the viewer has not read; false: without.',
  })
  unread?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'On this achievement.' })
  achievementId?: string | null;
}

@ObjectType({ description: 'Result of a change to a thread.' })
export class InterestPayload {
  @Field(() => Interest, { description: 'The thread as it is now.' })
  interest: Interest;
}

@ObjectType({ description: 'Result of a reply.' })
export class InterestMessagePayload {
  @Field(() => InterestMessage, { description: 'The message as it was written; its thread is in `interest`.' })
  message: InterestMessage;
}
