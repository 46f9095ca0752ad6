import { vocabulary } from '../taxonomy/vocabulary.js';

export const FundingStage = vocabulary('FundingStage', 'Rounds 轮次 in which investors put money into a company.', {
  SEED: ['种子轮', 'seed'],
  ANGEL: ['天使轮', 'angel'],
  PRE_A: ['Pre-A轮', 'pre-A'],
  SERIES_A: ['A轮', 'series A'],
  SERIES_B: ['B轮', 'series B'],
  SERIES_C: ['C轮及以后', 'series C and later'],
  GROWTH: ['成长期', 'growth'],
  PRE_IPO: ['上市前', 'before the initial public offering'],
  STRATEGIC: ['战略投资', 'strategic investment'],
  OTHER: ['其他', 'other'],
});
export type FundingStage = keyof typeof FundingStage;
