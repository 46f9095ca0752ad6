import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { AppError, spokenIn } from '../kernel/errors.js';
import { noteOutage, outageOf } from '../kernel/database/outages.js';
import { describeFault, type Logger } from '../kernel/logger.js';
import { OPERATION_LIMITS } from './limits.js';
import type { Language } from '../lib/messages/message.js';
import { inWords, say, type Said } from '../messages/catalogue.js';

/** Maximum number of characters shown of a name, in error messages, error paths and log lines. */
const MAX_SHOWN_NAME = 80;
/**
 * Maximum number of characters of an error's message: MAX_SHOWN_TEXT for errors of this program, whose longest message
 * lists every problem of an input; MAX_LIBRARY_TEXT for messages of graphql-js, which are short apart from the values
 * that they quote.
 */
const MAX_SHOWN_TEXT = 4000;
const MAX_LIBRARY_TEXT = 600;
/** Maximum number of locations (MAX_LOCATIONS), and of path steps (MAX_PATH), in one GraphQL error. */
const MAX_LOCATIONS = 10;
const MAX_PATH = 50;
/**
 * Maximum number of entries of a list (MAX_LIST), and of nesting levels (MAX_LEVELS), in the extensions of a GraphQL
 * error.
 */
const MAX_LIST = 50;
const MAX_LEVELS = 5;
/** Maximum number of errors in the answer to one operation, not counting the one that states how many are left out. */
export const MAX_ERRORS = 50;

/** Shortens long GraphQL names and long quoted parts in a text, and cuts the whole text to `most` characters. */
export function cutNames(text: string, most = MAX_SHOWN_TEXT): string {
  const shown = text.length > 4 * MAX_SHOWN_TEXT ? `${text.slice(0, 4 * MAX_SHOWN_TEXT)}…` : text;
  const cut = shown
    .replace(LONG_NAME, (name) => `${name.slice(0, MAX_SHOWN_NAME)}…`)
    .replace(LONG_QUOTE, (quote) => `${sound(quote.slice(0, MAX_SHOWN_NAME + 1))}…"`);
  return cut.length > most ? `${sound(cut.slice(0, most))}…` : cut;
}

const LONG_NAME = new RegExp(`[A-Za-z0-9_]{${MAX_SHOWN_NAME + 1},}`, 'g');
const LONG_QUOTE = new RegExp(`"[^"]{${MAX_SHOWN_NAME + 1},}(?:"|$)`, 'g');

/** Removes the first half of a surrogate pair from the end of a text that was cut within the pair. */
const sound = (text: string) => text.replace(/[\uD800-\uDBFF]$/, '');

function cutValue(value: unknown, level = 0): unknown {
  if (typeof value === 'string') return cutNames(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MAX_LEVELS) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map((entry) => cutValue(entry, level + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_LIST)
      .map(([key, entry]) => [cutNames(key), cutValue(entry, level + 1)]),
  );
}

/**
 * Limits the size of an error in an answer: message, locations, path and extensions, whatever the request contained.
 */
function bounded(error: GraphQLFormattedError, mostText: number): GraphQLFormattedError {
  const { http, ...extensions } = error.extensions ?? {};
  return {
    ...error,
    message: cutNames(error.message, mostText),
    ...(error.locations ? { locations: error.locations.slice(0, MAX_LOCATIONS) } : {}),
    ...(error.path ? { path: shownPath(error.path) } : {}),
    ...(error.extensions
      ? { extensions: { ...(cutValue(extensions) as object), ...(http === undefined ? {} : { http }) } }
      : {}),
  };
}

const shownPath = (path: ReadonlyArray<string | number>) =>
  path.slice(0, MAX_PATH).map((step) => (typeof step === 'string' ? cutNames(step) : step));

/**
 * Converts the errors of one answer by `present`. It keeps at most the first MAX_ERRORS errors; where there are more,
 * it adds one that states how many are left out.
 */
export function presentErrors<E>(
  errors: readonly E[],
  language: Language,
  present: (error: E) => GraphQLFormattedError,
): GraphQLFormattedError[] {
  return limitErrors(errors.slice(0, MAX_ERRORS).map(present), language, errors.length);
}

/**
 * Keeps the first MAX_ERRORS of errors that are already in their public form, and adds one that states how many of
 * `count` are left out.
 */
export function limitErrors(
  errors: readonly GraphQLFormattedError[],
  language: Language,
  count: number = errors.length,
): GraphQLFormattedError[] {
  const shown = errors.slice(0, MAX_ERRORS);
  const left = count - shown.length;
  if (left <= 0) return shown;
  const code = shown[0]?.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  return [
    ...shown,
    {
      message: inWords(language, say('MORE_ERRORS', { count: left })),
      extensions: { code, reason: 'MORE_ERRORS', count: left },
    },
  ];
}

