import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';

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
    refusal: 'Only members of the enterprise may see this.',
  },
  'demand:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only operators of the pool may see demands that are not shown.',
  },
  'demand:edit': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the enterprise may do this.',
  },
} satisfies Partial<RightsTable>;
