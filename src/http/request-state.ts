import { AsyncLocalStorage } from 'node:async_hooks';
import type { GraphQLError } from 'graphql';
import type { ResponseType } from './negotiation.js';
import type { Quota } from './rate-limit.js';
import type { Viewer } from '../kernel/viewer.js';

/** What is known about one HTTP request while it is answered; all operations of a batch share it. */
export interface RequestState {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  viewer: Viewer | undefined;
  /** Why nothing of it is executed: a bad credential, a used-up quota, a malformed batch or upload. */
  refusal: GraphQLError | undefined;
  responseType: ResponseType;
  isBatch: boolean;
  /** Ends when the latest operation of a batch that has come may begin; see `takeTurn`. */
  turn: Promise<void>;
  /** Names of its operations, for the log line. */
  readonly operationNames: string[];
  /** Computed cost of its operations so far, and the points of the quota already taken for it. */
  cost: number;
  points: number;
  /** Single-use fields that its operations have asked for, by `Type.field`. */
  readonly singleUses: Set<string>;
  /** Where its viewer stands, for the response's headers. */
  quota: Quota | undefined;
  /** Bytes of its body that count against the memory of all bodies. */
  bodyBytes: number;
  /** Takes it off the requests under way of its client, before its end where it turns into a stream. */
  release: (() => void) | undefined;
  /** Run once its answer is sent or its connection is gone. */
  readonly onEnd: Array<() => void>;
}

/** Finds the state of the request that is being answered, also where a library hands on no context. */
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
 * Waits for the operation's turn in its batch: each begins in a round of the event loop of its own, or the parsing,
 * validation and synchronous execution of all of them would be one long stop for everybody else.
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
