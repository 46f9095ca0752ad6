import type { TeamNeed } from './team.codes.js';

export type Kind = 'SCIENCE' | 'MARKET' | 'BRIDGE';
export const KINDS: readonly Kind[] = ['SCIENCE', 'MARKET', 'BRIDGE'];
export const EVIDENCE_KINDS = [
  'PAPER',
  'PATENT',
  'DEAL_CLOSED',
  'PRODUCT_LAUNCHED',
  'COMPANY_FOUNDED',
  'AWARD',
  'ORCID_RECORD',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export const ROLES = ['FOUNDER', 'ADVISER', 'TECHNOLOGY_MANAGER'] as const;
export type Role = (typeof ROLES)[number];
export const GRADES = ['JUNIOR', 'INTERMEDIATE', 'SENIOR'] as const;
export type Grade = (typeof GRADES)[number];

/**
 * Rule by which a talent's profile covers a need of an achievement. Each part of the profile contributes a probability,
 * from 0 to 1, that the need is met; parts combine as independent probabilities.
 */
export interface CoverRule {
  /** Probability by kind of talent alone. */
  kind: Partial<Record<Kind, number>>;
  /**
   * By kind of evidence, the probability that unlimited evidence would reach: the first item gives half of it, each
   * further item half of the remainder.
   */
  evidence?: Partial<Record<EvidenceKind, number>>;
  /** Probability that the need is met if the headline or one of the skills of the profile contains one of `words`. */
  skill?: number;
  words?: readonly string[];
  /**
   * Probability that a senior technology manager meets the need; junior and intermediate grades have one third and two
   * thirds of it.
   */
  grade?: number;
  /** Probability if the talent wishes to take the role. */
  role?: readonly [Role, number];
  /**
   * True if the parts count fully only in the achievement's own industry, and less the farther away the talent's
   * industry is.
   */
  field: boolean;
}

/** Share of industry-dependent experience that still counts in an unrelated industry. */
export const OUTSIDE_FIELD = 0.35;

/**
 * Nearness of two industries, from 0 to 1, by the number of GB/T 4754 levels that they share from the top: 0, 1
 * (section), 2 (division), 3 (group), 4 (class).
 */
export const NEARNESS = [0, 0.25, 0.6, 0.85, 1] as const;

/** Nearness, from 0 to 1, assumed if the talent or the achievement names no industry. */
export const NO_INDUSTRY = 0.2;

/**
 * Degree to which a talent covers the need REGION (working in the achievement's very region, elsewhere in its province,
 * or anywhere), and the need LANGUAGE (speaking the language).
 */
export const REGION_COVER = { prefecture: 0.9, province: 0.6, anywhere: 0.3 } as const;
export const LANGUAGE_COVER = 0.9;

export const COVER_RULES: Readonly<Record<Exclude<TeamNeed, 'REGION' | 'LANGUAGE'>, CoverRule>> = {
  SCIENCE: {
    kind: { SCIENCE: 0.7, BRIDGE: 0.4 },
    evidence: { PAPER: 0.35, PATENT: 0.3, AWARD: 0.2, ORCID_RECORD: 0.1 },
    field: true,
  },
  MARKET: {
    kind: { MARKET: 0.7, BRIDGE: 0.4 },
    evidence: { DEAL_CLOSED: 0.35, PRODUCT_LAUNCHED: 0.3, COMPANY_FOUNDED: 0.2 },
    field: true,
  },
  PROOF_OF_CONCEPT: {
    kind: { SCIENCE: 0.35, BRIDGE: 0.2 },
    evidence: { PAPER: 0.3, PATENT: 0.3 },
    skill: 0.5,
    words: ['概念验证', '实验验证', 'proof of concept', 'prototyping', '样机'],
    field: true,
  },
  ENGINEERING: {
    kind: { SCIENCE: 0.2, BRIDGE: 0.2 },
    evidence: { PATENT: 0.25, PRODUCT_LAUNCHED: 0.35 },
    skill: 0.6,
    words: [
      '工程化',
      '工程设计',
      '工艺',
      '设备',
      '样机',
      '自动化',
      'engineering',
      'process design',
      'process development',
      'prototyping',
      'automation',
    ],
    field: true,
  },
  PILOT_SCALE: {
    kind: { SCIENCE: 0.05, BRIDGE: 0.15 },
    evidence: { PRODUCT_LAUNCHED: 0.35 },
    skill: 0.7,
    words: ['中试', '放大', '试生产', '量产', 'pilot', 'scale-up', 'scale up', 'scaling'],
    field: true,
  },
  PRODUCT: {
    kind: { MARKET: 0.2, BRIDGE: 0.25 },
    evidence: { PRODUCT_LAUNCHED: 0.7 },
    skill: 0.5,
    words: ['产品', '应用场景', 'product', 'use case'],
    field: true,
  },
  COSTING: {
    kind: { MARKET: 0.1, BRIDGE: 0.1 },
    evidence: { PRODUCT_LAUNCHED: 0.3, COMPANY_FOUNDED: 0.2 },
    skill: 0.7,
    words: ['成本', '供应链', '采购', '技术经济', 'cost', 'supply chain', 'procurement', 'techno-economic'],
    field: true,
  },
  QUALITY: {
    kind: { SCIENCE: 0.1, BRIDGE: 0.05 },
    evidence: { PRODUCT_LAUNCHED: 0.25 },
    skill: 0.7,
    words: [
      '检测',
      '检验',
      '认证',
      '质量',
      '可靠性',
      '计量',
      'testing',
      'certification',
      'quality',
      'reliability',
      'metrology',
    ],
    field: false,
  },
  CHANNELS: {
    kind: { MARKET: 0.4, BRIDGE: 0.2 },
    evidence: { DEAL_CLOSED: 0.5, PRODUCT_LAUNCHED: 0.2 },
    skill: 0.5,
    words: [
      '渠道',
      '销售',
      '客户',
      '市场开拓',
      '招投标',
      'sales',
      'channel',
      'customer',
      'business development',
      'tender',
    ],
    field: true,
  },
  REGULATION: {
    kind: { MARKET: 0.05, BRIDGE: 0.1 },
    evidence: { PRODUCT_LAUNCHED: 0.25 },
    skill: 0.75,
    words: [
      '准入',
      '审批',
      '注册申报',
      '法规',
      '合规',
      '环评',
      '临床',
      'regulat',
      'approval',
      'compliance',
      'licensing authority',
      'clinical',
    ],
    field: true,
  },
  IP: {
    kind: {},
    evidence: { PATENT: 0.4 },
    skill: 0.7,
    words: ['知识产权', '专利', 'intellectual property', 'patent'],
    grade: 0.3,
    field: false,
  },
  FINANCING: {
    kind: { MARKET: 0.1, BRIDGE: 0.15 },
    evidence: { COMPANY_FOUNDED: 0.4, DEAL_CLOSED: 0.25 },
    skill: 0.7,
    words: ['融资', '投资', '财务', '商业计划', '股权', 'fundrais', 'financ', 'investment', 'business plan', 'equity'],
    field: false,
  },
  VENTURE: {
    kind: { MARKET: 0.1, BRIDGE: 0.15 },
    evidence: { COMPANY_FOUNDED: 0.6 },
    skill: 0.4,
    words: ['创业', '创办', 'startup', 'start-up', 'entrepreneur', 'founder'],
    role: ['FOUNDER', 0.4],
    field: false,
  },
  TRANSFER: {
    kind: { BRIDGE: 0.25 },
    evidence: { DEAL_CLOSED: 0.5 },
    skill: 0.5,
    words: ['技术转移', '技术交易', '成果转化', '许可', '技术经理', 'technology transfer', 'licensing', 'licencing'],
    grade: 0.6,
    role: ['TECHNOLOGY_MANAGER', 0.2],
    field: false,
  },
};
