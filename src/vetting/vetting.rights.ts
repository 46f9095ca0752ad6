import { atLeast, isSelf, operates, type OfOrganisation, type OfPerson, type RightsTable } from '../kernel/authz.js';
import { say } from '../messages/catalogue.js';

declare module '../kernel/authz.js' {
  interface Rights {
    /** Right to see how a cohort's reviewing goes: calibrations, progress, conflicts of interest, assignments. */
    'reviewing:oversee': undefined;
    'reviewer:read': OfPerson;
    'review:write': undefined;
    /** Right to reply to an objection; the subject is the institution of the entry. */
    'objection:reply': OfOrganisation;
    /** Right to read the reply before the objection is decided; the person is the author of the objection. */
    'objection:readReply': OfOrganisation & OfPerson;
  }
}

/** Rights in reviewing. */
export const vettingRights = {
  'reviewing:oversee': {
    may: (viewer) => viewer.isOperator,
    refusal: say('NOT_ALLOWED.reviewing'),
  },
  'reviewer:read': {
    may: (viewer, s) => viewer.isOperator || isSelf(viewer, s.accountId),
    refusal: say('NOT_ALLOWED.reviewerOrOperator'),
  },
  // An account that became an operator but has not yet set up two-factor authentication is refused too: operators
  // run cohorts, so they must not review in them.
  'review:write': {
    may: (viewer) => !viewer.isOperator && !viewer.isOperatorPending,
    refusal: say('OPERATOR_CANNOT_REVIEW.review'),
    reason: 'OPERATOR_CANNOT_REVIEW',
  },
  'objection:reply': {
    may: (viewer, s) => atLeast(viewer, s.organisationId, 'EDITOR'),
    refusal: say('NOT_ALLOWED.objectionReply'),
  },
  // The objection's author may not read the reply before the decision, because the procedure has no step in which the
  // author could answer it.
  'objection:readReply': {
    may: (viewer, s) =>
      !isSelf(viewer, s.accountId) && (atLeast(viewer, s.organisationId, 'MEMBER') || operates(viewer, s)),
    refusal: say('NOT_ALLOWED.replyBefore'),
  },
} satisfies Partial<RightsTable>;
