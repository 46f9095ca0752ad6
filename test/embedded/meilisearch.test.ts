import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Meilisearch } from 'meilisearch';
import { describe, expect, it } from 'vitest';
import { runningMeilisearch, startMeilisearch } from '../../src/embedded/meilisearch.js';
import { locateMeilisearch, packagedMeilisearch } from '../../src/embedded/meilisearch-binary.js';
import { freePort } from '../../src/embedded/processes.js';
import { cleanup, eventually, processesOn, scratchFolders } from './scratch.js';

const scratch = scratchFolders();
const afterwards = cleanup();
const silent = () => {};
const nowhere = async () => undefined;

async function start(dataDir: string, more: Partial<Parameters<typeof startMeilisearch>[0]> = {}) {
  const server = await startMeilisearch({ dataDir, log: silent, ...more });
  afterwards(() => server.stop());
  return { ...server, client: new Meilisearch({ host: server.url, apiKey: server.apiKey }) };
}

const recordedPid = async (dataDir: string) =>
  (JSON.parse(await readFile(join(dataDir, 'meilisearch/meilisearch.pid'), 'utf8')) as { pid: number }).pid;

describe.skipIf(packagedMeilisearch() === undefined)('the embedded Meilisearch', () => {
  it('answers with its key only, keeps its index, and leaves no process', async () => {
    const dataDir = join(await scratch(), '.data');
    const first = await start(dataDir);
    expect((await first.client.getVersion()).pkgVersion).toBe('1.21.0');
    expect((await fetch(`${first.url}/indexes`)).status).toBe(401);
    await first.client
      .index('pool')
      .addDocuments([{ id: 1, title: '量子频标' }])
      .waitTask();
    expect(await runningMeilisearch(dataDir)).toEqual({ url: first.url, apiKey: first.apiKey });
    expect((await stat(join(dataDir, 'meilisearch/master-key'))).mode & 0o777).toBe(0o600);
    expect((await processesOn(dataDir)).map(({ command }) => command).join()).not.toContain(first.apiKey);
    await first.stop();
    await first.stop();
    expect(await processesOn(dataDir)).toEqual([]);
    expect(await runningMeilisearch(dataDir)).toBeUndefined();

    const second = await start(dataDir);
    expect((await second.client.index('pool').search('量子')).hits).toEqual([{ id: 1, title: '量子频标' }]);
    expect(second.apiKey).toBe(first.apiKey);
  });

  it('leaves the package as npm unpacked it', async () => {
    const file = packagedMeilisearch()?.file ?? '';
    const before = await stat(file);
    await (await start(await scratch())).stop();
    const after = await stat(file);
    expect([after.mode, after.mtimeMs, after.size]).toEqual([before.mode, before.mtimeMs, before.size]);
  });

  it('moves an index that it cannot open aside and starts empty', async () => {
    const dataDir = await scratch();
    const first = await start(dataDir);
    await first.client
      .index('pool')
      .addDocuments([{ id: 1 }])
      .waitTask();
    await first.stop();
    await writeFile(join(dataDir, 'meilisearch/data.ms/VERSION'), '1.20.0');
    const lines: string[] = [];
    const second = await start(dataDir, { log: (line) => lines.push(line) });
    expect((await second.client.getIndexes()).total).toBe(0);
    expect(lines.join('\n')).toMatch(/database version \(1\.20\.0\) is incompatible.*data\.ms\.unusable/);
    expect(await readdir(join(dataDir, 'meilisearch/data.ms.unusable'))).toContain('VERSION');
  });

  it('puts the index back when it was not the index that kept it from starting', async () => {
    const dataDir = await scratch();
    await mkdir(join(dataDir, 'meilisearch/data.ms'), { recursive: true });
    await writeFile(join(dataDir, 'meilisearch/data.ms/VERSION'), '1.21.0');
    const broken = join(dataDir, 'broken');
    await writeFile(broken, '#!/bin/sh\necho "Error: out of luck."\nexit 1\n');
    await chmod(broken, 0o755);
    await expect(start(dataDir, { meiliBin: broken })).rejects.toMatchObject({
      code: 'MEILI_START_FAILED',
      message: expect.stringContaining('out of luck'),
    });
    expect(await readFile(join(dataDir, 'meilisearch/data.ms/VERSION'), 'utf8')).toBe('1.21.0');
  });

  it('tries another port when somebody takes the first', async () => {
    const squatter = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    afterwards(() => squatter.close());
    const taken = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
    );
    const ports = [taken];
    const server = await start(await scratch(), { choosePort: async () => ports.shift() ?? freePort() });
    expect(Number(new URL(server.url).port)).not.toBe(taken);
    expect((await server.client.getVersion()).pkgVersion).toBe('1.21.0');
  });

  it('reports when the server dies', async () => {
    const dataDir = await scratch();
    const lines: string[] = [];
    const reasons: string[] = [];
    await start(dataDir, { log: (line) => lines.push(line), onExit: (reason) => reasons.push(reason) });
    process.kill(await recordedPid(dataDir), 'SIGKILL');
    await eventually('the exit is reported', () => reasons.length > 0);
    expect(reasons).toEqual(['signal SIGKILL']);
    expect(lines.at(-1)).toContain('Meilisearch ended unexpectedly');
  });

  it('does not touch a stranger whose pid a stale record names', async () => {
    const dataDir = await scratch();
    await mkdir(join(dataDir, 'meilisearch'), { recursive: true });
    await writeFile(
      join(dataDir, 'meilisearch/meilisearch.pid'),
      JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:1' }),
    );
    const { client } = await start(dataDir);
    expect((await client.health()).status).toBe('available');
  });
});

