import { requireLogin, type Context } from './context.js';
import { ForbiddenError } from './errors.js';
import { type MembershipRole, type Viewer, type ViewerMembership } from './viewer.js';
import { say, type Said } from '../messages/catalogue.js';

/**
 * Maps the name of each action to the type of its subject: the object on which a viewer's right to the action is
 * checked. Each domain adds its own actions in `<domain>.rights.ts` (`declare module` with `interface Rights`), so that
 * a call with an unknown action or a subject of another type does not compile.
 */
export interface Rights {
  /**
   * Operator actions: on the pool as a whole, without a subject, or on what belongs to an organisation or a person.
   * Operators may not act on what concerns their own organisations, the families of these, or themselves.
   */
  'platform:operate': Concerned | undefined;
}

/** The organisation and the person whose interests an operator's action touches, where there are any. */
export interface Concerned {
  organisationId?: string | null;
  accountId?: string | null;
}

export type Action = keyof Rights;
export type SubjectOf<A extends Action> = Rights[A];

/**
 * The rule that decides whether a viewer may do one action, and the sentence (with an optional reason code) of the
 * error when the viewer may not.
 */
export interface Right<Subject> {
  readonly may: (viewer: Viewer, subject: Subject) => boolean;
  readonly refusal: Said;
  readonly reason?: string;
}

/**
 * The rules of all actions that need more than a login, by action name. Callers must pass a `subject` that was read
 * from the locked database row, never one from the client's input. Modules supply the entries; `src/modules.ts`
 * composes them.
 */
export type RightsTable = { readonly [A in Action]: Right<Rights[A]> };

/** The rights that belong to no domain. */
export const platformRights = {
  'platform:operate': {
    may: (viewer, s) => operates(viewer, s ?? {}),
    refusal: say('NOT_ALLOWED.operator'),
  },
} satisfies Partial<RightsTable>;

/** A subject that belongs to an organisation. */
export interface OfOrganisation {
  organisationId: string;
}

/** A subject that belongs to one person, by account id; the id is null once that person's data is erased. */
export interface OfPerson {
  accountId: string | null;
}

const RANK: Record<MembershipRole, number> = { MEMBER: 1, EDITOR: 2, OWNER: 3 };

/** Returns the viewer's membership in the organisation, or undefined where the viewer is not a member. */
export function membershipIn(viewer: Viewer, organisationId: string): ViewerMembership | undefined {
  return viewer.memberships.find((m) => m.organisationId === organisationId);
}

/** True when the viewer is a member of the organisation with this role or a higher one. */
export function atLeast(viewer: Viewer, organisationId: string, role: MembershipRole): boolean {
  const membership = membershipIn(viewer, organisationId);
  return membership !== undefined && RANK[membership.role] >= RANK[role];
}

/** True when the viewer is logged in with this account; always false where the account id is null. */
export function isSelf(viewer: Viewer, accountId: string | null): boolean {
  return viewer.accountId !== null && viewer.accountId === accountId;
}

/**
 * True when the viewer is a member of any verified organisation, which gives access to content of the REGISTERED
 * disclosure tier.
 */
export function inVerifiedOrganisation(viewer: Viewer): boolean {
  return viewer.memberships.some((m) => m.verified);
}

/**
 * True when the action concerns the viewer's own person, or an organisation in which the viewer has a conflict of
 * interest: one of the viewer's own, or of a family of these.
 */
function isPartial(viewer: Viewer, { organisationId, accountId }: Concerned): boolean {
  return (
    isSelf(viewer, accountId ?? null) ||
    (organisationId != null && viewer.relatedOrganisations.includes(organisationId))
  );
}

/** True when the viewer is an operator without a conflict of interest in this subject. */
export function operates(viewer: Viewer, subject: Concerned): boolean {
  return viewer.isOperator && !isPartial(viewer, subject);
}

/** The part of a request context that a check of a right needs: the app, with its table of rights, and the viewer. */
type Asking = Pick<Context, 'app' | 'viewer'>;

/**
 * Whether the viewer may do this action on this subject; for `viewerCan…` fields, and to decide whether a field is
 * hidden.
 */
export function can<A extends Action>(ctx: Asking, action: A, subject: SubjectOf<A>): boolean {
  return rightOf(ctx, action).may(ctx.viewer, subject);
}

/**
 * Throws UNAUTHENTICATED for an anonymous viewer, and FORBIDDEN for a viewer without the right to this action on this
 * subject.
 */
export function authorize<A extends Action>(ctx: Context, action: A, subject: SubjectOf<A>): void {
  requireLogin(ctx);
  if (can(ctx, action, subject)) return;
  if (action === 'platform:operate' && ctx.viewer.isOperatorPending) {
    throw new ForbiddenError(say('TOTP_REQUIRED.turnOn'), 'TOTP_REQUIRED');
  }
  if (action === 'platform:operate' && ctx.viewer.isOperator) {
    throw new ForbiddenError(say('CONFLICT_OF_INTEREST.operator'), 'CONFLICT_OF_INTEREST');
  }
  const { refusal, reason } = rightOf(ctx, action);
  const organisationId = (subject as Partial<OfOrganisation> | null | undefined)?.organisationId;
  if (organisationId != null && membershipIn(ctx.viewer, organisationId)?.closed === true)
    throw new ForbiddenError(say('ORGANISATION_CLOSED.new'), 'ORGANISATION_CLOSED');
  throw new ForbiddenError(refusal, reason);
}

function rightOf<A extends Action>(ctx: Asking, action: A): Right<SubjectOf<A>> {
  return (ctx.app.modules.rights as { readonly [K in A]: Right<SubjectOf<K>> })[action];
}
