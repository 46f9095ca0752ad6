import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.js';
import { peakRssMb, quantile, startServer, type BenchServer } from '../bench/server.js';
import { sampleLogins } from '../sample/sample.js';
import { runCommand, UsageError } from './command.js';

/** Rows of the import measurement; the issue of the day asks for 100,000. */
const IMPORT_ROWS = 100_000;
/** Edits of pool entries per second, and for how long. */
const CHANGES_PER_SECOND = 50;
const CHANGE_SECONDS = 10;

interface Figure {
  name: string;
  value: number;
  unit: string;
}

type Measurement = (dataDir: string) => Promise<Figure[]>;

const measurements: Record<string, Measurement> = {
  /** From launching the built program to its first GraphQL answer: on an empty folder, then on an existing database. */
  async start(dataDir) {
    const cold = await startServer(dataDir);
    await complete(cold.server);
    await cold.server.stop();
    const warm: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const again = await startServer(dataDir);
      warm.push(again.seconds);
      await again.server.stop();
    }
    return [
      { name: 'start.first_query_cold_s', value: cold.seconds, unit: 's' },
      { name: 'start.first_query_s', value: quantile(warm, 0.5), unit: 's' },
    ];
  },

  /** Edits of pool entries at 50 a second through the API; every fifth is looked for until the search finds it. */
  async lag(dataDir) {
    const { server } = await startServer(dataDir);
    try {
      await complete(server);
      const { logIn } = await server.ask<{ logIn: { tokens: { accessToken: string } } }>(`mutation($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`, {
        input: { email: sampleLogins.accounts[1].email, password: sampleLogins.password },
      });
      const token = logIn.tokens.accessToken;
      const mine = await server.ask<{ viewer: { memberships: { nodes: Array<{ organisation: { achievements: { nodes: Array<{ id: string; revision: number }> } } }> } } }>(
        `{ viewer { memberships(first: 1) { nodes { organisation { achievements(first: 50, filter: { statuses: [ADMITTED] }) { nodes { id revision } } } } } } }`,
        {},
        token,
      );
      const entries = mine.viewer.memberships.nodes[0]!.organisation.achievements.nodes;
      const revisions = new Map(entries.map((entry) => [entry.id, entry.revision]));
      const queues = new Map(entries.map((entry) => [entry.id, Promise.resolve()]));
      const lags: number[] = [];
      const running: Array<Promise<void>> = [];
      const total = CHANGES_PER_SECOND * CHANGE_SECONDS;
      const begun = performance.now();
      for (let i = 0; i < total; i += 1) {
        const wait = begun + (i * 1000) / CHANGES_PER_SECOND - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        const { id } = entries[i % entries.length]!;
        // Edits of one entry follow each other, as its revisions must.
        const change = queues.get(id)!.then(async () => {
          const word = `lagprobe${String(i).padStart(5, '0')}x`;
          const { updateAchievement } = await server.ask<{ updateAchievement: { achievement: { revision: number } } }>(
            `mutation($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { revision } } }`,
            { input: { id, revision: revisions.get(id), content: { incumbent: { en: word }, keywords: { en: [word] } } } },
            token,
          );
          revisions.set(id, updateAchievement.achievement.revision);
          if (i % 5 === 0) running.push(searchable(server, word, performance.now()).then((lag) => void lags.push(lag)));
        });
        queues.set(id, change);
      }
      await Promise.all(queues.values());
      const seconds = (performance.now() - begun) / 1000;
      await Promise.all(running);
      return [
        { name: 'index.lag_p50_ms', value: quantile(lags, 0.5), unit: 'ms' },
        { name: 'index.lag_p95_ms', value: quantile(lags, 0.95), unit: 'ms' },
        { name: 'index.changes_per_s', value: total / seconds, unit: '1/s' },
      ];
    } finally {
      await server.stop();
    }
  },

  /** A generated file of 100,000 new results through the import command, registered row by row. */
  async import(dataDir) {
    const file = join(dataDir, 'bench.csv');
    await writeResults(file, IMPORT_ROWS);
    const { server } = await startServer(dataDir);
    await complete(server);
    await server.stop();
    const begun = performance.now();
    const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/cli/import.js'), 'achievements', file, '--institution', '陇原大学'], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/sbin:/usr/sbin', DATA_DIR: dataDir },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let peak = 0;
    const watch = setInterval(() => {
      if (child.exitCode === null) peak = Math.max(peak, peakRssMb(child.pid!));
    }, 200);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearInterval(watch);
    if (code !== 0) throw new Error(`the import ended with ${code}`);
    return [
      { name: 'import.rows_per_s', value: IMPORT_ROWS / ((performance.now() - begun) / 1000), unit: '1/s' },
      { name: 'import.peak_rss_mb', value: peak, unit: 'MB' },
    ];
  },
};

