import { defineLifecycle } from '../kernel/transitions.js';
import type { DemandStatus } from './vocabularies.js';

/** What moves a demand. `reinstate` gives back the state before the suspension; OPEN stands for it here. */
export type DemandAction = 'pause' | 'resume' | 'fulfil' | 'withdraw' | 'suspend' | 'reinstate';

export const demandLifecycle = defineLifecycle<DemandStatus, DemandAction>('The demand', {
  pause: { from: ['OPEN'], to: 'PAUSED' },
  // Also takes back a fulfilment or withdrawal that came too early.
  resume: { from: ['PAUSED', 'FULFILLED', 'WITHDRAWN'], to: 'OPEN' },
  fulfil: { from: ['OPEN', 'PAUSED'], to: 'FULFILLED' },
  withdraw: { from: ['OPEN', 'PAUSED'], to: 'WITHDRAWN' },
  suspend: { from: ['OPEN', 'PAUSED', 'FULFILLED'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'OPEN' },
});

/** States that the public sees. */
export const SHOWN: readonly DemandStatus[] = ['OPEN', 'PAUSED', 'FULFILLED'];

/** A moment's day, YYYY-MM-DD in UTC, as deadlines are. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Whether the deadline is past while the demand still waits; never stored, so that nothing has to run at midnight. */
export function isExpired(demand: { status: DemandStatus; deadline: string | null }, today: string): boolean {
  return (
    (demand.status === 'OPEN' || demand.status === 'PAUSED') && demand.deadline !== null && demand.deadline < today
  );
}
