import type { ProfileStatus } from '../identity/profile-status.js';
import { defineLifecycle } from '../kernel/transitions.js';

/**
 * Actions on a talent's profile. `reinstate` restores the status before the suspension; the table below states ACTIVE
 * for it.
 */
export type TalentAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

export const talentLifecycle = defineLifecycle<ProfileStatus, TalentAction>('The profile', {
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'ACTIVE' },
});
