import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Maximum number of requests whose handling begins within one turn of the event loop. Admitting or refusing a request
 * costs up to half a millisecond before its body is read, so that other work waits at most about 10 ms for them.
 */
const PER_TURN = 16;

type Listener = (this: Server, request: IncomingMessage, response: ServerResponse) => void;

/**
 * Spreads a burst of requests over turns of the event loop. Node emits 'request' for every readable connection within
 * one turn: 600 connections whose data arrives together would hold up everything else for 0.1 to 0.3 s. The first
 * PER_TURN requests of a turn are handled at once; the others wait, with at most one piece of 64 kB of their body in
 * memory, until their turn. Applies to the listeners of 'request' registered before this call.
 */
export function paceRequests(server: Server): void {
  const waiting: Array<[IncomingMessage, ServerResponse]> = [];
  const listeners = server.listeners('request') as Listener[];
  let begun = 0;

  const begin: Listener = (request, response) => {
    if (begun === 0) setImmediate(turn);
    begun += 1;
    for (const listener of listeners) listener.call(server, request, response);
  };
  const turn = () => {
    begun = 0;
    for (const [request, response] of waiting.splice(0, PER_TURN)) {
      if (!request.socket.destroyed) begin.call(server, request, response);
    }
    // All that were taken had been closed meanwhile.
    if (begun === 0 && waiting.length > 0) setImmediate(turn);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (begun < PER_TURN && waiting.length === 0) begin.call(server, request, response);
    else waiting.push([request, response]);
  });
}
