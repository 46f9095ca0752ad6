import { hanCodes, runsOf, wordCode } from './grams.js';

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * Cuts a text into words by a dictionary. `loose` marks a piece of consecutive Chinese characters that the dictionary
 * would cut into single characters, because it knows no longer word there.
 */
function piecesOf(text: string): Array<{ text: string; loose: boolean }> {
  const pieces: Array<{ text: string; loose: boolean }> = [];
  for (const run of runsOf(text)) {
    if (!run.han) pieces.push({ text: run.text, loose: false });
    else {
      let open = false;
      for (const { segment } of segmenter.segment(run.text)) {
        const single = [...segment].length === 1;
        if (single && open) pieces.at(-1)!.text += segment;
        else pieces.push({ text: segment, loose: single });
        open = single;
      }
    }
  }
  return pieces;
}

/**
 * Words of a text: Latin words as they are, Chinese words by the dictionary. Where the dictionary knows no word of
 * several characters, each pair of neighbouring characters counts as a word, and a character without such a neighbour
 * as one.
 */
export function wordsOf(text: string): string[] {
  return piecesOf(text).flatMap((piece) => {
    const characters = [...piece.text];
    return piece.loose && characters.length > 2
      ? characters.slice(1).map((character, i) => characters[i]! + character)
      : [piece.text];
  });
}

/**
 * Number of words in a text. A piece of n Chinese characters in which the dictionary knows no word of several
 * characters counts as n / 2 words, rounded up, since Chinese words mostly have two characters.
 */
export function countWords(text: string): number {
  return piecesOf(text).reduce((sum, piece) => sum + (piece.loose ? Math.ceil([...piece.text].length / 2) : 1), 0);
}

export const codesOfWord = (word: string): number[] => {
  const { single, pairs } = /^\p{Script=Han}/u.test(word) ? hanCodes(word) : { single: [wordCode(word)], pairs: [] };
  return [...new Set(pairs.length > 0 ? pairs : single)];
};
