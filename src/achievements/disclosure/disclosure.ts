import { In } from 'typeorm';
import { can, inVerifiedOrganisation } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { defineLoader, groupedByKey } from '../../lib/batching.js';
import type { Achievement } from '../achievement.entity.js';
import { NdaGrant } from '../achievement-parts.entity.js';
import type { DisclosureTier } from '../vocabularies.js';

/**
 * The only file that decides by disclosure tier what a viewer may see of an achievement; fields, lists and evidence
 * files call it. A process such as a review may let its participants see more. The search index and public exports do
 * not call it, as they contain PUBLIC content of pool entries only.
 */

/**
 * Whether the viewer may know that the achievement exists: everyone for pool entries, else its institution's members
 * and operators.
 */
export function isVisible(ctx: Context, achievement: Pick<Achievement, 'status' | 'institutionId'>): boolean {
  return (
    achievement.status === 'ADMITTED' || can(ctx, 'achievement:read', { organisationId: achievement.institutionId })
  );
}

/** An SQL condition over the achievement table's alias `a`, with its parameters. */
export interface Clause {
  sql: string;
  parameters: Record<string, unknown>;
}

/**
 * The rule of `isVisible` as SQL conditions of which each achievement meets at most one; those that meet one are
 * visible. A list that is narrowed to an institution or to statuses leaves out what the narrowing implies, so that its
 * condition, and each count, is answered from one index.
 */
export function visibleParts(
  ctx: Context,
  narrowed: { institutionId?: string; statuses?: readonly string[] },
): Clause[] {
  if (can(ctx, 'achievement:readAll', undefined)) return [{ sql: 'TRUE', parameters: {} }];
  const organisations = ctx.viewer.memberships.map((m) => m.organisationId);
  const { institutionId, statuses = [] } = narrowed;
  const inPool: Clause = { sql: `a.status = 'ADMITTED'`, parameters: {} };
  if (institutionId !== undefined)
    return organisations.includes(institutionId) ? [{ sql: 'TRUE', parameters: {} }] : [inPool];
  if (organisations.length === 0 || (statuses.length > 0 && statuses.every((status) => status === 'ADMITTED')))
    return [inPool];
  const parameters = { viewerOrganisations: organisations };
  if (statuses.length > 0 && !statuses.includes('ADMITTED'))
    return [{ sql: 'a.institution_id = ANY(:viewerOrganisations)', parameters }];
  return [inPool, { sql: `(a.institution_id = ANY(:viewerOrganisations) AND a.status <> 'ADMITTED')`, parameters }];
}

/** Loads, per achievement, the ids of the organisations to which NDA access was granted. */
export const ndaGrantsOf = defineLoader<string, string[]>(async (db, ids) => {
  const grants = await db.findBy(NdaGrant, { achievementId: In([...ids]), status: 'GRANTED' });
  return groupedByKey(ids, grants, (grant) => grant.achievementId).map((group) =>
    group.map((grant) => grant.organisationId),
  );
});

/**
 * Whether the viewer may read a disclosure tier of an achievement; false also where the viewer may not see the
 * achievement at all.
 */
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
