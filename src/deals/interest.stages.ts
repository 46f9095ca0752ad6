import { defineLifecycle } from '../kernel/transitions.js';
import { vocabulary, termOf } from '../taxonomy/vocabulary.js';
import { say } from '../messages/catalogue.js';

export const InterestStatus = vocabulary('InterestStatus', 'Where a thread of interest stands.', {
  OPEN: ['待答复', 'the party spoke last; the lister’s answer is awaited'],
  ANSWERED: ['已答复', 'the lister spoke last'],
  CLOSED: ['已关闭', 'closed by one side; nothing can be written'],
});
export type InterestStatus = keyof typeof InterestStatus;

export const InterestSide = vocabulary('InterestSide', 'The two sides of a thread of interest.', {
  PARTY: ['意向方', 'who said the interest, and the organisation it was said for'],
  LISTER: ['成果方', 'the institution that lists the entry'],
});
export type InterestSide = keyof typeof InterestSide;

export type InterestAction = 'write' | 'answer' | 'close' | 'reopen';

/**
 * Lifecycle of an interest thread. The action `write` is a message of the interested party, `answer` a message of the
 * listing institution.
 */
export const interestLifecycle = defineLifecycle<InterestStatus, InterestAction>(
  say('thing.theThread'),
  {
    write: { from: ['OPEN', 'ANSWERED'], to: 'OPEN' },
    answer: { from: ['OPEN', 'ANSWERED'], to: 'ANSWERED' },
    close: { from: ['OPEN', 'ANSWERED'], to: 'CLOSED' },
    reopen: { from: ['CLOSED'], to: 'OPEN' },
  },
  (state) => termOf('InterestStatus', state),
);
