import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pruneRows } from '../../src/kernel/database/prune.js';
import { pruneImports } from '../../src/importing/runs/import.pruning.js';
import { newId } from '../../src/lib/ids.js';
import { pruneInterimFits } from '../../src/vetting/boundary/fit.pruning.js';
import { startTestApp, type TestApp } from '../harness.js';
import { statementsDuring } from '../plans.js';
import { seed, type SeededOrganisation } from '../seed.js';

let t: TestApp;
let institution: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp({ worker: false });
  const s = seed(t);
  institution = await s.organisation(await s.person());
});
afterAll(() => t.close());
beforeEach(() => t.sql(`DELETE FROM import_run`));

/** A run that ended some days ago, with its file and three lines of a report. */
async function run(status: string, daysAgo: number): Promise<string> {
  const id = newId();
  await t.sql(
    `INSERT INTO import_run (id, institution_id, status, mode, register, dry_run, file_name, file_sha256, format, headers,
       mapping, mapping_source, total_rows, created_at, finished_at)
     VALUES ($1, $2, $3, 'ROW_BY_ROW', 'NEVER', false, 'f.csv', '', 'CSV', '{}', '{}', 'GIVEN', 3,
       now() - $4 * interval '1 day', CASE WHEN $3 IN ('QUEUED','RUNNING') THEN NULL ELSE now() - $4 * interval '1 day' END)`,
    [id, institution.uuid, status, daysAgo],
  );
  await t.sql(`INSERT INTO import_file SELECT $1, i, '\\x00' FROM generate_series(0, 119) i`, [id]);
  await t.sql(
    `INSERT INTO import_report_row (run_id, seq, severity, code, message) SELECT $1, i, 'INFO', 'X', '' FROM generate_series(1, 3) i`,
    [id],
  );
  return id;
}
const left = async (id: string) =>
  (
    await t.sql<{ run: number; parts: number; lines: number }>(
      `SELECT (SELECT count(*)::int FROM import_run WHERE id = $1) AS run,
         (SELECT count(*)::int FROM import_file WHERE run_id = $1) AS parts,
         (SELECT count(*)::int FROM import_report_row WHERE run_id = $1) AS lines`,
      [id],
    )
  )[0];

it('files of failed imports go after KEEP_IMPORT_FILES_DAYS, runs with their reports after KEEP_IMPORTS_DAYS (17.8)', async () => {
  const [fresh, failed, old] = [await run('FAILED', 29), await run('INTERRUPTED', 31), await run('COMPLETED', 731)];
  const running = await run('RUNNING', 800);
  await pruneImports(t.app, undefined);
  expect(await left(fresh)).toEqual({ run: 1, parts: 120, lines: 3 });
  expect(await left(failed)).toEqual({ run: 1, parts: 0, lines: 3 });
  expect(await left(old)).toEqual({ run: 0, parts: 0, lines: 0 });
  expect(await left(running)).toEqual({ run: 1, parts: 120, lines: 3 });
});

it('a failed import whose file is gone is not run again, and says what to do (17.8)', async () => {
  const failed = await run('FAILED', 40);
  await pruneImports(t.app, undefined);
  const s = seed(t);
  const editor = await s.member(institution, 'OWNER');
  const reply = await t.ask(
    `mutation ($id: ID!) { rerunImport(input: { id: $id }) { run { id } } }`,
    { id: Buffer.from(`ImportRun:${failed}`).toString('base64url') },
    { token: editor.token },
  );
  expect(reply.errors?.[0]).toMatchObject({
    message: expect.stringContaining('upload the file again') as string,
    extensions: { code: 'CONFLICT', reason: 'NOT_RERUNNABLE' },
  });
});

it('a prune works in batches, and ends between two of them when the process stops (17.8)', async () => {
  await t.sql(`CREATE TABLE many (n integer); INSERT INTO many SELECT generate_series(1, 2500)`);
  const prune = (signal?: AbortSignal) => pruneRows(t.app, 'many', 't.n > $1', [100], { batch: 1000, signal });
  expect(await prune(AbortSignal.abort())).toBe(1000);
  const sent = await statementsDuring(async () => expect(await prune()).toBe(1400));
  expect(sent.filter(({ text }) => text.includes('DELETE FROM many'))).toHaveLength(2);
  expect(await t.sql(`SELECT count(*)::int AS n FROM many`)).toEqual([{ n: 100 }]);
});

it('superseded interim fits go after KEEP_INTERIM_FITS_DAYS; the newest of a cohort and final ones stay (17.8)', async () => {
  const cohorts = [await seed(t).cohort()];
  const cohort = cohorts[0]!.uuid;
  const fit = async (kind: string, daysAgo: number) => {
    const id = newId();
    await t.sql(
      `INSERT INTO fit (id, cohort_id, kind, inputs_hash, parameters, at) VALUES ($1, $2, $3, '', '{}', now() - $4 * interval '1 day')`,
      [id, cohort, kind, daysAgo],
    );
    return id;
  };
  const [, final, recent, newest] = [
    await fit('INTERIM', 200),
    await fit('FINAL', 150),
    await fit('INTERIM', 80),
    await fit('INTERIM', 70),
  ];
  await pruneInterimFits(t.app, undefined);
  const ids = async () => (await t.sql<{ id: string }>(`SELECT id FROM fit ORDER BY at`)).map(({ id }) => id);
  expect(await ids()).toEqual([final, recent, newest]);
  t.travel(200 * 86_400_000);
  await pruneInterimFits(t.app, undefined);
  expect(await ids()).toEqual([final, newest]);
});
