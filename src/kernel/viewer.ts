export type OrganisationKind =
  'UNIVERSITY' | 'INSTITUTE' | 'ENTERPRISE' | 'INVESTOR' | 'CHAMBER' | 'SERVICE_AGENCY' | 'GOVERNMENT';
export type MembershipRole = 'OWNER' | 'EDITOR' | 'MEMBER';

/** One organisation of the viewer, read with every request so that a removed right is gone at once. */
export interface ViewerMembership {
  organisationId: string;
  role: MembershipRole;
  kind: OrganisationKind;
  verified: boolean;
}

/** Who asks. Anonymous when `accountId` is null. */
export interface Viewer {
  readonly accountId: string | null;
  /** Stands for the account in the ledger; survives an erasure without naming anyone. */
  readonly pseudonym: string | null;
  /** Operator with every condition met (such as TOTP); `isOperatorPending` when only TOTP is missing. */
  readonly isOperator: boolean;
  readonly isOperatorPending: boolean;
  readonly emailConfirmed: boolean;
  readonly memberships: readonly ViewerMembership[];
  /** How the request was authenticated. */
  readonly via: 'NONE' | 'SESSION' | 'API_KEY';
  /** With an API key: whether it may change anything. Sessions always may. */
  readonly mayWrite: boolean;
  readonly sessionId: string | null;
}

export const anonymousViewer: Viewer = {
  accountId: null,
  pseudonym: null,
  isOperator: false,
  isOperatorPending: false,
  emailConfirmed: false,
  memberships: [],
  via: 'NONE',
  mayWrite: false,
  sessionId: null,
};

/** A viewer that is known to be logged in. */
export type KnownViewer = Viewer & { accountId: string; pseudonym: string };
