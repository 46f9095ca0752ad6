import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Maximum number of requests whose handling begins within one turn of the event loop. Admitting or refusing a request
 * costs up to half a millisecond before its body is read, so that other work waits at most about 10 ms for them.
 */
const PER_TURN = 16;

/**
 * Number of suspended connections that are read again in each turn even while other requests wait, so that busy
 * connections cannot keep them suspended for good.
 */
const RESUMED_AT_LEAST = 2;

type Listener = (this: Server, request: IncomingMessage, response: ServerResponse) => void;

/**
 * Spreads a burst of requests over turns of the event loop. Node reads every readable connection and emits its
 * 'request' within one turn: 600 connections whose data arrives together would hold up everything else for 0.1 to 0.3 s
 * and keep a piece of 64 kB each in memory. The first PER_TURN requests of a turn are handled at once; further ones
 * wait for later turns. When PER_TURN requests wait, the connections without a request are suspended, that is, not
 * read; each turn resumes some of them. Applies to the listeners of 'request' registered before this call.
 */
export function paceRequests(server: Server): void {
  const listeners = server.listeners('request') as Listener[];
  const waiting: Array<[IncomingMessage, ServerResponse]> = [];
  /**
   * `idle`: connections on which no request is being handled; `suspended`: those of them that are not read at present.
   */
  const idle = new Set<Socket>();
  const suspended = new Set<Socket>();
  let begun = 0;
  let isTurnDue = false;

  const suspend = (socket: Socket) => {
    suspended.add(socket);
    socket.pause();
  };
  const begin: Listener = (request, response) => {
    begun += 1;
    awaitTurn();
    for (const listener of listeners) listener.call(server, request, response);
  };
  const turn = () => {
    isTurnDue = false;
    begun = 0;
    for (const [request, response] of waiting.splice(0, PER_TURN)) {
      if (!request.socket.destroyed) begin.call(server, request, response);
    }
    let left = waiting.length > 0 ? RESUMED_AT_LEAST : PER_TURN;
    for (const socket of suspended) {
      if (left-- <= 0) break;
      suspended.delete(socket);
      socket.resume();
    }
    if (waiting.length > 0 || suspended.size > 0) awaitTurn();
  };
  const awaitTurn = () => {
    if (!isTurnDue) setImmediate(turn);
    isTurnDue = true;
  };

  server.on('connection', (socket: Socket) => {
    idle.add(socket);
    if (suspended.size > 0) suspend(socket);
    socket.once('close', () => {
      idle.delete(socket);
      suspended.delete(socket);
    });
  });
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
    if (begun < PER_TURN && waiting.length === 0) return void begin.call(server, request, response);
    waiting.push([request, response]);
    if (waiting.length === PER_TURN) for (const other of idle) suspend(other);
  });
}
