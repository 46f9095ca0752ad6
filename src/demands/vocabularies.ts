import { vocabulary } from '../taxonomy/vocabulary.js';

export const DemandStatus = vocabulary('DemandStatus', 'Where an enterprise’s demand stands.', {
  OPEN: ['征集中', 'open, until its deadline where it has one'],
  PAUSED: ['暂停', 'paused by its enterprise: shown, not proposed'],
  FULFILLED: ['已解决', 'met'],
  WITHDRAWN: ['已撤回', 'taken back by its enterprise'],
  SUSPENDED: ['停用', 'suspended by an operator, with a reason'],
});
export type DemandStatus = keyof typeof DemandStatus;
