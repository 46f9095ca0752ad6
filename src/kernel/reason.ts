import { InputError, type FieldProblem } from './errors.js';
import { cleanText } from './localized.js';
import { say, type Said } from '../messages/catalogue.js';

/**
 * Maximum length, in Unicode code points after cleaning, of each kind of free text that people attach to an action. A
 * reason is read at a glance; a note or an appeal argues; a statement is as long as a letter.
 */
export const MAX_CHARACTERS = {
  /** Limit for reasons of an action: of suspensions, refusals, withdrawals and corrections. */
  reason: 500,
  /** Limit for the personal sentences that a user adds to a mail which the platform sends. */
  greeting: 1_000,
  /** Limit for notes to one's own organisation or to operators, and for appeals and the answers to them. */
  note: 2_000,
  /** Limit for objections and the answers to them, messages, and the rationale of a review score. */
  statement: 4_000,
} as const;
export type ReasonKind = keyof typeof MAX_CHARACTERS;

/**
 * Cleans a free text and returns it, or null when it is empty. Adds problems under the path `field`: TOO_LONG for a
 * text over the limit of its kind and, if `needed` is given, REQUIRED with that sentence for an empty text.
 */
export function checkReason(
  field: string,
  value: string | null | undefined,
  problems: FieldProblem[],
  { kind = 'reason', needed }: { kind?: ReasonKind; needed?: Said } = {},
): string | null {
  const text = cleanText(value) ?? null;
  const most = MAX_CHARACTERS[kind];
  if (text === null && needed !== undefined) problems.push({ field, code: 'REQUIRED', message: needed });
  // A code point takes one or two UTF-16 code units, so a text whose code units are within the limit is within it in
  // code points too. Testing `length` first avoids the slow count for most texts.
  if (text !== null && text.length > most && [...text].length > most)
    problems.push({ field, code: 'TOO_LONG', message: say('TOO_LONG.most', { most }) });
  return text;
}

/** Cleans an optional free text; returns null when it is empty, and throws BAD_USER_INPUT when it is too long. */
export function readReason(field: string, value: string | null | undefined, kind?: ReasonKind): string | null {
  const problems: FieldProblem[] = [];
  const text = checkReason(field, value, problems, { kind });
  if (problems.length > 0) throw new InputError(problems);
  return text;
}

/**
 * Cleans a required free text. Throws BAD_USER_INPUT when it is too long, or, with the sentence `needed`, when it is
 * empty.
 */
export function requireReason(
  field: string,
  value: string | null | undefined,
  needed: Said,
  kind?: ReasonKind,
): string {
  const problems: FieldProblem[] = [];
  const text = checkReason(field, value, problems, { kind, needed });
  if (text === null || problems.length > 0) throw new InputError(problems);
  return text;
}
