import { vocabulary } from '../taxonomy/vocabulary.js';

/**
 * Vocabularies of an achievement's record. Sources: 科技成果登记表 (registration form of scientific results), art. 16 of the
 * law on promoting the transformation of scientific results, GB/T 22900 / ISO 16290.
 */

export const AchievementStatus = vocabulary('AchievementStatus', 'Where an achievement stands in its life.', {
  DRAFT: ['草稿', 'being written; only its institution sees it'],
  REGISTERED: ['已登记', 'registered; awaits review'],
  UNDER_REVIEW: ['评审中', 'being judged; cannot be edited'],
  ADMITTED: ['已入池', 'in the pool, public'],
  CULTIVATING: ['持续深耕', 'not admitted; is helped to grow'],
  RETIRED: ['已退池', 'was in the pool'],
  WITHDRAWN: ['已撤回', 'taken back by its institution'],
});
export type AchievementStatus = keyof typeof AchievementStatus;

export const AchievementCategory = vocabulary('AchievementCategory', 'Category 成果类别 of the registration form.', {
  BASIC_THEORY: ['基础理论成果', 'basic theory'],
  APPLIED_TECHNOLOGY: ['应用技术成果', 'applied technology'],
  SOFT_SCIENCE: ['软科学成果', 'soft science'],
});
export type AchievementCategory = keyof typeof AchievementCategory;

export const AchievementAttribute = vocabulary('AchievementAttribute', 'Attribute 成果属性 of the registration form.', {
  ORIGINAL_INNOVATION: ['原始性创新', 'original innovation'],
  REINNOVATION_AFTER_IMPORT: ['国外引进消化吸收创新', 're-innovation after import'],
  DOMESTIC_REDEVELOPMENT: ['国内技术二次开发', 'redevelopment of domestic technology'],
});
export type AchievementAttribute = keyof typeof AchievementAttribute;

export const AchievementStage = vocabulary('AchievementStage', 'Stage 成果所处阶段 of the registration form.', {
  INITIAL: ['初期阶段', 'initial: laboratory'],
  INTERMEDIATE: ['中期阶段', 'intermediate: pilot'],
  MATURE: ['成熟应用阶段', 'mature: in use'],
});
export type AchievementStage = keyof typeof AchievementStage;

export const IpType = vocabulary('IpType', 'Kinds of intellectual property.', {
  INVENTION_PATENT: ['发明专利', 'invention patent'],
  UTILITY_MODEL: ['实用新型', 'utility model'],
  DESIGN_PATENT: ['外观设计', 'design patent'],
  SOFTWARE_COPYRIGHT: ['软件著作权', 'software copyright'],
  PLANT_VARIETY: ['植物新品种权', 'plant variety right'],
  IC_LAYOUT: ['集成电路布图设计', 'integrated circuit layout'],
  TECHNICAL_SECRET: ['技术秘密', 'technical secret'],
  OTHER: ['其他', 'other'],
});
export type IpType = keyof typeof IpType;

export const IpStatus = vocabulary('IpStatus', 'Legal status of an IP right.', {
  APPLIED: ['申请中', 'applied for'],
  PUBLISHED: ['已公开', 'published'],
  GRANTED: ['已授权', 'granted'],
  EXPIRED: ['已届满', 'expired'],
  LAPSED: ['已失效', 'lapsed or abandoned'],
  UNKNOWN: ['状态不明', 'unknown: nothing says how the right stands'],
});
export type IpStatus = keyof typeof IpStatus;

/** Cooperation modes are defined in taxonomy, because investor profiles use them too. */
export { CooperationMode } from '../taxonomy/cooperation.js';

export const LicenceKind = vocabulary('LicenceKind', 'Kinds of licence.', {
  EXCLUSIVE: ['独占许可', 'exclusive'],
  SOLE: ['排他许可', 'sole'],
  ORDINARY: ['普通许可', 'ordinary'],
  CROSS: ['交叉许可', 'cross'],
  OPEN: ['开放许可', 'open'],
});
export type LicenceKind = keyof typeof LicenceKind;

export const DisclosureTier = vocabulary('DisclosureTier', 'Who may read a part of an achievement.', {
  PUBLIC: ['公开', 'anyone, once admitted'],
  REGISTERED: ['认证机构可见', 'members of any verified organisation'],
  NDA: ['保密协议可见', 'organisations that the lister granted access under a non-disclosure agreement'],
});
export type DisclosureTier = keyof typeof DisclosureTier;

/**
 * Exported though no other file imports it: `allVocabularies` lists every vocabulary that was defined, whether or not
 * it is named elsewhere. @public
 */
export const TrlLevel = vocabulary(
  'TrlLevel',
  'Technology readiness level (GB/T 22900, ISO 16290); achievements carry the number.',
  {
    TRL_1: ['基本原理被发现和报告', 'basic principles observed and reported'],
    TRL_2: ['技术概念和应用设想明确', 'technology concept formulated'],
    TRL_3: ['关键功能得到实验验证', 'proof of concept by experiment'],
    TRL_4: ['实验室环境中部件验证', 'validated in the laboratory'],
    TRL_5: ['相关环境中部件验证', 'validated in a relevant environment'],
    TRL_6: ['相关环境中原型演示', 'prototype demonstrated in a relevant environment'],
    TRL_7: ['实际环境中原型演示', 'prototype demonstrated in the operational environment'],
    TRL_8: ['实际系统完成并通过验证', 'actual system completed and qualified'],
    TRL_9: ['实际系统通过任务运行', 'actual system proven in operation'],
  },
);

export const NdaStatus = vocabulary('NdaStatus', 'Where a request for the NDA tier stands.', {
  REQUESTED: ['已申请', 'asked for'],
  GRANTED: ['已授权', 'granted'],
  REFUSED: ['已拒绝', 'refused'],
  REVOKED: ['已撤销', 'granted once, taken back'],
});
export type NdaStatus = keyof typeof NdaStatus;

export const DuplicateEvidence = vocabulary('DuplicateEvidence', 'What makes two achievements look like one.', {
  TITLE: ['题名相近', 'nearly the same title'],
  TEXT: ['正文相近', 'nearly the same text'],
  IP_NUMBER: ['知识产权号相同', 'the same IP number'],
});
export type DuplicateEvidence = keyof typeof DuplicateEvidence;

export const AchievementOrder = vocabulary('AchievementOrder', 'In which order a list of achievements stands.', {
  NEWEST: ['最新建立在前', 'written last first'],
  OLDEST: ['最早建立在前', 'written first first'],
  UPDATED: ['最近更新在前', 'changed last first'],
  TITLE: ['按名称', 'by title, the Chinese one where there is one'],
  EXTERNAL_ID: ['按机构内部编号', 'by the institution’s own key; those without one first'],
});
export type AchievementOrder = keyof typeof AchievementOrder;

export const RegistrationField = vocabulary('RegistrationField', 'What a result needs to be registered.', {
  TITLE: ['成果名称', 'the title'],
  SUMMARY: ['简介或摘要', 'a summary or an abstract'],
  INDUSTRIES: ['所属行业', 'a primary industry'],
  TRL: ['技术成熟度', 'the technology readiness level'],
  CATEGORY: ['成果类别', 'the category'],
});
export type RegistrationField = keyof typeof RegistrationField;
