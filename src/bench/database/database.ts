import pg from 'pg';
import { createApp, type Backends, type RunningApp } from '../../app.js';
import { readConfig } from '../../kernel/config.js';
import type { App } from '../../kernel/context.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { Client, secondsFor } from '../client.js';
import { startHanging } from '../degraded.js';
import { figure, median, type Figure } from '../figures.js';
import { generateProfiles } from '../matching/proposals.profiles.js';
import { addLister, growPool, LISTER, withRunningApp } from '../pool.js';
import { searchCall, searchMix } from '../search.js';
import { backendsOf, startServer } from '../server.js';
import { Meter } from './meter.js';
import {
  appendOne,
  ask,
  backUp,
  fillLedger,
  requests,
  verifyChain,
  type Operation,
  type Targets,
} from './operations.js';

/** Rounds per operation, calls in each, and milliseconds after which no further round begins. */
const [ROUNDS, CALLS, MAX_MS] = [5, 20, 8_000];
const WARM_CALLS = 25;
const INVESTORS = 1_000;
/** Clients that append to the ledger at the same time, and their records. */
const [APPENDERS, APPENDED] = [6, 1_500];
const MAX_READY_MS = 120_000;

type Take = (figures: readonly Figure[]) => void;

/**
 * Measures at each pool size what the main operations cost the database: latency with one client, buffers and
 * statements, each the median of its rounds. The program runs in this process, where its statements can be counted; its
 * background jobs do not run.
 */
export async function measureDatabase(
  dataDir: string,
  sizes: readonly number[],
  say: (line: string) => void,
  take: Take,
): Promise<void> {
  const { server } = await startServer(dataDir, { SAMPLE: 'false', WORKER: 'false' });
  const { databaseUrl } = await backendsOf(dataDir);
  try {
    // The buffers of an autovacuum would count as those of the operation that it runs beside.
    await run(databaseUrl, ['ALTER SYSTEM SET autovacuum = off', 'SELECT pg_reload_conf()']);
    let targets: Targets | undefined;
    for (const size of sizes) {
      const { loadSeconds, indexSeconds } = await growPool(dataDir, size);
      say(`pool of ${size}: loaded in ${loadSeconds.toFixed(0)} s, indexed in ${indexSeconds.toFixed(0)} s`);
      targets ??= await withRunningApp(dataDir, prepare);
      await withRunningApp(dataDir, storeCounts);
      await run(databaseUrl, ['VACUUM ANALYZE', 'CHECKPOINT']);
      await measureAt(dataDir, size, targets, take);
    }
  } finally {
    await server.stop();
  }
}

