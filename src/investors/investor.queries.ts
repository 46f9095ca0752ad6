import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { organisationById } from '../identity/organisations/organisation.entity.js';
import { investorOfOrganisation, investorById, InvestorProfile } from './investor.entity.js';

/**
 * Whether the viewer may see an investor profile. A profile of a verified organisation is public; any other one is
 * visible to the organisation's members and to operators.
 */
export async function isInvestorVisible(
  ctx: Context,
  investor: Pick<InvestorProfile, 'organisationId'>,
): Promise<boolean> {
  if (can(ctx, 'investor:read', { organisationId: investor.organisationId })) return true;
  return (await ctx.load(organisationById).load(investor.organisationId))?.verification === 'VERIFIED';
}

/** Returns an investor profile; null if it does not exist or the viewer may not see it. */
export async function readInvestor(ctx: Context, id: string): Promise<InvestorProfile | null> {
  const investor = await ctx.load(investorById).load(id);
  return investor && (await isInvestorVisible(ctx, investor)) ? investor : null;
}

/** Returns the investor profile of an organisation; null if it has none or the viewer may not see it. */
export async function readInvestorOf(ctx: Context, organisationId: string): Promise<InvestorProfile | null> {
  const investor = await ctx.load(investorOfOrganisation).load(organisationId);
  return investor && (await isInvestorVisible(ctx, investor)) ? investor : null;
}
