import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../achievements/achievement.entity.js';
import type { Context } from '../kernel/context.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { Interest, InterestConnection, InterestMessageConnection, InterestMessage } from './interest.entity.js';
import {
  CloseInterestInput,
  ExpressInterestInput,
  InterestFilter,
  InterestMessagePayload,
  InterestPayload,
  MarkInterestReadInput,
  ReopenInterestInput,
  ReplyToInterestInput,
} from './interest.inputs.js';
import { unreadCount, messagePage, viewerInterest } from './interest.loaders.js';
import * as queries from './interest.queries.js';
import * as service from './interest.service.js';
import { visibleAchievement } from '../achievements/achievement.queries.js';
import { otherSide } from './interest.sides.js';
import { Reads } from '../graphql/read-columns.js';

const payload = async (interest: Promise<Interest>): Promise<InterestPayload> => ({ interest: await interest });

@Resolver()
export class InterestResolver {
  @Query(() => Interest, { nullable: true, description: 'One thread; NOT_FOUND for who stands on neither side.' })
  interest(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Interest> {
    return queries.requireInterest(ctx, 'id', id);
  }

  @Query(() => InterestConnection, { description: 'Interest that the viewer said, the last active thread first.' })
  viewerInterests(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('organisationId', () => ID, {
      nullable: true,
      description: 'Instead: what was said for this organisation, by colleagues too; for its editors and owners.',
    })
    organisationId?: string,
    @Arg('filter', () => InterestFilter, { nullable: true, description: 'Narrows the list.' }) filter?: InterestFilter,
  ): Promise<Page<Interest>> {
    return queries.listSent(ctx, organisationId, filter, args);
  }

  @Mutation(() => InterestPayload, {
    description: `Says interest in a pool entry: a message to the inbox of its institution, by mail too. Needs a confirmed e-mail address. Said again while the thread is not closed, it adds to the same thread. At most ${service.NEW_THREADS_PER_DAY} new threads a day (RATE_LIMITED).`,
  })
  expressInterest(
    @Ctx() ctx: Context,
    @Arg('input', () => ExpressInterestInput, { description: 'Which entry, for whom, and the message.' })
    input: ExpressInterestInput,
  ): Promise<InterestPayload> {
    return payload(service.expressInterest(ctx, input));
  }

  @Mutation(() => InterestMessagePayload, {
    description:
      'Writes into a thread, from the side on which the viewer stands. The other side is told by mail: at most one mail per thread and person in ten minutes while they have not read on; what was written meanwhile is told at their end.',
  })
  async replyToInterest(
    @Ctx() ctx: Context,
    @Arg('input', () => ReplyToInterestInput, { description: 'Which thread, and the text.' })
    input: ReplyToInterestInput,
  ): Promise<InterestMessagePayload> {
    return { message: await service.replyToInterest(ctx, input) };
  }

  @Mutation(() => InterestPayload, {
    description: 'Closes a thread, from either side; the other side is told by mail.',
  })
  closeInterest(
    @Ctx() ctx: Context,
    @Arg('input', () => CloseInterestInput, { description: 'Which, and why.' }) input: CloseInterestInput,
  ): Promise<InterestPayload> {
    return payload(service.closeInterest(ctx, input));
  }

  @Mutation(() => InterestPayload, { description: 'Reopens a thread, by the side that closed it.' })
  reopenInterest(
    @Ctx() ctx: Context,
    @Arg('input', () => ReopenInterestInput, { description: 'Which.' }) input: ReopenInterestInput,
  ): Promise<InterestPayload> {
    return payload(service.reopenInterest(ctx, input));
  }

  @Mutation(() => InterestPayload, { description: 'Marks a thread as read by the viewer, up to a message.' })
  markInterestRead(
    @Ctx() ctx: Context,
    @Arg('input', () => MarkInterestReadInput, { description: 'Which, and how far.' }) input: MarkInterestReadInput,
  ): Promise<InterestPayload> {
    return payload(service.markInterestRead(ctx, input));
  }
}

@Resolver(() => Achievement)
export class AchievementInterestResolver {
  @Reads<Achievement>()
  @FieldResolver(() => Interest, {
    nullable: true,
    description: 'The viewer’s own thread on it, the newest if there were several; null without one.',
  })
  viewerInterest(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<Interest | null> {
    return viewerInterest(ctx, achievement.id);
  }

  @Reads<Achievement>('institutionId')
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many threads of interest it has, closed ones included; for members of its institution and operators, null for others.',
  })
  interestCount(@Root() achievement: Achievement, @Ctx() ctx: Context): Promise<number> | null {
    return queries.countInterest(ctx, achievement);
  }
}

@Resolver(() => Organisation)
export class OrganisationInterestResolver {
  @FieldResolver(() => InterestConnection, {
    nullable: true,
    description:
      'The inbox: interest in its entries, the last active thread first; for its editors and owners, null for others.',
  })
  interests(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => InterestFilter, { nullable: true, description: 'Narrows the list.' }) filter?: InterestFilter,
  ): Promise<Page<Interest> | null> {
    return queries.listInbox(ctx, organisation, filter, args);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many threads of the inbox hold a message that the viewer has not read; for its editors and owners, null for others.',
  })
  unreadInterestCount(@Root() organisation: Organisation, @Ctx() ctx: Context): Promise<number> | null {
    return queries.countUnread(ctx, organisation);
  }
}

@Resolver(() => Interest)
export class InterestFieldsResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The entry; null when it left the pool and the viewer may not see it any more.',
  })
  achievement(@Root() interest: Interest, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, interest.achievementId);
  }

  @FieldResolver(() => InterestMessageConnection, {
    description: 'The messages, oldest first; `last: 1` gives the newest.',
  })
  messages(
    @Root() interest: Interest,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Page<InterestMessage>> {
    return messagePage(ctx, interest, args);
  }

  @FieldResolver(() => Int, {
    description: 'How many messages of the other side the viewer has not marked as read. Each person counts their own.',
  })
  unreadCount(@Root() interest: Interest, @Ctx() ctx: Context): Promise<number> {
    return unreadCount(ctx, interest, otherSide(interest.viewerSide(ctx)));
  }
}
