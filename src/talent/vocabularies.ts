import { vocabulary } from '../taxonomy/vocabulary.js';

/**
 * Vocabularies of talent profiles. The grades of technology managers (技术经理人, from 初级 junior to 高级 senior) are those of
 * the national occupational standard.
 */

export const TalentKind = vocabulary('TalentKind', 'What a talent knows.', {
  SCIENCE: ['懂科技', 'knows the science'],
  MARKET: ['懂市场', 'knows the market'],
  BRIDGE: ['明白人', 'knows both'],
});
export type TalentKind = keyof typeof TalentKind;

export const TalentRole = vocabulary('TalentRole', 'As what a talent would join.', {
  FOUNDER: ['联合创始人', 'co-founder'],
  ADVISER: ['顾问', 'adviser'],
  TECHNOLOGY_MANAGER: ['技术经理人', 'technology manager'],
});
export type TalentRole = keyof typeof TalentRole;

export const ManagerGrade = vocabulary('ManagerGrade', 'Grade of a technology manager 技术经理人.', {
  JUNIOR: ['初级', 'junior'],
  INTERMEDIATE: ['中级', 'intermediate'],
  SENIOR: ['高级', 'senior'],
});
export type ManagerGrade = keyof typeof ManagerGrade;

export const TalentEvidenceKind = vocabulary('TalentEvidenceKind', 'What shows that a talent can do it.', {
  PAPER: ['论文', 'a paper'],
  PATENT: ['专利', 'a patent'],
  DEAL_CLOSED: ['促成交易', 'a deal closed'],
  PRODUCT_LAUNCHED: ['产品上市', 'a product launched'],
  COMPANY_FOUNDED: ['创办企业', 'a company founded'],
  AWARD: ['奖项', 'an award'],
  ORCID_RECORD: ['ORCID 记录', 'an entry of the ORCID record'],
});
export type TalentEvidenceKind = keyof typeof TalentEvidenceKind;

export const TalentVisibility = vocabulary('TalentVisibility', 'Who may find a talent profile.', {
  PUBLIC: ['公开', 'everyone'],
  REGISTERED: ['认证机构可见', 'members of any verified organisation'],
  HIDDEN: ['隐藏', 'nobody but its owner and operators; not proposed'],
});
export type TalentVisibility = keyof typeof TalentVisibility;

export const TalentVerification = vocabulary(
  'TalentVerification',
  'Whether an operator has checked what a talent says.',
  {
    UNVERIFIED: ['未核实', 'not checked'],
    VERIFIED: ['已核实', 'checked'],
    REJECTED: ['未通过', 'refused, with a reason; not proposed'],
  },
);
export type TalentVerification = keyof typeof TalentVerification;
