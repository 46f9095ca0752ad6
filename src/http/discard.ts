import type { IncomingMessage } from 'node:http';

/**
 * Number of pieces of refused bodies that are read and discarded per interval (DISCARD_PIECES), and length of the
 * interval in milliseconds (DISCARD_MS).
 */
const DISCARD_PIECES = 4;
const DISCARD_MS = 1;

/**
 * Reads and discards the bodies of refused requests: over all connections together at most DISCARD_PIECES pieces of up
 * to 64 kB per DISCARD_MS. Node itself discards at full speed, so that 600 refused bodies of 1 MB would hold up the
 * event loop for 0.1 to 0.3 s.
 */
export class BodyDiscard {
  private readonly waiting: IncomingMessage[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Takes over a body that nothing else reads. */
  add(raw: IncomingMessage): void {
    if (raw.listenerCount('data') > 0) return;
    // A stream with a 'data' listener counts as read, so that Node does not discard it at the end of the answer.
    raw.on('data', () => this.wait(raw));
    raw.pause();
    raw.read();
    this.wait(raw);
  }

  private wait(raw: IncomingMessage): void {
    raw.pause();
    // The connection is paused too: a paused body alone would still buffer its next piece, which adds up over hundreds
    // of connections.
    raw.socket.pause();
    this.waiting.push(raw);
    this.timer ??= setInterval(() => this.next(), DISCARD_MS).unref();
  }

  private next(): void {
    for (const raw of this.waiting.splice(0, DISCARD_PIECES)) {
      raw.resume();
      // The connection must be resumed explicitly: once the last piece of a body has been read, resuming the body does
      // not resume the connection, on which the next request may come.
      raw.socket.resume();
    }
    if (this.waiting.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
