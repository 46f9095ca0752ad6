import { createRequire } from 'node:module';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { testFiles, type ProjectName } from './test/projects.js';
import { LongestFirst } from './test/sequencer.js';
import { ownTemporaryFolder } from './test/temporary-folder.js';

const files = testFiles();
const temporaryFolder = ownTemporaryFolder();

/** A project of the files that need the same; the options that all projects share stand here. */
const project = (name: ProjectName, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  // Node loads graphql's CommonJS build; without this the tests would load the other one beside it, and `instanceof` fails.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    name,
    include: files[name],
    setupFiles: ['test/setup.ts'],
    provide: { temporaryFolder },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A worker keeps the modules that it has loaded, since their state belongs to an app. A test of what belongs to the
    // process asks for one of its own by `@isolated because …`.
    isolate: false,
    ...test,
  },
});

export default defineConfig({
  test: {
    // One more than the two cores of a small machine: a third of a worker's time is waiting for servers and programs.
    maxWorkers: 3,
    teardownTimeout: 20_000,
    sequence: { sequencer: LongestFirst },
    // What a file is compiled to is kept by its content, so that one file starts in half the time.
    experimental: { fsModuleCache: true },
    projects: [
      project('unit', {}),
      project('processes', {}),
      // Real servers are shared by the run; every file has a database and an index prefix of its own.
      project('servers', { globalSetup: ['test/global-setup.ts'] }),
      project('isolated', { globalSetup: ['test/global-setup.ts'], isolate: true }),
    ],
  },
});
