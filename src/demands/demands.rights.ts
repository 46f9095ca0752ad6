import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

declare module '../kernel/authz.js' {
  interface Rights {
    'demand:read': OfOrganisation;
    /** The right to list demands of every status and of every enterprise. */
    'demand:readAll': undefined;
    'demand:edit': OfOrganisation;
  }
}

/** Rights over demands. */
export const demandsRights = {
  'demand:read': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: say('NOT_ALLOWED.enterpriseMember'),
  },
  'demand:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.hiddenDemands'),
  },
  'demand:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.enterpriseEditor'),
  },
} satisfies Partial<RightsTable>;
