import { isSelf, type OfPerson, type RightsTable } from '../kernel/authz.js';

declare module '../kernel/authz.js' {
  interface Rights {
    /** Right to read the state of a cohort's reviewing: fits, progress, conflicts, assignments. */
    'reviewing:oversee': undefined;
    'reviewer:read': OfPerson;
    'review:write': undefined;
  }
}

/** Rights in reviewing. */
export const vettingRights = {
  'reviewing:oversee': {
    may: (viewer) => viewer.isOperator,
    refusal: 'Only an operator of the pool may see how reviewing stands.',
  },
  'reviewer:read': {
    may: (viewer, s) => viewer.isOperator || isSelf(viewer, s.accountId),
    refusal: 'Only the reviewer and operators may see this.',
  },
  // Also refused to an operator whose two-factor authentication is still missing: operators of a cohort must not judge
  // in it.
  'review:write': {
    may: (viewer) => !viewer.isOperator && !viewer.isOperatorPending,
    refusal: 'An operator of the pool cannot review.',
    reason: 'OPERATOR_CANNOT_REVIEW',
  },
} satisfies Partial<RightsTable>;
