import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Achievement, achievementById } from '../achievements/achievement.entity.js';
import type { Context } from '../kernel/context.js';
import { ViewerProfile } from '../identity/accounts/viewer.types.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { ShortlistEntry, ShortlistEntryConnection, viewerShortlistEntry } from './shortlist.entity.js';
import {
  AddToShortlistInput,
  RemoveFromShortlistInput,
  ShortlistEntryPayload,
  ShortlistRemovalPayload,
  UpdateShortlistNoteInput,
} from './shortlist.inputs.js';
import * as service from './shortlist.service.js';
import { visibleAchievement } from '../achievements/achievement.queries.js';
import { Reads } from '../graphql/read-columns.js';

@Resolver(() => ViewerProfile)
export class ViewerShortlistResolver {
  @FieldResolver(() => ShortlistEntryConnection, {
    description: 'The viewer’s shortlist, last added first. Nobody else sees it.',
  })
  shortlist(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<ShortlistEntry>> {
    return service.listShortlist(ctx, args);
  }
}

@Resolver(() => Achievement)
export class ShortlistResolver {
  @Reads<Achievement>()
  @FieldResolver(() => ShortlistEntry, {
    nullable: true,
    description: 'The viewer’s shortlist entry for it; null when it is not on their list.',
  })
  viewerShortlistEntry(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<ShortlistEntry | null> {
    return viewerShortlistEntry(ctx, achievement.id);
  }

  @Mutation(() => ShortlistEntryPayload, {
    description: `Puts a pool entry on the viewer’s shortlist; adding it twice changes nothing. At most ${service.MAX_SHORTLIST} entries.`,
  })
  async addToShortlist(
    @Ctx() ctx: Context,
    @Arg('input', () => AddToShortlistInput, { description: 'Which entry, with a note.' }) input: AddToShortlistInput,
  ): Promise<ShortlistEntryPayload> {
    return { entry: await service.addToShortlist(ctx, input) };
  }

  @Mutation(() => ShortlistEntryPayload, { description: 'Replaces the note of a shortlist entry.' })
  async updateShortlistNote(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateShortlistNoteInput, { description: 'Which, and the note.' })
    input: UpdateShortlistNoteInput,
  ): Promise<ShortlistEntryPayload> {
    return { entry: await service.updateShortlistNote(ctx, input) };
  }

  @Mutation(() => ShortlistRemovalPayload, {
    description:
      'Takes an entry off the viewer’s shortlist and returns it with its note, so that it can be added again.',
  })
  async removeFromShortlist(
    @Ctx() ctx: Context,
    @Arg('input', () => RemoveFromShortlistInput, { description: 'Which.' }) input: RemoveFromShortlistInput,
  ): Promise<ShortlistRemovalPayload> {
    return { entry: await service.removeFromShortlist(ctx, input) };
  }
}

@Resolver(() => ShortlistEntry)
export class ShortlistEntryResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The achievement; null when it left the pool and the viewer may not see it any more.',
  })
  achievement(@Root() entry: ShortlistEntry, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, entry.achievementId);
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is still in the pool.' })
  async stillInPool(@Root() entry: ShortlistEntry, @Ctx() ctx: Context): Promise<boolean> {
    return (await ctx.load(achievementById).load(entry.achievementId))?.status === 'ADMITTED';
  }
}
