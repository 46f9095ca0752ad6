import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../src/bench/generator.js';
import { misspell, nineLetters } from '../../src/bench/hostile/texts.js';
import { highlighterFor } from '../../src/search/query/search.highlights.js';
import { slotsOf } from '../../src/search/query/search.terms.js';

const random = randomFrom(31);
const texts = (make: () => string) => Array.from({ length: 100 }, () => ({ abstract_en: make() }));
const han = (from: number, span: number) => String.fromCodePoint(from + Math.floor(random() * span));

/** Milliseconds for the highlights of a full page. */
function spent(query: string, page: ReadonlyArray<Record<string, string>>): number {
  const begun = performance.now();
  const highlight = highlighterFor(slotsOf(query, []));
  for (const fields of page) highlight(fields);
  return performance.now() - begun;
}

// The bounds are loose: each case took five seconds and more when every word was compared with every other.
describe('the work of highlights', () => {
  it('is bounded for fifty words against a page of long texts of other words', () => {
    const page = texts(() => Array.from({ length: 1000 }, () => nineLetters(random)).join(' '));
    const query = Array.from({ length: 50 }, () => `q${nineLetters(random).slice(1)}`).join(' ');
    expect(spent(query, page)).toBeLessThan(2000);
  });

  it('is bounded for a long Chinese question against texts that hold none of it', () => {
    const page = Array.from({ length: 100 }, () => ({
      abstract_zh: Array.from({ length: 10_000 }, () => han(0x6e00, 3000)).join(''),
    }));
    const query = Array.from({ length: 240 }, () => `${han(0x4e00, 3000)}${han(0x4e00, 3000)}`).join(' ');
    expect(spent(query, page)).toBeLessThan(2000);
  });

  it('never goes beyond its budget, and marks what is written rightly without it', () => {
    const words = Array.from({ length: 50 }, () => nineLetters(random));
    const budget = { comparisons: 5 };
    const highlight = highlighterFor(slotsOf(words.join(' '), []), budget);
    const spoilt = highlight({ title_en: words.map((word) => misspell(random, word)).join(' ') });
    expect(budget.comparisons).toBe(0);
    expect(highlight({ title_en: words[7] })[0]!.fragments[0]!.parts).toEqual([{ text: words[7], match: true }]);
    const marked = spoilt.flatMap(({ fragments }) => fragments.flatMap(({ parts }) => parts)).filter((p) => p.match);
    expect(marked.length).toBeLessThan(50);
  });
});

/** True if at most `most` edits turn `sought` into a prefix of `word`, by plain recursion. */
function edits(sought: string, word: string, most: number): boolean {
  if (sought === '') return true;
  if (most < 0) return false;
  if (word !== '' && sought[0] === word[0] && edits(sought.slice(1), word.slice(1), most)) return true;
  if (most === 0) return false;
  return (
    edits(sought.slice(1), word, most - 1) ||
    (word !== '' && (edits(sought, word.slice(1), most - 1) || edits(sought.slice(1), word.slice(1), most - 1))) ||
    (sought.length > 1 &&
      sought[0] === word[1] &&
      sought[1] === word[0] &&
      edits(sought.slice(2), word.slice(2), most - 1))
  );
}

it('marks exactly the words that two typos away from a sought one explain', () => {
  const sought = Array.from({ length: 5 }, () => nineLetters(random));
  const highlight = highlighterFor(slotsOf(sought.join(' '), []));
  let found = 0;
  for (let i = 0; i < 600; i += 1) {
    const source = sought[i % sought.length]!;
    const word = [
      () => misspell(random, source),
      () => misspell(random, misspell(random, source)),
      () => misspell(random, misspell(random, misspell(random, source))),
      () => nineLetters(random),
    ][i % 4]!();
    const expected = sought.some(
      (each) => word.length >= each.length - 2 && edits(each, word.slice(0, each.length + 2), 2),
    );
    expect([word, highlight({ title_en: word }).length > 0]).toEqual([word, expected]);
    if (expected) found += 1;
  }
  expect(found).toBeGreaterThan(250);
});

it('keeps the order of terms that begin alike, and takes signs as they are', () => {
  const marked = (query: string, text: string) =>
    highlighterFor(slotsOf(query, []))({ title_zh: text }).flatMap(({ fragments }) =>
      fragments.flatMap(({ parts }) => parts.filter((part) => part.match).map((part) => part.text)),
    );
  expect(marked('稀土 稀土永磁', '稀土永磁')).toEqual(['稀土永磁']);
  expect(marked('α-烯烃 (Б) "-贵]金^属"', 'α-烯烃 б (Б) -贵]金^属')).toEqual(['α-烯烃', '(Б) -贵]金^属']);
  expect(marked('C++ .NET', 'c++ .net')).toEqual(['c++', '.net']);
});
