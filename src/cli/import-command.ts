import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { In, type FindOptionsWhere } from 'typeorm';
import type { App } from '../kernel/context.js';
import { AppError } from '../kernel/errors.js';
import { ImportReportRow } from '../importing/runs/import-parts.entity.js';
import { executeRun } from '../importing/runs/import.engine.js';
import { ImportRun } from '../importing/runs/import.entity.js';
import { chooseMapping, examineFile } from '../importing/runs/import.preparation.js';
import { REPORT_HEADERS } from '../importing/runs/import.queries.js';
import { createRun } from '../importing/runs/import.runs.js';
import type { ImportTarget } from '../importing/runs/import.target.js';
import type { ImportRegister, ImportTargetCode } from '../importing/runs/import.vocabularies.js';
import { readingOf, type ReadingInput } from '../importing/runs/import.reading.js';
import { ignoredColumns, MappingFault, parseMapping, shown, type Mapping } from '../importing/mapping/mapping.js';
import { duplicateName } from '../lib/json-duplicates.js';
import { ContainerFault } from '../lib/tabular/faults.js';
import { faultInWords } from '../importing/runs/import.said.js';
import { say, inEnglish } from '../messages/catalogue.js';
import { writeCsv } from '../lib/tabular/write-csv.js';
import type { Cell } from '../lib/tabular/types.js';
import { targetOf } from '../importing/targets/targets.js';
import { INVESTING_KINDS } from '../investors/investor.service.js';
import { HelpAsked, parseArguments } from './arguments.js';
import { UsageError } from './command.js';
import { chooseInstitution, nameOf } from './institutions.js';
import { progressBar, type Terminal, type WithApp } from './terminal.js';

export const IMPORT_USAGE = `npm run import -- achievements FILE [options]
npm run import -- track-records FILE [options]

  --institution ID|CODE|NAME   for whom: an id, or the social credit code or whole name of a verified one;
                               needed where several are verified
  --organisation ID|CODE|NAME  the same, as one says of investors
  --mapping NAME|FILE.json  a saved mapping, or a file {"columns": {"Header": "field"}, "defaults": {…}, "dateOrder": "MDY"}
  --mode row|all            row: take the sound rows (default); all: one rejected row, and nothing is written
  --register never|when-complete|required   whether achievements are registered (default when-complete)
  --sheet NAME              worksheet to read (default: the one that looks most like such a table)
  --header-row N            row or line that holds the headers (default: found among the first 20)
  --encoding NAME           encoding of a text file, such as GB18030, Big5, Shift_JIS, Windows-1252 (default: found)
  --dry-run                 check and count everything, write nothing
  --retitled LINES          lines, such as 3,17, whose row really gives the record with its key a new title
  --report FILE.csv         write the report there

Ends with 0 when every row was taken, 1 when rows were rejected, 2 when the file was refused.
`;

/**
 * Maximum number of errors in rows that are printed after an import; the option --report writes all of them to
 * a file.
 */
const SHOWN_ROWS = 20;

/**
 * Runs the import command on a file and returns the exit code. The app is opened only after the arguments have been
 * checked.
 */
export async function importCommand(args: string[], terminal: Terminal, within: WithApp): Promise<0 | 1 | 2> {
  try {
    const wish = readArguments(args);
    return await within((app) => runImportOf(app, wish, terminal));
  } catch (error) {
    if (error instanceof HelpAsked) {
      terminal.out(IMPORT_USAGE);
      return 0;
    }
    if (error instanceof ContainerFault)
      terminal.err(
        `The file was refused (${error.code}${error.line === undefined ? '' : `, line ${error.line}`}): ${error.message}\n`,
      );
    else if (error instanceof MappingFault) terminal.err(`The file was refused (${error.code}): ${error.message}\n`);
    else if (error instanceof UsageError) terminal.err(`${error.message}\n`);
    else if (error instanceof AppError) terminal.err(`${error.message}\n`);
    else throw error;
    return 2;
  }
}

