import { vocabulary } from '../taxonomy/vocabulary.js';

export const MatchCounterpartKind = vocabulary('MatchCounterpartKind', 'What a pool entry is matched with.', {
  INVESTOR: ['投资方', 'an investor'],
  TALENT: ['人才', 'a talent'],
  DEMAND: ['企业技术需求', 'an enterprise’s need'],
});
export type MatchCounterpartKind = keyof typeof MatchCounterpartKind;

export const MatchSide = vocabulary('MatchSide', 'Who said something of a pair.', {
  LISTER: ['成果方', 'the institution that lists the entry'],
  COUNTERPART: ['对接方', 'the investor, the talent or the enterprise'],
  OPERATOR: ['运营方', 'an operator of the pool'],
});
export type MatchSide = keyof typeof MatchSide;

export const MatchFeedbackAction = vocabulary('MatchFeedbackAction', 'What was said of a pair.', {
  INTERESTED: ['感兴趣', 'interested'],
  INTRODUCED: ['已引荐', 'introduced: the first contact was made'],
  DECLINED: ['不合适', 'declined, with a reason; the pair is not proposed to that side for a time'],
});
export type MatchFeedbackAction = keyof typeof MatchFeedbackAction;

export const DeclineReason = vocabulary('DeclineReason', 'Why a pair was declined.', {
  TOO_EARLY: ['阶段过早', 'too early'],
  BENEFIT_UNCLEAR: ['效益不明确', 'benefit unclear'],
  ROUTE_TO_MARKET_UNCLEAR: ['市场路径不清', 'route to market unclear'],
  PRICE: ['价格', 'price'],
  IP: ['知识产权', 'intellectual property'],
  OUTSIDE_THESIS: ['不在关注范围', 'outside the thesis or field'],
  CAPACITY: ['暂无余力', 'no capacity now'],
  OTHER: ['其他', 'other'],
});
export type DeclineReason = keyof typeof DeclineReason;

/**
 * Default number of days for which a declined match is not proposed again, by reason; shorter for reasons that may soon
 * no longer apply.
 */
export const SUPPRESSION_DAYS: Readonly<Record<DeclineReason, number>> = {
  TOO_EARLY: 180,
  BENEFIT_UNCLEAR: 180,
  ROUTE_TO_MARKET_UNCLEAR: 180,
  PRICE: 180,
  IP: 365,
  OUTSIDE_THESIS: 730,
  CAPACITY: 90,
  OTHER: 365,
};
export const MAX_SUPPRESSION_DAYS = 1825;

/**
 * Cultivation gap (code of vetting/cultivation.codes.ts) that a recurring decline reason reveals in an achievement;
 * reasons that lie with the counterpart reveal none.
 */
export const GAP_OF_DECLINE: Readonly<Partial<Record<DeclineReason, string>>> = {
  TOO_EARLY: 'NO_RELEVANT_PROTOTYPE',
  BENEFIT_UNCLEAR: 'NO_BENEFIT_ESTIMATE',
  ROUTE_TO_MARKET_UNCLEAR: 'NO_TARGET_CUSTOMER',
  PRICE: 'NO_FUNDING_PLAN',
  IP: 'IP_SCOPE_WEAK',
};
/**
 * Minimum number of parties that must give the same decline reason before its count is shown to the institution and the
 * reason becomes a gap: with fewer, the count would name the decliner.
 */
export const RECURS_FROM = 3;
