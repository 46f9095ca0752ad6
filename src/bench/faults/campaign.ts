import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Courier } from './courier.js';
import { finishImports } from './imports.js';
import { Journal, type Written } from './journal.js';
import { addressOf, Load } from './load.js';
import { startMailSink, type MailSink } from './mail-sink.js';
import { differences, isFound, readBack, type Found } from './reading.js';
import { Stage } from './stage.js';
import { makeWorld } from './world.js';

export const FAULTS = ['api', 'postmaster', 'meilisearch', 'worker'] as const;
/** The part that is killed; `none` is a stretch of load without a fault. */
export type Fault = (typeof FAULTS)[number] | 'none';

/** How long a row waits for its writes, in milliseconds. */
const LONGEST_MS = 120_000;

/** What happened from one fault to the next. */
export interface Row {
  fault: Fault;
  acknowledged: number;
  /** Acknowledged writes that are not there, whose mail was not sent, or that the search does not find. */
  lost: number;
  /** Writes that are there more than once, or whose mail was sent as two mails. */
  doubled: number;
  /**
   * Seconds from the kill until a write was acknowledged that was sent after it, the search engine found that write,
   * and a mail of a later write had arrived; NaN where that took longer than the limit.
   */
  recoverySeconds: number;
}

export interface Outcome {
  rows: Row[];
  /** Documents in which the search indexes and the database differ at the end, without those of lost writes. */
  indexDifferences: number;
  /** Mails that were delivered more than once, with the same message id. */
  mailsRepeated: number;
  /** Imports that a fault had cut in their middle; the API told so, and they were run again. */
  importsRerun: number;
  /** Ends of processes of the program that the checker had not caused. */
  deaths: string[];
  /** Errors that clients got, by code. */
  errors: Record<string, number>;
}

export interface Plan {
  faults: readonly Fault[];
  /** Pool entries; each is edited once. */
  entries: number;
  /** Seconds of load before each fault, and after each recovery. */
  calmSeconds: number;
  /** Acknowledged writes that each row waits for, however slow the machine is. */
  writes: number;
  /** Seconds that a recovery, and the settling at the end, may take. */
  patienceSeconds: number;
  /** Runs on the database before the load: a fault in what is measured, for a test of the checker. */
  sabotage?: string;
  say: (line: string) => void;
}

/** Runs load against a stage of its own while parts of it are killed, and checks every write afterwards. */
export async function runCampaign(dataDir: string, plan: Plan): Promise<Outcome> {
  const { say } = plan;
  const stage = await Stage.open(dataDir);
  const sink = await startMailSink();
  const journal = new Journal(join(dataDir, 'intents.jsonl'));
  try {
    const world = await makeWorld(dataDir, { entries: plan.entries, inviters: Math.ceil(plan.entries / 50) });
    if (plan.sabotage !== undefined) await onDatabase(stage, (client) => client.query(plan.sabotage!));
    const [api] = await Promise.all([
      stage.start('api', { WORKER: 'false' }),
      stage.start('worker', { SMTP_URL: sink.url, MAIL_FROM: 'Techpool <pool@faults.example>' }),
    ]);
    const courier = new Courier(api.url);
    const load = new Load(world, journal, courier);
    load.start();
    const recoveries: number[] = [];
    for (const [row, fault] of plan.faults.entries()) {
      load.row = row;
      // The load runs for a random time before the fault, so that faults hit different moments of the clients' work.
      await sleep(plan.calmSeconds * 1000 * (0.5 + Math.random()));
      const begun = performance.now();
      if (fault !== 'none') stage.parts[fault]!.kill();
      const seconds = await recovery(load, courier, sink, begun, plan);
      recoveries.push(seconds);
      say(`${fault}: ${fault === 'none' ? 'no fault' : `recovered after ${seconds.toFixed(1)} s`}`);
      await sleep(plan.calmSeconds * 1000);
      const enough = plan.writes * (row + 1);
      for (const until = Date.now() + LONGEST_MS; journal.acknowledged < enough && Date.now() < until;) await sleep(50);
    }
    await load.stop();
    const written = journal.read();
    await settle(stage, written, sink, plan.patienceSeconds);
    const importsRerun = await finishImports(world, written, courier);
    const found = await readBack(world, written, courier, sink);
    const judged = written.map((write) => judge(write, found.get(write.token)!));
    for (const { write, lost, doubled } of judged)
      if (lost || doubled)
        say(`${lost ? 'lost' : 'doubled'}: ${JSON.stringify(write)} ${JSON.stringify(found.get(write.token))}`);
    const unsearchable = [...found.values()].filter(({ searchable }) => searchable === false).length;
    return {
      rows: plan.faults.map((fault, row) => {
        const own = judged.filter(({ write }) => write.row === row);
        return {
          fault,
          acknowledged: own.filter(({ write }) => write.acknowledged !== null).length,
          lost: own.filter(({ lost }) => lost).length,
          doubled: own.filter(({ doubled }) => doubled).length,
          recoverySeconds: recoveries[row]!,
        };
      }),
      indexDifferences: Math.max((await differences(dataDir)) - unsearchable, 0),
      mailsRepeated: [...found.values()].filter(({ mails }) => mails && mails.deliveries > mails.distinct).length,
      importsRerun,
      deaths: stage.deaths,
      errors: Object.fromEntries(courier.errors),
    };
  } finally {
    await stage.close();
    await sink.close();
    journal.close();
  }
}

