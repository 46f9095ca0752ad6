import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { confirmEmailChange, requestEmailChange, stopEmailChange } from './email-change.service.js';
import {
  ConfirmEmailChangeInput,
  ConfirmEmailChangePayload,
  RequestEmailChangeInput,
  RequestEmailChangePayload,
  StopEmailChangeInput,
  StopEmailChangePayload,
} from './email-change.types.js';

@Resolver()
export class EmailChangeResolver {
  @Mutation(() => RequestEmailChangePayload, {
    description:
      'Asks for another e-mail address: a link to confirm it goes to the new one, a notice with a link to stop it to the old one. Nothing changes until `confirmEmailChange`; a later request replaces this one.',
  })
  async requestEmailChange(
    @Ctx() ctx: Context,
    @Arg('input', () => RequestEmailChangeInput, { description: 'Address and password.' })
    input: RequestEmailChangeInput,
  ): Promise<RequestEmailChangePayload> {
    await requestEmailChange(ctx, input);
    return { mailSent: true };
  }

  @Mutation(() => ConfirmEmailChangePayload, {
    description:
      'Gives the viewer’s account the new address. Every other session, the device tokens of other devices and open reset links end; API keys stay. CONFLICT with reason EMAIL_TAKEN where another account has the address.',
  })
  async confirmEmailChange(
    @Ctx() ctx: Context,
    @Arg('input', () => ConfirmEmailChangeInput, { description: 'The token.' }) input: ConfirmEmailChangeInput,
  ): Promise<ConfirmEmailChangePayload> {
    return { account: await confirmEmailChange(ctx, input) };
  }

  @Mutation(() => StopEmailChangePayload, {
    description: 'Stops a change of address, or undoes it within seven days; by the link in the old mailbox.',
  })
  async stopEmailChange(
    @Ctx() ctx: Context,
    @Arg('input', () => StopEmailChangeInput, { description: 'The token.' }) input: StopEmailChangeInput,
  ): Promise<StopEmailChangePayload> {
    return { undone: await stopEmailChange(ctx, input) };
  }
}
