import { defineLifecycle } from '../kernel/transitions.js';
import type { ProfileStatus } from '../identity/profile-status.js';
import { say } from '../messages/catalogue.js';
import { termOf } from '../taxonomy/vocabulary.js';

export type InvestorAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

/**
 * Lifecycle of an investor profile: its organisation pauses and resumes it, operators suspend and reinstate it. A
 * suspended profile can still be edited, so that its organisation can correct it.
 */
export const investorLifecycle = defineLifecycle<ProfileStatus, InvestorAction>(
  say('thing.theProfile'),
  {
    pause: { from: ['ACTIVE'], to: 'PAUSED' },
    resume: { from: ['PAUSED'], to: 'ACTIVE' },
    suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
    // A reinstated profile is PAUSED and not ACTIVE: its organisation decides whether it takes part in matching again.
    reinstate: { from: ['SUSPENDED'], to: 'PAUSED' },
  },
  (state) => termOf('ProfileStatus', state),
);
