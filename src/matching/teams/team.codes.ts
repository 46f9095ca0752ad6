import { vocabulary } from '../../taxonomy/vocabulary.js';

/** Codes of the needs of an achievement. Their order matters: needs of equal weight are listed in it. */
export const TeamNeed = vocabulary('TeamNeedCode', 'What a result may lack and a person may bring.', {
  SCIENCE: ['懂科技：掌握该成果的技术', 'somebody who knows the science'],
  MARKET: ['懂市场：熟悉该领域的市场', 'somebody who knows the market'],
  PROOF_OF_CONCEPT: ['概念验证', 'proof of concept'],
  ENGINEERING: ['工程化', 'engineering'],
  PILOT_SCALE: ['中试放大', 'pilot-scale production'],
  PRODUCT: ['产品定义与开发', 'defining and building a product'],
  COSTING: ['成本与供应链', 'costs and supply chain'],
  QUALITY: ['检测与可靠性', 'tests and reliability'],
  CHANNELS: ['客户与销售渠道', 'customers and channels'],
  REGULATION: ['准入与审批', 'approval and market access'],
  IP: ['知识产权', 'intellectual property'],
  FINANCING: ['融资与商业计划', 'finance and business plan'],
  VENTURE: ['创办企业', 'founding a company'],
  TRANSFER: ['技术交易', 'closing a transfer of technology'],
  REGION: ['本地资源', 'ties to the region'],
  LANGUAGE: ['工作语言', 'a working language'],
});
export type TeamNeed = keyof typeof TeamNeed;
export const TEAM_NEEDS = Object.keys(TeamNeed) as TeamNeed[];

export const TeamNeedSource = vocabulary('TeamNeedSource', 'What a need follows from.', {
  ALWAYS: ['科技与市场缺一不可', 'no transfer without both sides'],
  MATURITY: ['技术成熟度', 'its technology readiness'],
  GAP: ['评审或材料中的不足', 'a gap in review or in the record'],
  COOPERATION: ['合作方式', 'the ways of cooperation offered'],
  REGION: ['所在地区', 'where it is'],
  LANGUAGE: ['登记语言', 'the languages it is registered in'],
});
export type TeamNeedSource = keyof typeof TeamNeedSource;

export const TeamTermCode = vocabulary('TeamTermCode', 'The terms of a team’s value; their sum is the value.', {
  COVERAGE: ['需求覆盖', 'how much of what is lacking the members cover together'],
  FIT: ['成员匹配度', 'how well the members fit the result'],
  AVAILABILITY: ['可投入时间', 'how soon and how much they are available'],
  PAST_WORK: ['合作经历', 'pairs that have worked together'],
  OVERLAP: ['重复', 'what several members cover at once (never above zero)'],
  SIZE: ['规模成本', 'cost of each member above two (never above zero)'],
});
export type TeamTermCode = keyof typeof TeamTermCode;

export const TeamBringing = vocabulary('TeamBringingKind', 'What of a profile covers a need.', {
  KIND: ['人才类型', 'the kind of talent'],
  INDUSTRY: ['相同或相近行业', 'the same or a near industry'],
  EVIDENCE: ['业绩证明', 'evidence in the profile'],
  SKILL: ['技能描述', 'a skill named in the profile'],
  GRADE: ['技术经理人等级', 'the grade as technology manager'],
  ROLE: ['希望承担的角色', 'the role wished for'],
  REGION: ['所在地区', 'the region'],
  LANGUAGE: ['语言', 'the language'],
});
export type TeamBringing = keyof typeof TeamBringing;
