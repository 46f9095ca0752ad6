import { domainToASCII } from 'node:url';

/**
 * The one place that normalises text (a lint rule keeps it so). Unicode normalisation sorts each run of combining marks,
 * in time that grows with the square of the run's length; here every run is capped before, so that the time grows with the
 * length of the text alone, whatever the text.
 */

/** Combining marks of one run that are kept: as many as UAX #15 allows in its stream-safe format; no language uses more than a few. */
export const MOST_MARKS = 30;

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** Marks, and the four letters and signs whose compatibility decomposition begins with one. */
const MARK = /^[\p{M}\u0e33\u0eb3\uff9e\uff9f]$/u;
/** The lowest mark. */
const FIRST_MARK = 0x300;
/** Whether a character of the Basic Multilingual Plane, the surrogates left out, is a mark; a table is read faster than a pattern is matched. */
const MARKS = Uint8Array.from({ length: 0x1_0000 }, (_, code) =>
  code >= FIRST_MARK && MARK.test(String.fromCharCode(code)) ? 1 : 0,
);

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xe000;

/** Whether a code unit may belong to a mark: all marks beyond the table are written with surrogates. */
const maybeMark = (code: number): boolean => code >= FIRST_MARK && (MARKS[code] === 1 || isSurrogate(code));

/** Code units of the mark at an index; 0 where there is none. */
function markAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (!isHigh(code)) return code < FIRST_MARK ? 0 : (MARKS[code] ?? 0);
  return MARK.test(String.fromCodePoint(text.codePointAt(index)!)) ? 2 : 0;
}

/**
 * Where the first run of marks goes beyond MOST_MARKS, from an index on that is not within one; -1 where none does. Such a
 * run covers one of any MOST_MARKS + 1 code units in a row, so that of ordinary text only every 31st unit is looked at.
 */
function overlongAt(text: string, from: number): number {
  let floor = from;
  for (let i = floor + MOST_MARKS; i < text.length; i += MOST_MARKS + 1) {
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
      if (run > MOST_MARKS) return at;
      at += units;
    }
    // What lies before was looked at and ends without a mark: no unit is looked at more than twice.
    floor = at;
    i = floor - 1;
  }
  return -1;
}

/** Whether a text has a run of more than MOST_MARKS combining marks: nobody writes such text, and it is refused where it is written. */
export function hasTooManyMarks(text: string): boolean {
  return text.length > MOST_MARKS && overlongAt(text, 0) !== -1;
}

/** A text whose runs of combining marks end after MOST_MARKS; what is beyond is dropped. Takes linear time. */
export function withCappedMarks(text: string): string {
  if (text.length <= MOST_MARKS) return text;
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

/** A text in a normal form of Unicode, in linear time: `String.prototype.normalize` after `withCappedMarks`. */
export function normalised(text: string, form: NormalForm): string {
  return withCappedMarks(text).normalize(form);
}

/** Code units per code point that a reader allows before it normalises: composing makes one of several, and blanks go. */
const SLACK = 8;

/**
 * Whether a text is so long that no normal form of it fits `maxLength` code points: told from its length alone, before any
 * other work.
 */
export function isFarTooLong(text: string, maxLength: number): boolean {
  return text.length > maxLength * SLACK;
}

/** Whether a text has more than `most` code points: a long text costs no more than a short one. */
export function hasMoreThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let count = 0;
  for (let i = 0; i < text.length && count <= most; count += 1) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return count > most;
}

/** Octets of the longest domain name (RFC 1035). */
const LONGEST_DOMAIN = 253;

/** A domain name in ASCII (IDNA); empty where it is none or too long. The conversion takes quadratic time, so the length is looked at first. */
export function asciiDomain(domain: string): string {
  return domain.length > LONGEST_DOMAIN ? '' : domainToASCII(domain);
}