/** Runs statements on a connection of their own, one after another, each outside a transaction. */
async function run(databaseUrl: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Adds investors, and an account that edits the institution with most entries and one investor. */
async function prepare(app: App): Promise<Targets> {
  const db = app.dataSource;
  await generateProfiles(app, INVESTORS, 0);
  await addLister(app);
  const [row] = (await db.query(
    `SELECT a.id AS account, m.organisation_id AS institution, p.id AS investor, p.organisation_id AS organisation,
       (SELECT id FROM cohort WHERE year = 1990) AS cohort
     FROM account a
     JOIN membership m ON m.account_id = a.id
     CROSS JOIN (
       SELECT p.id, p.organisation_id
       FROM investor_profile p
       JOIN investor_industry i ON i.investor_id = p.id
       ORDER BY p.thesis->>'zh', p.id
       LIMIT 1
     ) p
     WHERE a.email = $1`,
    [LISTER.email],
  )) as Array<Record<'account' | 'institution' | 'investor' | 'organisation' | 'cohort', string>>;
  const { account, institution, investor, organisation, cohort } = row!;
  await db.query(
    `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'EDITOR', $4)`,
    [newId(), account, organisation, app.clock()],
  );
  return {
    institution: toGlobalId('Organisation', institution),
    investor: toGlobalId('InvestorProfile', investor),
    cohort: toGlobalId('Cohort', cohort),
  };
}

/** Stores the counts of the past cohort, which grows with the pool, as its closing would have done. */
async function storeCounts({ dataSource }: App): Promise<void> {
  await dataSource.transaction(async (tx) => {
    await tx.query(`SET LOCAL session_replication_role = replica`);
    await tx.query(`DELETE FROM cohort_counts`);
    await tx.query(`SELECT cohort_counts_store(id) FROM cohort WHERE status = 'CLOSED'`);
  });
}

async function measureAt(dataDir: string, size: number, targets: Targets, take: Take): Promise<void> {
  const backends = await backendsOf(dataDir);
  const meter = await Meter.open(backends.databaseUrl);
  const client = new Client(1);
  const measure = async (name: string, operation: Operation) => {
    take(await costs(meter, name, size, operation));
  };
  try {
    await withProgram(dataDir, backends, meter, async ({ app, url }) => {
      await app.matching.fresh();
      const operations = await requests(app, url, client, targets);
      for (const [name, operation] of operations) await measure(name, operation);
      await measureLedger(app, meter, size, take);
      let mb = NaN;
      const begun = performance.now();
      const { buffers } = await meter.costOf(async () => (mb = await backUp(app, backends.databaseUrl, dataDir)));
      take([
        { name: `database.backup_s_${size}`, value: (performance.now() - begun) / 1000, unit: 's' },
        { name: `database.backup_mb_${size}`, value: mb, unit: 'MB' },
        { name: `database.backup_buffers_${size}`, value: buffers, unit: 'buffers' },
      ]);
    });
    const hanging = await startHanging();
    try {
      await withProgram(dataDir, { ...backends, meiliUrl: hanging.url }, meter, async ({ app, url }) => {
        const calls = searchMix(500, 7).map((search) => searchCall(url, search));
        const search: Operation = (i) => ask(client, calls[i % calls.length]!);
        await search(0);
        for (const end = Date.now() + MAX_READY_MS; !app.fallback.isReady && Date.now() < end;)
          await new Promise((resolve) => setTimeout(resolve, 100));
        await measure('degraded_search', search);
      });
    } finally {
      await hanging.close();
    }
  } finally {
    client.close();
    await meter.close();
  }
}

/** Runs `work` with the program in this process, without background jobs and without the cache of answers. */
async function withProgram(
  dataDir: string,
  backends: Backends,
  meter: Meter,
  work: (running: RunningApp) => Promise<void>,
): Promise<void> {
  const config = readConfig({
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'error',
    WORKER: 'false',
    SEARCH_CACHE: 'false',
    REQUESTS_PER_MINUTE: '1000000',
  });
  const running = await createApp(config, backends);
  running.http.server.prependListener('request', meter.enter);
  try {
    await work(running);
  } finally {
    await running.close();
  }
}

/** Appends and verifies a ledger of as many records as the pool has entries. */
async function measureLedger(app: App, meter: Meter, size: number, take: Take): Promise<void> {
  take(await costs(meter, 'ledger_append', size, () => meter.within(() => appendOne(app))));
  const seconds = await secondsFor(() => appendOne(app), APPENDERS, APPENDED);
  take([{ name: `database.ledger_append_per_s_${size}`, value: APPENDED / seconds, unit: '1/s' }]);
  await fillLedger(app, size);
  let records = NaN;
  const begun = performance.now();
  const { statements, buffers } = await meter.costOf(() =>
    meter.within(async () => (records = await verifyChain(app))),
  );
  take([
    { name: `database.ledger_verify_s_${size}`, value: (performance.now() - begun) / 1000, unit: 's' },
    { name: `database.ledger_verify_records_${size}`, value: records, unit: 'records' },
    { name: `database.ledger_verify_buffers_${size}`, value: buffers, unit: 'buffers' },
    { name: `database.ledger_verify_statements_${size}`, value: statements, unit: 'statements' },
  ]);
}

/** Median latency, buffers and statements of one call of an operation; the ranges are those of the rounds. */
async function costs(meter: Meter, name: string, size: number, operation: Operation): Promise<Figure[]> {
  let calls = 0;
  for (let i = 0; i < WARM_CALLS; i += 1) await operation(calls++);
  const rounds: Array<{ ms: number; buffers: number; statements: number }> = [];
  for (
    const end = performance.now() + MAX_MS;
    rounds.length < ROUNDS && (rounds.length < 2 || performance.now() < end);
  ) {
    const times: number[] = [];
    const { buffers, statements } = await meter.costOf(async () => {
      for (let i = 0; i < CALLS; i += 1) {
        const begun = performance.now();
        await operation(calls++);
        times.push(performance.now() - begun);
      }
    });
    rounds.push({ ms: median(times), buffers: buffers / CALLS, statements: statements / CALLS });
  }
  const of = (part: string, key: keyof (typeof rounds)[number], unit: string) =>
    figure(
      `database.${name}_${part}_${size}`,
      rounds.map((round) => round[key]),
      unit,
    );
  return [of('p50_ms', 'ms', 'ms'), of('buffers', 'buffers', 'buffers'), of('statements', 'statements', 'statements')];
}
