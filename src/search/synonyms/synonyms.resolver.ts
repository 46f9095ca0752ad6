import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import {
  RemoveSynonymGroupInput,
  RemoveSynonymGroupPayload,
  SetSynonymGroupInput,
  SetSynonymGroupPayload,
  SynonymGroup,
} from './synonyms.entity.js';
import { listSynonymGroups, removeSynonymGroup, setSynonymGroup } from './synonyms.service.js';

const inputArg = { description: 'What to do.' } as const;

@Resolver()
export class SynonymResolver {
  @Query(() => [SynonymGroup], { description: 'The synonyms of the search; for operators.' })
  synonymGroups(@Ctx() ctx: Context): Promise<SynonymGroup[]> {
    return listSynonymGroups(ctx);
  }

  @Mutation(() => SetSynonymGroupPayload, {
    description: 'Writes a synonym group; searches follow within seconds. For operators.',
  })
  async setSynonymGroup(
    @Ctx() ctx: Context,
    @Arg('input', () => SetSynonymGroupInput, inputArg) input: SetSynonymGroupInput,
  ): Promise<SetSynonymGroupPayload> {
    return { synonymGroup: await setSynonymGroup(ctx, input) };
  }

  @Mutation(() => RemoveSynonymGroupPayload, {
    description: 'Removes a synonym group; searches follow within seconds. For operators.',
  })
  async removeSynonymGroup(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveSynonymGroupInput, inputArg) input: RemoveSynonymGroupInput,
  ): Promise<RemoveSynonymGroupPayload> {
    return { removedId: await removeSynonymGroup(ctx, input) };
  }
}
