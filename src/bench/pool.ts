import { readConfig } from '../kernel/config.js';
import { openApp } from '../app.js';
import type { App } from '../kernel/context.js';
import { findRunningBackends } from '../embedded-backends.js';
import { insertAchievements } from '../achievements/achievement.store.js';
import { hashPassword } from '../identity/accounts/passwords.js';
import { newId } from '../lib/ids.js';
import { reindex } from '../search/index/search.reindex.js';
import { writeSearchTexts } from '../outbox/search-texts.js';
import { enterPool } from './past-cohort.js';
import { generateResult, INSTITUTIONS, type CodeChoice, type GeneratedResult } from './generator.js';

/** Account used to measure edits: an editor of every generated institution. */
export const EDITOR = { email: 'editor@bench.example', password: 'bench editor 2026' } as const;
/** Account used to measure reads of matches: an editor of one institution. */
export const LISTER = { email: 'lister@bench.example', password: 'bench lister 2026' } as const;

const BATCH = 1000;

/** Runs `work` with an app that uses the database and search engine of the program running in the data folder. */
export async function withRunningApp<T>(dataDir: string, work: (app: App) => Promise<T>): Promise<T> {
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' });
  const backends = await findRunningBackends(config);
  if (!backends) throw new Error('no program runs in the data folder');
  const { app, close } = await openApp(config, backends);
  try {
    return await work(app);
  } finally {
    await close();
  }
}

/** Creates an account with a confirmed e-mail address, which can log in. */
async function addAccount(app: App, { email, password }: { email: string; password: string }): Promise<string> {
  const id = newId();
  await app.dataSource.query(
    `INSERT INTO account (
       id, pseudonym, email, password_hash, display_name, is_operator, email_confirmed_at, created_at
     )
     VALUES ($1, gen_random_uuid(), $2, $3, 'Editor', false, $4, $4)`,
    [id, email, await hashPassword(password), app.clock()],
  );
  return id;
}

/**
 * Makes LISTER an editor of the institution with most pool entries and returns those entries' ids: the largest list
 * that one institution sees.
 */
export async function addLister(app: App): Promise<string[]> {
  const [largest] = (await app.dataSource.query(
    `SELECT institution_id AS id, array_agg(id ORDER BY id) AS entries
     FROM achievement
     WHERE status = 'ADMITTED'
     GROUP BY 1
     ORDER BY count(*) DESC, 1
     LIMIT 1`,
  )) as Array<{ id: string; entries: string[] }>;
  if (!largest) throw new Error('the pool is empty');
  const account = await addAccount(app, LISTER);
  await app.dataSource.query(
    `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'EDITOR', $4)`,
    [newId(), account, largest.id, app.clock()],
  );
  return largest.entries;
}

/**
 * Creates the generated institutions and the editor's account, unless an earlier call did; returns the institutions'
 * ids in the order of INSTITUTIONS.
 */
export async function loadPeople(app: App): Promise<string[]> {
  const known = (await app.dataSource.query(
    `SELECT id, website FROM organisation WHERE website LIKE 'https://bench-%' ORDER BY website`,
  )) as Array<{ id: string }>;
  if (known.length > 0) return known.map((row) => row.id);
  const now = app.clock();
  const accountId = await addAccount(app, EDITOR);
  const ids: string[] = [];
  for (const [i, institution] of INSTITUTIONS.entries()) {
    const id = newId();
    ids.push(id);
    await app.dataSource.query(
      `INSERT INTO organisation (id, kind, name, region_code, verification, verified_at, created_at, website)
       VALUES ($1, 'UNIVERSITY', $2, $3, 'VERIFIED', $4, $4, $5)`,
      [
        id,
        JSON.stringify(institution.name),
        institution.regionCode,
        now,
        `https://bench-${String(i).padStart(3, '0')}.example`,
      ],
    );
    await app.dataSource.query(
      `INSERT INTO membership (id, account_id, organisation_id, role, created_at) VALUES ($1, $2, $3, 'EDITOR', $4)`,
      [newId(), accountId, id, now],
    );
  }
  return ids;
}

/** Reads the codes of the most specific level of each code list, which generated achievements carry. */
export async function codeChoice(app: App): Promise<CodeChoice> {
  const codes = async (table: string, level: number) =>
    (
      (await app.dataSource.query(`SELECT code FROM ${table} WHERE level = $1 ORDER BY md5(code)`, [level])) as Array<{
        code: string;
      }>
    ).map((row) => row.code);
  return { industries: await codes('industry', 4), strategicAreas: await codes('strategic_area', 2) };
}

/** Generates result `i` of a pool. */
export type MakeResult = (i: number, codes: CodeChoice) => GeneratedResult;

/**
 * Grows the pool to `size` admitted achievements and, unless told otherwise, rebuilds the search index, with the
 * product's own code. Ledger records are not written, because the measurements do not read them.
 */
export async function growPool(
  dataDir: string,
  size: number,
  make: MakeResult = generateResult,
  isIndexed = true,
): Promise<{ loadSeconds: number; indexSeconds: number }> {
  return withRunningApp(dataDir, async (app) => {
    const begun = performance.now();
    const institutions = await loadPeople(app);
    const codes = await codeChoice(app);
    const [row] = (await app.dataSource.query(
      `SELECT count(*)::int AS n FROM achievement WHERE external_id LIKE 'G-%'`,
    )) as Array<{ n: number }>;
    let next = row!.n;
    const lane = async () => {
      while (next < size) {
        const start = next;
        next = Math.min(next + BATCH, size);
        await loadBatch(app, start, next, institutions, codes, make);
      }
    };
    // Two batches are in progress at a time: one is generated while the database writes the other.
    await Promise.all([lane(), lane()]);
    await app.dataSource.query('ANALYZE');
    const loaded = performance.now();
    if (size > 0 && isIndexed) await reindex(app);
    return { loadSeconds: (loaded - begun) / 1000, indexSeconds: (performance.now() - loaded) / 1000 };
  });
}

async function loadBatch(
  app: App,
  start: number,
  end: number,
  institutions: readonly string[],
  codes: CodeChoice,
  make: MakeResult,
): Promise<void> {
  const at = app.clock();
  const results = Array.from({ length: end - start }, (_, k) => ({ id: newId(), ...make(start + k, codes) }));
  await app.dataSource.transaction(async (tx) => {
    await tx.query('SET LOCAL synchronous_commit = off');
    await insertAchievements(
      tx,
      results.map(({ id, institution, record }) => ({
        id,
        institutionId: institutions[institution]!,
        status: 'ADMITTED',
        revision: 1,
        record,
        editedBy: null,
        note: null,
        at,
      })),
    );
    await tx.query(
      `UPDATE achievement a
       SET score = r.score, admitted_at = $2
       FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, score numeric)
       WHERE a.id = r.id`,
      [JSON.stringify(results.map(({ id, score }) => ({ id, score }))), at],
    );
    await enterPool(
      tx,
      results.map(({ id }) => id),
    );
    await writeSearchTexts(
      tx,
      results.map(({ id }) => id),
    );
  });
}
