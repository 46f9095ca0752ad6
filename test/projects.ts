import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The vitest projects, by the environment that their tests need. */
export type ProjectName = 'unit' | 'processes' | 'servers' | 'isolated';

const root = resolve(import.meta.dirname, '..');

/** Matches `import … from '…'`, `export … from '…'` and `import '…'`, except imports of types only. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm;
/** Modules that start processes: child_process itself, or src/embedded, which starts PostgreSQL and Meilisearch. */
const STARTS_PROCESSES = /^(node:child_process|.*\/src\/embedded\/.*)$/;

/** A comment by which a file requests a process of its own, with the reason: `@isolated because …`. */
const ISOLATED = /^(?:\/\/|\/\*\*| \*) @isolated because \S/m;

/**
 * Assigns every test file to a project by its imports, direct or through helpers below test/: the harness (a database
 * and the search engine of the run) makes it `servers`, starting programs makes it `processes`, any other file is
 * `unit`, which needs no set-up. A file with an `@isolated` comment is `isolated`. Derived from the files, so that it
 * cannot become outdated.
 */
export function testFiles(): Record<ProjectName, string[]> {
  const sorted: Record<ProjectName, string[]> = { unit: [], processes: [], servers: [], isolated: [] };
  for (const entry of readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.test.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    sorted[projectOf(path)].push(relative(root, path));
  }
  return sorted;
}

/** Project of one test file, given its absolute path and that of the folder with all tests and helpers. */
export function projectOf(path: string, tests = import.meta.dirname): ProjectName {
  if (ISOLATED.test(readFileSync(path, 'utf8'))) return 'isolated';
  const imports = importsOf(path, tests);
  if (imports.has(join(tests, 'harness.ts'))) return 'servers';
  return [...imports].some((name) => STARTS_PROCESSES.test(name)) ? 'processes' : 'unit';
}

/** All imports of a file, direct or through other files below the folder. */
function importsOf(path: string, tests: string, found = new Set<string>()): ReadonlySet<string> {
  for (const [, name] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
    const target = name!.startsWith('.') ? resolve(dirname(path), name!.replace(/\.js$/, '.ts')) : name!;
    if (found.has(target)) continue;
    found.add(target);
    if (target.startsWith(`${tests}/`) && target.endsWith('.ts')) importsOf(target, tests, found);
  }
  return found;
}
