import 'reflect-metadata';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { insertAchievements } from '../achievements/achievement.store.js';
import { emptyRecord } from '../achievements/achievement.record.js';
import { enterPool } from '../bench/past-cohort.js';
import { createApp, type RunningApp } from '../app.js';
import { readConfig } from '../kernel/config.js';
import { startBackends } from '../embedded-backends.js';
import { openTabular } from '../lib/tabular/open.js';
import { newId, toGlobalId } from '../lib/ids.js';
import type { Localized } from '../kernel/localized.js';
import { noteForIndexing } from '../outbox/indexing.js';
import { indexChanges } from '../search/index/search.indexer.js';
import { withTypo } from '../search/evaluation/typos.js';
import { ndcgAt, quantileOf, reciprocalRank } from '../search/evaluation/figures.js';
import { parseArguments } from './arguments.js';
import { runCommand, UsageError } from './command.js';

const USAGE =
  'npm run eval:search -- QUERIES.jsonl CORPUS.jsonl|csv … [--fields title,abstract] [--failures]\n       npm run eval:search -- --typos CORPUS.csv … (each title with one typo as a query)';
const DEPTH = 10;
const BATCH = 500;

interface Item {
  id: string;
  title: string;
  abstract: string;
}

interface Known {
  query: string;
  relevant: ReadonlySet<string>;
}

async function readLines(path: string): Promise<Array<Record<string, unknown>>> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/**
 * Reads a corpus of items to search in: JSON lines with id, title and abstract, or a spreadsheet with a title column.
 */
async function readCorpus(path: string): Promise<Item[]> {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  if (path.endsWith('.jsonl'))
    return (await readLines(path)).map((line) => ({
      id: String(line['id']),
      title: text(line['title']),
      abstract: text(line['abstract']),
    }));
  const table = await openTabular(path);
  const items: Item[] = [];
  const column = table.headers.findIndex((name) => /^(title|题名|成果名称|名称)$/i.test(name.trim()));
  if (column < 0) throw new UsageError(`${basename(path)} has no column for the title.`);
  for await (const row of table.rows())
    items.push({ id: `${basename(path)}:${row.line}`, title: row.cells[column] ?? '', abstract: '' });
  return items.filter((item) => item.title !== '');
}

const localized = (text: string): Localized =>
  text === '' ? {} : /\p{Script=Han}/u.test(text) ? { zh: text } : { en: text };

/** Inserts the items as admitted achievements and indexes them for search. Returns their global ids by item id. */
async function fillPool(
  { app }: RunningApp,
  items: readonly Item[],
  fields: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const institutionId = newId();
  await app.dataSource.query(
    `INSERT INTO organisation (id, kind, name, verification, verified_at, created_at)
     VALUES ($1, 'UNIVERSITY', '{"en":"-"}', 'VERIFIED', now(), now())`,
    [institutionId],
  );
  const ids = new Map<string, string>();
  const at = app.clock();
  for (let start = 0; start < items.length; start += BATCH) {
    const rows = items.slice(start, start + BATCH).map((item) => ({ id: newId(), item }));
    await app.dataSource.transaction(async (tx) => {
      await insertAchievements(
        tx,
        rows.map(({ id, item }, i) => ({
          id,
          institutionId,
          status: 'ADMITTED',
          revision: 1,
          editedBy: null,
          note: null,
          at,
          record: {
            ...emptyRecord,
            registrationNo: `EVAL-${start + i}`,
            title: fields.has('title') ? localized(item.title) : {},
            abstract: fields.has('abstract') ? localized(item.abstract) : null,
          },
        })),
      );
      await tx.query(`UPDATE achievement SET admitted_at = $2 WHERE id = ANY($1::uuid[])`, [
        rows.map(({ id }) => id),
        at,
      ]);
      await enterPool(
        tx,
        rows.map(({ id }) => id),
      );
      await noteForIndexing(
        tx,
        rows.map(({ id }) => id),
      );
    });
    for (const { id, item } of rows) ids.set(item.id, toGlobalId('Achievement', id));
  }
  await indexChanges(app);
  await app.ranking.sync();
  return ids;
}

const QUERY = `query($query: String) { achievementSearch(query: $query, sort: { field: RELEVANCE }, first: ${DEPTH}) { degraded edges { node { id } } } }`;

