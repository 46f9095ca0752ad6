import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import {
  BeginTotpInput,
  CreateApiKeyInput,
  DisableTotpInput,
  EnableTotpInput,
  RenewRecoveryCodesInput,
  RevokeApiKeyInput,
  RotateSigningKeyInput,
  UpdateProfileInput,
} from './account.inputs.js';
import {
  BeginTotpPayload,
  CreateApiKeyPayload,
  DisableTotpPayload,
  EnableTotpPayload,
  RenewRecoveryCodesPayload,
  RevokeApiKeyPayload,
  RotateSigningKeyPayload,
  UpdateProfilePayload,
} from './account.payloads.js';
import { createApiKey, revokeApiKey } from '../api-keys/api-keys.service.js';
import { rotateSigningKey, updateProfile } from './profile.service.js';
import { beginTotp, disableTotp, enableTotp, renewRecoveryCodes } from './totp.service.js';
import { PrivateAccount } from './viewer.types.js';

@Resolver()
export class AccountResolver {
  @Mutation(() => UpdateProfilePayload, { description: 'Changes the viewer’s name or language.' })
  async updateProfile(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' }) input: UpdateProfileInput,
  ): Promise<UpdateProfilePayload> {
    return { account: await updateProfile(ctx, input) };
  }

  @Mutation(() => BeginTotpPayload, {
    description: 'Gives a secret for an authenticator; `enableTotp` then turns two-factor authentication on.',
  })
  beginTotp(
    @Ctx() ctx: Context,
    @Arg('input', () => BeginTotpInput, { description: 'The password.' }) input: BeginTotpInput,
  ): Promise<BeginTotpPayload> {
    return beginTotp(ctx, input);
  }

  @Mutation(() => EnableTotpPayload, { description: 'Turns two-factor authentication on; other sessions end.' })
  async enableTotp(
    @Ctx() ctx: Context,
    @Arg('input', () => EnableTotpInput, { description: 'A code.' }) input: EnableTotpInput,
  ): Promise<EnableTotpPayload> {
    return { recoveryCodes: await enableTotp(ctx, input) };
  }

  @Mutation(() => DisableTotpPayload, { description: 'Turns two-factor authentication off.' })
  async disableTotp(
    @Ctx() ctx: Context,
    @Arg('input', () => DisableTotpInput, { description: 'Password and code.' }) input: DisableTotpInput,
  ): Promise<DisableTotpPayload> {
    return { account: new PrivateAccount(await disableTotp(ctx, input)) };
  }

  @Mutation(() => RenewRecoveryCodesPayload, { description: 'Replaces the recovery codes.' })
  async renewRecoveryCodes(
    @Ctx() ctx: Context,
    @Arg('input', () => RenewRecoveryCodesInput, { description: 'Password and code.' }) input: RenewRecoveryCodesInput,
  ): Promise<RenewRecoveryCodesPayload> {
    return { recoveryCodes: await renewRecoveryCodes(ctx, input) };
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes an API key with the rights of the account, within its scopes.',
  })
  createApiKey(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput,
  ): Promise<CreateApiKeyPayload> {
    return createApiKey(ctx, input);
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends an API key at once.' })
  async revokeApiKey(
    @Ctx() ctx: Context,
    @Arg('input', () => RevokeApiKeyInput, { description: 'The key.' }) input: RevokeApiKeyInput,
  ): Promise<RevokeApiKeyPayload> {
    return { apiKey: await revokeApiKey(ctx, input) };
  }

  @Mutation(() => RotateSigningKeyPayload, {
    description: 'Replaces the key that signs access tokens; for operators. It also happens by itself every 30 days.',
  })
  async rotateSigningKey(
    @Ctx() ctx: Context,
    @Arg('input', () => RotateSigningKeyInput, { description: 'What becomes of earlier tokens.' })
    input: RotateSigningKeyInput,
  ): Promise<RotateSigningKeyPayload> {
    return { kid: await rotateSigningKey(ctx, input) };
  }
}
