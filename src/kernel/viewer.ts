export type OrganisationKind =
  'UNIVERSITY' | 'INSTITUTE' | 'ENTERPRISE' | 'INVESTOR' | 'CHAMBER' | 'SERVICE_AGENCY' | 'GOVERNMENT';
export type MembershipRole = 'OWNER' | 'EDITOR' | 'MEMBER';

/** One membership of the viewer; read with every request, so that a removed right ends at once. */
export interface ViewerMembership {
  organisationId: string;
  role: MembershipRole;
  kind: OrganisationKind;
  verified: boolean;
}

/** The person or API key that makes the request. Anonymous when `accountId` is null. */
export interface Viewer {
  readonly accountId: string | null;
  /** Identifies the account in the ledger; remains after an erasure and then identifies no person. */
  readonly pseudonym: string | null;
  /**
   * True for an operator that meets every condition (such as TOTP); `isOperatorPending` is true when only TOTP is
   * missing.
   */
  readonly isOperator: boolean;
  readonly isOperatorPending: boolean;
  readonly emailConfirmed: boolean;
  readonly memberships: readonly ViewerMembership[];
  /** How the request was authenticated. */
  readonly via: 'NONE' | 'SESSION' | 'API_KEY';
  /** For an API key: whether it has the WRITE scope. Always true for sessions. */
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

/** A viewer that is logged in. */
export type KnownViewer = Viewer & { accountId: string; pseudonym: string };
