import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './client.js';

/**
 * Proxy in front of the search engine that records the requests of a search, so that they can be sent again without the
 * program.
 */
export interface Recorder {
  url: string;
  /** Returns the requests recorded since the last call, addressed to the search engine itself. */
  take(): Call[];
  close(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  let calls: Call[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const { authorization, 'content-type': type } = incoming.headers;
      const headers = {
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
      };
      const url = `${target.replace(/\/+$/, '')}${incoming.url}`;
      calls.push({ method: incoming.method ?? 'GET', url, body, headers });
      const forwarded = request(
        url,
        {
          method: incoming.method,
          headers: { ...headers, 'content-length': body.length, 'accept-encoding': 'identity' },
        },
        (answer: IncomingMessage) => {
          outgoing.writeHead(answer.statusCode ?? 502, {
            'content-type': answer.headers['content-type'] ?? 'application/json',
          });
          answer.pipe(outgoing);
        },
      );
      forwarded.on('error', () => outgoing.writeHead(502).end());
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
