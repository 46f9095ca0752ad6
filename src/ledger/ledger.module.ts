import type { Module } from '../kernel/module.js';
import { LedgerHead, LedgerKey } from './heads.entity.js';
import { HEAD_TASK, signHeadTask } from './heads.jobs.js';
import { LedgerHeadResolver } from './heads.resolver.js';
import { registerHeadRoutes } from './heads.routes.js';
import { keepPartitions, PARTITIONS_TASK } from './partitions.js';
import { ledgerColumns } from './ledger.personal-columns.js';

/** Descriptor of the ledger: the append-only, hash-chained record of decisions, whose newest hashes are signed. */
export const ledgerModule: Module = {
  name: 'ledger',
  entities: [LedgerHead, LedgerKey],
  resolvers: [LedgerHeadResolver],
  tasks: {
    [HEAD_TASK]: signHeadTask,
    [PARTITIONS_TASK]: keepPartitions,
  },
  cron: [
    { task: HEAD_TASK, match: '50 23 * * *' },
    { task: PARTITIONS_TASK, match: '20 * * * *' },
  ],
  personalData: [{ part: 'ledger', exports: {}, ...ledgerColumns }],
  downloads: [registerHeadRoutes],
};
