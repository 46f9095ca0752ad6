import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import type { InterestSide } from './interest.stages.js';

/**
 * The owners of an interest thread: the party (a person, and the organisation acted for) and the listing institution.
 */
interface OfThread {
  accountId: string | null;
  organisationId: string | null;
  institutionId: string;
}

/**
 * The viewer's side of an interest thread. It is null for all other viewers, as even the existence of a thread is
 * private to its sides. Operators belong to neither side: see the right `interest:read`.
 */
export function sideOf(ctx: Context, interest: OfThread): InterestSide | null {
  if (!can(ctx, 'interest:read', interest)) return null;
  // The person who opened the thread stays on the party's side, even after joining the listing institution.
  if (ctx.viewer.accountId === interest.accountId) return 'PARTY';
  return can(ctx, 'interest:answer', { organisationId: interest.institutionId }) ? 'LISTER' : 'PARTY';
}

/** Whether the viewer may read the thread. */
export function maySee(ctx: Context, interest: OfThread): boolean {
  return can(ctx, 'interest:read', interest);
}

/** The opposite side. */
export function otherSide(side: InterestSide): InterestSide {
  return side === 'PARTY' ? 'LISTER' : 'PARTY';
}
