import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isNestedDeeper } from '../lib/json-depth.js';
import { networkOf } from '../lib/network.js';
import { badRequest, requestError } from './http-errors.js';
import { MAX_JSON_BYTES } from './limits.js';
import { say } from '../messages/catalogue.js';

/**
 * Number of bytes of each request body that are not charged to the memory budget, so that the large bodies of some
 * clients cannot block the normal requests of others.
 */
const FREE_BYTES = 16 * 1024;
/** Maximum share of the memory budget for request bodies that one client may use; at least one whole JSON body. */
const CLIENT_SHARE = 1 / 8;

export const invalidJson = () => badRequest('INVALID_JSON', say('INVALID_JSON.body'));

/**
 * Maximum nesting of lists and objects in a JSON body, in levels; the variables of the deepest input have about ten.
 */
const MAX_JSON_DEPTH = 64;

const jsonTooDeep = () =>
  badRequest('JSON_TOO_DEEP', say('JSON_TOO_DEEP.levels', { max: MAX_JSON_DEPTH }), {
    limit: MAX_JSON_DEPTH,
  });

export const bodyTooLarge = () =>
  requestError(413, 'BAD_REQUEST', 'BODY_TOO_LARGE', say('BODY_TOO_LARGE.json', { max: MAX_JSON_BYTES }), {
    limit: MAX_JSON_BYTES,
  });

const bodyTooSlow = (ms: number) =>
  requestError(
    408,
    'BAD_REQUEST',
    'BODY_TOO_SLOW',
    say('BODY_TOO_SLOW.seconds', { seconds: Math.ceil(ms / 1000) }),
    {},
    { connection: 'close' },
  );

const tooManyBodies = () =>
  requestError(503, 'UNAVAILABLE', 'BUSY', say('BUSY.bodies'), { retryAfterSeconds: 1 }, { 'retry-after': '1' });

/**
 * The parts of the reader of JSON bodies that the reader of uploads also uses: the memory budget and the JSON parser.
 */
export interface BodyReader {
  /**
   * Reserves memory for the text fields of an upload; throws a GraphQL error when the memory budget is used up. Call
   * the returned function with the actual number of bytes to release the rest of the reservation.
   */
  reserve(request: FastifyRequest): (bytes: number) => void;
  /** Parses a JSON text; throws a GraphQL error for invalid or too deeply nested JSON. */
  parse(text: string): unknown;
}

/**
 * Makes Fastify read only JSON bodies, before a request's handler runs. Limits: MAX_JSON_BYTES per body, `bodyMs`
 * milliseconds for its arrival, and `budgetBytes` in memory for the bodies of all requests that are being read or
 * answered.
 */
export function addBodyReader(
  http: FastifyInstance,
  options: { bodyMs: number; budgetBytes: number; onRefused: (reason: string) => void },
): BodyReader {
  const budget = new Budget(options.budgetBytes);
  const take = (request: FastifyRequest, bytes: number) => {
    if (budget.take(request, bytes)) return;
    options.onRefused('BUSY');
    throw tooManyBodies();
  };
  const readText = (request: FastifyRequest) =>
    new Promise<string>((resolve, reject) => {
      const { raw } = request;
      if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) return reject(bodyTooLarge());
      const chunks: Buffer[] = [];
      let bytes = 0;
      const end = (settle: () => void) => {
        clearTimeout(timer);
        raw.off('data', onData).off('end', onEnd).off('close', onClose);
        settle();
      };
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        try {
          if (bytes > MAX_JSON_BYTES) throw bodyTooLarge();
          if (bytes > FREE_BYTES) take(request, Math.min(chunk.length, bytes - FREE_BYTES));
        } catch (error) {
          raw.pause();
          return end(() => reject(error as Error));
        }
        chunks.push(chunk);
      };
      const onEnd = () =>
        end(() => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8')));
      const onClose = () => end(() => reject(badRequest('MALFORMED', say('MALFORMED.request'))));
      const timer = setTimeout(() => {
        options.onRefused('BODY_TOO_SLOW');
        end(() => reject(bodyTooSlow(options.bodyMs)));
      }, options.bodyMs);
      raw.on('data', onData).on('end', onEnd).on('close', onClose);
    });

  const parseText = http.getDefaultJsonParser('error', 'error') as (
    request: unknown,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  const parse = (text: string): unknown => {
    if (isNestedDeeper(text, MAX_JSON_DEPTH)) throw jsonTooDeep();
    let parsed: unknown;
    parseText(undefined, text, (error, value) => {
      if (error) throw invalidJson();
      parsed = value;
    });
    return parsed;
  };

  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', async (request: FastifyRequest) => parse(await readText(request)));
  http.addHook('preParsing', async (request, reply) => {
    if (isJson(request)) awaitBody(request, reply);
  });
  const reserve = (request: FastifyRequest) => {
    take(request, MAX_JSON_BYTES);
    return (bytes: number) => budget.give(request, MAX_JSON_BYTES - Math.max(bytes - FREE_BYTES, 0));
  };
  return { parse, reserve };
}

export function isJson(request: FastifyRequest): boolean {
  return /^\s*application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

/** Sends "100 Continue" if the client waits for it before it sends its body (RFC 9110, 10.1.1). */
export function awaitBody(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers.expect?.toLowerCase() === '100-continue' && !request.raw.complete) reply.raw.writeContinue();
}

/**
 * Memory budget: counts the charged bytes of request bodies in memory, in total and per client; a request's bytes are
 * released when it ends.
 */
class Budget {
  private total = 0;
  private readonly ofClient = new Map<string, number>();

  constructor(private readonly most: number) {}

  take(request: FastifyRequest, bytes: number): boolean {
    const client = networkOf(request.ip);
    const held = this.ofClient.get(client) ?? 0;
    if (this.total + bytes > this.most || held + bytes > Math.max(this.most * CLIENT_SHARE, MAX_JSON_BYTES))
      return false;
    this.total += bytes;
    this.ofClient.set(client, held + bytes);
    const { state } = request;
    if (state.bodyBytes === 0) state.onEnd.push(() => this.give(request, state.bodyBytes));
    state.bodyBytes += bytes;
    return true;
  }

  give(request: FastifyRequest, wish: number): void {
    const bytes = Math.min(wish, request.state.bodyBytes);
    const client = networkOf(request.ip);
    request.state.bodyBytes -= bytes;
    this.total -= bytes;
    const left = (this.ofClient.get(client) ?? 0) - bytes;
    if (left > 0) this.ofClient.set(client, left);
    else this.ofClient.delete(client);
  }
}
