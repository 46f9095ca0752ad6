import { Organisation } from '../../identity/organisations/organisation.entity.js';
import type { App } from '../../kernel/context.js';
import { targetOf } from '../targets/targets.js';
import type { ImportRun } from './import.entity.js';
import { problemLine, type ColumnOf } from './import.outcome.js';
import type { ApplyBatch, ImportTarget } from './import.target.js';

/** Settings shared by all batches of a run. */
export interface RunSettings {
  institution: Organisation;
  target: ImportTarget;
  apply: ApplyBatch;
  columnOf: ColumnOf;
  at: Date;
}

/** Reads the settings of a run and opens its target. */
export async function settingsOf(app: App, run: ImportRun): Promise<RunSettings> {
  const owners = new Map(
    Object.entries(run.mappingData.columns).map(([header, key]) => [
      key,
      { header, index: run.headers.indexOf(header) },
    ]),
  );
  const columnOf: ColumnOf = (field) => {
    const plain = field.replace(/\[\d+\]/g, '');
    const first = plain.split('.')[0]!;
    return (
      owners.get(plain) ?? owners.get(first) ?? [...owners].find(([key]) => key.startsWith(`${first}.`))?.[1] ?? null
    );
  };
  const target = targetOf(run.target);
  return {
    target,
    columnOf,
    institution: await app.dataSource.manager.findOneByOrFail(Organisation, { id: run.institutionId }),
    apply: withNotes(await target.begin(app, run, columnOf)),
    at: app.clock(),
  };
}

/** Adds to a batch's report what is worth knowing of the cells of its rows, each behind the row's other lines. */
function withNotes(apply: ApplyBatch): ApplyBatch {
  return async (tx, rows, before, dryRun) => {
    const outcome = await apply(tx, rows, before, dryRun);
    const noted = rows.filter((row) => (row.notes?.length ?? 0) > 0);
    if (noted.length === 0) return outcome;
    const lines = noted.flatMap((row) =>
      row.notes!.map((note) => ({ ...problemLine(row.line, note), severity: 'INFO' as const })),
    );
    outcome.report = [...outcome.report, ...lines].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    return outcome;
  };
}
