import { Args, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { ApiKey, ApiKeyConnection } from '../api-keys/api-key.entity.js';
import { listApiKeys } from '../api-keys/api-keys.service.js';
import { listOwnMemberships } from '../organisations/members.service.js';
import { Membership, MembershipConnection } from '../organisations/membership.entity.js';
import { readOwnAccount } from './profile.service.js';
import { Session, SessionConnection } from '../sessions/session.entity.js';
import { listSessions } from '../sessions/sessions.service.js';
import { PrivateAccount, ViewerProfile } from './viewer.types.js';

@Resolver(() => ViewerProfile)
export class ViewerResolver {
  @Query(() => ViewerProfile, { nullable: true, description: 'Who asks; null when nobody is logged in.' })
  viewer(@Ctx() ctx: Context): ViewerProfile | null {
    return ctx.viewer.accountId === null ? null : new ViewerProfile(requireLogin(ctx));
  }

  @FieldResolver(() => PrivateAccount, { description: 'The account.' })
  account(@Ctx() ctx: Context): Promise<PrivateAccount> {
    return readOwnAccount(ctx);
  }

  @FieldResolver(() => MembershipConnection, { description: 'The viewer’s organisations.' })
  memberships(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<Membership>> {
    return listOwnMemberships(ctx, args);
  }

  @FieldResolver(() => ApiKeyConnection, {
    description: 'The viewer’s API keys, latest first; not for requests by API key.',
  })
  apiKeys(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<ApiKey>> {
    return listApiKeys(ctx, args);
  }

  @FieldResolver(() => SessionConnection, {
    description: 'The viewer’s open sessions, latest first; not for requests by API key.',
  })
  sessions(@Ctx() ctx: Context, @Args(() => ConnectionArgs) args: ConnectionArgs): Promise<Page<Session>> {
    return listSessions(ctx, args);
  }
}
