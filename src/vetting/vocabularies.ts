import { vocabulary } from '../taxonomy/vocabulary.js';

/** Codes of cohorts, entries, decisions and passports. */

export const Dimension = vocabulary(
  'Dimension',
  'What an achievement is judged on; each has a weight, a floor and an axis of the passport.',
  {
    MARKET_POTENTIAL: ['市场潜力', 'market potential: who will want it, and how many'],
    ECONOMIC_VALUE: ['经济价值', 'economic value: what it earns or saves'],
    TECHNICAL_CONTENT: ['技术含量', 'technical content: how far it goes beyond the state of the art'],
  },
);
export type Dimension = keyof typeof Dimension;

/** The review dimensions, in the fixed order in which they are listed, stored and computed. */
export const DIMENSIONS = Object.keys(Dimension) as Dimension[];

export const CohortStatus = vocabulary('CohortStatus', 'Where a cohort stands.', {
  OPEN: ['登记中', 'takes registrations; settings can change'],
  FROZEN: ['已冻结', 'the denominator and the settings are fixed; reviewers are assigned'],
  REVIEWING: ['评审中', 'reviewers judge'],
  PUBLIC_NOTICE: ['公示', 'the proposed admissions are public and open to objections'],
  CLOSED: ['已结束', 'decided; never changes again'],
});
export type CohortStatus = keyof typeof CohortStatus;

export const ScreenStatus = vocabulary(
  'ScreenStatus',
  'Whether an entry counts towards the registered ones, on which the quota rests.',
  {
    PENDING: ['待形式审查', 'not screened yet'],
    COUNTED: ['计入', 'counts'],
    EXCLUDED: ['不计入', 'does not count, for a reason; its institution can appeal'],
  },
);
export type ScreenStatus = keyof typeof ScreenStatus;

export const ScreenReason = vocabulary('ScreenReason', 'Why an entry does not count.', {
  INCOMPLETE: ['登记材料不全', 'the record lacks something'],
  NEAR_DUPLICATE: ['重复或近似重复', 'nearly the same as another registered result'],
  NOT_ELIGIBLE: ['不符合条件', 'the institution is not verified, or the result cannot be judged now'],
  ALREADY_ADMITTED: ['已入池', 'is in the pool with a valid passport'],
  WITHDRAWN: ['已撤回', 'taken back by its institution'],
  OBJECTION_UPHELD: [
    '异议成立',
    'an objection to it was upheld in an earlier cohort; it stands until an operator counts it, with a reason',
  ],
  OPERATOR: ['运营方决定', 'excluded by an operator, whose words are with it'],
});
export type ScreenReason = keyof typeof ScreenReason;

export const ScreenedBy = vocabulary('ScreenedBy', 'Who screened.', {
  AUTOMATIC: ['自动', 'the rules'],
  OPERATOR: ['运营方', 'an operator; the rules do not overturn it'],
});
export type ScreenedBy = keyof typeof ScreenedBy;

export const EntryDecision = vocabulary('EntryDecision', 'What became of an entry.', {
  ADMITTED: ['入池', 'enters the pool'],
  NOT_ADMITTED: ['未入池', 'goes on in cultivation'],
});
export type EntryDecision = keyof typeof EntryDecision;

export const DecisionReason = vocabulary('DecisionReason', 'Why an entry is not admitted.', {
  QUOTA: ['名额已满', 'others scored higher'],
  FLOOR_MARKET_POTENTIAL: ['市场潜力低于门槛', 'market potential below the floor'],
  FLOOR_ECONOMIC_VALUE: ['经济价值低于门槛', 'economic value below the floor'],
  FLOOR_TECHNICAL_CONTENT: ['技术含量低于门槛', 'technical content below the floor'],
  TOO_FEW_REVIEWS: ['评审数不足', 'a dimension has fewer reviews than the cohort requires'],
  OBJECTION_UPHELD: ['异议成立', 'an objection was upheld'],
  WITHDRAWN: ['已撤回', 'taken back by its institution'],
});
export type DecisionReason = keyof typeof DecisionReason;

export const WithdrawalOutcome = vocabulary('WithdrawalOutcome', 'The answer to a request for withdrawal.', {
  CONFIRMED: ['确认', 'the entry is out of the cohort'],
  REFUSED: ['不同意', 'the entry stays in the cohort'],
});
export type WithdrawalOutcome = keyof typeof WithdrawalOutcome;

export const TieKey = vocabulary(
  'TieKey',
  'How entries of equal score are ordered, key by key, as declared with the cohort.',
  {
    MARKET_POTENTIAL: ['市场潜力高者优先', 'the higher market potential first'],
    ECONOMIC_VALUE: ['经济价值高者优先', 'the higher economic value first'],
    TECHNICAL_CONTENT: ['技术含量高者优先', 'the higher technical content first'],
    SMALLER_ERROR: ['误差小者优先', 'the smaller standard error first'],
    EARLIER_REGISTRATION: ['先登记者优先', 'the one that entered the cohort earlier first'],
    ENTRY_ID: ['按条目编号', 'by the entry’s id; always the last key'],
  },
);
export type TieKey = keyof typeof TieKey;

export const PassportVoidReason = vocabulary('PassportVoidReason', 'Why a passport no longer holds.', {
  MATERIAL_CHANGE: ['成果发生实质变更', 'what was judged has changed'],
  EXPIRED: ['已过有效期', 'its validity ended'],
  REPLACED: ['已被新评审取代', 'a later review took its place'],
  REVOKED: ['入池已撤销', 'the admission was taken back'],
});
export type PassportVoidReason = keyof typeof PassportVoidReason;
