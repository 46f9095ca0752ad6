import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

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
    refusal: say('NOT_ALLOWED.lister'),
  },
  'achievement:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.allAchievements'),
  },
  'achievement:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.listerEditor'),
  },
} satisfies Partial<RightsTable>;
