import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Achievement } from '../../achievements/achievement.entity.js';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { NotFoundError } from '../../kernel/errors.js';
import { ViewerProfile } from '../../identity/accounts/viewer.types.js';
import { ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import { visibleTeam } from './team.access.js';
import { deletedDraft, DeletedDraftPayload, DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { deleteTeam } from './team.deletion.js';
import { Team, teamById, TeamConnection, TeamMember } from './team.entity.js';
import { talentOfViewer } from './team.loaders.js';
import {
  AnswerTeamInvitationInput,
  DissolveTeamInput,
  InviteTeamInput,
  LiftTeamRefusalInput,
  ProposeTeamInput,
  TeamFilter,
  TeamPayload,
  TeamProposalArgs,
  TeamRefusalPayload,
} from './team.inputs.js';
import * as queries from './team.queries.js';
import * as service from './team.service.js';
import { TeamProposals } from './team.types.js';
import { visibleAchievement } from '../../achievements/achievement.queries.js';
import { visibleTalent } from '../../talent/talent.queries.js';
import { say } from '../../messages/catalogue.js';

const payload = async (team: Promise<Team>): Promise<TeamPayload> => ({ team: await team });
const filterArg = { nullable: true, description: 'Narrows the list.' } as const;

@Resolver()
export class TeamResolver {
  @Query(() => Team, { nullable: true, description: 'One team; NOT_FOUND for who may not see it.' })
  async team(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<Team> {
    const team = await visibleTeam(ctx, readId('id', 'Team', id));
    if (!team) throw new NotFoundError(say('thing.theTeam'));
    return team;
  }

  @Mutation(() => TeamPayload, {
    description: `Puts a team of two to four talents together for a pool entry, from a proposal or hand-picked, and invites them by mail. For editors and owners of its institution. CONFLICT with TALENTS_UNAVAILABLE (and \`positions\` in the list), TEAM_EXISTS (and \`teamId\`) or TOO_MANY_TEAMS (${service.MAX_OPEN_TEAMS} open ones).`,
  })
  proposeTeam(
    @Ctx() ctx: Context,
    @Arg('input', () => ProposeTeamInput, { description: 'Which entry and whom.' }) input: ProposeTeamInput,
  ): Promise<TeamPayload> {
    return payload(service.proposeTeam(ctx, input));
  }

  @Mutation(() => TeamPayload, { description: 'Invites the members of a team that was put together without.' })
  inviteTeam(
    @Ctx() ctx: Context,
    @Arg('input', () => InviteTeamInput, { description: 'Which team.' }) input: InviteTeamInput,
  ): Promise<TeamPayload> {
    return payload(service.inviteTeam(ctx, input));
  }

  @Mutation(() => TeamPayload, {
    description:
      'Answers an invitation, as one of its talents, or leaves. The team is formed when everybody still in it has accepted, and dissolved when who remains cannot be one. Who declines is not proposed for the achievement again, until they accept or call liftTeamRefusal.',
  })
  answerTeamInvitation(
    @Ctx() ctx: Context,
    @Arg('input', () => AnswerTeamInvitationInput, { description: 'Which team, and the answer.' })
    input: AnswerTeamInvitationInput,
  ): Promise<TeamPayload> {
    return payload(service.answerTeamInvitation(ctx, input));
  }

  @Mutation(() => TeamPayload, { description: 'Dissolves a team, as its lister; its members are told by mail.' })
  dissolveTeam(
    @Ctx() ctx: Context,
    @Arg('input', () => DissolveTeamInput, { description: 'Which team, and why.' }) input: DissolveTeamInput,
  ): Promise<TeamPayload> {
    return payload(service.dissolveTeam(ctx, input));
  }

  @Mutation(() => DeletedDraftPayload, {
    description:
      'Deletes a team to which nobody was invited yet (PROPOSED) for good, as its lister; later it is dissolved instead.',
  })
  deleteTeam(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteUnfinishedInput, { description: 'Which team.' }) input: DeleteUnfinishedInput,
  ): Promise<DeletedDraftPayload> {
    return deletedDraft(deleteTeam(ctx, input));
  }

  @Mutation(() => TeamRefusalPayload, {
    description:
      'Takes back that the viewer, as a talent, is not to be proposed for teams of an achievement. Done twice, it changes nothing.',
  })
  async liftTeamRefusal(
    @Ctx() ctx: Context,
    @Arg('input', () => LiftTeamRefusalInput, { description: 'Which achievement.' }) input: LiftTeamRefusalInput,
  ): Promise<TeamRefusalPayload> {
    return { lifted: await service.liftTeamRefusal(ctx, input) };
  }
}

@Resolver(() => Achievement)
export class AchievementTeamResolver {
  @FieldResolver(() => TeamProposals, {
    nullable: true,
    description:
      'Teams proposed for it: the exact best among the 200 best-placed talents. For its institution’s members and operators; a talent sees those that contain them; null for others and outside the pool.',
  })
  teamProposals(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => TeamProposalArgs) args: TeamProposalArgs,
  ): Promise<TeamProposals | null> {
    return queries.teamProposals(ctx, achievement, args);
  }

  @FieldResolver(() => TeamConnection, {
    nullable: true,
    description:
      'Teams put together for it, the newest first; for its institution’s members and operators, null for others.',
  })
  teams(
    @Root() achievement: Achievement,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => TeamFilter, filterArg) filter?: TeamFilter,
  ): Promise<Page<Team>> | null {
    return queries.teamsOfAchievement(ctx, achievement, filter, args);
  }
}

@Resolver(() => ViewerProfile)
export class ViewerTeamResolver {
  @FieldResolver(() => TeamConnection, {
    description: 'Teams to which the viewer was invited as a talent, the newest first.',
  })
  teams(
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => TeamFilter, filterArg) filter?: TeamFilter,
  ): Promise<Page<Team>> {
    return queries.ownTeams(ctx, filter, args);
  }
}

@Resolver(() => TalentProfile)
export class TalentTeamResolver {
  @FieldResolver(() => TeamConnection, {
    nullable: true,
    description:
      'Teams to which the talent was invited, the newest first; for the talent and operators, null for others.',
  })
  teams(
    @Root() talent: TalentProfile,
    @Ctx() ctx: Context,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg('filter', () => TeamFilter, filterArg) filter?: TeamFilter,
  ): Promise<Page<Team>> | null {
    return queries.teamsOfTalent(ctx, talent, filter, args);
  }
}

@Resolver(() => Team)
export class TeamFieldsResolver {
  @FieldResolver(() => Achievement, {
    nullable: true,
    description: 'The achievement; null when it left the pool and the viewer may not see it any more.',
  })
  achievement(@Root() team: Team, @Ctx() ctx: Context): Promise<Achievement | null> {
    return visibleAchievement(ctx, team.achievementId);
  }
}

@Resolver(() => TeamMember)
export class TeamMemberResolver {
  @FieldResolver(() => TalentProfile, {
    nullable: true,
    description:
      'The talent; null where the viewer may not see the profile, or the person is gone. Other talents of the team see who has accepted.',
  })
  async talent(@Root() member: TeamMember, @Ctx() ctx: Context): Promise<TalentProfile | null> {
    const { accountId } = ctx.viewer;
    if (member.status !== 'ACCEPTED') {
      const team = await ctx.load(teamById).load(member.teamId);
      const insider = team !== null && can(ctx, 'team:read', { institutionId: team.institutionId, isInvited: false });
      const own = accountId !== null && (await ctx.load(talentOfViewer).load(accountId)) === member.talentId;
      if (!insider && !own) return null;
    }
    return visibleTalent(ctx, member.talentId);
  }
}
