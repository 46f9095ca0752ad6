import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** A request in the form in which it is sent. */
export interface Shot {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer;
  /**
   * If given, this number of connections is held open at the same time for `ms` milliseconds, each after sending
   * `bytes` bytes of an unfinished request.
   */
  held?: { connections: number; bytes: number; ms: number };
}

/** Outcome of an attack's request: status and length of the response, or how the request failed. */
export interface Outcome {
  status: number | 'time-out' | 'broken off';
  bytes: number;
  /** First characters of the response. */
  text: string;
}

const KEPT = 2000;

/**
 * Sends requests to the measured program one after another, each with a client address of its own in the forwarded
 * header, as a trusted proxy would.
 */
export class Gun {
  private readonly agent = new Agent({ keepAlive: false, maxSockets: 1000 });
  private sent = 0;

  constructor(private readonly timeoutMs: number) {}

  fire(url: string, shot: Shot): Promise<Outcome> {
    this.sent += 1;
    const client = `10.${(this.sent >> 16) & 255}.${(this.sent >> 8) & 255}.${this.sent & 255}`;
    return shot.held ? this.hold(url, client, shot, shot.held) : this.send(url, client, shot);
  }

  private send(url: string, client: string, { method = 'POST', path, headers, body }: Shot): Promise<Outcome> {
    return new Promise((resolve) => {
      const kept: string[] = [];
      let bytes = 0;
      let settled = false;
      const settle = (status: Outcome['status']) => {
        if (settled) return;
        settled = true;
        clearTimeout(late);
        outgoing.destroy();
        resolve({ status, bytes, text: kept.join('').slice(0, KEPT) });
      };
      const late = setTimeout(() => settle('time-out'), this.timeoutMs);
      const outgoing = request(
        `${url}${path}`,
        {
          method,
          agent: this.agent,
          headers: {
            ...(body ? { 'content-type': 'application/json', 'content-length': String(body.length) } : {}),
            'x-forwarded-for': client,
            'accept-encoding': 'identity',
            ...headers,
          },
        },
        (response) => {
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes - chunk.length < KEPT) kept.push(chunk.toString('utf8'));
          });
          response.on('end', () => settle(response.statusCode ?? 0));
          response.on('error', () => settle('broken off'));
        },
      );
      outgoing.on('error', () => settle('broken off'));
      outgoing.end(body);
    });
  }

  /**
   * Opens several connections at once, sends the same unfinished request on each, and closes them after the given time.
   */
  private async hold(
    url: string,
    client: string,
    { path, headers }: Shot,
    { connections, bytes, ms }: NonNullable<Shot['held']>,
  ): Promise<Outcome> {
    const { hostname, port } = new URL(url);
    const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nx-forwarded-for: ${client}\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${bytes + 1}\r\n\r\n`;
    const begun = Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, '[')]);
    const sockets = Array.from({ length: connections }, () => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.write(begun);
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, ms));
    for (const socket of sockets) socket.destroy();
    return { status: 'broken off', bytes: 0, text: '' };
  }

  close(): void {
    this.agent.destroy();
  }
}
