import { GraphQLError } from 'graphql';
import { inEnglish, type Said } from '../messages/catalogue.js';

/** The stable error codes in `extensions.code`; clients may branch on them, so none is ever renamed. */
export type ErrorCode =
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'CONFLICT' | 'RATE_LIMITED' | 'UNAVAILABLE';

/**
 * Base class of the domains' errors, whose message is shown to clients. `reason` is a stable sub-code
 * (UPPER_SNAKE_CASE); the message says what to do next. An error that is no GraphQLError reaches clients as
 * INTERNAL_SERVER_ERROR without its message.
 */
export class AppError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    /** The sentence for clients; the error's own `message` has its English words. */
    readonly said: Said,
    readonly reason: string,
    details: Record<string, unknown> = {},
  ) {
    super(inEnglish(said), { extensions: { code, reason, ...details } });
    this.name = new.target.name;
  }
}

export class UnauthenticatedError extends AppError {
  constructor(
    message: Said = 'Log in first: send `Authorization: Bearer <access token>` or an API key.',
    reason = 'LOGIN_REQUIRED',
  ) {
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
  constructor(what: string) {
    super('NOT_FOUND', `${what} was not found.`, 'NOT_FOUND');
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
  constructor(readonly problems: FieldProblem[]) {
    super('BAD_USER_INPUT', wordsOf(problems, inEnglish), problems[0]?.code ?? 'INVALID', {
      field: problems[0]?.field,
      problems: problems.map((problem) => ({ ...problem, message: inEnglish(problem.message) })),
    });
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
