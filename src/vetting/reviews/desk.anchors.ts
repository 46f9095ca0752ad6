import type { Localized } from '../../kernel/localized.js';
import type { Dimension } from '../vocabularies.js';

type Anchor = readonly [zh: string, en: string];

/**
 * What each half point of the scale from 0 to 5 means, per dimension. A whole point describes a state that evidence can
 * prove; the half point above it says which part of the next state has been reached.
 */
const ANCHORS: Readonly<Record<Dimension, readonly Anchor[]>> = {
  TECHNICAL_CONTENT: [
    ['原理不成立，或材料与已知事实矛盾', 'The principle does not hold, or the material contradicts known facts'],
    ['原理可能成立，但没有任何数据支持', 'The principle may hold, but no data support it'],
    [
      '原理成立，仅有初步数据；与现有技术相比没有可见的新意',
      'The principle holds on first data; nothing visibly new against the state of the art',
    ],
    ['有少量新意，数据仅来自单次或不完整的实验', 'Some novelty; data come from single or incomplete experiments'],
    [
      '有一定改进，实验可信但未重复；常规手段即可达到',
      'A modest improvement; credible but unrepeated experiments; routine work would reach it',
    ],
    [
      '改进明确，关键实验已重复，尚缺与现有技术的对比',
      'A clear improvement, key experiments repeated, but no comparison with the state of the art',
    ],
    [
      '明显优于现有技术，有对比数据；在实验室环境得到验证',
      'Plainly better than the state of the art by comparative data; validated in the laboratory',
    ],
    ['明显优于现有技术，且在相关环境中得到部分验证', 'Plainly better, and partly validated in a relevant environment'],
    [
      '国内领先：核心难点已突破，经第三方测试，知识产权覆盖核心',
      'Leading in the country: the core difficulty is solved, tested by a third party, its core protected',
    ],
    [
      '国内领先，部分指标达到国际先进水平，他人短期内难以复制',
      'Leading in the country, some figures at the international front, hard to copy soon',
    ],
    [
      '国际领先：原创性突破，经独立重复或实际运行证实',
      'Leading internationally: an original breakthrough, confirmed by independent repetition or in operation',
    ],
  ],
  MARKET_POTENTIAL: [
    ['没有可辨认的用户或需求', 'No recognisable user or need'],
    ['设想了用途，但没有用户提出过这种需求', 'A use is imagined, but no user has voiced the need'],
    ['需求存在但很小，或已被现有产品满足', 'A need exists but is small, or met by existing products'],
    ['需求零散，少数用户有兴趣，没有规模依据', 'Scattered need, a few interested users, no evidence of size'],
    [
      '细分市场明确，规模有估算；替代品强，进入困难',
      'A defined niche of estimated size; strong substitutes, hard entry',
    ],
    ['细分市场明确，已有用户试用或给出意见', 'A defined niche, and users have tried it or commented'],
    [
      '市场规模有可靠依据，优势能被用户感知；已有意向用户',
      'Market size on reliable evidence, an advantage that users notice, interested users',
    ],
    [
      '市场在增长，意向用户愿意参与试点或共同开发',
      'A growing market; interested users will join a pilot or develop together',
    ],
    [
      '市场大且在增长，有试用结果或意向订单，竞争优势可保持数年',
      'Large growing market, trial results or letters of intent, an advantage that lasts for years',
    ],
    ['已有首批付费用户，可向多个行业推广', 'First paying users; can spread to several industries'],
    [
      '需求迫切且规模巨大，用户在等待；可改变行业格局',
      'Urgent need of very large size, users are waiting; can change its industry',
    ],
  ],
  ECONOMIC_VALUE: [
    ['实施只有成本，看不到收益', 'Carrying it out brings cost and no visible return'],
    ['可能有收益，但没有任何测算', 'A return is possible, but nothing was calculated'],
    [
      '测算显示收益低于投入，或依赖长期补贴',
      'By calculation the return is below the investment, or rests on lasting subsidy',
    ],
    ['收支大致相抵，关键假设没有依据', 'About breaks even; key assumptions lack evidence'],
    ['略有收益，回收期长；成本数据来自实验室', 'A small return, slow payback; cost data from the laboratory'],
    ['收益为正，成本经小试核算，价格尚未验证', 'A positive return, cost checked at bench scale, price untested'],
    ['收益可观，回收期合理；成本与价格有依据', 'A good return with reasonable payback; cost and price have evidence'],
    ['收益可观，且中试数据支持主要成本', 'A good return, with pilot data behind the main costs'],
    [
      '收益高：显著降低成本或提高售价，经中试或用户核算',
      'A high return: much lower cost or higher price, confirmed by pilot or a user’s accounts',
    ],
    ['收益高且稳健：不利假设下仍然盈利', 'A high and robust return: profitable under unfavourable assumptions too'],
    [
      '收益极高，已有实际经营数据，并带动上下游',
      'A very high return shown by actual business figures, lifting suppliers and customers too',
    ],
  ],
};

/** One point of the scale with its description. */
export interface ScoreAnchor {
  dimension: Dimension;
  score: number;
  words: Required<Localized>;
}

/** Descriptions of all scores from 0 to 5 in half points, for the requested dimensions. */
export function scoreAnchors(dimensions: readonly Dimension[]): ScoreAnchor[] {
  return dimensions.flatMap((dimension) =>
    ANCHORS[dimension].map(([zh, en], step) => ({ dimension, score: step / 2, words: { zh, en } })),
  );
}
