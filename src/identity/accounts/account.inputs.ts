import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { Locale } from '../../kernel/localized.js';
import { MutationInput } from '../../kernel/mutation-input.js';

/** What an API key may do. */
export const ApiKeyScope = { READ: 'READ', WRITE: 'WRITE' } as const;
export type ApiKeyScope = keyof typeof ApiKeyScope;
registerEnumType(ApiKeyScope, {
  name: 'ApiKeyScope',
  description: 'What an API key may do with the rights of its account. Credentials are out of reach of any key.',
  valuesConfig: { READ: { description: 'Ask queries.' }, WRITE: { description: 'Ask queries and send mutations.' } },
});

@InputType({ description: 'A new account.' })
export class SignUpInput extends MutationInput {
  @Field(() => String, { description: 'E-mail address; a link to confirm it is sent there.' })
  email: string;

  @Field(() => String, { description: '10 to 200 characters, not one of the common ones, not the e-mail address.' })
  password: string;

  @Field(() => String, { description: 'The name that others see, up to 100 characters.' })
  displayName: string;

  @Field(() => Locale, { nullable: true, description: 'Language of mails; the request’s by default.' })
  locale?: Locale | null;
}

@InputType({ description: 'A token from a mail.' })
export class ConfirmEmailInput extends MutationInput {
  @Field(() => String, { description: 'The token from the mail; it works once.' })
  token: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The password chosen with this sign-up. Needed (`PASSWORD_REQUIRED`): otherwise a person who opens the link of a stranger’s sign-up with the person’s address would confirm the stranger’s account (`WRONG_PASSWORD`). A refusal does not use up the token.',
  })
  password?: string | null;
}

@InputType({ description: 'An address to send a mail to.' })
export class ResendConfirmationInput extends MutationInput {
  @Field(() => String, { description: 'E-mail address of the account.' })
  email: string;
}

@InputType({ description: 'An address to send a mail to.' })
export class RequestPasswordResetInput extends MutationInput {
  @Field(() => String, { description: 'E-mail address of the account.' })
  email: string;

  @Field(() => String, {
    nullable: true,
    description: 'The `deviceToken` of this device, so that requests made elsewhere do not delay the mail.',
  })
  deviceToken?: string | null;
}

@InputType({ description: 'A new password in place of a forgotten one.' })
export class ResetPasswordInput extends MutationInput {
  @Field(() => String, { description: 'The token from the mail; it works once.' })
  token: string;

  @Field(() => String, { description: '10 to 200 characters, not one of the common ones, not the e-mail address.' })
  newPassword: string;
}

@InputType({ description: 'Who logs in.' })
export class LogInInput extends MutationInput {
  @Field(() => String, { description: 'E-mail address of the account.' })
  email: string;

  @Field(() => String, { description: 'The password.' })
  password: string;

  @Field(() => String, {
    nullable: true,
    description: 'With two-factor authentication: the six digits, or one of the recovery codes.',
  })
  totpCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the device or program, shown in the list of sessions; up to 200 characters.',
  })
  device?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `deviceToken` that an earlier `logIn` or `resetPassword` gave to this device. It opens nothing by itself: it counts the attempts of this device apart from those made elsewhere. An unknown one is ignored.',
  })
  deviceToken?: string | null;
}

@InputType({ description: 'A refresh token to exchange.' })
export class RefreshSessionInput extends MutationInput {
  @Field(() => String, {
    description: 'The latest refresh token of the session. It works once: a second use ends the session.',
  })
  refreshToken: string;
}

@InputType({ description: 'Nothing to say.' })
export class LogOutInput extends MutationInput {}

@InputType({ description: 'Nothing to say.' })
export class LogOutEverywhereInput extends MutationInput {}

@InputType({ description: 'A session to end.' })
export class RevokeSessionInput extends MutationInput {
  @Field(() => ID, { description: 'Id of the session.' })
  id: string;
}

@InputType({ description: 'A new password.' })
export class ChangePasswordInput extends MutationInput {
  @Field(() => String, { description: 'The password until now.' })
  currentPassword: string;

  @Field(() => String, { description: '10 to 200 characters, not one of the common ones, not the e-mail address.' })
  newPassword: string;
}

@InputType({ description: 'What others see and how mails are written; what is left out stays.' })
export class UpdateProfileInput extends MutationInput {
  @Field(() => String, { nullable: true, description: 'The name that others see, up to 100 characters.' })
  displayName?: string | null;

  @Field(() => Locale, { nullable: true, description: 'Language of mails.' })
  locale?: Locale | null;
}

@InputType({ description: 'The password, asked again.' })
export class BeginTotpInput extends MutationInput {
  @Field(() => String, { description: 'The password of the account.' })
  password: string;
}

@InputType({ description: 'Proof that the authenticator works.' })
export class EnableTotpInput extends MutationInput {
  @Field(() => String, { description: 'The six digits that the authenticator shows now.' })
  code: string;
}

@InputType({ description: 'Password and code, asked again.' })
export class DisableTotpInput extends MutationInput {
  @Field(() => String, { description: 'The password of the account.' })
  password: string;

  @Field(() => String, { description: 'The six digits, or one of the recovery codes.' })
  code: string;
}

@InputType({ description: 'Password and code, asked again.' })
export class RenewRecoveryCodesInput extends DisableTotpInput {}

@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput extends MutationInput {
  @Field(() => String, { description: 'What it is for, 1 to 100 characters.' })
  name: string;

  @Field(() => [ApiKeyScope], { description: 'What it may do; at least one.' })
  scopes: ApiKeyScope[];

  @Field(() => Date, { nullable: true, description: 'When it stops working; never by itself when left out.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'An API key to end.' })
export class RevokeApiKeyInput extends MutationInput {
  @Field(() => ID, { description: 'Id of the key.' })
  id: string;
}

@InputType({ description: 'How to replace the key that signs access tokens.' })
export class RotateSigningKeyInput extends MutationInput {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Also refuse every access token signed until now, within a minute; for a key that leaked. Clients then refresh their sessions.',
  })
  revokeOld?: boolean | null;
}
