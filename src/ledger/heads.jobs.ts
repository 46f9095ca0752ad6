import type { Task } from '../kernel/jobs.js';
import { signHead } from './heads.js';

export const HEAD_TASK = 'ledger:head';

/** Signs the newest record once a day, so that at most one day's records could be truncated unnoticed. */
export const signHeadTask: Task = async (app) => {
  await app.dataSource.transaction((tx) => signHead(tx, app, null));
};
