import type { EntityManager } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import type { Team } from './team.entity.js';
import { talentOfViewer } from './team.loaders.js';
import { membersOfTeam, teamById } from './team.entity.js';

/**
 * True if the viewer may read the team: members of the institution that built it, operators, and talents who were
 * invited to it, whatever they answered.
 */
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

/** The check of `mayReadTeam` on the connection of a transaction: a second connection could deadlock with the first. */
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

/** Decides the right `team:read`; whether the viewer was invited is looked up only if nothing else allows it. */
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

/** A team by database id; null if it does not exist or the viewer may not see it. */
export async function visibleTeam(ctx: Context, id: string): Promise<Team | null> {
  const team = await ctx.load(teamById).load(id);
  return team && (await mayReadTeam(ctx, team)) ? team : null;
}
