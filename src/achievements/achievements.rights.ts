import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';

declare module '../kernel/authz.js' {
  interface Rights {
    'achievement:read': OfOrganisation;
    /** The right to list achievements of every status and of every institution. */
    'achievement:readAll': undefined;
    'achievement:edit': OfOrganisation;
  }
}

/**
 * The rights to read and edit achievements. The rights to content of a disclosure tier are decided in `disclosure.ts`.
 */
export const achievementsRights = {
  'achievement:read': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: 'Only the listing institution may see this.',
  },
  'achievement:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only operators of the pool may see achievements of every institution.',
  },
  'achievement:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the listing institution may do this.',
  },
} satisfies Partial<RightsTable>;
