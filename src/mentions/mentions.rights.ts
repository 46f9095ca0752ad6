import { atLeast, isSelf, type OfPerson, type RightsTable } from '../kernel/authz.js';
import type { MembershipRole, Viewer } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

/** The named party: an organisation, or a person. */
interface OfNamed extends OfPerson {
  organisationId: string | null;
}

declare module '../kernel/authz.js' {
  interface Rights {
    'mention:read': OfNamed;
    'mention:answer': OfNamed;
  }
}

const isNamed = (viewer: Viewer, s: OfNamed, role: MembershipRole): boolean =>
  s.organisationId === null ? isSelf(viewer, s.accountId) : atLeast(viewer, s.organisationId, role);

/** Rights over mentions. */
export const mentionsRights = {
  'mention:read': {
    may: (viewer, s) => viewer.isOperator || isNamed(viewer, s, 'MEMBER'),
    refusal: say('NOT_ALLOWED.namedParty'),
  },
  'mention:answer': {
    may: (viewer, s) => isNamed(viewer, s, 'EDITOR'),
    refusal: say('NOT_ALLOWED.namedAnswer'),
  },
} satisfies Partial<RightsTable>;
