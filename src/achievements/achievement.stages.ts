import { defineLifecycle } from '../kernel/transitions.js';
import type { AchievementStatus } from './vocabularies.js';
import { say } from '../messages/catalogue.js';
import { termOf } from '../taxonomy/vocabulary.js';

export type AchievementAction =
  | 'register'
  | 'admit'
  | 'revokeAdmission'
  | 'withdraw'
  | 'reopen'
  | 'retire'
  | 'reinstate'
  | 'startReview'
  | 'stopReview'
  | 'withdrawFromReview'
  | 'decline'
  | 'resubmit';

/**
 * Lifecycle of an achievement. Cohorts cause review, admission, decline and re-submission. A pool entry that is judged
 * again stays ADMITTED throughout, unless its cohort declines it.
 */
export const achievementLifecycle = defineLifecycle<AchievementStatus, AchievementAction>(
  say('thing.theAchievement'),
  {
    register: { from: ['DRAFT'], to: 'REGISTERED' },
    startReview: { from: ['REGISTERED'], to: 'UNDER_REVIEW' },
    stopReview: { from: ['UNDER_REVIEW'], to: 'REGISTERED' },
    withdrawFromReview: { from: ['UNDER_REVIEW'], to: 'WITHDRAWN' },
    admit: { from: ['UNDER_REVIEW', 'ADMITTED'], to: 'ADMITTED' },
    decline: { from: ['UNDER_REVIEW', 'ADMITTED'], to: 'CULTIVATING' },
    resubmit: { from: ['CULTIVATING'], to: 'REGISTERED' },
    revokeAdmission: { from: ['ADMITTED'], to: 'REGISTERED' },
    retire: { from: ['ADMITTED'], to: 'RETIRED' },
    reinstate: { from: ['RETIRED'], to: 'ADMITTED' },
    withdraw: { from: ['DRAFT', 'REGISTERED', 'CULTIVATING'], to: 'WITHDRAWN' },
    reopen: { from: ['WITHDRAWN'], to: 'DRAFT' },
  },
  (state) => termOf('AchievementStatus', state),
);

/** Statuses of an achievement in which its institution may change the record, unless a cohort is judging it. */
export const EDITABLE: readonly AchievementStatus[] = ['DRAFT', 'REGISTERED', 'ADMITTED', 'CULTIVATING'];
