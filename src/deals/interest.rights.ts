import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import type { InterestSide } from './interest.stages.js';
import type { Viewer } from '../kernel/viewer.js';

/** Whose a thread is. */
interface OfThread {
  accountId: string | null;
  organisationId: string | null;
  institutionId: string;
}

/**
 * On which side of a thread the viewer stands; null for everyone else, who must not learn that it exists. The one rule
 * for reading a thread. Operators stand on neither side on purpose: they see how many threads there are, never what
 * people wrote to each other.
 */
export function sideOf(viewer: Viewer, interest: OfThread): InterestSide | null {
  if (viewer.accountId === null) return null;
  // Who said it stays its party, even after joining the lister.
  if (viewer.accountId === interest.accountId) return 'PARTY';
  if (can(viewer, 'interest:answer', { organisationId: interest.institutionId })) return 'LISTER';
  return can(viewer, 'interest:party', interest) ? 'PARTY' : null;
}

/** Whether the viewer may read the thread. */
export function maySee(ctx: Context, interest: OfThread): boolean {
  return sideOf(ctx.viewer, interest) !== null;
}

/** The side across. */
export function otherSide(side: InterestSide): InterestSide {
  return side === 'PARTY' ? 'LISTER' : 'PARTY';
}
