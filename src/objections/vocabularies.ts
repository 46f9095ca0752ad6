import { vocabulary } from '../taxonomy/vocabulary.js';

export const ObjectionReason = vocabulary('ObjectionReason', 'What an objection claims.', {
  NOT_OWNER: ['权属争议', 'the result is not the institution’s own'],
  FALSE_STATEMENT: ['材料不实', 'something stated is not true'],
  DUPLICATE: ['重复登记', 'it is the same as another result'],
  CONFLICT_OF_INTEREST: ['评审利益冲突', 'a reviewer had a conflict of interest'],
  PROCEDURE: ['程序问题', 'the procedure was not kept'],
  OTHER: ['其他', 'something else'],
});
export type ObjectionReason = keyof typeof ObjectionReason;

export const ObjectionOutcome = vocabulary('ObjectionOutcome', 'The answer to an objection.', {
  UPHELD: ['成立', 'right: the entry is not admitted, and the next one moves up'],
  REJECTED: ['不成立', 'not right: the proposal stands'],
});
export type ObjectionOutcome = keyof typeof ObjectionOutcome;
