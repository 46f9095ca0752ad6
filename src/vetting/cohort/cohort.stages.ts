import { defineLifecycle } from '../../kernel/transitions.js';
import type { CohortStatus } from '../vocabularies.js';
import { say } from '../../messages/catalogue.js';
import { termOf } from '../../taxonomy/vocabulary.js';

export type CohortAction = 'freeze' | 'unfreeze' | 'startReviewing' | 'startPublicNotice' | 'close';

/** Lifecycle of a cohort's status; a trigger in the database enforces the same transitions. */
export const cohortLifecycle = defineLifecycle<CohortStatus, CohortAction>(
  say('thing.theCohort'),
  {
    freeze: { from: ['OPEN'], to: 'FROZEN' },
    unfreeze: { from: ['FROZEN'], to: 'OPEN' },
    startReviewing: { from: ['FROZEN'], to: 'REVIEWING' },
    startPublicNotice: { from: ['REVIEWING'], to: 'PUBLIC_NOTICE' },
    close: { from: ['PUBLIC_NOTICE'], to: 'CLOSED' },
  },
  (state) => termOf('CohortStatus', state),
);