interface Wish {
  target: ImportTarget;
  file: string;
  institution: string | undefined;
  mapping: string | undefined;
  mode: ImportRun['mode'];
  register: ImportRegister;
  dryRun: boolean;
  report: string | undefined;
  retitledLines: number[];
  reading: ReadingInput;
}

const TARGETS: Record<string, ImportTargetCode> = { achievements: 'ACHIEVEMENTS', 'track-records': 'TRACK_RECORDS' };
const REGISTER: Record<string, ImportRegister> = {
  never: 'NEVER',
  'when-complete': 'WHEN_COMPLETE',
  required: 'REQUIRED',
};

function readArguments(args: string[]): Wish {
  const parsed = parseArguments({
    args,
    allowPositionals: true,
    options: {
      institution: { type: 'string' },
      organisation: { type: 'string' },
      mapping: { type: 'string' },
      mode: { type: 'string', default: 'row' },
      register: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      report: { type: 'string' },
      retitled: { type: 'string' },
      sheet: { type: 'string' },
      'header-row': { type: 'string' },
      encoding: { type: 'string' },
    },
  });
  const { values, positionals } = parsed;
  const [what, file, ...more] = positionals;
  const code = TARGETS[what ?? ''];
  const register =
    REGISTER[
      (values.register ?? (code === 'TRACK_RECORDS' ? 'never' : 'when-complete')).toLowerCase().replaceAll('_', '-')
    ];
  if (
    code === undefined ||
    file === undefined ||
    more.length > 0 ||
    !['row', 'all'].includes(values.mode) ||
    register === undefined
  )
    throw new UsageError(IMPORT_USAGE);
  if (code === 'TRACK_RECORDS' && register !== 'NEVER')
    throw new UsageError(`--register is for achievements: track records are not registered.\n\n${IMPORT_USAGE}`);
  if (values.institution !== undefined && values.organisation !== undefined)
    throw new UsageError('--institution and --organisation mean the same; give one.');
  return {
    target: targetOf(code),
    file,
    register,
    institution: values.institution ?? values.organisation,
    mapping: values.mapping,
    mode: values.mode === 'all' ? 'ALL_OR_NOTHING' : 'ROW_BY_ROW',
    dryRun: values['dry-run'],
    report: values.report,
    retitledLines: retitledLines(values.retitled),
    reading: {
      sheet: values.sheet ?? null,
      headerRow: values['header-row'] === undefined ? null : Number(values['header-row']),
      encoding: values.encoding ?? null,
    },
  };
}

function retitledLines(text: string | undefined): number[] {
  const lines = text?.split(/[,;\s]+/).filter((line) => line !== '') ?? [];
  const wrong = lines.find((line) => !/^[1-9]\d{0,8}$/.test(line));
  if (wrong !== undefined)
    throw new UsageError(`--retitled takes lines of the file, such as 3,17; “${shown(wrong)}” is none.`);
  return [...new Set(lines.map(Number))].sort((a, b) => a - b);
}