/**
 * Converts an error into its public form. Typed errors and errors with a code other than INTERNAL_SERVER_ERROR keep
 * their content, but messages of graphql-js lose the submitted values that they quote. A text that PostgreSQL cannot
 * store becomes BAD_USER_INPUT; a fault of the database's connection becomes UNAVAILABLE; any other error becomes
 * INTERNAL_SERVER_ERROR with the request id, and its text goes to the log only. Long names are shortened and lists
 * limited.
 */
export function presentError(
  log: Logger,
  requestId: string | undefined,
  formatted: GraphQLFormattedError,
  error: unknown,
  language: Language,
): GraphQLFormattedError {
  const mostText = unwrapResolverError(error) instanceof AppError ? MAX_SHOWN_TEXT : MAX_LIBRARY_TEXT;
  return bounded(shownError(log, requestId, formatted, error, language), mostText);
}

function shownError(
  log: Logger,
  requestId: string | undefined,
  formatted: GraphQLFormattedError,
  error: unknown,
  language: Language,
): GraphQLFormattedError {
  const original = unwrapResolverError(error);
  const code = formatted.extensions?.['code'];
  const spoken = spokenIn(language, original);
  if (spoken)
    return {
      ...formatted,
      message: spoken.message,
      extensions: { ...formatted.extensions, ...(spoken.problems && { problems: spoken.problems }) },
    };
  if (code === 'GRAPHQL_PARSE_FAILED') return presentSyntaxError(formatted, language);
  if (formatted.message === 'Validation aborted.') {
    // graphql-js stops comparing fields for conflicts when one name occurs too often; its message is replaced by the
    // advice to select each field once.
    return {
      ...formatted,
      message: inWords(language, say('TOO_MANY_FIELDS')),
      extensions: { ...formatted.extensions, reason: 'TOO_MANY_FIELDS' },
    };
  }
  if (code === 'GRAPHQL_VALIDATION_FAILED')
    return { ...formatted, message: shownWords(language, withoutLiterals(formatted.message, error)) };
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return formatted;
  if (isUnstorableText(original)) {
    const shown = new AppError('BAD_USER_INPUT', say('INVALID_TEXT.store'), 'INVALID_TEXT');
    return { ...formatted, message: inWords(language, shown.said!), extensions: { ...shown.extensions } };
  }
  const outage = outageOf(original);
  if (outage) {
    noteOutage(log, original, requestId);
    return { ...formatted, message: inWords(language, outage.said!), extensions: { ...outage.extensions } };
  }
  log.error(
    { requestId, path: formatted.path && shownPath(formatted.path).join('.'), fault: describeFault(original) },
    'an operation failed',
  );
  return {
    message: inWords(language, say('INTERNAL.request')),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId ? { requestId } : {}) },
  };
}

/**
 * Whether an error is PostgreSQL's refusal of a text with NUL or a lone surrogate, which JSON can express and
 * PostgreSQL cannot store.
 */
function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message, detail } =
    (error as { driverError?: { code?: unknown; message?: unknown; detail?: unknown } }).driverError ??
    (error as { code?: unknown; message?: unknown; detail?: unknown });
  if (code === '22021' || code === '22P05') return true;
  return code === '22P02' && /json|unicode/i.test(`${String(message)} ${String(detail)}`);
}

function presentSyntaxError(formatted: GraphQLFormattedError, language: Language): GraphQLFormattedError {
  if (/Document contains more tha[nt] \d+ tokens/.test(formatted.message)) {
    return {
      ...formatted,
      message: inWords(language, say('TOO_MANY_TOKENS', { max: OPERATION_LIMITS.tokens })),
      extensions: { ...formatted.extensions, reason: 'TOO_MANY_TOKENS', limit: OPERATION_LIMITS.tokens },
    };
  }
  // Syntax errors such as `Unexpected String "…"` quote the submitted text; the quote is removed, as the error's
  // location already tells the place.
  return {
    ...formatted,
    message: formatted.message.replace(/((?:found|Unexpected) (?:String|BlockString|Int|Float)) [\s\S]*$/, '$1.'),
  };
}

const VALUE_KINDS = new Set<string>([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

const shownWords = (language: Language, text: Said | string): string =>
  typeof text === 'string' ? text : inWords(language, text);

function withoutLiterals(message: string, error: unknown): Said | string {
  const node = error instanceof GraphQLError ? error.nodes?.[0] : undefined;
  if (!node || !VALUE_KINDS.has(node.kind)) return message;
  const required = /^Field "[\w.]+" of required type "[^"]+" was not provided\.$/.exec(message);
  if (required) return message;
  if (node.kind === Kind.OBJECT_FIELD) return message;
  const type =
    /(?:Expected (?:value of )?type "([^"]+)"|does not exist in "(\w+)" enum|^Enum "(\w+)" cannot represent|^(Int|Float|String|Boolean|ID) cannot represent)/.exec(
      message,
    );
  const name = type?.slice(1).find((group) => group !== undefined);
  return name && /^[\w[\]!]+$/.test(name)
    ? say('GRAPHQL_VALIDATION_FAILED.typed', { type: name })
    : say('GRAPHQL_VALIDATION_FAILED.value');
}
