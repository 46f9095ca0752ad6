import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { readEmail } from '../../src/identity/accounts/emails.js';
import { cleanText } from '../../src/kernel/localized.js';
import {
  asciiDomain,
  hasMoreThan,
  hasTooManyMarks,
  MAX_MARKS,
  normalised,
  withCappedMarks,
  type NormalForm,
} from '../../src/lib/text.js';
import { readText } from '../../src/search/query/search.request.js';
import { blinderOf } from '../../src/vetting/reviews/desk.blinding.js';

const FORMS: readonly NormalForm[] = ['NFC', 'NFD', 'NFKC', 'NFKD'];
/** The definition that the reader's loop must equal. */
const RUN = /([\p{M}\u0e33\u0eb3\uff9e\uff9f]{30})[\p{M}\u0e33\u0eb3\uff9e\uff9f]+/gu;

/** A generator of random numbers from 0 to 1 that gives the same ones in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STARTERS = ['a', 'é', 'ệ', '中', '가', '\u1161', '😀', 'ﷺ', 'ｶ', '\ud800', '\udc00', ' ', '\u200d'];
const MARKS = ['\u0301', '\u0316', '\u0345', '\u3099', '\u{1d165}', '\u{e0100}', '\uff9e', '\u0e33', '\u0344'];

/** Texts of runs of marks, each run of at most `longest`. */
function texts(seed: number, count: number, longest: number): string[] {
  const next = random(seed);
  const one = (list: readonly string[]) => list[Math.floor(next() * list.length)]!;
  return Array.from({ length: count }, () =>
    Array.from({ length: Math.ceil(next() * 6) }, () => {
      const starters = Array.from({ length: Math.ceil(next() * 4) }, () => one(STARTERS)).join('');
      const fixed = one(MARKS);
      const mixed = next() < 0.5;
      const run = next() < 0.3 ? longest : Math.floor(next() * (longest + 1));
      return starters + Array.from({ length: run }, () => (mixed ? one(MARKS) : fixed)).join('');
    }).join(''),
  );
}

/** Same as `expect(found).toBe(expected)`, without the cost of an assertion for each of tens of thousands of values. */
function same<T>(found: T, expected: T): void {
  if (found !== expected) expect(found).toBe(expected);
}

function milliseconds(run: () => unknown): number {
  const from = performance.now();
  run();
  return performance.now() - from;
}

describe('normalising a text', () => {
  it('is what String.prototype.normalize gives where no run has more than 30 marks', () => {
    for (const text of texts(1, 3_000, MAX_MARKS))
      for (const form of FORMS) same(normalised(text, form), text.normalize(form));
  });

  it('caps every longer run at 30 marks, and only those', () => {
    for (const text of texts(2, 10_000, 70)) {
      const capped = text.replace(RUN, '$1');
      same(withCappedMarks(text), capped);
      same(hasTooManyMarks(text), capped !== text);
      same(withCappedMarks(capped), capped);
    }
  });

  it('changes nothing of what it gave', () => {
    for (const text of texts(3, 3_000, 70))
      for (const form of FORMS) {
        const once = normalised(text, form);
        // Decomposed, one mark can be several: the cap may take some of those a second time, and the form stays.
        const twice = normalised(once, form);
        same(twice.normalize(form), twice);
        if (!hasTooManyMarks(once)) same(twice, once);
      }
  });

  it('knows every character that can take part in a run', () => {
    const wrong: string[] = [];
    const examine = (character: string) => {
      const decomposed = character.normalize('NFKD');
      const begins = /^\p{M}/u.test(decomposed);
      // A character that is sorted moves before a mark of the highest class, or behind one of the lowest.
      const moves =
        decomposed === character &&
        (`a\u0345${character}`.normalize('NFD') !== `a\u0345${character}` ||
          `a${character}\u0334`.normalize('NFD') !== `a${character}\u0334`);
      const capped = hasTooManyMarks(`a${character.repeat(MAX_MARKS + 1)}`);
      if (capped !== begins || (moves && !capped)) wrong.push(character.codePointAt(0)!.toString(16));
    };
    // Most blocks hold only characters that neither begin with a mark, nor move, nor count as one: shown for the whole
    // block at once. Where one may differ, each is examined.
    const isPlain = (block: readonly string[]) => {
      // Code points that are unassigned or for private use have no decomposition and are no marks (UAX #44).
      if (/^[\p{Cn}\p{Co}]+$/u.test(block.join(''))) return true;
      const sorted = block.map((each) => `a\u0345${each}a${each}\u0334`).join('');
      return (
        !/a\p{M}/u.test(
          block
            .map((each) => `a${each}`)
            .join('')
            .normalize('NFKD'),
        ) &&
        sorted.normalize('NFD') === sorted &&
        !hasTooManyMarks(block.map((each) => `a${each.repeat(MAX_MARKS + 1)}`).join(''))
      );
    };
    for (let from = 0; from < 0x11_0000; from += 256) {
      if (from >= 0xd800 && from < 0xe000) continue;
      const block = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(from + i));
      if (!isPlain(block)) block.forEach(examine);
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['two kinds of marks', (n: number) => `a${'\u0301'.repeat(n)}${'\u0316'.repeat(n)}`],
    ['runs of 30', (n: number) => `a${'\u0345'.repeat(15)}${'\u0334'.repeat(15)}`.repeat(n / 15)],
    ['marks that decompose', (n: number) => `a${'\u0344'.repeat(n)}${'\u0316'.repeat(n)}`],
    ['half-width voiced marks', (n: number) => `ｶ${'\uff9e'.repeat(n)}${'\u0316'.repeat(n)}`],
    ['marks beyond the Basic Multilingual Plane', (n: number) => `a${'\u{1d165}'.repeat(n)}${'\u{1d17b}'.repeat(n)}`],
    ['precomposed letters', (n: number) => `ệ${'\u0345'.repeat(15)}${'\u0334'.repeat(14)}`.repeat(n / 15)],
    ['pairs and halves', (n: number) => '😀'.repeat(n) + '\ud800'.repeat(n)],
  ])('takes linear time on %s', (_what, text) => {
    for (const form of FORMS) expect(milliseconds(() => normalised(text(450_000), form))).toBeLessThan(1_000);
  });
});

