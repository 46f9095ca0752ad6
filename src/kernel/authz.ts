import { requireLogin, type Context } from './context.js';
import { ForbiddenError } from './errors.js';
import { type MembershipRole, type Viewer, type ViewerMembership } from './viewer.js';

const RANK: Record<MembershipRole, number> = { MEMBER: 1, EDITOR: 2, OWNER: 3 };

/** The viewer's membership in an organisation, if any. */
export function membershipIn(viewer: Viewer, organisationId: string): ViewerMembership | undefined {
  return viewer.memberships.find((m) => m.organisationId === organisationId);
}

function atLeast(viewer: Viewer, organisationId: string, role: MembershipRole): boolean {
  const membership = membershipIn(viewer, organisationId);
  return membership !== undefined && RANK[membership.role] >= RANK[role];
}

interface OfOrganisation {
  organisationId: string;
}

/** Who said an interest: a person, for an organisation or not; the person is null once erased. */
interface OfParty {
  accountId: string | null;
  organisationId: string | null;
}

/** A talent as far as it decides who sees it; the person is null once erased. */
interface OfTalent {
  accountId: string | null;
  visibility: 'PUBLIC' | 'REGISTERED' | 'HIDDEN';
  status: 'ACTIVE' | 'PAUSED' | 'SUSPENDED';
  verification: 'UNVERIFIED' | 'VERIFIED' | 'REJECTED';
}

const isSelf = (viewer: Viewer, accountId: string | null): boolean =>
  viewer.accountId !== null && viewer.accountId === accountId;

/** True when the viewer belongs to any verified organisation: the REGISTERED tier. */
export function inVerifiedOrganisation(viewer: Viewer): boolean {
  return viewer.memberships.some((m) => m.verified);
}

/**
 * Every right that is not simply "logged in": action, who may, and the sentence that a refusal gives. `subject` is read
 * from the locked row, never from input.
 */
export const rules = {
  'platform:operate': {
    may: (viewer: Viewer, _subject: undefined) => viewer.isOperator,
    refusal: 'Only an operator of the pool may do this.',
  },
  'organisation:edit': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: 'Only an owner of the organisation may do this.',
  },
  // Operators are left out: whoever may appoint owners could read what is between an organisation and its partners.
  'organisation:manage': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: 'Only an owner of the organisation may manage its members.',
  },
  'organisation:members': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only members of the organisation may see this.',
  },
  'achievement:read': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only the listing institution may see this.',
  },
  'achievement:edit': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the listing institution may do this.',
  },
  'investor:read': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only members of the organisation may see this.',
  },
  'investor:edit': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the organisation may edit its investor profile.',
  },
  // Nobody else edits it, so that no skill is ever put into somebody's mouth.
  'talent:edit': {
    may: (viewer: Viewer, s: Pick<OfTalent, 'accountId'>) => isSelf(viewer, s.accountId),
    refusal: 'Only the person may do this.',
  },
  // What an operator wrote about a talent, and a talent that is not shown.
  'talent:private': {
    may: (viewer: Viewer, s: Pick<OfTalent, 'accountId'>) => viewer.isOperator || isSelf(viewer, s.accountId),
    refusal: 'Only the person and operators may see this.',
  },
  'talent:read': {
    may: (viewer: Viewer, s: OfTalent) =>
      viewer.isOperator ||
      isSelf(viewer, s.accountId) ||
      (s.status !== 'SUSPENDED' &&
        s.verification !== 'REJECTED' &&
        (s.visibility === 'PUBLIC' || (s.visibility === 'REGISTERED' && inVerifiedOrganisation(viewer)))),
    refusal: 'This talent is not shown to you.',
  },
  'demand:read': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only members of the enterprise may see this.',
  },
  'demand:edit': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the enterprise may do this.',
  },
  'import:run': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the institution may import for it.',
  },
  'import:read': {
    may: (viewer: Viewer, s: OfOrganisation) => viewer.isOperator || atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the institution may see its imports.',
  },
  'interest:answer': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the listing institution may answer.',
  },
  'interest:speak': {
    may: (viewer: Viewer, s: OfOrganisation) => atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only a member of the organisation may speak for it.',
  },
  'interest:party': {
    may: (viewer: Viewer, s: OfParty) =>
      (viewer.accountId !== null && viewer.accountId === s.accountId) ||
      (s.organisationId !== null && atLeast(viewer, s.organisationId, 'EDITOR')),
    refusal: 'Only who said the interest, or an editor or owner of the organisation it was said for, may do this.',
  },
} as const satisfies Record<string, { may: (viewer: Viewer, subject: never) => boolean; refusal: string }>;

export type Action = keyof typeof rules;
export type SubjectOf<A extends Action> = Parameters<(typeof rules)[A]['may']>[1];

/** Whether the viewer may; for `viewerCan…` fields and for hiding. */
export function can<A extends Action>(viewer: Viewer, action: A, subject: SubjectOf<A>): boolean {
  return (rules[action].may as (viewer: Viewer, subject: SubjectOf<A>) => boolean)(viewer, subject);
}

/** Throws UNAUTHENTICATED or FORBIDDEN unless the viewer may. */
export function authorize<A extends Action>(ctx: Context, action: A, subject: SubjectOf<A>): void {
  requireLogin(ctx);
  if (can(ctx.viewer, action, subject)) return;
  if (action === 'platform:operate' && ctx.viewer.isOperatorPending) {
    throw new ForbiddenError(
      'Operators need two-factor authentication here: call `beginTotp` and `enableTotp` first.',
      'TOTP_REQUIRED',
    );
  }
  throw new ForbiddenError(rules[action].refusal);
}
