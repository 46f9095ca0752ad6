import { atLeast, isSelf, operates, type OfOrganisation, type OfPerson, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

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
    refusal: say('NOT_ALLOWED.personFellow'),
  },
  'organisation:edit': {
    may: (viewer, s) => operates(viewer, s) || atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: say('NOT_ALLOWED.owner'),
  },
  // Operators may not manage members: an operator who could make somebody an owner could read confidential exchanges
  // between an organisation and its partners.
  'organisation:manage': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'OWNER'),
    refusal: say('NOT_ALLOWED.members'),
  },
  'organisation:members': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: say('NOT_ALLOWED.organisationMember'),
  },
  'organisation:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.unverifiedOrganisations'),
  },
} satisfies Partial<RightsTable>;
