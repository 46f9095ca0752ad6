import {
  coerceInputValue,
  getVariableValues,
  isInputType,
  typeFromAST,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Message } from '../lib/messages/message.js';
import { badInput, InputError, type FieldProblem } from '../kernel/errors.js';
import { say, type Said } from '../messages/catalogue.js';

/**
 * Maximum number of elements of all lists in the variables of an operation; the longest list that an input allows has
 * 2,000.
 */
const MAX_ELEMENTS = 20_000;
/** Maximum nesting of lists and objects in one variable, in levels. */
const MAX_DEPTH = 64;

/** Maximum problems listed in one answer. */
export const MAX_PROBLEMS = 20;

/**
 * Coerces an operation's variables to their declared types; throws one BAD_USER_INPUT that lists up to MAX_PROBLEMS
 * values that do not fit. Unlike those of graphql-js, its messages never quote submitted values.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Record<string, unknown>,
): Record<string, unknown> {
  refuseLongLists(given);
  const definitions = operation.variableDefinitions ?? [];
  const result = getVariableValues(schema, definitions, given, { maxErrors: 1 });
  if (result.coerced) return result.coerced;
  const problems: FieldProblem[] = [];
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const isRequired = String(type).endsWith('!');
    if (value === undefined && definition.defaultValue) continue;
    if (value == null) {
      if (isRequired)
        problems.push({ field: name, code: 'REQUIRED', message: say('REQUIRED.typed', { type: String(type) }) });
      continue;
    }
    if (problems.length >= MAX_PROBLEMS) break;
    eachProblem(value, type, MAX_PROBLEMS - problems.length, (path, error) =>
      problems.push({ field: fieldName(name, path), ...describe(error) }),
    );
  }
  throw new InputError(
    problems.length > 0 ? problems : [{ field: 'variables', code: 'BAD_VALUE', message: say('BAD_VALUE.a') }],
  );
}

/**
 * Refuses variables whose lists have more than MAX_ELEMENTS elements together, before they are coerced: a megabyte of
 * objects in one list would become as many instances of an input class, which blocks the process for some 200 ms.
 */
function refuseLongLists(given: Record<string, unknown>): void {
  let elements = 0;
  const walk = (value: unknown, field: string, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    // The nesting of variables is limited, because the JSON of a WebSocket message is parsed without such a limit.
    if (depth > MAX_DEPTH) throw badInput(field, 'TOO_DEEP', say('TOO_DEEP.levels', { max: MAX_DEPTH }));
    if (Array.isArray(value)) {
      elements += value.length;
      if (elements > MAX_ELEMENTS) throw badInput(field, 'TOO_MANY', say('TOO_MANY.elements', { max: MAX_ELEMENTS }));
      for (const element of value) walk(element, field, depth + 1);
      return;
    }
    for (const [key, member] of Object.entries(value)) walk(member, `${field}.${key}`, depth + 1);
  };
  for (const [name, value] of Object.entries(given)) walk(value, name, 1);
}

/** Thrown by a callback to end the coercion of a value when enough problems are found. */
class EnoughProblems extends Error {}

/**
 * Coerces a value to an input type and calls `take` for each problem, at most `most` times. graphql-js itself has no
 * such limit: it creates an error for every wrong list element, so that a megabyte of nulls would block the process for
 * many seconds.
 */
function eachProblem(
  value: unknown,
  type: GraphQLInputType,
  most: number,
  take: (path: ReadonlyArray<string | number>, error: GraphQLError) => void,
): void {
  let taken = 0;
  try {
    coerceInputValue(value, type, (path, _value, error) => {
      take(path, error);
      taken += 1;
      if (taken >= most) throw new EnoughProblems();
    });
  } catch (error) {
    if (!(error instanceof EnoughProblems)) throw error;
  }
}

/** The path of a field within an argument or variable, as error messages show it, such as input.content.keywords[2]. */
export function fieldName(variable: string, path: ReadonlyArray<string | number>): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`), variable);
}

// Patterns of graphql-js messages. Answers repeat only what the patterns capture: names and types of the schema, never
// submitted values.
const KNOWN_PROBLEMS: ReadonlyArray<{ pattern: RegExp; code: string; words: (match: RegExpExecArray) => Message }> = [
  {
    pattern: /^Field "(\w+)" of required type "([^"]+)" was not provided\.$/,
    code: 'REQUIRED',
    words: (m) => say('REQUIRED.field', { field: m[1]!, type: m[2]! }),
  },
  {
    pattern: /^Field "[^"]*" is not defined by type "(\w+)"\./,
    code: 'UNKNOWN_FIELD',
    words: (m) => say('UNKNOWN_FIELD.input', { type: m[1]! }),
  },
  {
    pattern: /^Expected non-nullable type "([^"]+)" not to be null\.$/,
    code: 'REQUIRED',
    words: (m) => say('REQUIRED.typed', { type: m[1]! }),
  },
  {
    pattern: /^Expected type "(\w+)" to be an object\.$/,
    code: 'BAD_VALUE',
    words: (m) => say('BAD_VALUE.object', { type: m[1]! }),
  },
  {
    pattern: /^Exactly one key must be specified for OneOf type "(\w+)"\.$/,
    code: 'ONE_OF',
    words: (m) => say('ONE_OF.field', { type: m[1]! }),
  },
  {
    pattern: /^Value .* does not exist in "(\w+)" enum\./s,
    code: 'BAD_VALUE',
    words: (m) => say('BAD_VALUE.enum', { type: m[1]! }),
  },
  {
    pattern: /^Enum "(\w+)" cannot represent/,
    code: 'BAD_VALUE',
    words: (m) => say('BAD_VALUE.enum', { type: m[1]! }),
  },
  {
    pattern: /^(Int|Float|String|Boolean|ID) cannot represent/,
    code: 'BAD_VALUE',
    words: (m) => say('BAD_VALUE.typed', { type: m[1]! }),
  },
  { pattern: /^Expected type "(\w+)"\./, code: 'BAD_VALUE', words: (m) => say('BAD_VALUE.typed', { type: m[1]! }) },
];

function describe(error: GraphQLError): { code: string; message: Said } {
  for (const { pattern, code, words } of KNOWN_PROBLEMS) {
    const match = pattern.exec(error.message);
    if (match) return { code, message: words(match) };
  }
  return { code: 'BAD_VALUE', message: say('BAD_VALUE.the') };
}
