import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { AppError } from '../kernel/errors.js';
import { describeFault, type Logger } from '../kernel/logger.js';
import { OPERATION_LIMITS } from './limits.js';

/** What clients learn of a fault of ours. */
export const INTERNAL_MESSAGE =
  'Something went wrong on our side; it was logged. Quote the request id when you report it.';

/**
 * Turns every error into what a client may see: typed faults as they are, the library's messages without the submitted
 * values that they quote, anything else as INTERNAL_SERVER_ERROR with the request id, and its text in the log alone.
 */
export function presentError(
  log: Logger,
  requestId: string | undefined,
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const original = unwrapResolverError(error);
  const code = formatted.extensions?.['code'];
  if (original instanceof AppError) return formatted;
  if (code === 'GRAPHQL_PARSE_FAILED') return presentSyntaxError(formatted);
  if (formatted.message === 'Validation aborted.') {
    // The library gives up comparing fields that may conflict when there are too many of one name.
    return {
      ...formatted,
      message: 'The operation selects the same fields too often; select each once.',
      extensions: { ...formatted.extensions, reason: 'TOO_MANY_FIELDS' },
    };
  }
  if (code === 'GRAPHQL_VALIDATION_FAILED') return { ...formatted, message: withoutLiterals(formatted.message, error) };
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return formatted;
  if (isUnstorableText(original)) {
    const shown = new AppError('BAD_USER_INPUT', 'A text contains a character that cannot be stored.', 'INVALID_TEXT');
    return { ...formatted, message: shown.message, extensions: { ...shown.extensions } };
  }
  log.error({ requestId, path: formatted.path?.join('.'), fault: describeFault(original) }, 'an operation failed');
  return {
    message: INTERNAL_MESSAGE,
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(requestId ? { requestId } : {}) },
  };
}

/** Whether PostgreSQL refused a text for a NUL or half a surrogate pair, which JSON can say and it cannot keep. */
function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message, detail } =
    (error as { driverError?: { code?: unknown; message?: unknown; detail?: unknown } }).driverError ??
    (error as { code?: unknown; message?: unknown; detail?: unknown });
  if (code === '22021' || code === '22P05') return true;
  return code === '22P02' && /json|unicode/i.test(`${String(message)} ${String(detail)}`);
}

function presentSyntaxError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (/Document contains more tha[nt] \d+ tokens/.test(formatted.message)) {
    return {
      ...formatted,
      message: `An operation may have at most ${OPERATION_LIMITS.tokens} tokens; pass values as variables or use several requests.`,
      extensions: { ...formatted.extensions, reason: 'TOO_MANY_TOKENS', limit: OPERATION_LIMITS.tokens },
    };
  }
  // `Unexpected String "…"` and the like quote the text; the location says where it stands.
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

function withoutLiterals(message: string, error: unknown): string {
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
    ? `A value of type "${name}" is needed here.`
    : 'The value here does not fit its type.';
}
