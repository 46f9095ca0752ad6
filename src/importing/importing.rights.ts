import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';

declare module '../kernel/authz.js' {
  interface Rights {
    'import:run': OfOrganisation;
    'import:read': OfOrganisation;
  }
}

/** Rights over imports and their mappings. */
export const importingRights = {
  'import:run': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the institution may import for it.',
  },
  'import:read': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the institution may see its imports.',
  },
} satisfies Partial<RightsTable>;
