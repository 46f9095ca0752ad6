import { InputError, type FieldProblem } from './errors.js';
import { cleanText } from './localized.js';

/**
 * Kinds of words that people give with an act, and the most characters of each (Unicode code points, after cleaning).
 * A reason is read at a glance; a note or an appeal argues; a statement is a letter.
 */
export const MOST_CHARACTERS = {
  /** Why something was done: suspensions, refusals, withdrawals, corrections. */
  reason: 500,
  /** A few words of one's own in a mail that the platform sends. */
  greeting: 1_000,
  /** Words for one's own side or for operators, appeals and their answers. */
  note: 2_000,
  /** Objections and their answers, messages, the rationale of a score. */
  statement: 4_000,
} as const;
export type ReasonKind = keyof typeof MOST_CHARACTERS;

/**
 * The one reader of such words: cleaned, and null where nothing is left. Adds TOO_LONG, or REQUIRED with the sentence
 * `needed` where it is given and nothing was said, under the field's path.
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
  // A code point is one or two UTF-16 units: a text within the limit in units is within it in code points.
  if (text !== null && text.length > most && [...text].length > most)
    problems.push({ field, code: 'TOO_LONG', message: `at most ${most.toLocaleString('en')} characters.` });
  return text;
}

/** Words that may be left out; null where nothing is said. Throws BAD_USER_INPUT. */
export function readReason(field: string, value: string | null | undefined, kind?: ReasonKind): string | null {
  const problems: FieldProblem[] = [];
  const text = checkReason(field, value, problems, { kind });
  if (problems.length > 0) throw new InputError(problems);
  return text;
}

/** Words that must be there; `needed` is what the client is told where they are not. Throws BAD_USER_INPUT. */
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
