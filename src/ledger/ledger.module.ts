import type { Module } from '../kernel/module.js';
import { LedgerHead, LedgerKey } from './heads.entity.js';
import { HEAD_TASK, signHeadTask } from './heads.jobs.js';
import { LedgerHeadResolver } from './heads.resolver.js';
import { registerHeadRoutes } from './heads.routes.js';

/** The append-only record of decisions, with its signed heads. */
export const ledgerModule: Module = {
  name: 'ledger',
  entities: [LedgerHead, LedgerKey],
  resolvers: [LedgerHeadResolver],
  tasks: {
    [HEAD_TASK]: signHeadTask,
  },
  cron: [{ task: HEAD_TASK, match: '50 23 * * *' }],
  downloads: [registerHeadRoutes],
};
