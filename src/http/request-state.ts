import { AsyncLocalStorage } from 'node:async_hooks';
import type { GraphQLError } from 'graphql';
import type { ResponseType } from './negotiation.js';
import type { Quota } from './rate-limit.js';
import type { Viewer } from '../kernel/viewer.js';

/** Data that the server keeps on one HTTP request while it handles it; all operations of a batch share them. */
export interface RequestState {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly acceptLanguage: string | undefined;
  viewer: Viewer | undefined;
  /**
   * The error for which the whole request is refused before execution: a bad credential, a used-up quota, a malformed
   * batch or upload.
   */
  refusal: GraphQLError | undefined;
  responseType: ResponseType;
  isBatch: boolean;
  /** Resolves when the operation of the batch that was queued last may begin; `takeTurn` queues the operations. */
  turn: Promise<void>;
  /** Names of the request's GraphQL operations, for its log line. */
  readonly operationNames: string[];
  /**
   * Computed cost of the request's operations so far, in cost units (`cost`), and the quota points already charged for
   * them (`points`).
   */
  cost: number;
  points: number;
  /** Single-use fields that the request's operations have selected so far, by `Type.field`. */
  readonly singleUses: Set<string>;
  /** The viewer's quota after the last charge; the response headers report it. */
  quota: Quota | undefined;
  /** Number of bytes of the request's body that are charged to the memory budget for all bodies. */
  bodyBytes: number;
  /**
   * Stops counting the request among the running requests of its client; called early when it becomes a subscription
   * stream.
   */
  release: (() => void) | undefined;
  /** Callbacks that run when the answer is sent or the connection is closed. */
  readonly onEnd: Array<() => void>;
}

/** Gives access to the state of the current request, also inside libraries that do not pass on a context. */
export type RequestScope = AsyncLocalStorage<RequestState>;

export function createRequestScope(): RequestScope {
  return new AsyncLocalStorage<RequestState>();
}

export function newRequestState(requestId: string, ip: string, userAgent = '', acceptLanguage?: string): RequestState {
  return {
    requestId,
    ip,
    userAgent,
    acceptLanguage,
    viewer: undefined,
    refusal: undefined,
    responseType: 'application/json',
    isBatch: false,
    turn: Promise.resolve(),
    operationNames: [],
    cost: 0,
    points: 0,
    singleUses: new Set(),
    quota: undefined,
    bodyBytes: 0,
    release: undefined,
    onEnd: [],
  };
}

/**
 * Waits until the operation may begin in its batch. Each operation begins in its own round of the event loop, as
 * parsing, validating and executing all of them in one round would block the process for other requests.
 */
export function takeTurn(state: RequestState): Promise<void> {
  state.turn = state.turn.then(() => new Promise((resolve) => setImmediate(resolve)));
  return state.turn;
}

declare module 'fastify' {
  interface FastifyRequest {
    state: RequestState;
  }
}
