import { atLeast, isSelf, operates, type OfOrganisation, type OfPerson, type RightsTable } from '../kernel/authz.js';
import type { MembershipRole, Viewer } from '../kernel/viewer.js';
import { say } from '../messages/catalogue.js';

/** Subject of a right: a counterpart, owned by an organisation (investor, demand) or by a person (talent). */
interface OfCounterpart extends OfPerson {
  organisationId: string | null;
}

/** A pair of an entry and a counterpart. */
interface OfPair extends OfCounterpart {
  institutionId: string;
}

/** Subject of a right: feedback, described by the side that gave it and the owner of that side. */
interface OfFeedback extends OfCounterpart {
  side: 'LISTER' | 'COUNTERPART' | 'OPERATOR';
}

/**
 * Subject of a right: a pair of a matching round, described by the achievement's institution and the investor's
 * organisation.
 */
interface OfRoundPair {
  institutionId: string;
  organisationId: string;
}

/** Subject of a right: a pair of a matching round, with the facts that decide whether its two sides may see it. */
interface OfShownPair extends OfRoundPair {
  isDropped: boolean;
  isPublished: boolean;
}

/** Subject of a right: a team, and whether the viewer is a talent invited to it. */
interface OfTeam {
  institutionId: string;
  isInvited: boolean;
}

declare module '../kernel/authz.js' {
  interface Rights {
    'counterpart:read': OfCounterpart;
    'counterpart:speak': OfCounterpart;
    'feedback:read': OfFeedback;
    'feedback:give': OfPair;
    /** Right to read a whole matching round, not only the pairs of the viewer's own organisations. */
    'round:oversee': undefined;
    'pair:read': OfShownPair;
    'pair:answer': OfRoundPair;
    /** Right to read how one side of a round's pair answered; the subject is the organisation of that side. */
    'pair:readAnswer': OfOrganisation;
    'team:read': OfTeam;
  }
}

const ownsCounterpart = (viewer: Viewer, s: OfCounterpart, role: MembershipRole): boolean =>
  s.organisationId !== null ? atLeast(viewer, s.organisationId, role) : isSelf(viewer, s.accountId);

/** Rights over proposed pairs, feedback, matching rounds and teams. */
export const matchingRights = {
  'counterpart:read': {
    may: (viewer, s) => viewer.isOperator || ownsCounterpart(viewer, s, 'MEMBER'),
    refusal: say('NOT_ALLOWED.counterpartSide'),
  },
  'counterpart:speak': {
    may: (viewer, s) => ownsCounterpart(viewer, s, 'EDITOR'),
    refusal: say('NOT_ALLOWED.counterpart'),
  },
  'feedback:read': {
    may: (viewer, s) => viewer.isOperator || (s.side !== 'OPERATOR' && ownsCounterpart(viewer, s, 'MEMBER')),
    refusal: say('NOT_ALLOWED.sideFeedback'),
  },
  'feedback:give': {
    may: (viewer, s) =>
      (operates(viewer, s) && operates(viewer, { organisationId: s.institutionId })) ||
      atLeast(viewer, s.institutionId, 'EDITOR') ||
      ownsCounterpart(viewer, s, 'EDITOR'),
    refusal: say('NOT_ALLOWED.halfSpeak'),
  },
  'round:oversee': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.wholeRound'),
  },
  'pair:read': {
    may: (viewer, s) =>
      viewer.isOperator ||
      (s.isPublished &&
        !s.isDropped &&
        (atLeast(viewer, s.institutionId, 'MEMBER') || atLeast(viewer, s.organisationId, 'MEMBER'))),
    refusal: say('NOT_ALLOWED.pair'),
  },
  'pair:answer': {
    may: (viewer, s) => atLeast(viewer, s.institutionId, 'EDITOR') || atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.halfAnswer'),
  },
  'pair:readAnswer': {
    may: (viewer, s) => viewer.isOperator || atLeast(viewer, s.organisationId, 'MEMBER'),
    refusal: say('NOT_ALLOWED.sideAnswered'),
  },
  'team:read': {
    may: (viewer, s) => viewer.isOperator || s.isInvited || atLeast(viewer, s.institutionId, 'MEMBER'),
    refusal: say('NOT_ALLOWED.team'),
  },
} satisfies Partial<RightsTable>;
