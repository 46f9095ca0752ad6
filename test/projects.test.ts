import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { projectOf, testFiles } from './projects.js';
import { LONGEST } from './sequencer.js';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'techpool-projects-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

it('gives every test file to one project', () => {
  const { unit, processes, servers, isolated } = testFiles();
  const all = [...unit, ...processes, ...servers, ...isolated];
  expect(new Set(all).size).toBe(all.length);
  expect(unit).toContain('test/projects.test.ts');
  expect(unit).toContain('test/text/similarity.test.ts');
  expect(processes).toContain('test/embedded/lock.test.ts');
  expect(servers).toContain('test/api/smoke.test.ts');
  expect(isolated).toContain('test/process/prepared-client.test.ts');
});

it('goes by what a file imports, itself or through helpers', () => {
  written('harness.ts', `export const startTestApp = 1;`);
  written('eventually.ts', `export const eventually = 1;`);
  written('seed.ts', `export const seed = 1;`);
  written('deals/kit.ts', `import { seed } from '../seed.js';`, `export { startTestApp } from '../harness.js';`);
  written('deals/child.ts', `import {`, `  execFile,`, `} from 'node:child_process';`);
  const cases: Array<[string, string]> = [
    [`import { x } from '../../src/lib/ids.js';`, 'unit'],
    [`import type { TestApp } from '../harness.js';`, 'unit'],
    [`import { eventually } from '../eventually.js';`, 'unit'],
    [`import { startTestApp, type TestApp } from '../harness.js';`, 'servers'],
    [`import { indexed } from './kit.js';`, 'servers'],
    [`import './child.js';`, 'processes'],
    [`// @isolated because of a list\nimport { startTestApp } from '../harness.js';`, 'isolated'],
    [`const text = '// @isolated because of a list';`, 'unit'],
    [`import { startPostgres } from '../../src/embedded/postgres.js';`, 'processes'],
  ];
  cases.forEach(([line, project], i) =>
    expect([line, projectOf(written(`deals/case${i}.ts`, line), folder)]).toEqual([line, project]),
  );
});

it('puts first what exists', () => {
  expect(LONGEST.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

it('gives each worker a folder for temporary files within the run’s own', () => {
  expect(dirname(tmpdir())).toBe(inject('temporaryFolder'));
});
