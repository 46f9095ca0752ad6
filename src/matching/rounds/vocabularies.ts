import { defineLifecycle } from '../../kernel/transitions.js';
import { vocabulary, termOf } from '../../taxonomy/vocabulary.js';
import { say } from '../../messages/catalogue.js';

export const RoundMethod = vocabulary('RoundMethod', 'How a matching round chooses its pairs.', {
  OPTIMUM: ['总分最优', 'the largest sum of scores over all pairs, with a proved bound'],
  STABLE: ['稳定匹配', 'no two that are not paired would both rather have each other'],
});

export const MatchingRoundStatus = vocabulary('MatchingRoundStatus', 'Where a matching round stands.', {
  DRAFT: ['草稿', 'being set up'],
  COMPUTING: ['计算中', 'being computed'],
  COMPUTED: ['已计算', 'computed; for operators to look at, change and compute again'],
  PUBLISHED: ['已发布', 'published: both sides of each pair may answer'],
  CLOSED: ['已结束', 'closed: no answers any more'],
  CANCELLED: ['已取消', 'given up before it was published'],
});
export type MatchingRoundStatus = keyof typeof MatchingRoundStatus;

export const RoundPairStatus = vocabulary('RoundPairStatus', 'Where a pair of a matching round stands.', {
  PROPOSED: ['已提出', 'proposed; not both sides have answered'],
  ACCEPTED: ['双方接受', 'accepted by both sides'],
  DECLINED: ['已谢绝', 'declined by one side; shown to the other once the round is closed'],
  DROPPED: ['已剔除', 'left out when the round was published; neither side was told of it'],
  ENDED: ['已终止', 'ended because an organisation of one side closed; no answers any more'],
});
export type RoundPairStatus = keyof typeof RoundPairStatus;

export const RoundAnswer = vocabulary('RoundAnswer', 'What one side answered to a pair.', {
  ACCEPTED: ['接受', 'accepted'],
  DECLINED: ['谢绝', 'declined'],
});
export type RoundAnswer = keyof typeof RoundAnswer;

export const RoundDropReason = vocabulary(
  'RoundDropReason',
  'Why a computed pair was left out when its round was published.',
  {
    VETO: ['批次内回避', 'vetoed in the round after it was computed'],
    DECLINE: ['一方已谢绝或存在利益关联', 'one side declined the match meanwhile, or the two belong together'],
    ENTRY_LEFT: ['成果已出池', 'the entry left the pool'],
    INVESTOR_LEFT: ['投资方已停用', 'the investor takes no part any more'],
  },
);
export type RoundDropReason = keyof typeof RoundDropReason;

export const RoundSide = vocabulary('RoundSide', 'A side of a matching round.', {
  ACHIEVEMENT: ['成果', 'the entries of the pool'],
  INVESTOR: ['投资方', 'the investors'],
});
export type RoundSide = keyof typeof RoundSide;

export type MatchingRoundAction = 'compute' | 'finish' | 'fail' | 'publish' | 'close' | 'cancel';

/** Lifecycle of a matching round. */
export const roundLifecycle = defineLifecycle<MatchingRoundStatus, MatchingRoundAction>(
  say('thing.theMatchingRound'),
  {
    compute: { from: ['DRAFT', 'COMPUTED'], to: 'COMPUTING' },
    finish: { from: ['COMPUTING'], to: 'COMPUTED' },
    fail: { from: ['COMPUTING'], to: 'DRAFT' },
    publish: { from: ['COMPUTED'], to: 'PUBLISHED' },
    close: { from: ['PUBLISHED'], to: 'CLOSED' },
    cancel: { from: ['DRAFT', 'COMPUTING', 'COMPUTED'], to: 'CANCELLED' },
  },
  (state) => termOf('MatchingRoundStatus', state),
);
