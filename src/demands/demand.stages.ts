import { defineLifecycle } from '../kernel/transitions.js';
import type { DemandStatus } from './vocabularies.js';

/** Actions on a demand. `reinstate` restores the status before the suspension; the table below states OPEN for it. */
export type DemandAction = 'pause' | 'resume' | 'fulfil' | 'withdraw' | 'suspend' | 'reinstate';

export const demandLifecycle = defineLifecycle<DemandStatus, DemandAction>('The demand', {
  pause: { from: ['OPEN'], to: 'PAUSED' },
  // `resume` also reverts a fulfilment or withdrawal that was premature.
  resume: { from: ['PAUSED', 'FULFILLED', 'WITHDRAWN'], to: 'OPEN' },
  fulfil: { from: ['OPEN', 'PAUSED'], to: 'FULFILLED' },
  withdraw: { from: ['OPEN', 'PAUSED'], to: 'WITHDRAWN' },
  suspend: { from: ['OPEN', 'PAUSED', 'FULFILLED'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'OPEN' },
});

/** Statuses of demands that the public may see. */
export const SHOWN: readonly DemandStatus[] = ['OPEN', 'PAUSED', 'FULFILLED'];

/** The UTC day of a moment, YYYY-MM-DD; deadlines are days in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Whether the deadline of an open or paused demand is past. Computed, not stored, so that no job has to run at
 * midnight.
 */
export function isExpired(demand: { status: DemandStatus; deadline: string | null }, today: string): boolean {
  return (
    (demand.status === 'OPEN' || demand.status === 'PAUSED') && demand.deadline !== null && demand.deadline < today
  );
}
