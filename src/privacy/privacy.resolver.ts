import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../kernel/context.js';
import { eraseMyAccount, exportMyData } from './privacy.service.js';
import { EraseMyAccountInput, EraseMyAccountPayload } from './privacy.types.js';

@Resolver()
export class PrivacyResolver {
  @Query(() => GraphQLJSONObject, {
    description: 'Everything that the platform holds on the viewer, as one JSON document.',
  })
  exportMyData(@Ctx() ctx: Context): Promise<Record<string, unknown>> {
    return exportMyData(ctx);
  }

  @Mutation(() => EraseMyAccountPayload, {
    description: 'Erases the viewer’s personal data for good. Records that must stay no longer lead to a person.',
  })
  async eraseMyAccount(
    @Ctx() ctx: Context,
    @Arg('input', () => EraseMyAccountInput, { description: 'Password and code.' }) input: EraseMyAccountInput,
  ): Promise<EraseMyAccountPayload> {
    await eraseMyAccount(ctx, input);
    return { erased: true };
  }
}
