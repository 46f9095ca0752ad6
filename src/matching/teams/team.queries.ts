import type { Achievement } from '../../achievements/achievement.entity.js';
import { can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import type { TalentProfile } from '../../talent/talent.entity.js';
import { proposeFor } from './team.assessing.js';
import { Team } from './team.entity.js';
import type { TeamFilter, TeamProposalArgs } from './team.inputs.js';
import { talentOfViewer } from './team.loaders.js';
import { MAX_MEMBERS, MIN_MEMBERS } from './team.model.js';
import { DEFAULT_TEAMS } from './team.proposals.js';
import type { TeamReader } from './team.source.js';
import { presentAssessment, TeamProposals } from './team.types.js';
import { say } from '../../messages/catalogue.js';

const MAX_TEAMS = 20;

/**
 * Teams that the platform proposes for a pool entry: all of them for members of its institution and operators; for a
 * talent only those that include the talent; null for other viewers.
 */
export async function teamProposals(
  ctx: Context,
  achievement: Achievement,
  { first, size }: TeamProposalArgs,
): Promise<TeamProposals | null> {
  const count = first ?? DEFAULT_TEAMS;
  if (!Number.isInteger(count) || count < 1 || count > MAX_TEAMS)
    throw badInput('first', 'PAGE_SIZE', say('PAGE_SIZE.teams', { max: MAX_TEAMS }));
  if (size != null && (size < MIN_MEMBERS || size > MAX_MEMBERS))
    throw badInput('size', 'TEAM_SIZE', say('TEAM_SIZE.members', { min: MIN_MEMBERS, max: MAX_MEMBERS }));
  const insider = can(ctx, 'achievement:read', { organisationId: achievement.institutionId });
  const talent =
    insider || ctx.viewer.accountId === null ? null : await ctx.load(talentOfViewer).load(ctx.viewer.accountId);
  if (!insider && talent === null) return null;
  if (achievement.status !== 'ADMITTED') return null;
  const reader: TeamReader =
    talent !== null
      ? { side: 'COUNTERPART', talentId: talent }
      : { side: can(ctx, 'platform:operate', undefined) ? 'POOL' : 'LISTER' };
  const proposed = await proposeFor(ctx, achievement.id, count, size == null ? undefined : [size], reader);
  if (proposed === null) return null;
  const shown = insider
    ? proposed.teams
    : proposed.teams.filter((team) => team.members.some(({ id }) => id === talent));
  const { people, bound, gap } = proposed.outside;
  return Object.assign(new TeamProposals(), {
    teams: shown.map((team) => presentAssessment(ctx, team, achievement.institutionId)),
    candidates: proposed.candidates,
    outside: people,
    outsideBound: bound !== null && Number.isFinite(bound) ? bound : null,
    provedBest: proposed.teams.length > 0 && gap === 0,
    modelVersion: proposed.modelVersion,
  });
}

const newestFirst = [{ sql: 't.id', direction: 'DESC' as const, cast: 'uuid', value: (team: Team) => team.id }];

function narrowed(ctx: Context, filter: TeamFilter | null | undefined) {
  const query = ctx.db.createQueryBuilder(Team, 't');
  if (filter?.statuses?.length) query.andWhere('t.status = ANY(:statuses)', { statuses: filter.statuses });
  return query;
}

/** Teams that were built for an achievement, for members of its institution and operators; null for other viewers. */
export function teamsOfAchievement(
  ctx: Context,
  achievement: Achievement,
  filter: TeamFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Team>> | null {
  if (!can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return null;
  return keysetPage(
    narrowed(ctx, filter).andWhere('t.achievement_id = :achievement', { achievement: achievement.id }),
    args,
    newestFirst,
  );
}

const ofTalent = `
  EXISTS (SELECT 1 FROM team_member m WHERE m.team_id = t.id AND m.talent_id = :talent AND m.status <> 'PROPOSED')`;

/** Teams to which the viewer was invited as a talent, newest first. */
export async function ownTeams(
  ctx: Context,
  filter: TeamFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Team>> {
  const talent = await ctx.load(talentOfViewer).load(requireLogin(ctx).accountId);
  return keysetPage(narrowed(ctx, filter).andWhere(ofTalent, { talent }), args, newestFirst);
}

/** Teams to which a talent was invited, for the talent and operators; null for other viewers. */
export function teamsOfTalent(
  ctx: Context,
  talent: TalentProfile,
  filter: TeamFilter | null | undefined,
  args: ConnectionArgs,
): Promise<Page<Team>> | null {
  const own = talent.accountId !== null && talent.accountId === ctx.viewer.accountId;
  if (!own && !can(ctx, 'platform:operate', undefined)) return null;
  return keysetPage(narrowed(ctx, filter).andWhere(ofTalent, { talent: talent.id }), args, newestFirst);
}
