import { atLeast, isSelf, operates, type OfOrganisation, type OfPerson, type RightsTable } from '../kernel/authz.js';

declare module '../kernel/authz.js' {
  interface Rights {
    /**
     * The right to read an account as its owner or as an operator. Fellow members of an organisation do not need it.
     */
    'account:read': OfPerson;
    'organisation:edit': OfOrganisation;
    'organisation:manage': OfOrganisation;
    'organisation:members': OfOrganisation;
    /** The right to list organisations of any verification status, also those of which the viewer is not a member. */
    'organisation:readAll': undefined;
  }
}

/** Rights over accounts and organisations. */
export const identityRights = {
  'account:read': {
    may: (viewer, s) => viewer.isOperator || isSelf(viewer, s.accountId),
    refusal: 'Only the person, fellow members and operators may see this.',
  },
  'organisation:edit': {
    may: (viewer, s) => operates(viewer, s) || atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: 'Only an owner of the organisation may do this.',
  },
  // Operators may not manage members: an operator who could make somebody an owner could read confidential exchanges
  // between an organisation and its partners.
  'organisation:manage': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: 'Only an owner of the organisation may manage its members.',
  },
  'organisation:members': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only members of the organisation may see this.',
  },
  'organisation:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only operators of the pool may see organisations that are not verified.',
  },
} satisfies Partial<RightsTable>;
