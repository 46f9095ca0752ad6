import {
  atLeast,
  membershipIn,
  isSelf,
  type OfOrganisation,
  type OfPerson,
  type RightsTable,
} from '../kernel/authz.js';
import type { Viewer } from '../kernel/viewer.js';

/** The interested party of a message thread: a person who acts alone or for an organisation. */
interface OfParty extends OfPerson {
  organisationId: string | null;
}

/** A message thread: its interested party, and the institution that lists the achievement. */
interface OfThread extends OfParty {
  institutionId: string;
}

declare module '../kernel/authz.js' {
  interface Rights {
    'interest:answer': OfOrganisation;
    'interest:speak': OfOrganisation;
    'interest:party': OfParty;
    'interest:read': OfThread;
  }
}

const isParty = (viewer: Viewer, s: OfParty): boolean =>
  isSelf(viewer, s.accountId) || (s.organisationId !== null && atLeast(viewer, s.organisationId, 'EDITOR'));

/** Rights over threads of interest. */
export const dealsRights = {
  'interest:answer': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: 'Only an editor or owner of the listing institution may answer.',
  },
  'interest:speak': {
    may: (viewer, s) =>
      atLeast(viewer, s.organisationId, 'MEMBER') && membershipIn(viewer, s.organisationId)?.closed !== true,
    refusal: 'Only a member of the organisation may speak for it.',
  },
  'interest:party': {
    may: isParty,
    refusal: 'Only who said the interest, or an editor or owner of the organisation it was said for, may do this.',
  },
  // Operators may not read threads: they see how many there are, but no messages.
  'interest:read': {
    may: (viewer, s) => isParty(viewer, s) || atLeast(viewer, s.institutionId, 'EDITOR'),
    refusal: 'Only the two sides of a thread may read it.',
  },
} satisfies Partial<RightsTable>;
