import { isSelf, type OfPerson, type RightsTable } from '../kernel/authz.js';

declare module '../kernel/authz.js' {
  interface Rights {
    /** Right to see how a cohort's reviewing goes: calibrations, progress, conflicts of interest, assignments. */
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
  // An account that became an operator but has not yet set up two-factor authentication is refused too: operators
  // run cohorts, so they must not review in them.
  'review:write': {
    may: (viewer) => !viewer.isOperator && !viewer.isOperatorPending,
    refusal: 'An operator of the pool cannot review.',
    reason: 'OPERATOR_CANNOT_REVIEW',
  },
} satisfies Partial<RightsTable>;
