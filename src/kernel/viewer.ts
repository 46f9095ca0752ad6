export type OrganisationKind =
  'UNIVERSITY' | 'INSTITUTE' | 'ENTERPRISE' | 'INVESTOR' | 'CHAMBER' | 'SERVICE_AGENCY' | 'GOVERNMENT';
export type MembershipRole = 'OWNER' | 'EDITOR' | 'MEMBER';

/**
 * One membership of the viewer in an organisation. Memberships are read again for every request, so that a removed
 * right ends at once.
 */
export interface ViewerMembership {
  organisationId: string;
  role: MembershipRole;
  kind: OrganisationKind;
  verified: boolean;
  /** True where the organisation was closed: the role is then MEMBER at most, for reading. */
  closed?: boolean;
}

/** The person or API key that makes a request. `accountId` is null for a request without a log-in. */
export interface Viewer {
  readonly accountId: string | null;
  /**
   * Random name of the account in the ledger; it stays there after the account is erased, and then identifies no
   * person.
   */
  readonly pseudonym: string | null;
  /**
   * True for an operator account that fulfils every condition of operator rights, such as TOTP login. Where only TOTP
   * is missing, it is false and `isOperatorPending` is true.
   */
  readonly isOperator: boolean;
  readonly isOperatorPending: boolean;
  readonly emailConfirmed: boolean;
  /** Language that the account's holder has chosen; null for a request without a log-in. */
  readonly locale: 'ZH' | 'EN' | null;
  /**
   * For operators: ids of their own organisations and of all organisations in the families of these, in which they have
   * a conflict of interest. Empty for others.
   */
  readonly relatedOrganisations: readonly string[];
  readonly memberships: readonly ViewerMembership[];
  /** How the request was authenticated; PROGRAM when a part of the program acts for the person without a request. */
  readonly via: 'NONE' | 'SESSION' | 'API_KEY' | 'PROGRAM';
  /** Whether the viewer may change data: true for sessions, for API keys with the WRITE scope, and for PROGRAM. */
  readonly mayWrite: boolean;
  readonly sessionId: string | null;
  readonly apiKeyId: string | null;
}

export const anonymousViewer: Viewer = {
  accountId: null,
  pseudonym: null,
  isOperator: false,
  isOperatorPending: false,
  emailConfirmed: false,
  locale: null,
  relatedOrganisations: [],
  memberships: [],
  via: 'NONE',
  mayWrite: false,
  sessionId: null,
  apiKeyId: null,
};

/** A viewer that is logged in. */
export type KnownViewer = Viewer & { accountId: string; pseudonym: string };
