import { InputError, type FieldProblem } from './errors.js';
import { cleanText } from './localized.js';

/**
 * Kinds of text that people attach to an action, with the maximum length of each in Unicode code points after cleaning.
 * A reason is read at a glance; a note or an appeal argues; a statement is as long as a letter.
 */
export const MOST_CHARACTERS = {
  /** Why an action was taken: suspensions, refusals, withdrawals, corrections. */
  reason: 500,
  /** The sender's own sentences in a mail that the platform sends. */
  greeting: 1_000,
  /** Notes for one's own organisation or for operators; appeals and their answers. */
  note: 2_000,
  /** Objections and their answers, messages, the rationale of a score. */
  statement: 4_000,
} as const;
export type ReasonKind = keyof typeof MOST_CHARACTERS;

/**
 * The one reader of such texts: returns the cleaned text, or null when it is empty. It adds TOO_LONG for a text over
 * the limit and, if `needed` is given, REQUIRED with that sentence for an empty text, under the field's path.
 */
export function checkReason(
  field: string,
  value: string | null | undefined,
  problems: FieldProblem[],
  { kind = 'reason', needed }: { kind?: ReasonKind; needed?: string } = {},
): string | null {
  const text = cleanText(value) ?? null;
  const most = MOST_CHARACTERS[kind];
  if (text === null && needed !== undefined) problems.push({ field, code: 'REQUIRED', message: needed });
  // A code point takes one or two UTF-16 code units, so a text within the limit in code units is within it in code
  // points; this skips the count for most texts.
  if (text !== null && text.length > most && [...text].length > most)
    problems.push({ field, code: 'TOO_LONG', message: `at most ${most.toLocaleString('en')} characters.` });
  return text;
}

/** Reads an optional text; null when it is empty. Throws BAD_USER_INPUT. */
export function readReason(field: string, value: string | null | undefined, kind?: ReasonKind): string | null {
  const problems: FieldProblem[] = [];
  const text = checkReason(field, value, problems, { kind });
  if (problems.length > 0) throw new InputError(problems);
  return text;
}

/** Reads a required text; `needed` is the sentence of the error when it is empty. Throws BAD_USER_INPUT. */
export function requireReason(
  field: string,
  value: string | null | undefined,
  needed: string,
  kind?: ReasonKind,
): string {
  const problems: FieldProblem[] = [];
  const text = checkReason(field, value, problems, { kind, needed });
  if (text === null || problems.length > 0) throw new InputError(problems);
  return text;
}
