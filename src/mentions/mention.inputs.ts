import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MutationInput } from '../kernel/mutation-input.js';
import { Mention } from './mention.entity.js';
import { MentionStatus } from './vocabularies.js';

@InputType({ description: 'Input of answerMention.' })
export class AnswerMentionInput extends MutationInput {
  @Field(() => ID, { description: 'The mention.' })
  id: string;

  @Field(() => Boolean, { description: 'True: it is so, and may be shown and used. False: it may not, from now on.' })
  confirm: boolean;
}

@InputType({ description: 'Input of denyMentions.' })
export class DenyMentionsInput extends MutationInput {
  @Field(() => String, { description: 'The token from the mail.' })
  token: string;

  @Field(() => [ID], { nullable: true, description: 'Only these mentions; all that the mail was about without it.' })
  ids?: string[] | null;
}

@InputType({ description: 'Narrows a list of mentions.' })
export class MentionFilter {
  @Field(() => [MentionStatus], { nullable: true, description: 'Only with one of these answers.' })
  statuses?: MentionStatus[] | null;
}

@ObjectType({ description: 'Payload with a mention.' })
export class MentionPayload {
  @Field(() => Mention, { description: 'The mention.' })
  mention: Mention;
}

@ObjectType({ description: 'Result of denying mentions by the link of a mail.' })
export class DeniedMentionsPayload {
  @Field(() => [Mention], { description: 'The first 50 of the mentions that the mail was about, as they are now.' })
  mentions: Mention[];
}
