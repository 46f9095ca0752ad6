import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import type { InterestSide } from './interest.stages.js';

/**
 * The two sides of an interest thread: the interested party (a person, and the organisation that the person acts for,
 * if any) and the listing institution.
 */
interface OfThread {
  accountId: string | null;
  organisationId: string | null;
  institutionId: string;
}

/**
 * The viewer's side of an interest thread; null for a viewer on neither side, as even the existence of a thread is
 * private to its sides. Operators belong to neither side: see the right `interest:read`.
 */
export function sideOf(ctx: Context, interest: OfThread): InterestSide | null {
  if (!can(ctx, 'interest:read', interest)) return null;
  // The person who opened the thread stays on the party's side, even after joining the listing institution.
  if (ctx.viewer.accountId === interest.accountId) return 'PARTY';
  return can(ctx, 'interest:answer', { organisationId: interest.institutionId }) ? 'LISTER' : 'PARTY';
}

/** Whether the viewer may read the interest thread. */
export function maySee(ctx: Context, interest: OfThread): boolean {
  return can(ctx, 'interest:read', interest);
}

/** The other side of an interest thread. */
export function otherSide(side: InterestSide): InterestSide {
  return side === 'PARTY' ? 'LISTER' : 'PARTY';
}
