import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync, copyFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformSync } from 'rolldown/experimental';
import { eventually } from '../eventually.js';

/**
 * Commit whose code stands for the previous release: servers of that code may still run while a new one migrates the
 * database. A release sets it to the commit of the release before. Version 0.2.0 itself (5bafea3) cannot run on the
 * present packages, since it used two that are gone (graphql-upload, rate-limiter-flexible); this is the first later
 * commit that answers without an error while a migration changes the type of a column.
 */
const COMMIT = 'dc1206d21d73a22e3509cc47b49f127433c45742';

const root = process.cwd();
/** What the server needs to run, below the root of the repository. */
const PARTS = ['src', 'migrations', 'data', 'package.json'];

/** The helpers of decorators that the compiler imports from a package which is not installed, by their names in tslib. */
const HELPERS: Record<string, string> = {
  decorate: '__decorate',
  decorateMetadata: '__metadata',
  decorateParam: '__param',
};

const git = (args: string[]): Buffer =>
  execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 30 });

/**
 * Why the code of the previous release is not at hand: no repository, or a shallow clone. Null otherwise, so that a whole
 * history without the commit fails the test instead of skipping it.
 */
export function whyAbsent(): string | null {
  try {
    git(['cat-file', '-e', `${COMMIT}^{commit}`]);
    return null;
  } catch {
    try {
      return String(git(['rev-parse', '--is-shallow-repository'])).trim() === 'true' ? 'a shallow clone' : null;
    } catch {
      return 'no git repository';
    }
  }
}

/**
 * Extracts and compiles the code of the previous release into a new folder, and returns the folder. It stands below
 * node_modules/, so that the code finds the present packages.
 */
export async function compilePrevious(): Promise<string> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'previous-release-'));
  execFileSync('tar', ['-x', '-C', folder], { input: git(['archive', COMMIT, ...PARTS]) });
  for (const part of ['src', 'migrations'])
    for (const name of readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })) {
      const from = join(folder, part, name);
      const to = join(folder, 'dist', part, name.replace(/\.ts$/, '.js'));
      if (!/\.(ts|mjs|graphql)$/.test(name)) continue;
      mkdirSync(dirname(to), { recursive: true });
      if (!name.endsWith('.ts')) {
        copyFileSync(from, to);
        continue;
      }
      const { code, errors } = transformSync(from, readFileSync(from, 'utf8'), {
        decorator: { legacy: true, emitDecoratorMetadata: true },
      });
      if (errors.length > 0) throw new Error(`${from}: ${JSON.stringify(errors)}`);
      writeFileSync(
        to,
        code.replaceAll(
          /^import (\w+) from "@oxc-project\/runtime\/helpers\/(\w+)";$/gm,
          (_, local: string, helper: string) => `import { ${HELPERS[helper]} as ${local} } from 'tslib';`,
        ),
      );
    }
  return folder;
}

type Ask = <T>(
  query: string,
  variables?: Record<string, unknown>,
  token?: string,
) => Promise<{ data: T; errors?: Fault[] }>;

/** Sends operations to the server at an address. */
export const askAt =
  (url: string): Ask =>
  async <T>(query: string, variables: Record<string, unknown> = {}, token?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data: T; errors?: Fault[] };
  };

export interface PreviousServer {
  readonly url: string;
  readonly output: () => string;
  /** Lines of the log with an error. */
  readonly faults: () => string[];
  ask: Ask;
  stop(): Promise<void>;
}
export interface Fault {
  message: string;
  extensions: { code: string; reason?: string };
}

/** Starts the server of the previous release, which loads its sample if that is asked for. */
export async function startPrevious(
  folder: string,
  settings: {
    backends: { databaseUrl: string; meiliUrl: string; meiliKey: string; secretKey: string };
    searchIndex: string;
    sample: boolean;
  },
): Promise<PreviousServer> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'test/process/previous-release.server.mjs'), folder, JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] } },
  );
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const url = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`the previous release ended instead of starting:\n${text}`);
    return Promise.resolve(/^ready: (\S+)$/m.exec(text)?.[1]);
  }, 60_000);
  return {
    url,
    output: () => text,
    faults: () => text.split('\n').filter((line) => /^\{.*"level":"?(?:50|60|error|fatal)"?[,}]/.test(line)),
    ask: askAt(url),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
