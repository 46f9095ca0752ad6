import { defineLifecycle } from '../kernel/transitions.js';
import type { ProfileStatus } from '../identity/profile-status.js';

export type InvestorAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

/**
 * Owners pause and resume a profile, operators suspend and reinstate it. A suspended profile can still be edited, so
 * that its owner can correct it.
 */
export const investorLifecycle = defineLifecycle<ProfileStatus, InvestorAction>('The profile', {
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
  // PAUSED, not ACTIVE: the owner decides whether the profile takes part in matching again.
  reinstate: { from: ['SUSPENDED'], to: 'PAUSED' },
});
