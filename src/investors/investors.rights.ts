import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

declare module '../kernel/authz.js' {
  interface Rights {
    'investor:read': OfOrganisation;
    /** The right to list all investor profiles, also those of unverified organisations. */
    'investor:readAll': undefined;
    'investor:edit': OfOrganisation;
  }
}

/** The rights to read and edit investor profiles and their past investments. */
export const investorsRights = {
  'investor:read': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: say('NOT_ALLOWED.organisationMember'),
  },
  'investor:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.unverifiedProfiles'),
  },
  'investor:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.investorProfile'),
  },
} satisfies Partial<RightsTable>;
