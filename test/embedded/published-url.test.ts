import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataDir, publishedUrl } from '../../src/embedded/lock.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'techpool-published-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it('the address of a running app is known to commands beside it, from its publishing to its end', async () => {
  expect(await publishedUrl(dataDir)).toBeUndefined();
  const lock = await lockDataDir(dataDir);
  expect(await publishedUrl(dataDir)).toBeUndefined();
  await lock.publish({ url: 'http://127.0.0.1:4017' });
  expect(await publishedUrl(dataDir)).toBe('http://127.0.0.1:4017');
  await lock.release();
  expect(await publishedUrl(dataDir)).toBeUndefined();
});
