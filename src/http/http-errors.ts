import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { AppError } from '../kernel/errors.js';

/**
 * Makes the GraphQL error for a request that cannot be executed, with an HTTP status that proxies and simple clients
 * understand.
 */
export function requestError(
  status: number,
  code: string,
  reason: string,
  message: string,
  details: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, reason, ...details, http: { status, headers: new HeaderMap(Object.entries(headers)) } },
  });
}

export const badRequest = (reason: string, message: string, details: Record<string, unknown> = {}): GraphQLError =>
  requestError(400, 'BAD_REQUEST', reason, message, details);

/** Adds an HTTP status and headers to a typed error, for the case that it ends the whole request. */
export function withStatus(error: AppError, status: number, headers: Record<string, string> = {}): GraphQLError {
  return new GraphQLError(error.message, {
    extensions: { ...error.extensions, http: { status, headers: new HeaderMap(Object.entries(headers)) } },
  });
}

/**
 * HTTP status, headers and JSON body of an error that ends a request, for answers that do not pass through the GraphQL
 * server.
 */
export function plainAnswer(error: GraphQLError): { status: number; headers: Record<string, string>; body: string } {
  const { http, ...extensions } = error.extensions as { http?: { status: number; headers: HeaderMap } } & Record<
    string,
    unknown
  >;
  return {
    status: http?.status ?? 500,
    headers: Object.fromEntries(http?.headers ?? []),
    body: JSON.stringify({ errors: [{ message: error.message, extensions }] }),
  };
}
