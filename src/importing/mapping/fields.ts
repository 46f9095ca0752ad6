import { defineField as field, fieldList, LANGUAGES, type BaseField, type Language } from './field-list.js';

export { LANGUAGES, type Language };

/** Text fields of an achievement's record that exist in Chinese and English. */
export const TEXT_FIELDS = [
  'title',
  'summary',
  'abstract',
  'technicalDetail',
  'confidentialDetail',
  'incumbent',
  'improvement',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
/** List fields of an achievement's record whose items exist in Chinese and English, given as parallel lists. */
export const LIST_FIELDS = ['keywords', 'applications', 'inventors'] as const;

const BASE: readonly BaseField[] = [
  field(
    'id',
    '平台编号',
    'Techpool ID',
    'The platform’s own id, as exports show it; finds the row before anything else does.',
    'techpool id',
  ),
  field(
    'externalId',
    '机构内部编号',
    'External ID',
    'The institution’s own key; rows are found by it again.',
    '编号|序号|成果编号|项目编号|内部编号|id|no|case number|case no|reference|reference number|ref|docket|docket number|tech id|technology id|record id',
  ),
  field(
    'registrationNo',
    '登记号',
    'Registration number',
    'Registration number 登记号.',
    '成果登记号|登记编号|登记证号|registration no|registration number',
  ),
  field(
    'registeredOn',
    '登记日期',
    'Registration date',
    'Date of registration.',
    '登记时间|登记年月|成果登记日期|批准登记日期|registered on|date of registration',
  ),
  field(
    'title',
    '成果名称',
    'Title',
    'Title.',
    '名称|题名|标题|项目名称|技术名称|科技成果名称|论文题目|题目|name|technology title|technology name|achievement|invention title|project title',
    true,
  ),
  field(
    'summary',
    '成果简介',
    'Summary',
    'A few sentences.',
    '简介|概要|概述|成果概述|内容简介|技术简介|项目简介|brief|short description|overview|synopsis',
    true,
  ),
  field(
    'abstract',
    '摘要',
    'Abstract',
    'Full text.',
    '全文|详细介绍|成果介绍|详细内容|成果内容|技术说明|技术内容|description|full text|long description|details',
    true,
  ),
  field(
    'technicalDetail',
    '技术细节',
    'Technical detail',
    'For verified organisations.',
    '技术详情|技术资料|technical details',
    true,
  ),
  field(
    'confidentialDetail',
    '保密内容',
    'Confidential detail',
    'For organisations with an NDA.',
    '保密信息|涉密内容|保密资料|confidential|confidential details',
    true,
  ),
  field(
    'incumbent',
    '现有技术',
    'Incumbent',
    'What is used today.',
    '对标技术|现有方案|替代对象|incumbent technology|state of the art|competing technology',
    true,
  ),
  field(
    'improvement',
    '优势指标',
    'Improvement',
    'By how much it beats the incumbent.',
    '技术优势|提升幅度|先进性|优势|advantages|advantage|benefits',
    true,
  ),
  field('keywords', '关键词', 'Keywords', 'Keywords, as a list.', '关键字|主题词|标签|key words|tags', true),
  field(
    'applications',
    '应用领域',
    'Applications',
    'Where it can be used, as a list.',
    '应用场景|应用范围|用途|applications|application areas|uses',
    true,
  ),
  field(
    'inventors',
    '完成人',
    'Inventors',
    'Inventors as a list; an ORCID may follow in brackets.',
    '主要完成人|发明人|完成人员|成果完成人|作者|研发人员|inventor|authors|researchers|principal investigator',
    true,
  ),
  field(
    'inventors.orcid',
    '完成人ORCID',
    'Inventors ORCID',
    'ORCID iDs, parallel to the inventors.',
    'orcid|orcids|inventor orcid',
  ),
  field(
    'category',
    '成果类别',
    'Category',
    'Category of the registration form.',
    '类别|成果类型|achievement category|type of achievement',
  ),
  field('attribute', '成果属性', 'Attribute', 'Attribute of the registration form.', '属性|创新类型'),
  field(
    'stage',
    '成果阶段',
    'Stage',
    'Stage of the registration form.',
    '所处阶段|成果所处阶段|研发阶段|阶段|development stage|maturity stage',
  ),
  field(
    'trl',
    '技术成熟度',
    'TRL',
    'Readiness level 1 to 9.',
    '成熟度|技术就绪度|技术成熟度等级|成熟度等级|technology readiness level|readiness level|readiness',
  ),
  field(
    'industries',
    '所属行业',
    'Industries',
    'GB/T 4754 codes or names, the primary one first.',
    '行业|行业分类|国民经济行业|应用行业|行业代码|应用行业名称|industry|industry code|sector|industry codes',
  ),
  field(
    'strategicAreas',
    '战略性新兴产业',
    'Strategic areas',
    'Codes or names of strategic areas.',
    '新兴产业|战略新兴产业|strategic area|strategic emerging industries',
  ),
  field(
    'regionCode',
    '所在地区',
    'Region',
    'Region by code or name.',
    '地区|所在地|省市|地域|区域|所属地区|region code|location|province|city',
  ),
  field(
    'ipRights.number',
    '知识产权号',
    'IP number',
    'Numbers of IP rights, as a list.',
    '专利号|授权号|授权公告号|知识产权编号|专利授权号|patent number|patent no|patent numbers|ip numbers|publication number',
  ),
  field(
    'ipRights.applicationNumber',
    '申请号',
    'Application number',
    'Used as the number where the right has none yet.',
    '专利申请号|application no|application sn|application serial number|serial number|filing number',
  ),
  field(
    'ipRights.type',
    '知识产权类型',
    'IP type',
    'Kinds of the IP rights, parallel to the numbers.',
    '专利类型|知识产权类别|知识产权形式|ip kind|patent type|type of ip',
  ),
  field(
    'ipRights.status',
    '知识产权状态',
    'IP status',
    'Legal status of the IP rights, parallel to the numbers.',
    '法律状态|专利状态|专利法律状态|status|patent status|legal status',
  ),
  field(
    'cooperationModes',
    '合作方式',
    'Cooperation modes',
    'Ways of cooperation, a licence with its kind in brackets.',
    '转化方式|拟转化方式|合作模式|拟合作方式|转让方式|cooperation|cooperation mode|transfer mode|licensing',
  ),
  field(
    'fundingNeed.range',
    '资金需求',
    'Funding need',
    'Money needed as a range in one cell, such as 100-300万元.',
    '融资需求|资金需求范围|拟融资金额|融资金额|所需资金|funding|funding needed|investment sought|capital need',
  ),
  field(
    'fundingNeed.min',
    '资金需求下限',
    'Funding need (min)',
    'Lower end.',
    '最低资金需求|融资下限|funding min|minimum funding',
  ),
  field(
    'fundingNeed.max',
    '资金需求上限',
    'Funding need (max)',
    'Upper end.',
    '最高资金需求|融资上限|funding max|maximum funding',
  ),
  field(
    'secrecy',
    '成果密级',
    'Secrecy level',
    'Checked, not kept: a result that is not public (公开, 无) is rejected.',
    '密级|保密级别|保密等级|涉密等级|涉密级别|秘密等级|秘密级别|是否涉密|涉密情况|secrecy|secrecy level|security classification|confidentiality level',
  ),
  field('fundingNeed.currency', '币种', 'Funding need (currency)', 'ISO 4217 code.', '货币|资金币种|currency'),
];

/**
 * Headers of columns that exports add for human readers. Imports never suggest a field for them, because the pool sets
 * these values itself (status, score, date of admission), or they follow from other columns or from the importing
 * institution (names).
 */
export const INFORMATIVE = {
  status: { zh: '平台状态', en: 'Pool status' },
  institution: { zh: '所属机构', en: 'Institution' },
  industryNames: { zh: '行业名称', en: 'Industry names' },
  regionName: { zh: '地区名称', en: 'Region name' },
  score: { zh: '评价得分', en: 'Pool score' },
  admittedAt: { zh: '入池时间', en: 'Admitted at' },
} as const;

/** All fields that a column can be mapped to. */
export const achievementFields = fieldList(
  BASE,
  Object.values(INFORMATIVE).flatMap((label) => [label.zh, label.en]),
);

/** The header of a field in exports. */
export const headerOf = achievementFields.header;

/** Whether a header is exactly that of the field's column in exports, whose cells come back as they were written. */
export const isExportHeader = (key: string, header: string): boolean =>
  header === key || LANGUAGES.some((language) => header.trim() === headerOf(key, language));

/** Fields of an achievement that a column header may mean, judged by its words alone; the most probable first. */
export const fieldsForHeader = achievementFields.candidates;
