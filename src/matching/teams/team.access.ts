import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import type { Team } from './team.entity.js';
import { talentOfViewer } from './team.loaders.js';
import { membersOfTeam, teamById } from './team.entity.js';

/** The lister's members, operators, and the talents who were invited to it. */
export async function mayReadTeam(ctx: Context, team: Pick<Team, 'id' | 'institutionId'>): Promise<boolean> {
  if (can(ctx.viewer, 'achievement:read', { organisationId: team.institutionId })) return true;
  const { accountId } = ctx.viewer;
  const talent = accountId === null ? null : await ctx.load(talentOfViewer).load(accountId);
  return (
    talent !== null &&
    (await ctx.load(membersOfTeam).load(team.id)).some(
      (member) => member.talentId === talent && member.status !== 'PROPOSED',
    )
  );
}

/** The same within a transaction, on its own connection: one that waits for a second may wait for ever. */
export async function mayReadLockedTeam(
  tx: EntityManager,
  ctx: Context,
  team: Pick<Team, 'id' | 'institutionId'>,
): Promise<boolean> {
  if (can(ctx.viewer, 'achievement:read', { organisationId: team.institutionId })) return true;
  const own: unknown[] = await tx.query(
    `SELECT 1 FROM team_member m JOIN talent_profile t ON t.id = m.talent_id WHERE m.team_id = $1 AND t.account_id = $2 AND m.status <> 'PROPOSED'`,
    [team.id, ctx.viewer.accountId],
  );
  return own.length > 0;
}

/** A team, or null where there is none or the viewer may not know of it. */
export async function visibleTeam(ctx: Context, id: string): Promise<Team | null> {
  const team = await ctx.load(teamById).load(id);
  return team && (await mayReadTeam(ctx, team)) ? team : null;
}
