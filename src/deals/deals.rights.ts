import {
  atLeast,
  membershipIn,
  isSelf,
  type OfOrganisation,
  type OfPerson,
  type RightsTable,
} from '../kernel/authz.js';
import type { Viewer } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

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
    refusal: say('NOT_ALLOWED.listerAnswer'),
  },
  'interest:speak': {
    may: (viewer, s) =>
      atLeast(viewer, s.organisationId, 'MEMBER') && membershipIn(viewer, s.organisationId)?.closed !== true,
    refusal: say('NOT_ALLOWED.speakFor'),
  },
  'interest:party': {
    may: isParty,
    refusal: say('NOT_ALLOWED.interest'),
  },
  // Operators may not read threads: they see how many there are, but no messages.
  'interest:read': {
    may: (viewer, s) => isParty(viewer, s) || atLeast(viewer, s.institutionId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.thread'),
  },
} satisfies Partial<RightsTable>;
