// Compiles src/ and migrations/ into dist/ and copies what the server serves from itself (GraphiQL) and reads beside its code.
// `--if-stale` does nothing when dist/ is newer than every source, so that `npm start` after a pull still runs what it shows.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = ['src', 'migrations', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'scripts/build.mjs'].map(
  (p) => join(root, p),
);
const stale = () => !existsSync(stamp) || sources.some((p) => existsSync(p) && newest(p) > statSync(stamp).mtimeMs);

const ifStale = process.argv.includes('--if-stale');
if (ifStale && !stale()) process.exit(0);

// One build at a time: a second one would compile the same again, and delete what the first has just written.
const lock = join(root, 'node_modules', '.cache', 'build.lock');
mkdirSync(dirname(lock), { recursive: true });
const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};
for (;;) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    break;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    let holder;
    let age;
    try {
      holder = readFileSync(lock, 'utf8');
      age = Date.now() - statSync(lock).mtimeMs;
    } catch {
      continue; // The other build has just ended.
    }
    // A build that was killed leaves its lock, and its process id may be in use again; one that has just begun has not
    // written its process id yet.
    if (age > 5 * 60_000 || (holder !== '' && !isRunning(Number(holder)))) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}
process.on('exit', () => rmSync(lock, { force: true }));
if (ifStale && !stale()) process.exit(0);

const require = createRequire(join(root, 'package.json'));
let tsc;
try {
  tsc = require.resolve('typescript/bin/tsc');
} catch {
  if (existsSync(stamp)) process.exit(0); // A production install without development packages runs the dist it was given.
  console.error(
    'The compiler is not installed. Run `npm ci` (with development packages) once, or bring a built dist/.',
  );
  process.exit(1);
}
// A deleted source must not live on as compiled code.
rmSync(join(root, 'dist'), { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit', cwd: root });
} catch {
  process.exit(1);
}
const assets = join(root, 'dist', 'graphiql');
mkdirSync(assets, { recursive: true });
for (const [from, to] of [
  ['react/umd/react.production.min.js', 'react.js'],
  ['react-dom/umd/react-dom.production.min.js', 'react-dom.js'],
  ['graphiql/graphiql.min.js', 'graphiql.js'],
  ['graphiql/graphiql.min.css', 'graphiql.css'],
]) {
  copyFileSync(join(root, 'node_modules', from), join(assets, to));
}
// What the program reads beside its code: the example operations of the API explorer.
for (const name of readdirSync(join(root, 'src'), { recursive: true })) {
  if (name.endsWith('.graphql')) copyFileSync(join(root, 'src', name), join(root, 'dist', 'src', name));
}
writeFileSync(stamp, `${new Date().toISOString()}\n`);
