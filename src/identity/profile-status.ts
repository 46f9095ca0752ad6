import { vocabulary } from '../taxonomy/vocabulary.js';

/** States of an investor's or a talent's profile, which decide whether matching proposes it. */
export const ProfileStatus = vocabulary('ProfileStatus', 'Whether a profile is proposed to others.', {
  ACTIVE: ['启用', 'proposed where it fits'],
  PAUSED: ['暂停', 'paused by its owner: shown, not proposed'],
  SUSPENDED: ['停用', 'suspended by an operator, with a reason'],
});
export type ProfileStatus = keyof typeof ProfileStatus;
