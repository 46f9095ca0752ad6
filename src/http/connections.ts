import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Socket } from 'node:net';
import type { ConnectionLimits } from '../kernel/config.js';
import { networkOf } from '../lib/network.js';
import { BodyDiscard } from './discard.js';
import { requestError } from './http-errors.js';
import type { TrustsProxy } from './proxies.js';
import { say, type Said } from '../messages/catalogue.js';

/**
 * Maximum number of connections over the limit that are still accepted, to answer them with the reason; further ones
 * are dropped.
 */
const ANSWERED_SURPLUS = 100;
/** Milliseconds within which a connection over the limit must send a request to be answered with the reason. */
const SURPLUS_MS = 3000;
/**
 * Milliseconds for which the server goes on reading a request that it has already answered, so that the client can
 * receive the answer.
 */
const LINGER_MS = 5000;
/** Paths of monitoring endpoints, which must answer even when the process has reached its limits. */
const PROBES = new Set(['/health', '/ready', '/metrics']);

const RETRY_SECONDS = 5;

const tooManyConnections = () =>
  requestError(
    503,
    'UNAVAILABLE',
    'TOO_MANY_CONNECTIONS',
    say('TOO_MANY_CONNECTIONS.server'),
    { retryAfterSeconds: RETRY_SECONDS },
    { 'retry-after': String(RETRY_SECONDS), connection: 'close' },
  );

const tooManyOfClient = (what: Said, limit: number, reason: string) =>
  requestError(
    429,
    'RATE_LIMITED',
    reason,
    say('TOO_MANY_CLIENT.streams', { limit, what }),
    { limit, retryAfterSeconds: RETRY_SECONDS },
    { 'retry-after': String(RETRY_SECONDS), connection: 'close' },
  );

/** Counters by key, with their total. A key whose count is zero takes no memory. */
class Tally {
  total = 0;
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /**
   * Increments the counter of a key. Returns a function that decrements it again; further calls of that function do
   * nothing.
   */
  add(key: string): () => void {
    this.total += 1;
    this.counts.set(key, this.of(key) + 1);
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.total -= 1;
      const left = this.of(key) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    };
  }
}

/** Checks network connections and subscription streams against the limits, and counts them. */
export interface ConnectionGuard {
  /** Returns the error for a connection that is over the limit; undefined for a connection within the limits. */
  refusalOf(socket: Socket): GraphQLError | undefined;
  /**
   * Counts a connection as one that carries subscriptions of the client at address `ip`, no longer as an ordinary one.
   * Returns a function that ends this count, or the error when the limit of such connections is reached.
   */
  openStream(ip: string, socket: Socket): { refusal: GraphQLError } | { refusal?: undefined; close: () => void };
  /** Numbers of open connections: ordinary ones, and those that carry subscriptions. */
  counts(): { request: number; stream: number };
}

/**
 * Enforces the limits on connections, in total and per client. The connections and the running requests of a direct
 * client are limited. A trusted proxy's connections serve many clients, so they count towards the total only; of each
 * client behind the proxy, the running requests are limited. Connections for subscriptions have limits of their own.
 */
export function guardConnections(
  http: FastifyInstance,
  limits: ConnectionLimits,
  trusts: TrustsProxy,
  onRefused: (reason: string) => void,
): ConnectionGuard {
  const sockets = new Tally();
  const requests = new Tally();
  const streams = new Tally();
  const refusals = new WeakMap<Socket, GraphQLError>();
  const discard = new BodyDiscard();
  const releases = new WeakMap<Socket, () => void>();

  http.server.maxConnections = limits.max + limits.maxStreams + ANSWERED_SURPLUS;
  http.server.on('drop', () => onRefused('DROPPED'));
  http.server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? '';
    const isProxy = trusts(peer, 0);
    const key = isProxy ? 'proxies' : networkOf(peer);
    const release = sockets.add(key);
    releases.set(socket, release);
    socket.once('close', release);
    const refusal =
      sockets.total > limits.max
        ? tooManyConnections()
        : !isProxy && sockets.of(key) > limits.maxPerClient
          ? tooManyOfClient(say('what.connections'), limits.maxPerClient, 'TOO_MANY_CONNECTIONS')
          : undefined;
    if (!refusal) return;
    refusals.set(socket, refusal);
    onRefused('TOO_MANY_CONNECTIONS');
    const timer = setTimeout(() => socket.destroy(), SURPLUS_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  });

  http.addHook('onRequest', async (request, reply) => {
    const { state } = request;
    reply.raw.once('close', () => {
      for (const end of state.onEnd.splice(0)) end();
      linger(request, reply, discard);
    });
    if (PROBES.has(request.url)) return;
    const surplus = refusals.get(request.raw.socket);
    if (surplus) throw surplus;
    const client = networkOf(request.ip);
    if (requests.of(client) >= limits.maxPerClient) {
      onRefused('TOO_MANY_REQUESTS');
      throw tooManyOfClient(say('what.requests'), limits.maxPerClient, 'TOO_MANY_REQUESTS');
    }
    state.release = requests.add(client);
    state.onEnd.push(state.release);
  });
  // An unread body is handed to BodyDiscard before the answer is finished, because Node itself discards, at full speed,
  // any body that nothing has read by then.
  http.addHook('onSend', async (request) => {
    if (!request.raw.complete) discard.add(request.raw);
  });

  return {
    refusalOf: (socket) => refusals.get(socket),
    openStream(ip, socket) {
      const client = networkOf(ip);
      const refusal =
        streams.total >= limits.maxStreams
          ? tooManyConnections()
          : streams.of(client) >= limits.maxStreamsPerClient
            ? tooManyOfClient(say('what.streams'), limits.maxStreamsPerClient, 'TOO_MANY_STREAMS')
            : undefined;
      if (refusal) {
        onRefused('TOO_MANY_STREAMS');
        return { refusal };
      }
      releases.get(socket)?.();
      return { close: streams.add(client) };
    },
    counts: () => ({ request: sockets.total, stream: streams.total }),
  };
}

/**
 * When a client is still sending a request that was already answered, reads the rest for at most LINGER_MS and then
 * cuts the connection.
 */
function linger(request: FastifyRequest, reply: FastifyReply, discard: BodyDiscard): void {
  const { raw } = request;
  if (raw.complete || raw.socket.destroyed || !reply.raw.writableFinished) return;
  discard.add(raw);
  const timer = setTimeout(() => raw.socket.destroy(), LINGER_MS);
  timer.unref();
  const done = () => clearTimeout(timer);
  raw.once('end', done);
  raw.once('close', done);
}
