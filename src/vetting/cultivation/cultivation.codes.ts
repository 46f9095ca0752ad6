import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { vocabulary } from '../../taxonomy/vocabulary.js';
import type { Dimension } from '../vocabularies.js';

/**
 * A kind of deficiency (gap) that reviewers or rules may find in an entry, belonging to one dimension of the review.
 */
interface GapDefinition {
  code: string;
  dimension: Dimension;
  zh: string;
  en: string;
}

const of = (dimension: Dimension, gaps: Record<string, readonly [zh: string, en: string]>): GapDefinition[] =>
  Object.entries(gaps).map(([code, [zh, en]]) => ({ code, dimension, zh, en }));

/**
 * All gap codes shipped with the software. The name of a code may change, but a code is never removed, because stored
 * reviews refer to it.
 */
export const GAP_CODES: readonly GapDefinition[] = [
  ...of('MARKET_POTENTIAL', {
    NO_MARKET_SIZE_EVIDENCE: ['缺少市场规模依据', 'no evidence of the market’s size'],
    NO_TARGET_CUSTOMER: ['目标客户不明确', 'target customers not named'],
    NO_LETTER_OF_INTENT: ['无意向客户或试用意向', 'no customer or trial in sight'],
    NO_COMPETITOR_ANALYSIS: ['缺少竞争分析', 'competitors not analysed'],
    NO_APPLICATION_SCENARIO: ['未说明应用场景', 'no field of application stated'],
    NO_COOPERATION_MODE: ['未说明合作方式', 'no mode of cooperation stated'],
    TEAM_WITHOUT_MARKET_SIDE: ['团队缺少懂市场的人', 'nobody in the team who knows the market'],
    APPROVAL_PATH_UNCLEAR: ['准入与审批路径不清', 'path to approval or market access unclear'],
  }),
  ...of('ECONOMIC_VALUE', {
    NO_COST_DATA: ['缺少成本数据', 'no cost data'],
    NO_BENEFIT_ESTIMATE: ['缺少经济效益测算', 'economic benefit not estimated'],
    NO_REVENUE_MODEL: ['盈利模式不清', 'revenue model unclear'],
    NO_COMPARISON_WITH_INCUMBENT: ['未与现有方案比较', 'not compared with what is in use today'],
    NO_FUNDING_PLAN: ['资金需求与用途不明', 'funding need or its use not stated'],
    SCALE_UP_COST_UNKNOWN: ['放大生产成本未知', 'cost of scaling up unknown'],
    SUPPLY_CHAIN_UNCLEAR: ['原料与供应链不清', 'materials and supply chain unclear'],
  }),
  ...of('TECHNICAL_CONTENT', {
    NO_LABORATORY_VALIDATION: ['未完成实验室验证', 'not validated in the laboratory'],
    NO_RELEVANT_PROTOTYPE: ['无相关环境下的样机', 'no prototype in a relevant environment'],
    NO_PILOT_DATA: ['缺少中试数据', 'no pilot-scale data'],
    IP_NOT_FILED: ['未申请知识产权', 'intellectual property not filed'],
    IP_SCOPE_WEAK: ['知识产权保护范围不足', 'scope of protection too narrow'],
    NO_THIRD_PARTY_TEST: ['缺少第三方检测', 'no test by a third party'],
    NO_EVIDENCE_FILES: ['未附证明材料', 'no evidence attached'],
    NOVELTY_UNPROVEN: ['缺少查新或创新性依据', 'novelty not shown'],
    RELIABILITY_UNPROVEN: ['稳定性与可靠性未验证', 'reliability not shown'],
  }),
];

const byCode = new Map(GAP_CODES.map((gap) => [gap.code, gap]));

/** The definition of a gap code; undefined for an unknown code. */
export const gapOf = (code: string): GapDefinition | undefined => byCode.get(code);

export const GapSource = vocabulary('GapSource', 'Where a gap comes from.', {
  REVIEW: ['评审专家指出', 'named by reviewers'],
  COMPUTED: ['按登记材料判断', 'follows from the record'],
  DECLINE: ['由未入池原因判断', 'follows from the decision'],
  MATCHING: ['对接方多次反馈', 'counterparts declined for it again and again'],
});
export type GapSource = keyof typeof GapSource;

export const SupportKind = vocabulary('SupportKind', 'What a support service offers.', {
  PROOF_OF_CONCEPT: ['概念验证', 'proof of concept'],
  PILOT_FACILITY: ['中试基地', 'pilot-scale facilities'],
  TESTING: ['检验检测', 'testing and certification'],
  IP_AGENCY: ['知识产权服务', 'intellectual property'],
  SERVICE_AGENCY: ['技术转移服务机构', 'technology transfer agency'],
  MARKET_STUDY: ['市场调研', 'market study'],
  MENTORING: ['导师与培训', 'mentors and training'],
  FUNDING: ['资金支持', 'funding'],
});
export type SupportKind = keyof typeof SupportKind;

/** Writes the shipped gap codes to the database; does nothing if these are already loaded. */
export async function loadGapCodes(dataSource: DataSource): Promise<void> {
  const rows = GAP_CODES.map(({ code, dimension, zh, en }, i) => ({
    code,
    dimension,
    name: { zh, en },
    position: i + 1,
  }));
  const sha256 = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  const [loaded] = (await dataSource.query(`SELECT sha256 FROM loaded_file WHERE name = 'gap-codes'`)) as Array<{
    sha256: string;
  }>;
  if (loaded?.sha256 === sha256) return;
  await dataSource.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO gap_code (code, dimension, name, position)
       SELECT r.code, r.dimension, r.name, r.position
       FROM jsonb_to_recordset($1::jsonb) AS r(code text, dimension text, name jsonb, position smallint)
       ON CONFLICT (code) DO UPDATE
       SET dimension = excluded.dimension, name = excluded.name, position = excluded.position`,
      [JSON.stringify(rows)],
    );
    await tx.query(
      `INSERT INTO loaded_file (name, sha256, loaded_at)
       VALUES ('gap-codes', $1, now())
       ON CONFLICT (name) DO UPDATE
       SET sha256 = excluded.sha256, loaded_at = excluded.loaded_at`,
      [sha256],
    );
  });
}
