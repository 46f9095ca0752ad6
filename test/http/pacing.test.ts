import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { paceRequests } from '../../src/http/pacing.js';

const ends: Array<() => void> = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A paced server and its open connections; `turns` counts, per turn of the event loop, the requests begun in it. */
async function pacedServer(connections: number, answer: RequestListener) {
  const turns: number[] = [];
  let begun = 0;
  const server = createServer((request, response) => {
    if (begun === 0) setImmediate(() => void (turns.push(begun), (begun = 0)));
    begun += 1;
    answer(request, response);
  });
  paceRequests(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = await Promise.all(
    Array.from({ length: connections }, async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    }),
  );
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { turns, sockets };
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;

it('a burst of requests on 300 connections begins over many turns, and all are answered in their order', async () => {
  const order: string[] = [];
  const { turns, sockets } = await pacedServer(300, (request, response) => {
    order.push(request.url!);
    response.end(request.url);
  });
  const answers = sockets.map((socket) => once(socket, 'data'));
  sockets.forEach((socket, i) => socket.write(ask(`/${i}`)));
  const texts = (await Promise.all(answers)).map(([chunk]) => String(chunk).split('\r\n\r\n')[1]);
  expect(texts).toEqual(sockets.map((_, i) => `/${i}`));
  expect(order).toHaveLength(300);
  expect(Math.max(...turns)).toBeLessThanOrEqual(16);
});

it('requests whose client leaves before their turn are dropped, and those behind them are answered', async () => {
  let handled = 0;
  const { sockets } = await pacedServer(300, (_request, response) => {
    handled += 1;
    for (const left of sockets.slice(16, 200)) left.destroy();
    response.end('x');
  });
  const last = once(sockets[299]!, 'data');
  for (const socket of sockets) socket.write(ask('/'));
  await last;
  expect(handled).toBeLessThanOrEqual(300);
  const again = once(sockets[250]!, 'data');
  sockets[250]!.write(ask('/again'));
  expect(String((await again)[0])).toContain('200 OK');
});
