import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { Achievement } from './achievement.entity.js';
import { EvidenceFile, NdaGrant, NearDuplicate } from './achievement-parts.entity.js';
import { mayReadTier } from './disclosure/disclosure.js';

/**
 * Functions by which `node(id)` reads the parts of an achievement. Each returns null unless the viewer may read the
 * part: an evidence file by its tier, a request of NDA access as a member of either side or an operator.
 */

export async function readEvidence(ctx: Context, id: string): Promise<EvidenceFile | null> {
  const file = await ctx.db.findOneBy(EvidenceFile, { id });
  const achievement = file && (await ctx.db.findOneBy(Achievement, { id: file.achievementId }));
  return file && achievement && (await mayReadTier(ctx, achievement, file.tier)) ? file : null;
}

/**
 * Whether the viewer may see a request of NDA access: operators may, and members of the institution that decides on it
 * and of the organisation that made it.
 */
export function seesNdaGrant(ctx: Context, grant: NdaGrant, achievement: Achievement): boolean {
  return [achievement.institutionId, grant.organisationId].some((organisationId) =>
    can(ctx, 'achievement:read', { organisationId }),
  );
}

export async function readNdaGrant(ctx: Context, id: string): Promise<NdaGrant | null> {
  const grant = await ctx.db.findOneBy(NdaGrant, { id });
  const achievement = grant && (await ctx.db.findOneBy(Achievement, { id: grant.achievementId }));
  return grant && achievement && seesNdaGrant(ctx, grant, achievement) ? grant : null;
}

export async function readNearDuplicate(ctx: Context, id: string): Promise<NearDuplicate | null> {
  const pair = await ctx.db.findOneBy(NearDuplicate, { id });
  if (!pair) return null;
  const both = await ctx.db.findBy(Achievement, [{ id: pair.aId }, { id: pair.bId }]);
  return both.some((a) => can(ctx, 'achievement:read', { organisationId: a.institutionId })) ? pair : null;
}
