import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest test files, which start first, so that no worker is left running one of them at the end. */
export const LONGEST: readonly string[] = [
  'test/process/start.test.ts',
  'test/faults/faults.test.ts',
  'test/faults/rolling-restart.test.ts',
  'test/rights/matrix.test.ts',
  'test/process/previous-release.test.ts',
  'test/importing/import-slices.test.ts',
  'test/http/long-texts.test.ts',
  'test/rights/markers.test.ts',
  'test/ledger/verify.test.ts',
  'test/maintenance/backup.test.ts',
  'test/importing/tabular-memory.test.ts',
  'test/embedded/postgres.test.ts',
  'test/embedded/crash.test.ts',
  'test/process/job-lease.test.ts',
];

/** Runs the files of each project together, since a worker serves one project, and starts with the slowest of each. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = (file: TestSpecification) => {
      const rank = LONGEST.findIndex((name) => file.moduleId.endsWith(`/${name}`));
      return rank < 0 ? LONGEST.length : rank;
    };
    return (await super.sort(files)).sort((a, b) =>
      a.project.name === b.project.name ? rankOf(a) - rankOf(b) : a.project.name < b.project.name ? -1 : 1,
    );
  }
}
