import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { packageRoot } from '../lib/package-root.js';
import { figure, type Figure } from './figures.js';
import { generateResult, INSTITUTIONS, type CodeChoice } from './generator.js';
import { codeChoice, growPool, withRunningApp } from './pool.js';
import { backendsOf, peakRssMb, startServer, watchOver } from './server.js';

const COPIES = 5;
const HEADERS = [
  '编号',
  '成果名称',
  '成果简介',
  '摘要',
  '成果类别',
  '技术成熟度',
  '所属行业',
  '关键词',
  '专利号',
  '完成人',
  '应用领域',
];

/**
 * Measures the import command on a generated file of new achievements, in a data folder of its own; and, for
 * comparison, a bare COPY of the same file into a table with the same columns.
 */
export async function measureImport(dataDir: string, rows: number): Promise<Figure[]> {
  const file = join(dataDir, 'bench.csv');
  const first = await startServer(dataDir, { SAMPLE: 'false' });
  await growPool(dataDir, 0);
  const codes = await withRunningApp(dataDir, codeChoice);
  await first.server.stop();
  await writeResults(file, rows, codes);

  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [join(packageRoot(), 'dist/src/cli/import.js'), 'achievements', file, '--institution', INSTITUTIONS[0]!.name.zh],
    {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin', DATA_DIR: dataDir },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  watchOver(child);
  let peak = 0;
  const watch = setInterval(() => {
    if (child.exitCode === null) peak = Math.max(peak, peakRssMb(child.pid!));
  }, 200);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  const rate = rows / ((performance.now() - begun) / 1000);

  const { server } = await startServer(dataDir, { SAMPLE: 'false' });
  try {
    const copies = await copyRates((await backendsOf(dataDir)).databaseUrl, file, rows);
    return [
      { name: 'import.rows_per_s', value: rate, unit: '1/s' },
      figure(
        'import.copy_ratio',
        copies.map((copied) => rate / copied),
        'x',
      ),
      figure('import.copy_rows_per_s', copies, '1/s'),
      { name: 'import.peak_rss_mb', value: peak, unit: 'MB' },
    ];
  } finally {
    await server.stop();
  }
}

async function copyRates(databaseUrl: string, file: string, rows: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const rates: number[] = [];
  try {
    for (let round = 0; round < COPIES; round += 1) {
      await client.query(`DROP TABLE IF EXISTS bench_copy`);
      await client.query(`CREATE TABLE bench_copy (${HEADERS.map((header) => `"${header}" text`).join(', ')})`);
      const begun = performance.now();
      await pipeline(createReadStream(file), client.query(copyFrom('COPY bench_copy FROM STDIN (FORMAT csv, HEADER)')));
      rates.push(rows / ((performance.now() - begun) / 1000));
    }
    return rates;
  } finally {
    await client.query(`DROP TABLE IF EXISTS bench_copy`);
    await client.end();
  }
}

async function writeResults(file: string, rows: number, codes: CodeChoice): Promise<void> {
  const out = createWriteStream(file);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  out.write(`${HEADERS.join(',')}\n`);
  for (let i = 0; i < rows; i += 1) {
    const { record } = generateResult(i, codes);
    const cells = [
      record.externalId ?? '',
      record.title.zh ?? '',
      record.summary?.zh ?? '',
      record.abstract?.zh ?? '',
      '应用技术成果',
      String(record.trl),
      record.industries[0]!,
      record.keywords.zh.join('；'),
      record.ipRights.map((right) => right.number).join('；'),
      record.inventors.map((inventor) => inventor.name.zh).join('；'),
      record.applications[0]?.zh ?? '',
    ];
    if (!out.write(`${cells.map(cell).join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
