import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asksForHelp, HelpAsked, parseArguments, UsageError } from '../../src/cli/arguments.js';

/** Issue 15, point 13: every command knows `--help`, and refuses what it does not know, before it does anything. */

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Compiled programs by the npm script that starts them. */
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const program = /node --enable-source-maps (dist\/src\/\S+\.js)/.exec(line)?.[1];
  return program === undefined ? [] : [[name, program] as const];
});
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techpool-commands-'));
  await new Promise<void>((resolve, reject) =>
    execFile(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root }, (error) =>
      error ? reject(error) : resolve(),
    ),
  );
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program as npm does, in an empty folder, on servers that do not exist. */
const run = (program: string, args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) =>
    execFile(
      process.execPath,
      ['--enable-source-maps', join(root, program), ...args],
      {
        cwd: folder,
        timeout: 60_000,
        env: { PATH: process.env['PATH'], INIT_CWD: folder, DATA_DIR: join(folder, 'data'), NODE_ENV: 'test' },
      },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 99) : 0, out, err }),
    ),
  );

describe('every command', () => {
  it('is listed, and every file with a command is one', () => {
    expect(commands.length).toBeGreaterThan(15);
    const files = readdirSync(join(root, 'src/cli')).filter((file) =>
      /^await runCommand\(|process\.exitCode = await/m.test(readFileSync(join(root, 'src/cli', file), 'utf8')),
    );
    const started = commands.map(([, program]) => program.replace(/^dist\/src\/cli\/|\.js$/g, ''));
    expect(files.map((file) => file.replace(/\.ts$/, '')).filter((file) => !started.includes(file))).toEqual([]);
    expect(commands.map(([name]) => name)).toContain('start');
  });

  it.each(commands)('%s prints help, and does nothing', { timeout: 120_000 }, async (name, program) => {
    expect(existsSync(join(root, program))).toBe(true);
    const { code, out, err } = await run(program, ['FILE', '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(name === 'start' ? 'npm start' : `npm run ${name}`);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([['--help'], ['-h'], ['FILE', '-h']])('knows help as %j', async (...args) => {
    // The reader of arguments is the same for all commands, so one of them stands for all here.
    const { code, out } = await run('dist/src/cli/backup.js', args.filter(Boolean));
    expect([code, out.includes('npm run backup')]).toEqual([0, true]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(commands)(
    '%s refuses an unknown option with a hint, and does nothing',
    { timeout: 120_000 },
    async (_name, program) => {
      const { code, out, err } = await run(program, ['--hepl']);
      expect(code).toBeGreaterThan(0);
      expect(`${out}${err}`).toContain('There is no option --hepl. Did you mean --help?');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('backup writes no file called --help', async () => {
    expect((await run('dist/src/cli/backup.js', ['--help'])).out).toContain('secret key');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the reader of arguments', () => {
  const read = (...args: string[]) =>
    parseArguments({
      args,
      allowPositionals: true,
      options: { institution: { type: 'string' }, 'dry-run': { type: 'boolean' }, mode: { type: 'string' } },
    });

  it('finds help wherever it stands, but not behind --', () => {
    expect(() => read('a', '--help')).toThrow(HelpAsked);
    expect(() => read('--mode', 'row', '-h')).toThrow(HelpAsked);
    expect(asksForHelp(['--', '--help'])).toBe(false);
    expect(read('--', '--help').positionals).toEqual(['--help']);
  });

  it.each([
    ['--institutoin=x', '--institution'],
    ['--dryrun', '--dry-run'],
    ['--modes', '--mode'],
    ['--Mode', '--mode'],
  ])('suggests for %s the option %s', (given, meant) => {
    expect(() => read(given)).toThrow(`Did you mean ${meant}?`);
    expect(() => read(given)).toThrow(UsageError);
  });

  it('lists the options where nothing is near', () => {
    expect(() => read('--xyzzy')).toThrow(
      'There is no option --xyzzy. Options: --institution, --dry-run, --mode, --help.',
    );
    expect(() => read('-q')).toThrow('There is no option -q.');
  });

  it('refuses an option without its value', () => {
    expect(() => read('--institution')).toThrow(UsageError);
    expect(() => read('--institution', '--dry-run')).toThrow(UsageError);
    expect(() => read('--dry-run=yes')).toThrow(UsageError);
  });
});
