import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createSearchEngine } from '../../src/search/engine/engine.js';
import { askEngine, EngineFailedError } from '../../src/search/engine/engine.queries.js';

const servers: Array<{ close(): unknown }> = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

it('a page of a proxy, with status 200, counts as a failure of the search engine', async () => {
  const proxy = createServer((_request, response) => response.end('<html>The service is being restarted.</html>'));
  servers.push(proxy);
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const engine = createSearchEngine({ url: `http://127.0.0.1:${port}`, apiKey: undefined, prefix: 'test' });
  await expect(askEngine(engine, [])).rejects.toThrow(EngineFailedError);
});
