import type { Localized } from '../../kernel/localized.js';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import type { TermCode } from '../engine/result.types.js';
import type { Gap } from '../engine/types.js';

export const MatchReasonCode = vocabulary<TermCode>('MatchReasonCode', 'The terms of which scores are made.', {
  ACTIVITY: ['活跃度', 'how active the investor is'],
  INDUSTRY: ['行业契合', 'industry'],
  STAGE: ['轮次契合', 'funding stage'],
  REGION: ['地区契合', 'region'],
  AMOUNT: ['金额契合', 'amount against ticket'],
  TRL: ['成熟度契合', 'technology readiness'],
  COOPERATION: ['合作方式契合', 'mode of cooperation'],
  CO_INVESTORS: ['共同投资网络', 'network of existing backers'],
  LATENT: ['相似投资组合', 'what investors of a similar record went into'],
  TEXT: ['内容相关', 'likeness of texts'],
  BASE: ['行业基础', 'how much is invested in the industry at all'],
  LANGUAGES: ['语言', 'languages'],
  EVIDENCE: ['业绩证明', 'evidence of past work'],
  AVAILABILITY: ['可投入时间', 'availability'],
  GRADE: ['技术经理人等级', 'grade as a technology manager'],
  DEADLINE: ['截止日期', 'deadline'],
  BUDGET: ['预算', 'budget'],
});
export type MatchReasonCode = keyof typeof MatchReasonCode;

const HINTS = {
  INDUSTRIES: ['填写关注或所属行业', 'name industries'],
  STAGES: ['填写参与的投资轮次', 'name the funding stages'],
  TRL: ['填写技术成熟度（范围）', 'name the technology readiness'],
  TICKET: ['填写单笔投资金额范围', 'name the ticket range'],
  TRACK_RECORD: ['登记或导入过往投资记录', 'add or import past investments'],
  THESIS: ['用几句话写明关注方向', 'write the thesis in a few sentences'],
  SKILLS: ['填写专长与简介', 'write skills and a few sentences about yourself'],
  EVIDENCE: ['补充论文、专利、成交或产品等证明', 'add evidence: papers, patents, deals, products'],
  AVAILABILITY: ['填写每月可投入天数', 'say how many days a month are free'],
  LANGUAGES: ['填写工作语言', 'name working languages'],
  BUDGET: ['填写预算', 'name the budget'],
  DESCRIPTION: ['补充说明', 'describe it in more words'],
  REGIONS: ['填写地区', 'name regions'],
} as const satisfies Record<Gap, readonly [zh: string, en: string]>;

const ALL_HINTS = {
  ...HINTS,
  NOT_PROPOSED: [
    '当前不参与匹配：成果须在池中；投资方与需求须启用且机构已认证；人才须启用且未隐藏',
    'takes no part now: entries must be in the pool; investors and needs active, of verified organisations; talents active and not hidden',
  ],
  FUNDING_NEED: ['填写资金需求', 'name the funding need'],
  COOPERATION: ['填写合作方式', 'name modes of cooperation'],
} as const;

export const MatchHintCode = vocabulary('MatchHintCode', 'What could still be said to sharpen matches.', ALL_HINTS);
export type MatchHintCode = keyof typeof MatchHintCode;

/** The sentence that tells a user how to act on a hint. */
export function hintText(code: MatchHintCode): Required<Localized> {
  const [zh, en] = ALL_HINTS[code];
  return { zh: `${zh}。`, en: `${en[0]!.toUpperCase()}${en.slice(1)}.` };
}
