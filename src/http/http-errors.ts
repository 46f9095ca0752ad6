import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { spokenIn, wordsOf, type AppError, type FieldProblem, type Spoken } from '../kernel/errors.js';
import type { Language } from '../lib/messages/message.js';
import { inEnglish, type Said } from '../messages/catalogue.js';

/** An error that ends a request before its operation is executed. */
class RefusedRequest extends GraphQLError implements Spoken {
  constructor(
    readonly said: Said | null,
    extensions: Record<string, unknown>,
    readonly problems?: readonly FieldProblem[],
  ) {
    super(said ? inEnglish(said) : wordsOf(problems ?? [], inEnglish), { extensions });
  }
}

/**
 * Makes the GraphQL error for a request that cannot be executed, with an HTTP status that proxies and simple clients
 * understand.
 */
export function requestError(
  status: number,
  code: string,
  reason: string,
  message: Said,
  details: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): GraphQLError {
  return new RefusedRequest(message, {
    code,
    reason,
    ...details,
    http: { status, headers: new HeaderMap(Object.entries(headers)) },
  });
}

export const badRequest = (reason: string, message: Said, details: Record<string, unknown> = {}): GraphQLError =>
  requestError(400, 'BAD_REQUEST', reason, message, details);

/** Adds an HTTP status and headers to a typed error, for the case that it ends the whole request. */
export function withStatus(error: AppError, status: number, headers: Record<string, string> = {}): GraphQLError {
  return new RefusedRequest(
    error.said,
    { ...error.extensions, http: { status, headers: new HeaderMap(Object.entries(headers)) } },
    error.problems,
  );
}

/**
 * HTTP status, headers and JSON body of an error that ends a request, for answers that do not pass through the GraphQL
 * server.
 */
export function plainAnswer(
  error: GraphQLError,
  language: Language,
): { status: number; headers: Record<string, string>; body: string } {
  const { http, ...extensions } = error.extensions as { http?: { status: number; headers: HeaderMap } } & Record<
    string,
    unknown
  >;
  const spoken = spokenIn(language, error);
  return {
    status: http?.status ?? 500,
    headers: Object.fromEntries(http?.headers ?? []),
    body: JSON.stringify({
      errors: [
        {
          message: spoken?.message ?? error.message,
          extensions: { ...extensions, ...(spoken?.problems && { problems: spoken.problems }) },
        },
      ],
    }),
  };
}
