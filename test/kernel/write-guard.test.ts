import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createPost } from '../../src/search/engine/engine.http.js';
import { startTestApp } from '../harness.js';

it('a write that takes a second connection or asks another server fails the test', async () => {
  const t = await startTestApp();
  const other = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const post = createPost({ url, apiKey: undefined, timeoutMs: 2000 });
  const { dataSource } = t.app;
  try {
    // A read through the transaction's manager, and anything before or after the transaction, is allowed.
    await dataSource.query('SELECT 1');
    await dataSource.transaction((tx) => tx.query('SELECT 1'));
    await post('/', '{}');

    await expect(dataSource.transaction(() => dataSource.query('SELECT 1'))).rejects.toThrow(
      'Inside a write transaction: a second connection of the pool is taken',
    );
    await dataSource.transaction(() => fetch(url));
    await dataSource.transaction(() => post('/', '{}'));
  } finally {
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  }
  const failed = await t.close().then(
    () => '',
    (error: Error) => error.message,
  );
  expect(failed).toMatch(/^[3-9] calls from inside write transactions/);
  expect(failed).toContain('write-guard.test.ts');
});
