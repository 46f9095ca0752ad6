import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute, getVariableValues, GraphQLError, GraphQLScalarType, Kind, OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Context } from '../context.js';

/** Compiled queries that are kept, the ones used last. */
const MOST_COMPILED = 500;
/** A query is compiled when it comes for the second time: compiling takes as long as running it interpreted a few times. */
const COMPILE_AT = 2;

interface Known {
  sights: number;
  /** Null when it cannot be compiled. */
  compiled: CompiledQuery | null | undefined;
}

type Gateway = ApolloServerOptionsWithGateway<Context>['gateway'];

/**
 * How Apollo runs operations here: queries that come again as compiled functions (graphql-jit), everything else by
 * graphql-js. Parsing, validation, limits and cost stay where they were, before this. The name of Apollo's interface for
 * another executor is `gateway`; there is no gateway.
 */
export function compilingGateway(schema: GraphQLSchema): Gateway {
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

  return {
    onSchemaLoadOrUpdate(use) {
      use({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    async load() {
      return {
        async executor({ document, queryHash, operation, operationName, request, context }) {
          const variables = request.variables as Record<string, unknown> | undefined;
          // Of several operations none may have been chosen, whatever the type says: graphql-js answers that.
          if ((operation as typeof operation | undefined)?.operation === OperationTypeNode.QUERY) {
            const compiled = compiledFor(`${queryHash} ${operationName ?? ''}`, () => {
              const result = compileQuery(compilable, withoutVariableTypes(document), operationName ?? undefined);
              return isCompiledQuery(result) ? result : null;
            });
            const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
            if (compiled && coerced) return completed(await compiled.query(undefined, context, coerced));
          }
          return execute({ schema, document, contextValue: context, variableValues: variables, operationName }) as never;
        },
      };
    },
    async stop() {},
  };
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
        ? { ...definition, variableDefinitions: definition.variableDefinitions.map((variable) => ({ ...variable, type, defaultValue: undefined })) }
        : definition,
    ),
  };
}

/** The compiled function's errors lack what a GraphQLError promises; the rest of the program sees real ones. */
function completed(result: ExecutionResult): never {
  if (!result.errors) return result as never;
  const errors = result.errors.map((error) => {
    const { originalError, path, locations } = error;
    const known = new GraphQLError(error.message, { path, originalError, extensions: originalError instanceof GraphQLError ? originalError.extensions : {} });
    return Object.assign(known, { locations });
  });
  return { ...result, errors } as never;
}