describe('readers of texts', () => {
  const hostile = (n: number) => `a${'\u0301'.repeat(n)}${'\u0316'.repeat(n)}`;

  it('counts code points only as far as needed', () => {
    expect([hasMoreThan('😀😀', 2), hasMoreThan('😀😀', 1), hasMoreThan('ab', 1), hasMoreThan('', 0)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('search for what fits of a run of marks, and refuse what is too long', () => {
    expect(readText(hostile(40), 'query')).toBe(`á${'\u0301'.repeat(29)}`);
    expect(milliseconds(() => expect(() => readText(hostile(450_000), 'query')).toThrow('at most 500'))).toBeLessThan(
      200,
    );
    expect(readText(`${' '.repeat(300)}量子${' '.repeat(300)}通信`, 'query')).toBe('量子 通信');
  });

  it('clean a text that no field takes without normalising it, and every other as before', () => {
    expect(milliseconds(() => cleanText(hostile(450_000)))).toBeLessThan(500);
    expect([...cleanText(`a${'x'.repeat(300_000)}`)!].length).toBe(300_001);
    expect(cleanText(`${' '.repeat(300_000)}e\u0301\u0007`)).toBe('é');
    expect(cleanText('e\u200b\u0301')).toBe('e\u0301');
  });

  it('read an address only when it is short enough to be one', () => {
    const far = `a@${'量'.repeat(100_000)}.cn`;
    expect(milliseconds(() => expect(() => readEmail('email', far)).toThrow('not an e-mail address'))).toBeLessThan(
      200,
    );
    expect(milliseconds(() => expect(asciiDomain('量'.repeat(100_000))).toBe(''))).toBeLessThan(200);
    expect(readEmail('email', '  li@例子.中国  ')).toBe('li@xn--fsqu00a.xn--fiqs8s');
    expect(() => readEmail('email', `li@${'例'.repeat(250)}.中国`)).toThrow('not an e-mail address');
  });

  it('blind a long text without blanks at once', () => {
    const blind = blinderOf({ institutions: [], inventors: [] });
    expect(milliseconds(() => blind('量'.repeat(20_000)))).toBeLessThan(500);
    expect(blind('write to li.wei@example.org, or a@b@example.org.')).toBe('write to [contact], or a@[contact].');
  });
});

describe('the lint rule', () => {
  it('lets no other file of the source normalise a text or convert a domain', async () => {
    const file = new URL('../../eslint.config.js', import.meta.url).href;
    const { default: config } = (await import(file)) as { default: Linter.Config[] };
    const rules = config.filter((entry) => entry.rules?.['no-restricted-syntax'] !== undefined);
    const linter = new Linter();
    const found = (code: string, filename: string) =>
      linter.verify(code, [{ files: ['**/*.ts'] }, ...rules], { filename }).map(({ message }) => message.split(':')[0]);
    const normalise = 'Call normalised() of src/lib/text.ts';
    const convert = 'Call asciiDomain() of src/lib/text.ts';
    const call = `export const a = 'x'.normalize('NFC');`;
    expect(found(call, 'src/search/a.ts')).toEqual([normalise]);
    expect(found(`export const a = 'x'?.['normalize']();`, 'src/http/a.ts')).toEqual([normalise]);
    expect(found(`export { domainToASCII as a } from 'node:url';`, 'src/http/a.ts')).toEqual([convert]);
    expect(found(`import { domainToASCII } from 'node:url'; domainToASCII('');`, 'src/a.ts')).toEqual([convert]);
    expect(found(`import url from 'node:url'; url.domainToUnicode('');`, 'src/a.ts')).toEqual([convert]);
    expect(found(call, 'src/lib/text.ts')).toEqual([]);
  });
});
