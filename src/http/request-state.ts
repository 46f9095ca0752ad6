import { AsyncLocalStorage } from 'node:async_hooks';
import type { GraphQLError } from 'graphql';
import type { ResponseType } from './negotiation.js';
import type { Quota } from './rate-limit.js';
import type { Viewer } from '../kernel/viewer.js';

/** State of one HTTP request while it is handled; all operations of a batch share it. */
export interface RequestState {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  viewer: Viewer | undefined;
  /**
   * Why the whole request is refused before execution: a bad credential, an exhausted quota, a malformed batch or
   * upload.
   */
  refusal: GraphQLError | undefined;
  responseType: ResponseType;
  isBatch: boolean;
  /** Resolves when the most recently queued operation of the batch may begin; see `takeTurn`. */
  turn: Promise<void>;
  /** Names of the request's operations, for the log line. */
  readonly operationNames: string[];
  /** Computed cost of the request's operations so far, and the quota points already charged for them. */
  cost: number;
  points: number;
  /** Single-use fields that the request's operations have selected, by `Type.field`. */
  readonly singleUses: Set<string>;
  /** The viewer's quota after the last charge, for the response headers. */
  quota: Quota | undefined;
  /** Bytes of the request's body that count towards the budget of all bodies. */
  bodyBytes: number;
  /** Ends the request's count among its client's running requests; called early when it becomes a stream. */
  release: (() => void) | undefined;
  /** Callbacks that run once the answer is sent or the connection is closed. */
  readonly onEnd: Array<() => void>;
}

/** Gives the state of the current request, also inside libraries that pass on no context. */
export type RequestScope = AsyncLocalStorage<RequestState>;

export function createRequestScope(): RequestScope {
  return new AsyncLocalStorage<RequestState>();
}

export function newRequestState(requestId: string, ip: string, userAgent = ''): RequestState {
  return {
    requestId,
    ip,
    userAgent,
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
 * Waits for the operation's turn in its batch. Each operation begins in its own round of the event loop; otherwise
 * parsing, validating and executing all of them would block the process for other requests.
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