async function ask(url: string, query: string): Promise<{ found: string[]; degraded: boolean }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { query } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { achievementSearch: { degraded: boolean; edges: Array<{ node: { id: string } }> } };
    errors?: unknown;
  };
  if (!data) throw new Error(JSON.stringify(errors));
  return { found: data.achievementSearch.edges.map((edge) => edge.node.id), degraded: data.achievementSearch.degraded };
}

function readArguments(args: string[]) {
  const { values, positionals } = parseArguments({
    args,
    allowPositionals: true,
    options: {
      fields: { type: 'string', default: 'title,abstract' },
      typos: { type: 'boolean', default: false },
      failures: { type: 'boolean', default: false },
    },
  });
  const fields = new Set(values.fields.split(','));
  for (const field of fields)
    if (field !== 'title' && field !== 'abstract')
      throw new UsageError(`--fields takes title and abstract, not ${field}.`);
  if (positionals.length < (values.typos ? 1 : 2))
    throw new UsageError(values.typos ? 'Name a corpus.' : 'Name the queries and a corpus.');
  return { ...values, fields, files: positionals };
}

/**
 * `npm run eval:search`: starts an instance with the items of a corpus, runs queries at its HTTP endpoint, and measures
 * at which rank the expected items are found.
 */
await runCommand(USAGE, async (args) => {
  const options = readArguments(args);
  const base = readConfig(process.env);
  const paths = options.files.map((file) => resolve(base.invokedFrom, file));
  const items = (await Promise.all(paths.slice(options.typos ? 0 : 1).map(readCorpus))).flat();
  const byTitle = new Map<string, string[]>();
  for (const { id, title } of items)
    byTitle.set(title.toLowerCase(), [...(byTitle.get(title.toLowerCase()) ?? []), id]);
  const queries: Known[] = options.typos
    ? items.map(({ title }, i) => ({ query: withTypo(title, i), relevant: new Set(byTitle.get(title.toLowerCase())) }))
    : (await readLines(paths[0]!)).map((line) => ({
        query: String(line['query']),
        relevant: new Set((line['relevant'] as unknown[]).map(String)),
      }));
  const dataDir = await mkdtemp(join(tmpdir(), 'techpool-eval-'));
  // Embedded servers are used even where the environment names other ones, because the searched database must contain
  // the items of the corpus only.
  const config = {
    ...base,
    dataDir,
    databaseUrl: undefined,
    meiliUrl: undefined,
    port: 0,
    sample: false,
    searchCache: false,
    logLevel: 'error',
    limits: { ...base.limits, requestsPerMinute: 1_000_000 },
  };
  const servers = await startBackends(
    config,
    () => undefined,
    (reason) => process.stderr.write(`${reason}\n`),
  );
  try {
    const running = await createApp({ ...config, worker: false }, servers.backends);
    try {
      const ids = await fillPool(running, items, options.fields);
      const times: number[] = [];
      let degradedAnswers = 0;
      const ranks: Array<{ reciprocal: number; ndcg: number }> = [];
      for (const { query } of queries.slice(0, 50)) await ask(running.url, query);
      for (const { query, relevant } of queries) {
        const begun = performance.now();
        const { found, degraded } = await ask(running.url, query);
        if (degraded) degradedAnswers += 1;
        times.push(performance.now() - begun);
        const right = new Set([...relevant].map((id) => ids.get(id)!));
        ranks.push({ reciprocal: reciprocalRank(found, right), ndcg: ndcgAt(found, right, DEPTH) });
        if (options.failures && ranks.at(-1)!.reciprocal < 0.5)
          process.stdout.write(`${ranks.at(-1)!.reciprocal.toFixed(2)} ${query}\n`);
      }
      if (degradedAnswers > 0)
        process.stderr.write(
          `${degradedAnswers} answers came from the database, because the engine did not answer in time; the machine may be too busy to measure on.\n`,
        );
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      process.stdout.write(
        `eval search MRR@10=${mean(ranks.map((rank) => rank.reciprocal)).toFixed(4)} NDCG@10=${mean(ranks.map((rank) => rank.ndcg)).toFixed(4)} ` +
          `p50_ms=${quantileOf(times, 0.5).toFixed(1)} p95_ms=${quantileOf(times, 0.95).toFixed(1)} n=${queries.length} corpus=${items.length}\n`,
      );
    } finally {
      await running.close();
    }
  } finally {
    await servers.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
