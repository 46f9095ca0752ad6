import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCsv } from '../../src/lib/tabular/write-csv.js';
import { scratch, workbookParts, writeZip } from './tabular-kit.js';

const { path } = scratch();
const ROWS = 100_000;
const COLUMNS = 15;
const MIB = 1024 * 1024;

/** Distinct texts, long ones in the last columns: some 90 MB of UTF-8 in all. */
function text(row: number, column: number): string {
  return `${row}-${column} ${'一种氢能源装置的设计与优化方法'.repeat(column < 12 ? 1 : 3)}`;
}

let folder: string;

// A separate process, because peak memory is measured per process; it needs the sources as JavaScript.
beforeAll(async () => {
  folder = await path('compiled');
  await mkdir(folder);
  for (const room of ['tabular', 'messages']) await mkdir(join(folder, room));
  const sources = join(import.meta.dirname, '../../src/lib');
  const ofLib = (await readdir(sources)).filter((name) => name.endsWith('.ts'));
  const ofRoom = async (room: string) => (await readdir(join(sources, room))).map((name) => join(room, name));
  for (const name of [...ofLib, ...(await ofRoom('tabular')), ...(await ofRoom('messages'))]) {
    const { outputText } = ts.transpileModule(await readFile(join(sources, name), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    await writeFile(join(folder, name.replace(/\.ts$/, '.js')), outputText);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'read.js'),
    `import { openTabular } from './tabular/open.js';
     const source = await openTabular(process.argv[2]);
     let rows = 0;
     let last;
     // The ids are kept, as an importer does to find repeated ones: they must not hold on to the text around them.
     const ids = new Set();
     for await (const row of source.rows()) { rows++; ids.add(row.cells[0]); last = row.cells; }
     await source.close();
     console.log(JSON.stringify({ rows, ids: ids.size, last, peak: process.resourceUsage().maxRSS * 1024 }));`,
  );
});

async function readInChild(file: string): Promise<{ rows: number; ids: number; last: string[]; peak: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'read.js'), file], { maxBuffer: MIB });
  return JSON.parse(stdout) as { rows: number; ids: number; last: string[]; peak: number };
}

const headers = Array.from({ length: COLUMNS }, (_, i) => `h${i}`);
const lastRow = headers.map((_, i) => text(ROWS - 1, i));

describe('A hundred thousand rows of fifteen distinct texts', () => {
  it('are read from CSV with a peak below 250 MiB', { timeout: 120_000 }, async () => {
    const file = await path('large.csv');
    const rows = function* (): Generator<string[]> {
      for (let r = 0; r < ROWS; r++) yield headers.map((_, i) => text(r, i));
    };
    await pipeline(writeCsv(rows(), headers), createWriteStream(file));
    const { peak, ...read } = await readInChild(file);
    expect(read).toEqual({ rows: ROWS, ids: ROWS, last: lastRow });
    expect(peak).toBeLessThan(250 * MIB);
  });

  it('are read from a workbook of shared texts with a peak below 250 MiB', { timeout: 120_000 }, async () => {
    const strings = function* (): Generator<string> {
      yield `<sst>${headers.map((header) => `<si><t>${header}</t></si>`).join('')}`;
      for (let r = 0; r < ROWS; r++) yield headers.map((_, i) => `<si><t>${text(r, i)}</t></si>`).join('');
      yield '</sst>';
    };
    const sheet = function* (): Generator<string> {
      yield '<worksheet><sheetData>';
      for (let r = 0; r <= ROWS; r++)
        yield `<row r="${r + 1}">${headers.map((_, i) => `<c t="s"><v>${r * COLUMNS + i}</v></c>`).join('')}</row>`;
      yield '</sheetData></worksheet>';
    };
    const file = await writeZip(await path('large.xlsx'), {
      ...workbookParts({ rows: '' }),
      'xl/sharedStrings.xml': () => Readable.from(strings(), { objectMode: false }),
      'xl/worksheets/sheet1.xml': () => Readable.from(sheet(), { objectMode: false }),
    });
    const { peak, ...read } = await readInChild(file);
    expect(read).toEqual({ rows: ROWS, ids: ROWS, last: lastRow });
    expect(peak).toBeLessThan(250 * MIB);
  });
});
