import { defineLifecycle } from '../kernel/transitions.js';
import type { ProfileStatus } from '../identity/profile-status.js';

export type InvestorAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

/** Owners pause and resume, operators suspend and reinstate. What is suspended can still be edited: that may mend it. */
export const investorLifecycle = defineLifecycle<ProfileStatus, InvestorAction>('The profile', {
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
  // Not straight into matches: whether it takes part again is its owner's to say.
  reinstate: { from: ['SUSPENDED'], to: 'PAUSED' },
});
