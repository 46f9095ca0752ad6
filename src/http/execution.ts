import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Context } from '../kernel/context.js';

/**
 * Maximum number of queries in the cache, whether compiled already or only counted; the least recently used query is
 * dropped first.
 */
const MAX_COMPILED = 500;
/** Number of uses at which a query is compiled; compiling takes as long as interpreting the query several times. */
const COMPILE_AT = 2;

interface Known {
  sights: number;
  /** The query compiled to a function; undefined before it is compiled, null when compiling failed. */
  compiled: CompiledQuery | null | undefined;
}

/**
 * Returns a function that runs queries as compiled code (graphql-jit), from the COMPILE_AT-th use on. For any other
 * operation it returns null, and Apollo runs it by graphql-js. Parsing, validation, limits and cost are applied before.
 * Apollo's own interface for another executor (`gateway`) is not used: it creates an object with accessors for every
 * request, and V8 gives each such object its own hidden class, which keeps the whole request and its answer in memory
 * until the next full garbage collection.
 */
export function compiledExecution(
  schema: GraphQLSchema,
): (operation: RunnableOperation) => Promise<ExecutionResult> | null {
  const known = new Map<string, Known>();
  const compilable = withAnyValue(schema);

  const compiledFor = (key: string, compile: () => CompiledQuery | null): CompiledQuery | null => {
    const entry = known.get(key) ?? { sights: 0, compiled: undefined };
    entry.sights += 1;
    if (entry.compiled === undefined && entry.sights >= COMPILE_AT) entry.compiled = compile();
    // A Map keeps the order of insertion, so the most recently used query is put at its end, and the first one is
    // dropped.
    known.delete(key);
    known.set(key, entry);
    if (known.size > MAX_COMPILED) known.delete(known.keys().next().value!);
    return entry.compiled ?? null;
  };

  return ({ document, queryHash, operation, variables, context }) => {
    if (operation.operation !== OperationTypeNode.QUERY) return null;
    const name = operation.name?.value;
    const compiled = compiledFor(`${queryHash} ${name ?? ''}`, () => {
      const result = compileQuery(compilable, withoutVariableTypes(document), name);
      return isCompiledQuery(result) ? result : null;
    });
    return compiled && completed(compiled.query(undefined, context, variables));
  };
}

/** A validated GraphQL operation with its coerced variables, ready to run. */
export interface RunnableOperation {
  document: DocumentNode;
  /** SHA-256 of the document text. */
  queryHash: string;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
  context: Context;
}

/** A scalar that accepts any value unchanged. */
const ANY_VALUE = new GraphQLScalarType({ name: 'AnyValue' });

/** The schema with an additional scalar AnyValue, which only the query compiler sees. */
function withAnyValue(schema: GraphQLSchema): GraphQLSchema {
  const getType = (name: string) => (name === ANY_VALUE.name ? ANY_VALUE : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } }) as GraphQLSchema;
}

/**
 * Returns the document with every variable declared as AnyValue. graphql-js has coerced the variables already; the
 * compiler would coerce them again by generated code, which does not end for a recursive input type.
 */
function withoutVariableTypes(document: DocumentNode): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: ANY_VALUE.name } } as const;
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.variableDefinitions
        ? {
            ...definition,
            variableDefinitions: definition.variableDefinitions.map((variable) => ({
              ...variable,
              type,
              defaultValue: undefined,
            })),
          }
        : definition,
    ),
  };
}

/**
 * Awaits the result of a compiled query and converts its errors, which lack members of GraphQLError, into
 * GraphQLErrors.
 */
async function completed(running: Promise<ExecutionResult> | ExecutionResult): Promise<ExecutionResult> {
  const result = await running;
  if (!result.errors) return result;
  const errors = result.errors.map((error) => {
    const { originalError, path, locations } = error;
    const known = new GraphQLError(error.message, {
      path,
      originalError,
      extensions: originalError instanceof GraphQLError ? originalError.extensions : {},
    });
    return Object.assign(known, { locations });
  });
  return { ...result, errors };
}
