import { can } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import type { InterestSide } from './interest.stages.js';

/** The owners of a thread: party (person, organisation) and institution. */
interface OfThread {
  accountId: string | null;
  organisationId: string | null;
  institutionId: string;
}

/**
 * The viewer's side of a thread; null for all others, since even its existence is private. Operators belong to neither
 * side: see `interest:read`.
 */
export function sideOf(ctx: Context, interest: OfThread): InterestSide | null {
  if (!can(ctx, 'interest:read', interest)) return null;
  // The person who opened the thread stays its party, even after joining the listing institution.
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
