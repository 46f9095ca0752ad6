import { vocabulary } from './vocabulary.js';

export const CooperationMode = vocabulary(
  'CooperationMode',
  'Ways to transfer a result (law on promoting the transformation of scientific results, art. 16).',
  {
    SELF_INVEST: ['自行投资实施转化', 'invest oneself'],
    ASSIGNMENT: ['转让', 'assignment'],
    LICENCE: ['许可', 'licence'],
    JOINT: ['合作实施', 'joint implementation'],
    EQUITY: ['作价投资', 'contribution as equity'],
    OTHER: ['其他', 'other agreed ways'],
  },
);
export type CooperationMode = keyof typeof CooperationMode;
