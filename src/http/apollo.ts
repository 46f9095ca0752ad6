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
import { payFor, retryAfter } from './request-admission.js';
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
import { say } from '../messages/catalogue.js';
import { messageLanguage } from './languages.js';

/** Makes the GraphQL server: Apollo Server with plugins for metrics, limits, error format and HTTP status. */
export function createApollo(
  app: App,
  schema: GraphQLSchema,
  limiter: RateLimiter,
  scope: RequestScope,
): ApolloServer<Context> {
  const present = (formatted: GraphQLFormattedError, error: unknown) =>
    presentError(app.log, scope.getStore()?.requestId, formatted, error, messageLanguage(scope.getStore()));
  return new ApolloServer<Context>({
    schema,
    nodeEnv: 'production',
    introspection: !app.config.production,
    hideSchemaDetailsFromClientErrors: app.config.production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: true,
    persistedQueries: false,
    // The program itself handles termination signals and stops Apollo with its HTTP server, so Apollo must not handle
    // signals.
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

/**
 * Apollo plugin that handles each operation: it checks the variables, computes the cost and charges it to the quota,
 * runs the operation as compiled code where possible, counts the outcome in the metrics, and adds the cost to the
 * answer.
 */
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
      if (!state) throw new Error('an operation was run outside a request');
      if (state.isBatch) await takeTurn(state);
      const startedAt = performance.now();
      let cost = 0;
      let variables: Record<string, unknown> = {};
      return {
        async didResolveOperation({ document, operation, request }) {
          // A document without the operation to run is not charged; Apollo's execution reports the error.
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
          if (result.errors) result.errors = limitErrors(result.errors, messageLanguage(state));
          result.extensions = { ...result.extensions, cost: { requested: cost, limit: app.config.limits.maxCost } };
          http.headers.set('content-type', `${state.responseType}; charset=utf-8`);
          settleStatus(http, result.errors, state);
          const kind = answer.operation?.operation ?? 'none';
          const outcome = !result.errors?.length ? 'ok' : result.data === undefined ? 'refused' : 'failed';
          app.metrics.requests.inc({ operation: kind, outcome });
          app.metrics.duration.observe({ operation: kind }, (performance.now() - startedAt) / 1000);
          if (!state.isBatch) answerOutage(http, result);
        },
      };
    },
    async unexpectedErrorProcessingRequest({ error }) {
      app.log.error(
        { requestId: scope.getStore()?.requestId, fault: describeFault(error) },
        'an operation failed unexpectedly',
      );
    },
  };
}

/**
 * Makes Apollo's response from the result of an operation that was executed without Apollo; the errors get the form
 * that Apollo gives them.
 */
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

/**
 * Coerces an operation's variables, computes its cost and charges the viewer's quota; returns both. Throws for invalid
 * variables, for texts with too many combining marks, for a cost over the limit of one operation, and when the quota is
 * used up.
 */
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
    // Single-use fields are allowed once per operation, so that their cost cannot be multiplied. They are charged to
    // the quota in full, but do not count towards the cost limit of one operation.
    if (cost - single > maxCost) {
      throw new AppError(
        'BAD_USER_INPUT',
        say('TOO_EXPENSIVE.cost', { cost: cost - single, maxCost }),
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

/**
 * Records the single-use fields of an operation; throws for a field that this operation, or another one of its batch,
 * already uses.
 */
function claimSingleUses(state: RequestState, uses: ReadonlyMap<string, number>): void {
  const repeated = [...uses].filter(([field, count]) => count > 1 || state.singleUses.has(field));
  if (repeated.length > 0)
    throw new InputError(
      repeated.map(([coordinate]) => ({
        field: coordinate.slice(coordinate.indexOf('.') + 1),
        code: 'ONCE_PER_OPERATION',
        message: say('ONCE_PER_OPERATION.field', { coordinate }),
      })),
    );
  for (const field of uses.keys()) state.singleUses.add(field);
}

/**
 * Sets the HTTP status by the rules of GraphQL over HTTP: with `application/json`, a well-formed request gets 200 even
 * if its document or variables are refused; with `application/graphql-response+json`, such a refusal is a 4xx. A batch
 * has one status for all its operations, so each of them reports its outcome in its body.
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

/**
 * Answers an operation of which nothing was executed, because the database is unavailable, as a refused request: status
 * 503, `retry-after` and no `data`. An operation of which a part was executed keeps its data and its status, since a
 * mutation may have been stored before the outage.
 */
function answerOutage(
  http: HTTPGraphQLHead,
  result: { data?: Record<string, unknown> | null; errors?: readonly GraphQLFormattedError[] | undefined },
): void {
  const outage = result.errors?.find(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE');
  if (!outage || Object.values(result.data ?? {}).some((value) => value !== null)) return;
  delete result.data;
  http.status = 503;
  http.headers.set('retry-after', String(outage.extensions?.['retryAfterSeconds'] ?? 5));
}

const DOCUMENT_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

function quietLogger(app: App) {
  // Apollo's log messages may quote submitted values, so each warning or error is replaced by a fixed sentence. Typed
  // errors need no log line, and unexpected errors are logged where they are presented to the client.
  const note = (level: 'warn' | 'error') => () => app.log[level]('the GraphQL server reported a problem of its own');
  return { debug: () => undefined, info: () => undefined, warn: note('warn'), error: note('error') };
}
