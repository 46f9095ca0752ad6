import { coded } from '../../messages/catalogue.js';
import { allVocabularies } from '../../taxonomy/vocabulary.js';
import { comparable } from '../../text/normalise.js';
import { plainText, type CellProblem } from './values.js';

const CHINESE = '一二三四五六七八九';
const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];
const LEVEL = `(\\d+(?:\\.\\d+)?|[${CHINESE}]|\\b(?:VIII|VII|VI|IV|IX|III|II|I|V)\\b)`;
const BEFORE =
  '(?:(?:技术)?(?:成熟度|就绪度|就绪水平)?(?:等级|级别)?[ :：=_-]*)?(?:trl|technology readiness level|readiness level|level)?[ :：=_.-]*(?:第|等级)? ?';
const ONE = new RegExp(`^${BEFORE}${LEVEL} ?(?:级|等级|级别|level)?(.*)$`, 'i');
/** What follows the first level of a range: 7-8级, TRL4 到 6, 3~5, 6、7, 6 or 7. */
const RANGE = new RegExp(
  `^ ?(?:[-–—~～〜至到/,，、&]|\\bto\\b|\\bor\\b|\\band\\b|或|和)+ ?(?:trl)?[ _:-]*(?:第)? ?${LEVEL}(?![年月个台套项\\d])`,
  'i',
);
/** Stages of development, which name no level; each column of stages has a field of its own. */
const STAGE =
  /小试|中试|量产|样机|样品|产业化|产品化|工程化|实验室|试验|原理|概念|批量|成熟|初期|中期|应用|研发|推广|lab|pilot|prototype|production|mature|concept/i;

let labels: ReadonlyMap<string, number> | undefined;
/** Levels by code and label of the vocabulary, in normalised form. */
function levelsByLabel(): ReadonlyMap<string, number> {
  labels ??= new Map(
    allVocabularies()
      .filter(({ name }) => name === 'TrlLevel')
      .flatMap(({ terms }) => terms)
      .flatMap(({ code, label }) =>
        [code, label.zh, label.en].flatMap((text) =>
          text === undefined ? [] : [[comparable(text), Number(code.slice(-1))] as [string, number]],
        ),
      ),
  );
  return labels;
}

function levelOf(text: string): number | null {
  const chinese = CHINESE.indexOf(text) + 1;
  const roman = ROMAN.indexOf(text.toUpperCase()) + 1;
  const value = chinese || roman || Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 9 ? value : null;
}

/**
 * Reads a technology readiness level (TRL) from a text such as 6, "TRL 6", "TRL6级", "6级（样机）", 第六级 or Ⅵ, or from the
 * name of a level. A range names no level, and neither does a stage in words.
 */
export function readTrl(cell: string): number | CellProblem {
  const text = plainText(cell);
  if (text.length > 200) return coded('OUT_OF_RANGE.trl');
  const named = levelsByLabel().get(comparable(text));
  if (named !== undefined) return named;
  const match = /^[-–—]/.test(text) ? null : ONE.exec(text);
  if (!match) return coded(STAGE.test(text) ? 'TRL_IN_WORDS' : 'OUT_OF_RANGE.trl');
  const [, first, rest = ''] = match;
  const level = levelOf(first!);
  if (RANGE.test(rest)) return coded('TRL_RANGE');
  // After the level stand a bracket or words that are set off from it, but no percentage or other number.
  if (level === null || !/^(?:$|[ ([{【,，;；:：、。.\-–—])/.test(rest) || /^[ .]*\d|^ ?%/.test(rest))
    return coded('OUT_OF_RANGE.trl');
  return level;
}
