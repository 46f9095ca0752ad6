import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import type { Team } from './team.entity.js';
import { talentOfViewer } from './team.loaders.js';
import { membersOfTeam, teamById } from './team.entity.js';

/** True if the viewer may read the team: the lister's members, operators, and talents invited to it. */
export function mayReadTeam(ctx: Context, team: Pick<Team, 'id' | 'institutionId'>): Promise<boolean> {
  return mayRead(ctx, team, async () => {
    const { accountId } = ctx.viewer;
    const talent = accountId === null ? null : await ctx.load(talentOfViewer).load(accountId);
    return (
      talent !== null &&
      (await ctx.load(membersOfTeam).load(team.id)).some(
        (member) => member.talentId === talent && member.status !== 'PROPOSED',
      )
    );
  });
}

/** Same check within a transaction, on its connection: a second connection could wait for the first for ever. */
export function mayReadLockedTeam(
  tx: EntityManager,
  ctx: Context,
  team: Pick<Team, 'id' | 'institutionId'>,
): Promise<boolean> {
  return mayRead(ctx, team, async () => {
    const own: unknown[] = await tx.query(
      `SELECT 1
       FROM team_member m
       JOIN talent_profile t ON t.id = m.talent_id
       WHERE m.team_id = $1 AND t.account_id = $2 AND m.status <> 'PROPOSED'`,
      [team.id, ctx.viewer.accountId],
    );
    return own.length > 0;
  });
}

/** Decides `team:read`; the invitation is looked up only if no other right applies. */
async function mayRead(
  ctx: Context,
  { institutionId }: Pick<Team, 'institutionId'>,
  isInvited: () => Promise<boolean>,
): Promise<boolean> {
  return (
    can(ctx, 'team:read', { institutionId, isInvited: false }) ||
    can(ctx, 'team:read', { institutionId, isInvited: await isInvited() })
  );
}

/** A team; null if it does not exist or the viewer may not see it. */
export async function visibleTeam(ctx: Context, id: string): Promise<Team | null> {
  const team = await ctx.load(teamById).load(id);
  return team && (await mayReadTeam(ctx, team)) ? team : null;
}
