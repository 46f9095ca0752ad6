/**
 * Returns a text with one typo in one of its Latin words of four or more letters: two neighbouring letters swapped, or
 * one omitted, doubled or replaced. `seed` determines the word and the typo.
 */
export function withTypo(text: string, seed: number): string {
  let state = (Math.imul(seed + 1, 0x9e37_79b1) ^ 0x5bd1_e995) >>> 0;
  const draw = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x6d2b_79f5) >>> 0;
    return (state >>> 8) % below;
  };
  const words = [...text.matchAll(/[A-Za-z]{4,}/g)];
  const word = words[draw(Math.max(1, words.length))];
  if (!word) return text;
  const letters = [...word[0]];
  const at = 1 + draw(letters.length - 2);
  switch (draw(4)) {
    case 0:
      [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
      break;
    case 1:
      letters.splice(at, 1);
      break;
    case 2:
      letters.splice(at, 0, letters[at]!);
      break;
    default:
      letters[at] = 'abcdefghijklmnopqrstuvwxyz'[draw(26)]!;
  }
  return text.slice(0, word.index) + letters.join('') + text.slice(word.index + word[0].length);
}
