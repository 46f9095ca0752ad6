import { inVerifiedOrganisation, isSelf, type OfPerson, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

/** Subject of the right to read a talent profile: its owner, and the columns that decide which viewers see it. */
interface OfTalent extends OfPerson {
  visibility: 'PUBLIC' | 'REGISTERED' | 'HIDDEN';
  status: 'ACTIVE' | 'PAUSED' | 'SUSPENDED';
  verification: 'UNVERIFIED' | 'VERIFIED' | 'REJECTED';
}

declare module '../kernel/authz.js' {
  interface Rights {
    'talent:edit': OfPerson;
    'talent:private': OfPerson;
    'talent:read': OfTalent;
    /** Right to list talents whose visibility is REGISTERED. */
    'talent:readRegistered': undefined;
    /** Right to list talents of every visibility and status. */
    'talent:readAll': undefined;
  }
}

/** Rights over talent profiles. */
export const talentRights = {
  // Operators may not edit a talent profile: only the person states their own skills.
  'talent:edit': {
    may: (viewer, s) => isSelf(viewer, s.accountId),
    refusal: say('NOT_ALLOWED.person'),
  },
  // Right to see an operator's reasons about a talent profile, and profiles that are not shown to others.
  'talent:private': {
    may: (viewer, s) => viewer.isOperator || isSelf(viewer, s.accountId),
    refusal: say('NOT_ALLOWED.personOrOperator'),
  },
  'talent:read': {
    may: (viewer, s) =>
      viewer.isOperator ||
      isSelf(viewer, s.accountId) ||
      (s.status !== 'SUSPENDED' &&
        s.verification !== 'REJECTED' &&
        (s.visibility === 'PUBLIC' || (s.visibility === 'REGISTERED' && inVerifiedOrganisation(viewer)))),
    refusal: say('NOT_ALLOWED.talent'),
  },
  'talent:readRegistered': {
    may: (viewer) => viewer.isOperator || inVerifiedOrganisation(viewer),
    refusal: say('NOT_ALLOWED.verifiedTalent'),
  },
  'talent:readAll': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.hiddenTalents'),
  },
} satisfies Partial<RightsTable>;
