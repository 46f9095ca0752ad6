import type { Task } from '../kernel/jobs.js';
import { signHead } from './heads.js';

export const HEAD_TASK = 'ledger:head';

/** Signs the newest record once a day, so that between two closings no more than a day's records could be cut off unseen. */
export const signHeadTask: Task = async (app) => {
  await app.dataSource.transaction((tx) => signHead(tx, app, null));
};
