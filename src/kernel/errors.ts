import { GraphQLError } from 'graphql';
import type { Language, MessageText } from '../lib/messages/message.js';
import { inEnglish, inWords, say, type Said } from '../messages/catalogue.js';

/** The stable error codes in `extensions.code`; clients may branch on them, so none is ever renamed. */
export type ErrorCode =
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'CONFLICT' | 'RATE_LIMITED' | 'UNAVAILABLE';

/** An error whose sentence is put into words when it is shown. */
export interface Spoken {
  /** The sentence; null where the message consists of the sentences of `problems`. */
  readonly said: Said | null;
  /** Problems of single fields, of which the error consists. */
  readonly problems?: readonly FieldProblem[];
}

/** The words of an error in a language: its message and, where it has some, the problems of its fields. */
export function spokenIn(
  language: Language,
  error: unknown,
): { message: string; problems?: Array<Record<string, unknown>> } | null {
  if (!(error instanceof Error) || !('said' in error)) return null;
  const { said, problems } = error as Error & Spoken;
  const words = (text: Said) => inWords(language, text);
  return {
    message: said ? words(said) : wordsOf(problems ?? [], words),
    ...(problems && { problems: problems.map((problem) => ({ ...problem, message: words(problem.message) })) }),
  };
}

/**
 * Base class of the domains' errors, whose message is shown to clients. `reason` is a stable sub-code
 * (UPPER_SNAKE_CASE); the message says what to do next. An error that is no GraphQLError reaches clients as
 * INTERNAL_SERVER_ERROR without its message.
 */
export class AppError extends GraphQLError implements Spoken {
  readonly problems?: readonly FieldProblem[];

  constructor(
    readonly code: ErrorCode,
    /** The sentence for clients; the error's own `message` has its English words. */
    readonly said: Said | null,
    readonly reason: string,
    details: Record<string, unknown> = {},
    problems: readonly FieldProblem[] = [],
  ) {
    super(said ? inEnglish(said) : wordsOf(problems, inEnglish), { extensions: { code, reason, ...details } });
    this.name = new.target.name;
  }
}

export class UnauthenticatedError extends AppError {
  constructor(message: Said = say('LOGIN_REQUIRED'), reason = 'LOGIN_REQUIRED') {
    super('UNAUTHENTICATED', message, reason);
  }
}

export class ForbiddenError extends AppError {
  constructor(message: Said, reason = 'NOT_ALLOWED', details: Record<string, unknown> = {}) {
    super('FORBIDDEN', message, reason, details);
  }
}

/**
 * Thrown for an object that does not exist, and in the same way for one that is hidden from the viewer, so that a
 * client cannot find out which ids exist.
 */
export class NotFoundError extends AppError {
  /** `what`: the object's name as the subject of a sentence, such as `say('thing.theCohort')`. */
  constructor(what: MessageText) {
    super('NOT_FOUND', say('NOT_FOUND.thing', { what }), 'NOT_FOUND');
  }
}

/**
 * One invalid value in a client's input: the path of its field, the stable code of the violated rule, and a sentence
 * that says how to correct it.
 */
export interface FieldProblem {
  field: string;
  code: string;
  message: Said;
}

/**
 * The error for invalid input. It lists every problem found at once. Its messages do not repeat submitted values, apart
 * from column headers of an imported file.
 */
export class InputError extends AppError {
  constructor(override readonly problems: FieldProblem[]) {
    super(
      'BAD_USER_INPUT',
      null,
      problems[0]?.code ?? 'INVALID',
      {
        field: problems[0]?.field,
        problems: problems.map((problem) => ({ ...problem, message: inEnglish(problem.message) })),
      },
      problems,
    );
  }
}

/** The words of several problems, one after another, each behind the name of its field. */
export function wordsOf(problems: readonly FieldProblem[], words: (said: Said) => string): string {
  return problems.map(({ field, message }) => `${field}: ${words(message)}`).join(' ');
}

/** An InputError with a single problem. */
export function badInput(field: string, code: string, message: Said): InputError {
  return new InputError([{ field, code, message }]);
}

export class ConflictError extends AppError {
  constructor(message: Said, reason: string, details: Record<string, unknown> = {}) {
    super('CONFLICT', message, reason, details);
  }
}

export class RateLimitedError extends AppError {
  constructor(message: Said, retryAfterSeconds: number) {
    super('RATE_LIMITED', message, 'RATE_LIMITED', { retryAfterSeconds });
  }
}
