import { Field, InputType, ObjectType } from 'type-graphql';
import { MutationInput } from '../../kernel/mutation-input.js';
import { PrivateAccount } from './viewer.types.js';

@InputType({ description: 'Another e-mail address for the account.' })
export class RequestEmailChangeInput extends MutationInput {
  @Field(() => String, { description: 'The new address; a link to confirm it is sent there.' })
  newEmail: string;

  @Field(() => String, { description: 'The password of the account.' })
  password: string;

  @Field(() => String, {
    nullable: true,
    description: 'With two-factor authentication: the six digits, or one of the recovery codes.',
  })
  totpCode?: string | null;
}

@InputType({ description: 'The token from the mail to the new address.' })
export class ConfirmEmailChangeInput extends MutationInput {
  @Field(() => String, { description: 'The token; it works once, in a session of the account that asked for it.' })
  token: string;
}

@InputType({ description: 'The token from the mail to the old address.' })
export class StopEmailChangeInput extends MutationInput {
  @Field(() => String, { description: 'The token; no log-in is needed.' })
  token: string;
}

@ObjectType({ description: 'Always the same, whether or not the new address has an account.' })
export class RequestEmailChangePayload {
  @Field(() => Boolean, { description: 'True: a mail is on its way to the new address, and a notice to the old one.' })
  mailSent: boolean;
}

@ObjectType({ description: 'The account has the new address; every other session has ended.' })
export class ConfirmEmailChangePayload {
  @Field(() => PrivateAccount, { description: 'The account.' })
  account: PrivateAccount;
}

@ObjectType({ description: 'The change is stopped or undone.' })
export class StopEmailChangePayload {
  @Field(() => Boolean, {
    description:
      'True when the address had been changed already: the old one is back, every session, API key and password of the account has ended, and a link to choose a new password is on its way to it. False when the change was still waiting.',
  })
  undone: boolean;
}
