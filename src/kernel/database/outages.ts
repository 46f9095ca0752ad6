import { AppError } from '../errors.js';
import { say } from '../../messages/catalogue.js';
import { describeFault, type Logger } from '../logger.js';
import { isFromDatabase } from './client.js';
import { NoWritableHostError } from './hosts.js';

/** Stable sub-codes of UNAVAILABLE for faults of the database. */
export type OutageReason = 'DATABASE_AWAY' | 'DATABASE_BUSY' | 'DATABASE_READ_ONLY' | 'DISK_FULL' | 'TIMEOUT';

/** Seconds after which a client should send its request again. */
const RETRY_AFTER_SECONDS = 5;

/** The error that clients get while the database is away, overloaded or read-only. */
export class OutageError extends AppError {
  constructor(override readonly reason: OutageReason) {
    super('UNAVAILABLE', say(reason === 'TIMEOUT' ? 'TIMEOUT.database' : reason), reason, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

/** Error codes of Node's sockets and name resolution. */
const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'],
  ...['ENETDOWN', 'ENETRESET', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'EMFILE', 'ENFILE'],
]);

/** Messages of the driver, its pool and TypeORM for connections that are closed, which have no code. */
const CLOSED = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'Driver not Connected',
]);
/**
 * TypeORM's errors for the next statement of a transaction whose connection was lost between two statements, by their
 * names.
 */
const LOST_IN_TRANSACTION = new Set(['QueryRunnerAlreadyReleasedError', 'QueryRunnerProviderAlreadyReleasedError']);
/** Message of the pool when no connection became free in time. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';

/**
 * Tells whether an error means that the database is away, overloaded, read-only or too slow, and returns the error for
 * the client; undefined for every other error. Network errors count only on connections to the database.
 */
export function outageOf(error: unknown): OutageError | undefined {
  const reason = reasonOf(error, 3);
  return reason && new OutageError(reason);
}

/**
 * Tells whether work that failed with this error will succeed once the database serves again. A statement that took too
 * long is no such case, since it would take as long again.
 */
export function passes(error: unknown): boolean {
  const reason = reasonOf(error, 3);
  return reason !== undefined && reason !== 'TIMEOUT';
}

function reasonOf(error: unknown, depth: number): OutageReason | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  if (error instanceof OutageError) return error.reason;
  if (error instanceof NoWritableHostError) return 'DATABASE_AWAY';
  const { code, driverError, originalError } = error as Error & {
    code?: unknown;
    driverError?: unknown;
    originalError?: unknown;
  };
  if (error.message === POOL_EXHAUSTED) return 'DATABASE_BUSY';
  if (CLOSED.has(error.message) || LOST_IN_TRANSACTION.has(error.name)) return 'DATABASE_AWAY';
  if (typeof code === 'string' && isFromDatabase(error)) {
    if (NETWORK.has(code)) return 'DATABASE_AWAY';
    return reasonOfState(code);
  }
  return reasonOf(driverError, depth - 1) ?? reasonOf(originalError, depth - 1);
}

/** By SQLSTATE (PostgreSQL's appendix A). */
function reasonOfState(code: string): OutageReason | undefined {
  if (code === '57014') return 'TIMEOUT';
  if (code === '25006') return 'DATABASE_READ_ONLY';
  if (code === '53100') return 'DISK_FULL';
  if (/^53/.test(code)) return 'DATABASE_BUSY';
  // 57P0x: shutdown, crash, start-up, dropped database, idle session; 08: connection exceptions; 25P03 and 25P04: a
  // transaction that was ended by a time limit.
  if (/^(57P0|08|25P0[34])/.test(code)) return 'DATABASE_AWAY';
  return undefined;
}

/** Milliseconds between two log lines about one outage; without a failure for that long, the outage is over. */
const QUIET_MS = 30_000;

interface Noted {
  loggedAt: number;
  lastAt: number;
  /** Failures since the last log line. */
  unlogged: number;
}

/** The outages of each process, by its logger and the reason. */
const noted = new WeakMap<object, Map<OutageReason, Noted>>();

/**
 * Writes an outage to the log: one line when it begins, then one per half minute with the number of failures, so that
 * an outage does not fill the log. Returns false, and writes nothing, where the error is no outage.
 */
export function noteOutage(log: Pick<Logger, 'error'>, error: unknown, requestId?: string): boolean {
  const reason = reasonOf(error, 3);
  if (reason === undefined) return false;
  const outages = noted.get(log) ?? new Map<OutageReason, Noted>();
  noted.set(log, outages);
  const now = performance.now();
  const known = outages.get(reason);
  if (known && now - known.loggedAt < QUIET_MS) {
    known.lastAt = now;
    known.unlogged += 1;
    return true;
  }
  const failures = known && now - known.lastAt < QUIET_MS ? known.unlogged + 1 : 1;
  outages.set(reason, { loggedAt: now, lastAt: now, unlogged: 0 });
  const { stack: _stack, cause: _cause, ...fault } = describeFault(error);
  log.error(
    { reason, failures, fault, ...(requestId === undefined ? {} : { requestId }) },
    failures === 1
      ? 'the database is unavailable; further failures are counted and logged every half minute'
      : 'the database is still unavailable',
  );
  return true;
}

/** Whether a statement failed for this reason within the last half minute. */
export function isNoted(log: object, reason: OutageReason): boolean {
  const known = noted.get(log)?.get(reason);
  return known !== undefined && performance.now() - known.lastAt < QUIET_MS;
}
