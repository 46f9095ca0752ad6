import { Field, ObjectType } from 'type-graphql';
import { ApiKey } from '../api-keys/api-key.entity.js';
import { PrivateAccount } from './viewer.types.js';
import { SessionTokens } from '../sessions/session.tokens.js';

@ObjectType({ description: 'Always the same, whether or not the address already had an account.' })
export class SignUpPayload {
  @Field(() => Boolean, { description: 'True: a mail is on its way.' })
  mailSent: boolean;
}

@ObjectType({ description: 'The address is confirmed.' })
export class ConfirmEmailPayload {
  @Field(() => Boolean, { description: 'True: log in, or refresh the session, and go on.' })
  emailConfirmed: boolean;
}

@ObjectType({
  description: 'The sign-up that a mailed link confirms, shown so that its reader can tell whether it is their own.',
})
export class SignUpToConfirm {
  @Field(() => String, { description: 'The name that was given.' })
  displayName: string;

  @Field(() => Date, { description: 'When the person signed up.' })
  signedUpAt: Date;
}

@ObjectType({ description: 'Always the same, whether or not there is such an account.' })
export class ResendConfirmationPayload {
  @Field(() => Boolean, { description: 'True: a mail is on its way if the address waits for one.' })
  mailSent: boolean;
}

@ObjectType({ description: 'Always the same, whether or not there is such an account.' })
export class RequestPasswordResetPayload {
  @Field(() => Boolean, { description: 'True: a mail is on its way if the address has an account.' })
  mailSent: boolean;
}

@ObjectType({ description: 'The password is new; every session has ended and every API key is revoked.' })
export class ResetPasswordPayload {
  @Field(() => Boolean, { description: 'True: log in with the new password.' })
  passwordChanged: boolean;

  @Field(() => String, {
    description:
      'Keep it on this device and send it as `deviceToken` with the next log-in; it lives for 180 days after the latest. It is no credential.',
  })
  deviceToken: string;
}

@ObjectType({ description: 'A new session.' })
export class LogInPayload {
  @Field(() => SessionTokens, { description: 'What to send with the next requests.' })
  tokens: SessionTokens;

  @Field(() => String, {
    description:
      'Keep it on this device and send it as `deviceToken` with the next log-in; it lives for 180 days after the latest. It is no credential.',
  })
  deviceToken: string;
}

@ObjectType({ description: 'The next pair of tokens.' })
export class RefreshSessionPayload {
  @Field(() => SessionTokens, { description: 'What to send with the next requests.' })
  tokens: SessionTokens;
}

@ObjectType({ description: 'The session has ended.' })
export class LogOutPayload {
  @Field(() => Boolean, { description: 'True.' })
  loggedOut: boolean;
}

@ObjectType({ description: 'All sessions have ended, this one too.' })
export class LogOutEverywherePayload {
  @Field(() => Boolean, { description: 'True.' })
  loggedOut: boolean;
}

@ObjectType({ description: 'The session has ended.' })
export class RevokeSessionPayload {
  @Field(() => Boolean, { description: 'True.' })
  revoked: boolean;
}

@ObjectType({ description: 'The password is new; every other session has ended.' })
export class ChangePasswordPayload {
  @Field(() => Boolean, { description: 'True.' })
  passwordChanged: boolean;
}

@ObjectType({ description: 'The account as changed.' })
export class UpdateProfilePayload {
  @Field(() => PrivateAccount, { description: 'The account.' })
  account: PrivateAccount;
}

@ObjectType({ description: 'What an authenticator needs; two-factor authentication is not on yet.' })
export class BeginTotpPayload {
  @Field(() => String, { description: 'Show it as a QR code.' })
  uri: string;

  @Field(() => String, { description: 'The same secret in Base32, to type in.' })
  secret: string;
}

@ObjectType({ description: 'Two-factor authentication is on.' })
export class EnableTotpPayload {
  @Field(() => [String], {
    description: 'Ten codes that each work once instead of the six digits. They are shown only now.',
  })
  recoveryCodes: string[];
}

@ObjectType({ description: 'New recovery codes; earlier ones no longer work.' })
export class RenewRecoveryCodesPayload {
  @Field(() => [String], {
    description: 'Ten codes that each work once instead of the six digits. They are shown only now.',
  })
  recoveryCodes: string[];
}

@ObjectType({ description: 'Two-factor authentication is off.' })
export class DisableTotpPayload {
  @Field(() => PrivateAccount, { description: 'The account.' })
  account: PrivateAccount;
}

@ObjectType({ description: 'A new API key.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key.' })
  apiKey: ApiKey;

  @Field(() => String, {
    nullable: true,
    description:
      'What to send as `Authorization: Bearer …`. It is shown only now: null when the call is repeated with its idempotency key.',
  })
  secret: string | null;
}

@ObjectType({ description: 'An API key that no longer works.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key.' })
  apiKey: ApiKey;
}

@ObjectType({ description: 'The key that signs from now on.' })
export class RotateSigningKeyPayload {
  @Field(() => String, { description: 'Its id, the `kid` of tokens.' })
  kid: string;
}
