import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLResponse,
  type HTTPGraphQLHead,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { App, Context } from '../kernel/context.js';
import { AppError, InputError } from '../kernel/errors.js';
import { payFor, retryAfter } from './admission.js';
import { priceOperation } from '../graphql/cost.js';
import { describeFault } from '../kernel/logger.js';
import { compiledExecution } from './execution.js';
import { limitErrors, presentError } from './faults.js';
import { withStatus } from './http-errors.js';
import { operationLimits, OPERATION_LIMITS } from './limits.js';
import type { RateLimiter } from './rate-limit.js';
import { takeTurn, type RequestScope, type RequestState } from './request-state.js';
import { coerceVariables } from './variables.js';
import { checkWrittenTexts } from './written-texts.js';

/** The GraphQL server: stock Apollo, told by plugins how to count, limit, present errors and choose statuses. */
export function createApollo(
  app: App,
  schema: GraphQLSchema,
  limiter: RateLimiter,
  scope: RequestScope,
): ApolloServer<Context> {
  const present = (formatted: GraphQLFormattedError, error: unknown) =>
    presentError(app.log, scope.getStore()?.requestId, formatted, error);
  return new ApolloServer<Context>({
    schema,
    nodeEnv: 'production',
    introspection: !app.config.production,
    hideSchemaDetailsFromClientErrors: app.config.production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: true,
    persistedQueries: false,
    // The process decides when it ends, and the server that carries this one then stops it.
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: OPERATION_LIMITS.tokens },
    validationRules: [operationLimits],
    logger: quietLogger(app),
    stringifyResult: (result) => JSON.stringify(result),
    formatError: present,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      operationPlugin(app, schema, limiter, scope, present),
    ],
  });
}

type Present = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** One operation: its variables checked, its cost computed and paid, run compiled where it can be, its outcome counted, its answer completed. */
function operationPlugin(
  app: App,
  schema: GraphQLSchema,
  limiter: RateLimiter,
  scope: RequestScope,
  present: Present,
): ApolloServerPlugin<Context> {
  const runCompiled = compiledExecution(schema);
  return {
    async requestDidStart() {
      const state = scope.getStore();
      if (!state) throw new Error('an operation outside a request');
      if (state.isBatch) await takeTurn(state);
      const startedAt = performance.now();
      let cost = 0;
      let variables: Record<string, unknown> = {};
      return {
        async didResolveOperation({ document, operation, request }) {
          // Without one operation to run there is nothing to count: execution says so.
          if (!operation) return;
          if (operation.name) state.operationNames.push(operation.name.value.slice(0, 80));
          ({ cost, variables } = await chargeOperation(app, limiter, state, {
            schema,
            document,
            operation,
            variables: request.variables ?? {},
          }));
        },
        async responseForOperation({ document, queryHash, operation, contextValue }) {
          const running =
            operation && queryHash
              ? runCompiled({ document, queryHash, operation, variables, context: contextValue })
              : null;
          return running && responseOf(await running, present);
        },
        async willSendResponse(answer) {
          const { body, http } = answer.response;
          if (body.kind !== 'single') return;
          const result = body.singleResult;
          if (result.errors) result.errors = limitErrors(result.errors);
          result.extensions = { ...result.extensions, cost: { requested: cost, limit: app.config.limits.maxCost } };
          http.headers.set('content-type', `${state.responseType}; charset=utf-8`);
          settleStatus(http, result.errors, state);
          const kind = answer.operation?.operation ?? 'none';
          const outcome = !result.errors?.length ? 'ok' : result.data === undefined ? 'refused' : 'failed';
          app.metrics.requests.inc({ operation: kind, outcome });
          app.metrics.duration.observe({ operation: kind }, (performance.now() - startedAt) / 1000);
        },
      };
    },
    async unexpectedErrorProcessingRequest({ error }) {
      app.log.error({ requestId: scope.getStore()?.requestId, fault: describeFault(error) }, 'an operation broke off');
    },
  };
}

/** The response of an operation that Apollo did not run itself, its errors presented as Apollo presents them. */
function responseOf({ errors, ...result }: ExecutionResult, present: Present): GraphQLResponse {
  const formatted = (error: GraphQLError) =>
    present({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions } }, error);
  const singleResult = errors ? { ...result, errors: errors.map(formatted) } : result;
  return { http: { status: undefined, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}

interface Operation {
  schema: GraphQLSchema;
  document: Parameters<typeof priceOperation>[1];
  operation: Parameters<typeof priceOperation>[2];
  variables: Record<string, unknown>;
}

/** Refuses variables that do not fit, texts that nobody writes, an operation that is too expensive and a viewer without quota; else gives its cost and its variables coerced. */
export async function chargeOperation(
  app: App,
  limiter: RateLimiter,
  state: RequestState,
  given: Operation,
): Promise<{ cost: number; variables: Record<string, unknown> }> {
  const { maxCost } = app.config.limits;
  try {
    const variables = coerceVariables(given.schema, given.operation, given.variables);
    checkWrittenTexts(given.document, given.operation, variables);
    const { cost, single, uses } = priceOperation(given.schema, given.document, given.operation, variables);
    // What can be asked for but once cannot be multiplied: it is paid for in full, whatever the most of an operation is.
    if (cost - single > maxCost) {
      throw new AppError(
        'BAD_USER_INPUT',
        `The operation would cost ${cost - single}, of at most ${maxCost}: ask for smaller pages or fewer nested lists.`,
        'TOO_EXPENSIVE',
        {
          cost: { requested: cost - single, limit: maxCost },
        },
      );
    }
    claimSingleUses(state, uses);
    await payFor(limiter, state, cost);
    return { cost, variables };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw error.code === 'RATE_LIMITED' ? withStatus(error, 429, retryAfter(error)) : withStatus(error, 400);
  }
}

/** Notes the single-use fields of an operation, or refuses one that it, or another operation of its batch, has already. */
function claimSingleUses(state: RequestState, uses: ReadonlyMap<string, number>): void {
  const repeated = [...uses].filter(([field, count]) => count > 1 || state.singleUses.has(field));
  if (repeated.length > 0)
    throw new InputError(
      repeated.map(([coordinate]) => ({
        field: coordinate.slice(coordinate.indexOf('.') + 1),
        code: 'ONCE_PER_OPERATION',
        message: `${coordinate} can be asked for once per operation and once per batch: send another request for it.`,
      })),
    );
  for (const field of uses.keys()) state.singleUses.add(field);
}

/**
 * GraphQL over HTTP: to a client of `application/json`, a well-formed request gets 200 even where its document or
 * variables are refused; to one of `application/graphql-response+json`, such a refusal is a 4xx. A batch has one status for
 * all its members, so each tells its own outcome in its body.
 */
function settleStatus(
  http: HTTPGraphQLHead,
  errors: readonly GraphQLFormattedError[] | undefined,
  state: RequestState,
): void {
  if (state.isBatch) {
    if (http.status !== undefined && http.status < 500) http.status = undefined;
    return;
  }
  const refusedDocument = errors?.some((error) => DOCUMENT_FAULTS.has(String(error.extensions?.['code'])));
  if (http.status === 400 && refusedDocument && state.responseType === 'application/json') http.status = 200;
}

const DOCUMENT_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

function quietLogger(app: App) {
  // Apollo's lines may quote what failed; typed faults need none, and unknown ones are logged where they are presented.
  const note = (level: 'warn' | 'error') => () => app.log[level]('the GraphQL server reported a problem of its own');
  return { debug: () => undefined, info: () => undefined, warn: note('warn'), error: note('error') };
}
