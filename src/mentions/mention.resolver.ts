import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ViewerProfile } from '../identity/accounts/viewer.types.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { visibleOrganisation } from '../identity/organisations/organisations.service.js';
import { can } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConnectionArgs, type Page } from '../graphql/pagination.js';
import { Mention, MentionConnection } from './mention.entity.js';
import {
  AnswerMentionInput,
  DeniedMentionsPayload,
  DenyMentionsInput,
  MentionFilter,
  MentionPayload,
} from './mention.inputs.js';
import { denyMentions, mentionsOfLink } from './mention.links.js';
import { mentionsOfOrganisation, mentionsOfViewer, namedParty } from './mention.queries.js';
import { answerMention } from './mention.service.js';

const filterArg = { nullable: true, description: 'Narrows the list.' } as const;

@Resolver()
export class MentionsResolver {
  @Mutation(() => MentionPayload, {
    description:
      'Confirms or denies, as the named party, that another party names it; may be changed at any time. Only what is confirmed is shown, linked and used.',
  })
  async answerMention(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerMentionInput, { description: 'Which mention, and the answer.' })
    input: AnswerMentionInput,
  ): Promise<MentionPayload> {
    return { mention: await answerMention(ctx, input) };
  }

  @Query(() => [Mention], {
    description: 'The mentions that a mail was about, by the token of its link and without a log-in; the first 50.',
  })
  mentionsToDeny(
    @Ctx() ctx: Context,
    @Arg('token', () => String, { description: 'The token from the mail.' }) token: string,
  ): Promise<Mention[]> {
    return mentionsOfLink(ctx, token);
  }

  @Mutation(() => DeniedMentionsPayload, {
    description:
      'Denies the mentions that a mail was about, by the token of its link and without a log-in. Those that were answered before stay as they are. A denial is taken back with answerMention.',
  })
  async denyMentions(
    @Ctx() ctx: Context,
    @Arg('input', () => DenyMentionsInput, { description: 'The token.' }) input: DenyMentionsInput,
  ): Promise<DeniedMentionsPayload> {
    return { mentions: await denyMentions(ctx, input) };
  }
}

@Resolver(() => Organisation)
export class OrganisationMentionsResolver {
  @FieldResolver(() => MentionConnection, {
    nullable: true,
    description: 'Where others name it, the newest first; for its members and operators, null for others.',
  })
  mentions(
    @Root() organisation: Organisation,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MentionFilter, filterArg) filter?: MentionFilter,
  ): Promise<Page<Mention>> | null {
    return mentionsOfOrganisation(ctx, organisation.id, filter, args);
  }
}

@Resolver(() => ViewerProfile)
export class ViewerMentionsResolver {
  @FieldResolver(() => MentionConnection, {
    description: 'Where others name the viewer as a talent, the newest first.',
  })
  mentions(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => MentionFilter, filterArg) filter?: MentionFilter,
  ): Promise<Page<Mention>> {
    return mentionsOfViewer(ctx, requireLogin(ctx).accountId, filter, args);
  }
}

@Resolver(() => Mention)
export class MentionFieldsResolver {
  @FieldResolver(() => Organisation, {
    nullable: true,
    description: 'The organisation that names; null where a talent does, or where the viewer may not know of it.',
  })
  namedBy(@Root() mention: Mention, @Ctx() ctx: Context): Promise<Organisation | null> | null {
    return mention.kind === 'EMPLOYER' || mention.kind === 'EVIDENCE'
      ? null
      : visibleOrganisation(ctx, mention.namerId);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may answer it.' })
  async viewerCanAnswer(@Root() mention: Mention, @Ctx() ctx: Context): Promise<boolean> {
    return can(ctx, 'mention:answer', await namedParty(ctx, mention));
  }
}