function judge(write: Written, { least, most, mails, searchable }: Found) {
  const acknowledged = write.acknowledged !== null;
  return {
    write,
    lost: acknowledged && (least === 0 || mails?.distinct === 0 || searchable === false),
    doubled: most > 1 || (mails !== null && mails.distinct > 1),
  };
}

/**
 * Seconds from `begun` until an edit that is sent now can be found by a search and the mail of an invitation that is
 * sent now has arrived; NaN if that fails or takes more than `patienceSeconds`.
 */
async function recovery(
  load: Load,
  courier: Courier,
  sink: MailSink,
  begun: number,
  { patienceSeconds, say }: Plan,
): Promise<number> {
  const until = begun + patienceSeconds * 1000;
  const work = async () => {
    const [edit, invitation] = await Promise.all([load.probe('edit'), load.probe('invitation')]);
    while (performance.now() < until) {
      if (sink.mailsTo(addressOf(invitation.token)).length > 0 && (await isFound(courier, edit.on, edit.token)))
        return (performance.now() - begun) / 1000;
      await sleep(100);
    }
    return NaN;
  };
  const given = new AbortController();
  return Promise.race([
    work().catch((error: unknown) => {
      say(`no recovery: ${(error as Error).message}`);
      return NaN;
    }),
    sleep(patienceSeconds * 1000, NaN, { signal: given.signal }).catch(() => NaN),
  ]).finally(() => given.abort());
}

/**
 * Waits until no change waits to be indexed, no import is under way and the mails of all acknowledged invitations have
 * arrived; at most for the given time, since what never settles is what the checker looks for.
 */
async function settle(stage: Stage, written: readonly Written[], sink: MailSink, seconds: number): Promise<void> {
  const invited = written.filter(({ kind, acknowledged }) => kind === 'invitation' && acknowledged !== null);
  await onDatabase(stage, async (client) => {
    for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(250)) {
      const { rows } = await client.query<{ waiting: number }>(
        `SELECT (SELECT count(*) FROM search_outbox)::int
                + (SELECT count(*) FROM import_run WHERE status IN ('QUEUED', 'RUNNING'))::int AS waiting`,
      );
      const unsent = invited.filter(({ token }) => sink.mailsTo(addressOf(token)).length === 0);
      if (rows[0]!.waiting === 0 && unsent.length === 0) return;
    }
  });
}

async function onDatabase<T>(stage: Stage, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: stage.backends.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
