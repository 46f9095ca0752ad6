import { In } from 'typeorm';
import { can, inVerifiedOrganisation } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { defineLoader, groupedByKey } from '../lib/batching.js';
import type { Achievement } from './achievement.entity.js';
import { NdaGrant } from './achievement-parts.entity.js';
import type { DisclosureTier } from './vocabularies.js';

/** The only file that decides what a viewer sees of an achievement. Fields, files, exports and search all call it. */

/** Whether the viewer may know that the achievement exists. */
export function isVisible(ctx: Context, achievement: Pick<Achievement, 'status' | 'institutionId'>): boolean {
  return (
    achievement.status === 'ADMITTED' || can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
  );
}

/** The rule of `isVisible` as a WHERE clause over alias `a`, with its parameters. */
export function visibleClause(ctx: Context): { sql: string; parameters: Record<string, unknown> } {
  if (can(ctx, 'achievement:readAll', undefined)) return { sql: 'TRUE', parameters: {} };
  if (ctx.viewer.memberships.length === 0) return { sql: `a.status = 'ADMITTED'`, parameters: {} };
  return {
    sql: `(a.status = 'ADMITTED' OR a.institution_id = ANY(:viewerOrganisations))`,
    parameters: { viewerOrganisations: ctx.viewer.memberships.map((m) => m.organisationId) },
  };
}

/** Ids of the organisations with a granted NDA, per achievement. */
export const ndaGrantsOf = defineLoader<string, string[]>(async (db, ids) => {
  const grants = await db.findBy(NdaGrant, { achievementId: In([...ids]), status: 'GRANTED' });
  return groupedByKey(ids, grants, (grant) => grant.achievementId).map((group) =>
    group.map((grant) => grant.organisationId),
  );
});

/** Whether the viewer may read a disclosure tier. Precondition: the viewer may see the achievement (`isVisible`). */
export async function mayReadTier(
  ctx: Context,
  achievement: Pick<Achievement, 'id' | 'status' | 'institutionId'>,
  tier: DisclosureTier,
): Promise<boolean> {
  if (!isVisible(ctx, achievement)) return false;
  if (tier === 'PUBLIC' || can(ctx, 'achievement:read', { organisationId: achievement.institutionId })) return true;
  if (!inVerifiedOrganisation(ctx.viewer)) return false;
  if (tier === 'REGISTERED') return true;
  const granted = await ctx.load(ndaGrantsOf).load(achievement.id);
  return ctx.viewer.memberships.some((m) => m.verified && granted.includes(m.organisationId));
}
