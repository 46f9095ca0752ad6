import { defineLifecycle } from '../kernel/transitions.js';
import type { DemandStatus } from './vocabularies.js';
import { say } from '../messages/catalogue.js';
import { termOf } from '../taxonomy/vocabulary.js';

/**
 * Actions on a demand. `reinstate` leads back to the status before the suspension, though the table below names OPEN as
 * its target.
 */
export type DemandAction = 'pause' | 'resume' | 'fulfil' | 'withdraw' | 'suspend' | 'reinstate';

export const demandLifecycle = defineLifecycle<DemandStatus, DemandAction>(
  say('thing.theDemand'),
  {
    pause: { from: ['OPEN'], to: 'PAUSED' },
    // `resume` also undoes a fulfilment or withdrawal that was premature.
    resume: { from: ['PAUSED', 'FULFILLED', 'WITHDRAWN'], to: 'OPEN' },
    fulfil: { from: ['OPEN', 'PAUSED'], to: 'FULFILLED' },
    withdraw: { from: ['OPEN', 'PAUSED'], to: 'WITHDRAWN' },
    suspend: { from: ['OPEN', 'PAUSED', 'FULFILLED'], to: 'SUSPENDED' },
    reinstate: { from: ['SUSPENDED'], to: 'OPEN' },
  },
  (state) => termOf('DemandStatus', state),
);

/** Statuses in which a demand of a verified enterprise is public. */
export const SHOWN: readonly DemandStatus[] = ['OPEN', 'PAUSED', 'FULFILLED'];

/**
 * Whether the deadline of an open or paused demand is past. This is computed and not stored, so that no job has to run
 * at midnight.
 */
export function isExpired(demand: { status: DemandStatus; deadline: string | null }, today: string): boolean {
  return (
    (demand.status === 'OPEN' || demand.status === 'PAUSED') && demand.deadline !== null && demand.deadline < today
  );
}
