import { atLeast, isSelf, type OfPerson, type RightsTable } from '../kernel/authz.js';
import type { MembershipRole, Viewer } from '../kernel/viewer.js';

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
    refusal: 'Only the named party and operators may see this.',
  },
  'mention:answer': {
    may: (viewer, s) => isNamed(viewer, s, 'EDITOR'),
    refusal: 'Only the named person, or an editor or owner of the named organisation, may answer.',
  },
} satisfies Partial<RightsTable>;
