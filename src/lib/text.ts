import { domainToASCII } from 'node:url';

/**
 * The only file that normalises Unicode text (a lint rule enforces this). Unicode normalisation sorts each run of
 * combining marks in time quadratic in the run's length; cutting long runs first makes the total time linear in the
 * text's length.
 */

/**
 * Number of combining marks that are kept of each run: the limit of the stream-safe format in UAX #15. Every language
 * needs far fewer.
 */
export const MAX_MARKS = 30;

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** Matches a combining mark, or one of the four characters whose compatibility decomposition begins with a mark. */
const MARK = /^[\p{M}\u0e33\u0eb3\uff9e\uff9f]$/u;
/** The lowest code point of a combining mark. */
const FIRST_MARK = 0x300;
/**
 * Table by UTF-16 code unit: 1 for each combining mark (surrogates excluded). A table lookup is faster than matching
 * the pattern.
 */
const MARKS = Uint8Array.from({ length: 0x1_0000 }, (_, code) =>
  code >= FIRST_MARK && MARK.test(String.fromCharCode(code)) ? 1 : 0,
);

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xe000;

/**
 * Whether a UTF-16 code unit may belong to a combining mark. Marks outside the BMP are written as surrogate pairs, so
 * every surrogate may.
 */
const maybeMark = (code: number): boolean => code >= FIRST_MARK && (MARKS[code] === 1 || isSurrogate(code));

/** Number of UTF-16 code units of the combining mark that starts at an index; 0 where no mark starts. */
function markAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (!isHigh(code)) return code < FIRST_MARK ? 0 : (MARKS[code] ?? 0);
  return MARK.test(String.fromCodePoint(text.codePointAt(index)!)) ? 2 : 0;
}

/**
 * Index of the first combining mark that is one too many, that is, stands after MAX_MARKS marks of its run; -1 if there
 * is none. `from` must not lie within a run. Too long a run covers at least one of every MAX_MARKS + 1 consecutive code
 * units, so in ordinary text only every 31st code unit is tested.
 */
function overlongAt(text: string, from: number): number {
  let floor = from;
  for (let i = floor + MAX_MARKS; i < text.length; i += MAX_MARKS + 1) {
    if (!maybeMark(text.charCodeAt(i))) continue;
    let at = i;
    while (at > floor && maybeMark(text.charCodeAt(at - 1))) at -= 1;
    for (let run = 0; at < text.length;) {
      const units = markAt(text, at);
      if (units === 0) {
        run = 0;
        at += 1;
        if (at > i) break;
        continue;
      }
      run += 1;
      if (run > MAX_MARKS) return at;
      at += units;
    }
    // Everything before index `at` has been tested and does not end in a mark, so no code unit is tested more than
    // twice.
    floor = at;
    i = floor - 1;
  }
  return -1;
}

/**
 * Whether a text has a run of more than MAX_MARKS combining marks. No real text has one, so writing such text is
 * refused.
 */
export function hasTooManyMarks(text: string): boolean {
  return text.length > MAX_MARKS && overlongAt(text, 0) !== -1;
}

/** Returns a text in which each run of combining marks is cut after MAX_MARKS marks, in linear time. */
export function withCappedMarks(text: string): string {
  if (text.length <= MAX_MARKS) return text;
  let at = overlongAt(text, 0);
  if (at === -1) return text;
  let capped = '';
  let from = 0;
  for (; at !== -1; at = overlongAt(text, from)) {
    capped += text.slice(from, at);
    from = at;
    for (let units = markAt(text, from); units > 0; units = markAt(text, from)) from += units;
  }
  return capped + text.slice(from);
}

/** Converts a text to a normal form of Unicode in linear time: `String.prototype.normalize` after `withCappedMarks`. */
export function normalised(text: string, form: NormalForm): string {
  return withCappedMarks(text).normalize(form);
}

/**
 * Factor of a field's limit in code points. A text of more UTF-16 code units is refused without normalisation; a
 * shorter one is normalised before its length is checked, as composing and trimming may shorten it.
 */
const SLACK = 8;

/**
 * Whether a text is so much longer than `maxLength` code points that it is refused without being normalised. This is
 * decided from its number of UTF-16 code units alone, before any other work.
 */
export function isFarTooLong(text: string, maxLength: number): boolean {
  return text.length > maxLength * SLACK;
}

/**
 * Whether a text has more than `most` code points. Counting stops there, so that the time does not depend on the text's
 * length.
 */
export function hasMoreThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let count = 0;
  for (let i = 0; i < text.length && count <= most; count += 1) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return count > most;
}

/** Maximum length of a domain name in octets (RFC 1035). */
const LONGEST_DOMAIN = 253;

/**
 * Converts a domain name to ASCII (IDNA); returns an empty text for an invalid or too long name. The length is checked
 * first, because the conversion takes quadratic time.
 */
export function asciiDomain(domain: string): string {
  return domain.length > LONGEST_DOMAIN ? '' : domainToASCII(domain);
}
