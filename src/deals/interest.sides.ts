import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import type { InterestSide } from './interest.stages.js';

/** Whose a thread is. */
interface OfThread {
  accountId: string | null;
  organisationId: string | null;
  institutionId: string;
}

/**
 * On which side of a thread the viewer stands; null for everyone else, since the thread's existence is not theirs to learn.
 * Operators stand on neither side on purpose: see `interest:read`.
 */
export function sideOf(ctx: Context, interest: OfThread): InterestSide | null {
  if (!can(ctx, 'interest:read', interest)) return null;
  // Who said it stays its party, even after joining the lister.
  if (ctx.viewer.accountId === interest.accountId) return 'PARTY';
  return can(ctx, 'interest:answer', { organisationId: interest.institutionId }) ? 'LISTER' : 'PARTY';
}

/** Whether the viewer may read the thread. */
export function maySee(ctx: Context, interest: OfThread): boolean {
  return can(ctx, 'interest:read', interest);
}

/** The side across. */
export function otherSide(side: InterestSide): InterestSide {
  return side === 'PARTY' ? 'LISTER' : 'PARTY';
}
