import { requireLogin, type Context } from './context.js';
import { ForbiddenError } from './errors.js';
import { type MembershipRole, type Viewer, type ViewerMembership } from './viewer.js';

/**
 * The subject of every action. Each domain adds its own actions beside their rules (`declare module` with `interface
 * Rights`, in `<domain>.rights.ts`), so that a call with an unknown action or another subject does not compile.
 */
export interface Rights {
  /** Operator actions on the pool as a whole. */
  'platform:operate': undefined;
}

export type Action = keyof Rights;
export type SubjectOf<A extends Action> = Rights[A];

/** One right: the rule, and the sentence (with an optional reason code) of its refusal. */
export interface Right<Subject> {
  readonly may: (viewer: Viewer, subject: Subject) => boolean;
  readonly refusal: string;
  readonly reason?: string;
}

/**
 * Every right beyond "logged in", by action. `subject` must be read from the locked row, never from the input. Modules
 * supply the entries; `src/modules.ts` composes them.
 */
export type RightsTable = { readonly [A in Action]: Right<Rights[A]> };

/** The rights that belong to no domain. */
export const platformRights = {
  'platform:operate': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only an operator of the pool may do this.',
  },
} satisfies Partial<RightsTable>;

/** A subject that belongs to an organisation. */
export interface OfOrganisation {
  organisationId: string;
}

/** A subject that belongs to a person; null once the person is erased. */
export interface OfPerson {
  accountId: string | null;
}

const RANK: Record<MembershipRole, number> = { MEMBER: 1, EDITOR: 2, OWNER: 3 };

/** The viewer's membership in an organisation, if any. */
export function membershipIn(viewer: Viewer, organisationId: string): ViewerMembership | undefined {
  return viewer.memberships.find((m) => m.organisationId === organisationId);
}

/** True when the viewer has this role, or a higher one, in the organisation. */
export function atLeast(viewer: Viewer, organisationId: string, role: MembershipRole): boolean {
  const membership = membershipIn(viewer, organisationId);
  return membership !== undefined && RANK[membership.role] >= RANK[role];
}

/** True when the viewer is logged in as this person. */
export function isSelf(viewer: Viewer, accountId: string | null): boolean {
  return viewer.accountId !== null && viewer.accountId === accountId;
}

/** True when the viewer belongs to any verified organisation: the REGISTERED tier. */
export function inVerifiedOrganisation(viewer: Viewer): boolean {
  return viewer.memberships.some((m) => m.verified);
}

/** The part of a context that a rule needs: the app's table of rights and the viewer. */
type Asking = Pick<Context, 'app' | 'viewer'>;

/** Whether the viewer has the right; for `viewerCan…` fields and for hiding fields. */
export function can<A extends Action>(ctx: Asking, action: A, subject: SubjectOf<A>): boolean {
  return rightOf(ctx, action).may(ctx.viewer, subject);
}

/** Throws UNAUTHENTICATED or FORBIDDEN unless the viewer has the right. */
export function authorize<A extends Action>(ctx: Context, action: A, subject: SubjectOf<A>): void {
  requireLogin(ctx);
  if (can(ctx, action, subject)) return;
  if (action === 'platform:operate' && ctx.viewer.isOperatorPending) {
    throw new ForbiddenError(
      'Operators need two-factor authentication here: call `beginTotp` and `enableTotp` first.',
      'TOTP_REQUIRED',
    );
  }
  const { refusal, reason } = rightOf(ctx, action);
  throw new ForbiddenError(refusal, reason);
}

function rightOf<A extends Action>(ctx: Asking, action: A): Right<SubjectOf<A>> {
  return (ctx.app.modules.rights as { readonly [K in A]: Right<SubjectOf<K>> })[action];
}
