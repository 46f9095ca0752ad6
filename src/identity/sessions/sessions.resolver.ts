import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import {
  ChangePasswordInput,
  ConfirmEmailInput,
  LogInInput,
  LogOutEverywhereInput,
  LogOutInput,
  RefreshSessionInput,
  RequestPasswordResetInput,
  ResendConfirmationInput,
  ResetPasswordInput,
  RevokeSessionInput,
  SignUpInput,
} from '../accounts/account.inputs.js';
import {
  ChangePasswordPayload,
  ConfirmEmailPayload,
  LogInPayload,
  LogOutEverywherePayload,
  LogOutPayload,
  RefreshSessionPayload,
  RequestPasswordResetPayload,
  ResendConfirmationPayload,
  ResetPasswordPayload,
  RevokeSessionPayload,
  SignUpPayload,
  SignUpToConfirm,
} from '../accounts/account.payloads.js';
import { changePassword, requestPasswordReset, resetPassword } from '../accounts/password.service.js';
import { logIn, logOut, logOutEverywhere, refreshSession, revokeSession } from './sessions.service.js';
import { confirmEmail, resendConfirmation, signUp, signUpToConfirm } from '../accounts/sign-up.service.js';

@Resolver()
export class SessionsResolver {
  @Mutation(() => SignUpPayload, { description: 'Creates an account and mails a link to confirm its address.' })
  async signUp(
    @Ctx() ctx: Context,
    @Arg('input', () => SignUpInput, { description: 'The new account.' }) input: SignUpInput,
  ): Promise<SignUpPayload> {
    await signUp(ctx, input);
    return { mailSent: true };
  }

  @Query(() => SignUpToConfirm, {
    description: 'The sign-up that a mailed link confirms. Needs no log-in but the token.',
  })
  signUpToConfirm(
    @Ctx() ctx: Context,
    @Arg('token', () => String, { description: 'The token from the mail.' }) token: string,
  ): Promise<SignUpToConfirm> {
    return signUpToConfirm(ctx, token);
  }

  @Mutation(() => ConfirmEmailPayload, {
    description:
      'Confirms the address to which the token was mailed, with the sign-up that the mail was about: its password and name hold, and every other sign-up with the address is void, its sessions included.',
  })
  async confirmEmail(
    @Ctx() ctx: Context,
    @Arg('input', () => ConfirmEmailInput, { description: 'The token.' }) input: ConfirmEmailInput,
  ): Promise<ConfirmEmailPayload> {
    await confirmEmail(ctx, input);
    return { emailConfirmed: true };
  }

  @Mutation(() => ResendConfirmationPayload, {
    description: 'Mails a confirmation link again. Earlier links work, too, until one is used or they expire.',
  })
  async resendConfirmation(
    @Ctx() ctx: Context,
    @Arg('input', () => ResendConfirmationInput, { description: 'The address.' }) input: ResendConfirmationInput,
  ): Promise<ResendConfirmationPayload> {
    await resendConfirmation(ctx, input);
    return { mailSent: true };
  }

  @Mutation(() => LogInPayload, {
    description:
      'Opens a session. UNAUTHENTICATED with reason BAD_CREDENTIALS, TOTP_CODE_REQUIRED (ask for `totpCode` and call again) or TOTP_CODE_WRONG; RATE_LIMITED with `retryAfterSeconds`. Keep `deviceToken` on the device and send it with the next log-in there: attempts with it are counted apart, so guesses from elsewhere never keep this device out.',
  })
  logIn(
    @Ctx() ctx: Context,
    @Arg('input', () => LogInInput, { description: 'Who logs in.' }) input: LogInInput,
  ): Promise<LogInPayload> {
    return logIn(ctx, input);
  }

  @Mutation(() => RefreshSessionPayload, {
    description:
      'Exchanges a refresh token for the next pair. Send it without an Authorization header: an expired access token is refused there. Let one tab refresh for all, since a token that is used twice ends the session.',
  })
  async refreshSession(
    @Ctx() ctx: Context,
    @Arg('input', () => RefreshSessionInput, { description: 'The refresh token.' }) input: RefreshSessionInput,
  ): Promise<RefreshSessionPayload> {
    return { tokens: await refreshSession(ctx, input) };
  }

  @Mutation(() => LogOutPayload, { description: 'Ends the session of this request.' })
  async logOut(
    @Ctx() ctx: Context,
    @Arg('input', () => LogOutInput, { nullable: true, description: 'Nothing needed.' }) _input?: LogOutInput | null,
  ): Promise<LogOutPayload> {
    await logOut(ctx);
    return { loggedOut: true };
  }

  @Mutation(() => LogOutEverywherePayload, { description: 'Ends every session of the viewer.' })
  async logOutEverywhere(
    @Ctx() ctx: Context,
    @Arg('input', () => LogOutEverywhereInput, { nullable: true, description: 'Nothing needed.' })
    _input?: LogOutEverywhereInput | null,
  ): Promise<LogOutEverywherePayload> {
    await logOutEverywhere(ctx);
    return { loggedOut: true };
  }

  @Mutation(() => RevokeSessionPayload, { description: 'Ends one session of the viewer.' })
  async revokeSession(
    @Ctx() ctx: Context,
    @Arg('input', () => RevokeSessionInput, { description: 'The session.' }) input: RevokeSessionInput,
  ): Promise<RevokeSessionPayload> {
    await revokeSession(ctx, input);
    return { revoked: true };
  }

  @Mutation(() => ChangePasswordPayload, { description: 'Changes the password and ends every other session.' })
  async changePassword(
    @Ctx() ctx: Context,
    @Arg('input', () => ChangePasswordInput, { description: 'Both passwords.' }) input: ChangePasswordInput,
  ): Promise<ChangePasswordPayload> {
    await changePassword(ctx, input);
    return { passwordChanged: true };
  }

  @Mutation(() => RequestPasswordResetPayload, {
    description:
      'Mails a link to choose a new password. Earlier links work, too, until one is used or they expire. After many requests for one address the mail may take five minutes.',
  })
  async requestPasswordReset(
    @Ctx() ctx: Context,
    @Arg('input', () => RequestPasswordResetInput, { description: 'The address.' }) input: RequestPasswordResetInput,
  ): Promise<RequestPasswordResetPayload> {
    await requestPasswordReset(ctx, input);
    return { mailSent: true };
  }

  @Mutation(() => ResetPasswordPayload, {
    description: 'Sets a new password by a mailed token and ends every session.',
  })
  async resetPassword(
    @Ctx() ctx: Context,
    @Arg('input', () => ResetPasswordInput, { description: 'Token and new password.' }) input: ResetPasswordInput,
  ): Promise<ResetPasswordPayload> {
    return { passwordChanged: true, deviceToken: await resetPassword(ctx, input) };
  }
}
