import { defineLifecycle } from '../lib/transitions.js';
import type { AchievementStatus } from './vocabularies.js';

export type AchievementAction = 'register' | 'admit' | 'revokeAdmission' | 'withdraw' | 'reopen' | 'retire' | 'reinstate' | 'startReview' | 'decline' | 'resubmit';

/** The life of an achievement. Review, decline and re-submission are taken by cohorts. */
export const achievementLifecycle = defineLifecycle<AchievementStatus, AchievementAction>('The achievement', {
  register: { from: ['DRAFT'], to: 'REGISTERED' },
  startReview: { from: ['REGISTERED'], to: 'UNDER_REVIEW' },
  admit: { from: ['REGISTERED', 'UNDER_REVIEW', 'CULTIVATING'], to: 'ADMITTED' },
  decline: { from: ['UNDER_REVIEW'], to: 'CULTIVATING' },
  resubmit: { from: ['CULTIVATING'], to: 'REGISTERED' },
  revokeAdmission: { from: ['ADMITTED'], to: 'REGISTERED' },
  retire: { from: ['ADMITTED'], to: 'RETIRED' },
  reinstate: { from: ['RETIRED'], to: 'ADMITTED' },
  withdraw: { from: ['DRAFT', 'REGISTERED', 'CULTIVATING'], to: 'WITHDRAWN' },
  reopen: { from: ['WITHDRAWN'], to: 'DRAFT' },
});

/** States in which the institution may change the record. */
export const EDITABLE: readonly AchievementStatus[] = ['DRAFT', 'REGISTERED', 'ADMITTED', 'CULTIVATING'];
