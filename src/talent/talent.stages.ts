import type { ProfileStatus } from '../identity/profile-status.js';
import { defineLifecycle } from '../kernel/transitions.js';

/** What moves a talent's profile. `reinstate` gives back the state before the suspension; ACTIVE stands for it here. */
export type TalentAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

export const talentLifecycle = defineLifecycle<ProfileStatus, TalentAction>('The profile', {
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'ACTIVE' },
});