describe('the Meilisearch binary', () => {
  it('is refused, unrun and unkept, when its checksum is wrong', async () => {
    const folder = await scratch();
    const ran = join(folder, 'ran');
    const file = join(folder, 'meilisearch');
    await writeFile(file, `#!/bin/sh\ntouch ${ran}\n`);
    const packaged = {
      file,
      sha256: packagedMeilisearch('linux', 'x64')?.sha256 ?? '0'.repeat(64),
      copyName: 'meilisearch',
    };
    await expect(locateMeilisearch({ packaged, onPath: nowhere }, join(folder, 'bin'))).rejects.toMatchObject({
      code: 'MEILI_BINARY_UNTRUSTED',
      message: expect.stringMatching(/was not run.*npm ci.*MEILI_BIN/s),
    });
    expect(await readdir(join(folder, 'bin'))).toEqual([]);
    expect(await readdir(folder)).not.toContain('ran');
  });

  it('is copied again when the copy was altered', async () => {
    const folder = await scratch();
    const file = join(folder, 'meilisearch');
    await writeFile(file, 'right');
    const sha256 = '27042f4e6eca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad9';
    const packaged = { file, sha256, copyName: 'copy' };
    const copy = await locateMeilisearch({ packaged, onPath: nowhere }, join(folder, 'bin'));
    await writeFile(copy, 'wrong');
    expect(await locateMeilisearch({ packaged, onPath: nowhere }, join(folder, 'bin'))).toBe(copy);
    expect(await readFile(copy, 'utf8')).toBe('right');
    expect((await stat(copy)).mode & 0o777).toBe(0o755);
  });

  it('is the configured one before all others, which must be there and executable', async () => {
    const folder = await scratch();
    const own = join(folder, 'own');
    const packaged = { file: join(folder, 'packaged'), sha256: '', copyName: 'copy' };
    const locate = () => locateMeilisearch({ meiliBin: own, packaged, onPath: nowhere }, join(folder, 'bin'));
    await expect(locate()).rejects.toMatchObject({
      code: 'MEILI_BINARY_UNUSABLE',
      message: expect.stringContaining('does not exist'),
    });
    await writeFile(own, '#!/bin/sh\n', { mode: 0o644 });
    await expect(locate()).rejects.toMatchObject({
      code: 'MEILI_BINARY_UNUSABLE',
      message: expect.stringContaining('is not executable'),
    });
    await chmod(own, 0o755);
    expect(await locate()).toBe(own);
  });

  it('comes from the PATH where no package fits, else one line says what to do', async () => {
    expect(packagedMeilisearch('darwin', 'arm64')).toBeUndefined();
    expect(await locateMeilisearch({ packaged: undefined, onPath: async () => '/opt/meilisearch' }, '/nowhere')).toBe(
      '/opt/meilisearch',
    );
    const error = await locateMeilisearch({ packaged: undefined, onPath: nowhere }, '/nowhere').catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      code: 'MEILI_BINARY_MISSING',
      message: expect.stringMatching(/^[^\n]*PATH[^\n]*MEILI_BIN[^\n]*MEILI_URL[^\n]*$/),
    });
  });
});
