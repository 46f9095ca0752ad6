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

/** Compiled queries that are kept, the ones used last. */
const MOST_COMPILED = 500;
/** A query is compiled when it comes for the second time: compiling takes as long as running it interpreted a few times. */
const COMPILE_AT = 2;

interface Known {
  sights: number;
  /** Null when it cannot be compiled. */
  compiled: CompiledQuery | null | undefined;
}

/**
 * How queries that come again are run: as compiled functions (graphql-jit). Gives null for everything else, which Apollo
 * runs by graphql-js. Parsing, validation, limits and cost stay where they were, before this.
 *
 * Apollo's own interface for another executor (`gateway`) makes an object with accessors at every request; V8 gives each
 * a hidden class of its own, which keeps the whole request and its answer alive until the next full collection.
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
    // The newest stands last in a Map.
    known.delete(key);
    known.set(key, entry);
    if (known.size > MOST_COMPILED) known.delete(known.keys().next().value!);
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

/** A query, mutation or subscription that passed validation, its variables coerced. */
export interface RunnableOperation {
  document: DocumentNode;
  /** SHA-256 of the document's text. */
  queryHash: string;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
  context: Context;
}

/** A scalar that takes any value as it is. */
const ANY_VALUE = new GraphQLScalarType({ name: 'AnyValue' });

/** The schema with one more type, which the compiler alone gets to see. */
function withAnyValue(schema: GraphQLSchema): GraphQLSchema {
  const getType = (name: string) => (name === ANY_VALUE.name ? ANY_VALUE : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } }) as GraphQLSchema;
}

/**
 * The document with variables of any type. graphql-js has coerced them already, and the compiler would unfold their types
 * into code: an input type that contains itself has no end.
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

/** The compiled function's errors lack what a GraphQLError promises; the rest of the program sees real ones. */
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