async function complete(server: BenchServer): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (server.output().includes('sample pool: complete')) break;
    const { achievements } = await server.ask<{ achievements: { totalCount: number } }>('{ achievements(first: 1) { totalCount } }');
    const search = await server.ask<{ achievementSearch: { totalCount: number; degraded: boolean } }>('{ achievementSearch(query: "技术", first: 1) { totalCount degraded } }');
    if (achievements.totalCount >= 60 && !search.achievementSearch.degraded) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Milliseconds since `committed` until a search finds the word. */
async function searchable(server: BenchServer, word: string, committed: number): Promise<number> {
  for (;;) {
    const { achievementSearch } = await server.ask<{ achievementSearch: { totalCount: number } }>(`query($q: String) { achievementSearch(query: $q, first: 1) { totalCount } }`, { q: word });
    const passed = performance.now() - committed;
    if (achievementSearch.totalCount > 0 || passed > 30_000) return passed;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Results that differ from each other, with a text of some hundred characters each. */
async function writeResults(file: string, rows: number): Promise<void> {
  const parts = ['低温', '高效', '耐蚀', '轻量', '智能', '复合', '梯度', '在线', '微型', '绿色'];
  const things = ['换热器', '合金', '传感器', '催化剂', '膜材料', '种子处理剂', '监测系统', '电源', '涂层', '分离工艺'];
  const out = createWriteStream(file);
  out.write('编号,成果名称,摘要,成果类别,技术成熟度,所属行业,关键词\n');
  for (let i = 0; i < rows; i += 1) {
    const name = `${parts[i % 10]!}${parts[(i * 7 + 3) % 10]!}${things[(i * 3 + Math.floor(i / 100)) % 10]!}第${i}号`;
    const text = `${name}：${Array.from({ length: 12 }, (_, k) => `${parts[(i * (k + 3)) % 10]!}${things[(i + k * k) % 10]!}试验${(i * 31 + k * 17) % 9973}次`).join('，')}。`;
    if (!out.write(`B-${i},${name},${text},应用技术成果,${(i % 9) + 1},3411,${parts[i % 10]!}；${things[i % 10]!}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** `npm run bench [-- NAME …]`: one line per figure, then all of them as JSON. */
await runCommand('npm run bench [-- start|lag|import …]', async (args) => {
  const unknown = args.filter((name) => !(name in measurements));
  if (unknown.length > 0) throw new UsageError(`There is no measurement ${unknown.join(', ')}.`);
  const figures: Figure[] = [];
  for (const name of args.length > 0 ? args : Object.keys(measurements)) {
    const dataDir = await mkdtemp(join(tmpdir(), 'techpool-bench-'));
    try {
      for (const figure of await measurements[name]!(dataDir)) {
        figures.push(figure);
        process.stdout.write(`bench ${figure.name}=${figure.value.toFixed(figure.value < 10 ? 2 : 0)} ${figure.unit}\n`);
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  process.stdout.write(`${JSON.stringify({ node: process.version, cores: cpus().length, figures: Object.fromEntries(figures.map((figure) => [figure.name, figure.value])) })}\n`);
});
