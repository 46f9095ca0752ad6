import type { ProfileStatus } from '../identity/profile-status.js';
import { defineLifecycle } from '../kernel/transitions.js';
import { say } from '../messages/catalogue.js';
import { termOf } from '../taxonomy/vocabulary.js';

/**
 * Actions on a talent profile that change its status. `reinstate` restores the status before the suspension; the
 * lifecycle table gives ACTIVE for it.
 */
export type TalentAction = 'pause' | 'resume' | 'suspend' | 'reinstate';

export const talentLifecycle = defineLifecycle<ProfileStatus, TalentAction>(
  say('thing.theProfile'),
  {
    pause: { from: ['ACTIVE'], to: 'PAUSED' },
    resume: { from: ['PAUSED'], to: 'ACTIVE' },
    suspend: { from: ['ACTIVE', 'PAUSED'], to: 'SUSPENDED' },
    reinstate: { from: ['SUSPENDED'], to: 'ACTIVE' },
  },
  (state) => termOf('ProfileStatus', state),
);
