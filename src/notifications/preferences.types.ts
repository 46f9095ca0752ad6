import { Field, InputType, ObjectType } from 'type-graphql';
import { MutationInput } from '../kernel/mutation-input.js';
import { MailKind } from './mail.events.js';

@ObjectType({ description: 'Whether the viewer gets mails of one kind.' })
export class MailPreference {
  @Field(() => MailKind, { description: 'The kind.' })
  kind: MailKind;

  @Field(() => String, { description: 'What mails of this kind are about, in the request’s language.' })
  about: string;

  @Field(() => Boolean, { description: 'Whether they are sent to the viewer.' })
  wanted: boolean;

  @Field(() => Boolean, { description: 'True where they cannot be switched off, because they concern the account.' })
  mandatory: boolean;
}

@InputType({ description: 'Input of setMailPreference.' })
export class SetMailPreferenceInput extends MutationInput {
  @Field(() => MailKind, { description: 'The kind; ACCOUNT cannot be switched off.' })
  kind: MailKind;

  @Field(() => Boolean, { description: 'Whether mails of this kind are sent to the viewer.' })
  wanted: boolean;
}

@ObjectType({ description: 'The preferences after the change.' })
export class SetMailPreferencePayload {
  @Field(() => [MailPreference], { description: 'All kinds.' })
  preferences: MailPreference[];
}
