import { createHash } from 'node:crypto';
import { GAP_CODES } from '../vetting/cultivation/cultivation.codes.js';
import type { ScoreInput } from '../vetting/reviews/reviews.rules.js';
import type { Dimension } from '../vetting/vocabularies.js';
import type { SampleAchievement, SampleReviewer } from './sample.data.js';

/** Pseudo-random number from 0 to 1 derived from texts by a hash, so that the sample is the same on every machine. */
function share(...texts: string[]): number {
  return createHash('sha256').update(texts.join('\n')).digest().readUInt32BE(0) / 2 ** 32;
}

/** Approximately standard normal pseudo-random number: the sum of twelve uniform numbers minus their mean sum. */
function normal(...texts: string[]): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += share(String(i), ...texts);
  return sum;
}

/**
 * Range (LEAST to MOST) of the true quality of sample achievements that are not to be admitted; below that of all
 * others.
 */
const LEAST = 1.5;
const MOST = 2.9;
/**
 * Maximum amount by which the quality of technical content and of market potential differs from the overall quality.
 */
const PROFILE = 0.3;

/**
 * True quality of a sample achievement in a dimension. What technical content gains, market potential loses, so that
 * the sum with equal weights is unchanged.
 */
export function qualityOf(result: SampleAchievement, dimension: Dimension): number {
  const no = result.registrationNo;
  const quality = result.score ?? LEAST + ((MOST - LEAST) * (share('a', no) + share('b', no))) / 2;
  const tilt = PROFILE * (2 * share('tilt', no) - 1);
  return quality + (dimension === 'TECHNICAL_CONTENT' ? tilt : dimension === 'MARKET_POTENTIAL' ? -tilt : 0);
}

export interface SampleReview {
  scores: ScoreInput[];
  confidence: number;
  gapCodes: string[];
}

/**
 * Review of a sample achievement by a sample reviewer: true quality plus the reviewer's severity plus a random error,
 * in half points.
 */
export function opinionOf(
  reviewer: SampleReviewer,
  result: SampleAchievement,
  dimensions: readonly Dimension[],
): SampleReview {
  const scores = dimensions.map((dimension): ScoreInput => {
    const felt =
      qualityOf(result, dimension) +
      reviewer.severity +
      reviewer.noise * normal(reviewer.key, result.registrationNo, dimension);
    const score = Math.min(5, Math.max(0, Math.round(2 * felt) / 2));
    return { dimension, score, rationale: rationaleFor(dimension, score), forLister: score <= 2 };
  });
  const gapCodes = dimensions.flatMap((dimension) => gapsOf(reviewer, result, dimension));
  return { scores, confidence: 3 + Math.floor(3 * share('confidence', reviewer.key, result.registrationNo)), gapCodes };
}

function gapsOf(reviewer: SampleReviewer, result: SampleAchievement, dimension: Dimension): string[] {
  if (qualityOf(result, dimension) > 2.6) return [];
  const codes = GAP_CODES.filter((gap) => gap.dimension === dimension);
  // Which gap an achievement has depends on the achievement alone; some reviewers do not notice it.
  if (share('seen', reviewer.key, result.registrationNo, dimension) < 0.3) return [];
  return [codes[Math.floor(codes.length * share('gap', result.registrationNo, dimension))]!.code];
}

const WORDS: Record<Dimension, readonly [low: string, high: string]> = {
  MARKET_POTENTIAL: [
    '应用场景与目标客户尚不明确，缺少市场规模依据，建议先做用户调研并取得试用意向。',
    '应用面广，已有明确用户与替代空间，具备较快推广的条件。',
  ],
  ECONOMIC_VALUE: [
    '成本与效益测算不足，放大后的单位成本未知，建议补充技术经济分析。',
    '单位成本低于现有方案，效益测算有依据，投资回收期合理。',
  ],
  TECHNICAL_CONTENT: [
    '创新点与现有技术相比不突出，关键指标缺少第三方检测，建议补充中试数据。',
    '关键指标优于公开报道，知识产权布局完整，已有工程验证。',
  ],
};

function rationaleFor(dimension: Dimension, score: number): string | null {
  if (score <= 2) return WORDS[dimension][0];
  return score >= 4.5 ? WORDS[dimension][1] : null;
}