async function mappingWish(text: string | undefined): Promise<{ mapping?: Mapping; name?: string }> {
  if (text === undefined) return {};
  if (!text.toLowerCase().endsWith('.json')) return { name: text };
  try {
    const json = await readFile(text, 'utf8');
    const value: unknown = JSON.parse(json);
    const twice = duplicateName(json);
    if (twice !== null) throw new MappingFault(say('BAD_MAPPING.twice', { file: text, name: shown(twice) }));
    return { mapping: parseMapping(value) };
  } catch (error) {
    if (error instanceof MappingFault) throw error;
    throw new UsageError(`The mapping ${text} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Makes file names absolute, relative to the folder in which npm was called, because npm runs scripts in the package
 * folder.
 */
function fromCaller(app: App, wish: Wish): Wish {
  const at = (name: string) => resolve(app.config.invokedFrom, name);
  return {
    ...wish,
    file: at(wish.file),
    report: wish.report === undefined ? undefined : at(wish.report),
    mapping: wish.mapping?.toLowerCase().endsWith('.json') ? at(wish.mapping) : wish.mapping,
  };
}

async function runImportOf(app: App, asked: Wish, terminal: Terminal): Promise<0 | 1 | 2> {
  const wish = fromCaller(app, asked);
  await requireFile(wish.file);
  const { target } = wish;
  const institution = await chooseInstitution(
    app,
    wish.institution,
    target.code === 'TRACK_RECORDS' ? INVESTING_KINDS : undefined,
  );
  if (institution.verification === 'CLOSED')
    throw new UsageError(`${nameOf(institution)} was closed; nothing can be imported for it.`);
  await target.assertMay(app.dataSource.manager, institution);
  if (wish.register === 'REQUIRED' && institution.verification !== 'VERIFIED')
    throw new UsageError(
      `${nameOf(institution)} is not verified yet, so it cannot register results; use --register when-complete.`,
    );
  const fileName = basename(wish.file);
  const mappingAsked = await mappingWish(wish.mapping);
  const reading = readingOf(wish.reading, '--', mappingAsked.mapping);
  const examined = await examineFile(app, wish.file, fileName, {}, target.code, reading);
  const { source } = examined;
  let run: ImportRun;
  try {
    const { mapping, source: mappingSource } = await chooseMapping(
      app.dataSource.manager,
      institution.id,
      examined,
      mappingAsked,
    );
    describe(
      terminal,
      `${nameOf(institution)}${institution.verification === 'VERIFIED' ? '' : ' (not verified)'}`,
      examined,
      mapping,
      mappingSource,
    );
    const fileSha256 = await sha256Of(wish.file);
    await requireReportable(wish);
    run = await app.dataSource.transaction((tx) =>
      createRun(tx, app, {
        target: target.code,
        institution,
        accountId: null,
        mode: wish.mode,
        register: wish.register,
        dryRun: wish.dryRun,
        fileName,
        fileSha256,
        source,
        mapping,
        mappingSource,
        retitledLines: wish.retitledLines,
        reading,
        suggested: examined.suggested,
      }),
    );
  } catch (error) {
    await source.close();
    throw error;
  }
  const bar = progressBar(terminal, 'rows');
  await executeRun(app, run.id, () => Promise.resolve(source), {
    onProgress: (done, total) => bar.update(done, total),
  });
  bar.end();
  return summarise(app, run.id, wish, terminal);
}

/** Throws if the file to import does not exist, before the user is asked for an institution. */
async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error)
    throw new ContainerFault(say('NOT_A_FILE.unreadable', { name: path, reason: found.code ?? found.message }));
  if (!found.isFile()) throw new ContainerFault(say('NOT_A_FILE.folder', { name: path }));
}

/** Throws, before the import writes anything, if the report file cannot be written or is the imported file itself. */
async function requireReportable({ file, report }: Wish): Promise<void> {
  if (report === undefined) return;
  if (report === file)
    throw new UsageError('The report would overwrite the file that is imported; name another with --report.');
  try {
    // The report file is opened for appending, so that an earlier report is kept until the new one replaces it.
    await (await open(report, 'a')).close();
  } catch (error) {
    throw new UsageError(
      `The report cannot be written to ${report}: ${(error as Error).message}. Nothing was imported.`,
    );
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function describe(
  terminal: Terminal,
  institution: string,
  { source, suggested, target }: Awaited<ReturnType<typeof examineFile>>,
  mapping: Mapping,
  from: string,
): void {
  const lines = [
    `${source.format}${source.encoding ? ` in ${source.encoding}` : ''}, ${source.rowCount} rows, for ${institution}; mapping ${from.toLowerCase()}:`,
  ];
  for (const [header, field] of Object.entries(mapping.columns)) {
    const sure = from === 'SUGGESTED' ? suggested.find((column) => column.header === header)?.confidence : undefined;
    lines.push(`  ${header} -> ${field}${sure === undefined ? '' : ` (${Math.round(sure * 100)} %)`}`);
  }
  for (const [field, value] of Object.entries(mapping.defaults)) lines.push(`  always ${field} = ${value}`);
  const ignored = ignoredColumns(mapping, source.headers);
  if (ignored.length > 0) lines.push(`  passed over: ${ignored.join(', ')}`);
  for (const { line, message, text } of source.notes)
    lines.push(
      `  ${line === null ? '' : `line ${line}: `}${inEnglish(message)}${text === undefined ? '' : ` (${JSON.stringify(text)})`}`,
    );
  const missing = target.missingFields(mapping);
  if (missing.length > 0) lines.push(`  not given, though needed ${target.needed}: ${missing.join(', ')}`);
  terminal.out(`${lines.join('\n')}\n`);
}

async function summarise(app: App, runId: string, wish: Wish, terminal: Terminal): Promise<0 | 1 | 2> {
  const db = app.dataSource.manager;
  const run = await db.findOneByOrFail(ImportRun, { id: runId });
  const { created, updated, unchanged, rejected, registered, admittedChanged, passportsVoided } = run;
  terminal.out(
    `${run.dryRun ? 'Dry run, nothing written' : run.status}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected${run.target === 'ACHIEVEMENTS' ? `; ${registered} registered` : ''}\n`,
  );
  if (admittedChanged + passportsVoided > 0) {
    const would = run.dryRun ? 'would be' : 'were';
    terminal.out(
      `${admittedChanged} results of the pool ${would} changed, and ${passportsVoided} score passports ${would} voided by it:\n`,
    );
    await printRows(app, terminal, runId, { code: In(['ADMITTED_CHANGED', 'PASSPORT_VOIDED']) });
  }
  if (run.fault)
    terminal.err(
      `${run.fault.code}${run.fault.line === null ? '' : `, line ${run.fault.line}`}: ${faultInWords('EN', run.storedFault!)}\n`,
    );
  const printed = await printRows(app, terminal, runId, { severity: 'ERROR' });
  if (rejected > printed) terminal.out(`  … and more; --report FILE.csv writes all of them\n`);
  if (wish.report !== undefined) {
    await pipeline(writeCsv(reportCells(app, runId), REPORT_HEADERS), createWriteStream(wish.report));
    terminal.out(`The report is in ${wish.report}.\n`);
  }
  if (run.status === 'COMPLETED' || run.status === 'ROLLED_BACK') return rejected > 0 ? 1 : 0;
  return 2;
}

/** Prints the first rows of a run's report of one kind; returns how many. */
async function printRows(
  app: App,
  terminal: Terminal,
  runId: string,
  which: FindOptionsWhere<ImportReportRow>,
): Promise<number> {
  const rows = await app.dataSource.manager.find(ImportReportRow, {
    where: { runId, ...which },
    order: { seq: 'ASC' },
    take: SHOWN_ROWS,
  });
  for (const row of rows)
    terminal.out(
      `  line ${row.line ?? '-'}, ${row.column ?? row.field ?? 'row'}: ${row.code}: ${row.inWords('EN')}${row.valueText === null ? '' : ` (${JSON.stringify(row.valueText.slice(0, 60))})`}\n`,
    );
  return rows.length;
}

async function* reportCells(app: App, runId: string): AsyncGenerator<Cell[]> {
  for (let after = 0; ;) {
    const rows = await app.dataSource.manager
      .createQueryBuilder(ImportReportRow, 'l')
      .where('l.run_id = :runId AND l.seq > :after', { runId, after })
      .orderBy('l.seq')
      .limit(1000)
      .getMany();
    for (const row of rows)
      yield [row.severity, row.line, row.column, row.field, row.code, row.inWords('EN'), row.valueText];
    if (rows.length < 1000) return;
    after = rows.at(-1)!.seq;
  }
}
