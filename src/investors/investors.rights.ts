import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';

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
    refusal: 'Only members of the organisation may see this.',
  },
  'investor:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only operators of the pool may see profiles of organisations that are not verified.',
  },
  'investor:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the organisation may edit its investor profile.',
  },
} satisfies Partial<RightsTable>;
