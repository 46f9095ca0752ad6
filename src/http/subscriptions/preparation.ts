import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { App, Context } from '../../kernel/context.js';
import { admit, contextOf, identify, payFor } from '../request-admission.js';
import { chargeOperation } from '../apollo.js';
import { presentError } from '../faults.js';
import { badRequest } from '../http-errors.js';
import { operationLimits, OPERATION_LIMITS } from '../limits.js';
import type { RateLimiter } from '../rate-limit.js';
import { newRequestState, type RequestState } from '../request-state.js';
import { say } from '../../messages/catalogue.js';
import type { Language } from '../../lib/messages/message.js';

/** Maximum number of bytes of events that a client has not read yet; a client with more is disconnected. */
export const MAX_UNREAD_BYTES = 1024 * 1024;

/** The parts of an operation that a client sends, not checked yet. */
export interface Params {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

export interface SubscriptionArgs extends ExecutionArgs {
  freshContext: () => Promise<Context>;
}

export interface Credential {
  authorization: string | undefined;
}

export type Prepare = (state: RequestState, params: Params, credential: Credential) => Promise<SubscriptionArgs>;

/**
 * Prepares one subscription: authenticates the client, parses, validates and charges the operation; throws
 * GraphQLErrors.
 */
export function createPreparation(app: App, schema: GraphQLSchema, limiter: RateLimiter): Prepare {
  const rules = [
    ...specifiedRules,
    operationLimits,
    ...(app.config.production ? [NoSchemaIntrospectionCustomRule] : []),
  ];
  return async (state, params, credential) => {
    await admit(app, limiter, state, credential.authorization);
    if (state.refusal) throw state.refusal;
    if (typeof params.query !== 'string') throw badRequest('QUERY_MISSING', say('QUERY_MISSING.subscription'));
    const variables = (params.variables ?? {}) as Record<string, unknown>;
    let document;
    try {
      document = parse(params.query, { maxTokens: OPERATION_LIMITS.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw coded(error, 'GRAPHQL_PARSE_FAILED');
    }
    const [invalid] = validate(schema, document, rules, { hideSuggestions: app.config.production });
    if (invalid) throw coded(invalid, 'GRAPHQL_VALIDATION_FAILED');
    const operation = getOperationAST(document, typeof params.operationName === 'string' ? params.operationName : null);
    if (operation?.operation !== 'subscription')
      throw badRequest('NOT_A_SUBSCRIPTION', say('NOT_A_SUBSCRIPTION.address'));
    if (operation.name) state.operationNames.push(operation.name.value.slice(0, 80));
    const { cost } = await chargeOperation(app, limiter, state, { schema, document, operation, variables });
    app.metrics.requests.inc({ operation: 'subscription', outcome: 'ok' });
    const freshContext = async (): Promise<Context> => {
      const now = newRequestState(state.requestId, state.ip, state.userAgent, state.acceptLanguage);
      now.viewer = await identify(app, limiter, credential.authorization, state.ip);
      // Each event executes the subscription's selection again, so each event is charged to the quota.
      await payFor(limiter, now, cost);
      return contextOf(app, now);
    };
    return {
      schema,
      document,
      variableValues: variables,
      operationName: operation.name?.value ?? null,
      contextValue: contextOf(app, state),
      freshContext,
    };
  };
}

function coded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, code },
  });
}

/**
 * Runs a subscription with a new context for every event, so that the viewer's rights are read each time, no loader
 * serves outdated rows, and a revoked credential ends the stream.
 */
export async function subscribeAfresh(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const { freshContext } = args as SubscriptionArgs;
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  let ended = false;
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    ended = true;
    await events.return?.();
    return { done: true, value: undefined };
  };
  // The answers are an iterator made by hand and not an async generator, because the `return` of a generator would wait
  // for the next event before it closed the source of events.
  const answers: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => answers,
    return: end,
    throw: end,
    async next() {
      if (ended) return { done: true, value: undefined };
      const event = await events.next();
      if (event.done) return { done: true, value: undefined };
      try {
        return {
          done: false,
          value: await execute({ ...args, rootValue: event.value, contextValue: await freshContext() }),
        };
      } catch (error) {
        await end();
        return { done: false, value: { errors: [asGraphQLError(error)] } };
      }
    },
  };
  return answers;
}

export function asGraphQLError(error: unknown): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError('unexpected', { originalError: error instanceof Error ? error : undefined });
}

/** Presents an error in the same form as `presentError`, for results that Apollo does not format. */
export function present(app: App, requestId: string, language: Language, error: GraphQLError): GraphQLFormattedError {
  const { http: _status, ...extensions } = error.extensions;
  const code = extensions['code'] ?? 'INTERNAL_SERVER_ERROR';
  return presentError(app.log, requestId, { ...error.toJSON(), extensions: { ...extensions, code } }, error, language);
}
