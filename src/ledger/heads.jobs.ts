import type { Task } from '../kernel/jobs.js';
import { signHead } from './heads.js';

export const HEAD_TASK = 'ledger:head';

/**
 * Daily task that signs the hash of the newest ledger record, so that at most one day's records could be cut off
 * unnoticed.
 */
export const signHeadTask: Task = async (app) => {
  await app.dataSource.transaction((tx) => signHead(tx, app, null));
};
