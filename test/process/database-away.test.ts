import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Issue 16, point 7: a malformed or unreachable DATABASE_URL is one line in the start and in every command. */

const root = join(import.meta.dirname, '../..');
const PASSWORD = 'S3CRET-of-the-database';
const SECRET_KEY = 'test-secret-key-of-32-characters!';
let folder: string;
let backupFile: string;
let csv: string;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root });
  folder = await mkdtemp(join(tmpdir(), 'techpool-away-'));
  backupFile = join(folder, 'pool.backup');
  csv = join(folder, 'rows.csv');
  await writeFile(csv, '成果名称\n甲\n');
  const fingerprint = createHash('sha256').update('techpool').update(SECRET_KEY).digest('hex');
  const whole = `${JSON.stringify({ techpoolBackup: 1, createdAt: '', migrations: [], sequences: {}, secretFingerprint: fingerprint })}\n`;
  const sha256 = createHash('sha256').update(whole).digest('hex');
  await writeFile(backupFile, gzipSync(`${whole}${JSON.stringify({ end: true, rows: 0, sha256 })}\n`));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Programs that work on the database, with arguments with which they get there. */
const PROGRAMS: Array<[name: string, program: string, args: () => string[]]> = [
  ['start', 'main.js', () => []],
  ['import', 'cli/import.js', () => ['achievements', csv]],
  ['export', 'cli/export.js', () => ['achievements', join(folder, 'out.csv'), '--pool']],
  ['reindex', 'cli/reindex.js', () => []],
  ['search:check', 'cli/search-check.js', () => []],
  ['backup', 'cli/backup.js', () => [join(folder, 'saved.backup')]],
  ['restore', 'cli/restore.js', () => [backupFile, '--force']],
  ['operator:create', 'cli/operator-create.js', () => ['--email', 'operator@pool.example.org']],
  ['tune:matching', 'cli/tune-matching.js', () => []],
  ['ledger:verify', 'cli/ledger-verify.js', () => []],
  ['ledger:export', 'cli/ledger-export.js', () => [join(folder, 'ledger.export')]],
];

const run = (program: string, args: readonly string[], databaseUrl: string) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) =>
    execFile(
      process.execPath,
      ['--enable-source-maps', join(root, 'dist/src', program), ...args],
      {
        cwd: folder,
        timeout: 60_000,
        env: {
          PATH: process.env['PATH'],
          INIT_CWD: folder,
          DATA_DIR: join(folder, 'data'),
          DATABASE_URL: databaseUrl,
          SECRET_KEY,
          MEILI_URL: 'http://127.0.0.1:1',
          PORT: '0',
          LOG_LEVEL: 'error',
        },
      },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 99) : 0, out, err }),
    ),
  );

/** Fails unless a program has ended with one line that matches, and with nothing of the password or of a stack. */
function expectOneLine({ code, out, err }: Awaited<ReturnType<typeof run>>, expected: RegExp): void {
  expect([code === 1 || code === 2, out]).toEqual([true, '']);
  expect(err.trimEnd().split('\n')).toEqual([expect.stringMatching(expected)]);
  expect(err).not.toContain(PASSWORD);
}

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));
async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

describe.each(PROGRAMS)('%s', (_name, program, args) => {
  it('says in one line that a DATABASE_URL is malformed', { timeout: 60_000 }, async () => {
    expectOneLine(
      await run(program, args(), `postgres://pool:${PASSWORD}/x@h/db`),
      /^DATABASE_URL must have a port from 1 to 65535 at host 1 .*\.$/,
    );
  });

  it('says in one line that the database cannot be reached, and writes nothing', { timeout: 60_000 }, async () => {
    expectOneLine(
      await run(program, args(), `postgres://pool:${PASSWORD}@127.0.0.1:1/db`),
      /^The database does not answer at 127\.0\.0\.1:1: nothing listens there\. Start it, or correct DATABASE_URL\.$/,
    );
    for (const name of ['saved.backup', 'out.csv', 'ledger.export']) expect(existsSync(join(folder, name))).toBe(false);
  });
});

describe('a server', () => {
  it('of an unknown name is named', { timeout: 60_000 }, async () => {
    expectOneLine(
      await run('cli/backup.js', [join(folder, 'b')], `postgres://pool:${PASSWORD}@no-such-host.invalid/db`),
      /^The database does not answer at no-such-host\.invalid: the host name /,
    );
  });

  it('that never answers is given up after ten seconds', { timeout: 90_000 }, async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    const url = `postgres://pool:${PASSWORD}@127.0.0.1:${await portOf(silent)}/db`;
    const answers = await Promise.all([
      run('cli/backup.js', [join(folder, 'b')], url),
      run('cli/restore.js', [backupFile, '--force'], url),
      run('cli/ledger-verify.js', [], url),
    ]);
    for (const answer of answers) expectOneLine(answer, /^The database does not answer/);
  });

  it('that is no PostgreSQL, or closes each connection, is told of in one line', { timeout: 90_000 }, async () => {
    const http = createHttpServer((_request, response) => response.end('hello'));
    const closing = createServer((socket) => socket.destroy());
    for (const server of [http, closing]) {
      const url = `postgres://pool:${PASSWORD}@127.0.0.1:${await portOf(server)}/db`;
      expectOneLine(await run('cli/ledger-verify.js', [], url), /^The database does not answer/);
    }
  });
});
