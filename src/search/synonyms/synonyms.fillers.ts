import { STOP_WORDS } from '../../text/tokens.stop-words.js';

/**
 * Words that occur in nearly every text. If such a word were a synonym of another one, a search for the other one would
 * find nearly every text.
 */
const FILLERS = new Set(
  (
    '的 了 和 与 及 或 在 是 为 对 中 等 之 其 以 于 从 由 将 把 被 而 并 也 都 就 不 有 无 该 本 此 这 那 个 种 类 上 下 内 外 前 后 大 小 新 ' +
    '一种 一个 一类 基于 用于 关于 以及 进行 通过 采用 利用 具有 实现 提供 包括 主要 相关 可以 能够 其中 及其 ' +
    '技术 方法 系统 研究 应用 项目 成果 产品 设计 开发 新型 工艺 装置 设备 材料 ' +
    'method methods technology technologies system systems research application applications project product products new novel based device devices material materials process'
  ).split(' '),
);

/**
 * True if a term is a filler word or consists of filler words only, is a number of one or two digits, or has no letter
 * or digit at all.
 */
export function isFiller(term: string): boolean {
  const words = term
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.every(isFillerWord) || isFillerWord(words.join(''));
}

function isFillerWord(word: string): boolean {
  if (FILLERS.has(word) || STOP_WORDS.has(word) || /^\p{N}{1,2}$/u.test(word)) return true;
  // The same filler again and again; other pairs of fillers may be terms of their own, such as 中和 (neutralisation).
  return new Set(word).size === 1 && FILLERS.has(word[0]!);
}
