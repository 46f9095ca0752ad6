import { atLeast, type OfOrganisation, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

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
    refusal: say('NOT_ALLOWED.import'),
  },
  'import:read': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.seeImports'),
  },
} satisfies Partial<RightsTable>;
