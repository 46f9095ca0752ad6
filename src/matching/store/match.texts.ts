import type { DataSource, EntityManager } from 'typeorm';
import type { App } from '../../kernel/context.js';
import { addLostJob, isAlive } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { createTextModel, type SimilarityText, type TextModel } from '../../text/similarity.js';
import { type LoadedRecord, type RecordSelection } from './match.records.js';
import { decodeVector, encodeVector } from './match.vectors.js';
import { loadOpportunities } from './opportunity.records.js';
import { loadInvestors } from './investor.records.js';
import { loadTalents } from './talent.records.js';
import { loadDemands } from './demand.records.js';

/**
 * Text vectors for the text similarity of matches. Term weights come from a fixed sample of texts stored in the
 * database (a text generation with its background), so that every process computes the same vectors. A vector is stored
 * with the digest of its text and recomputed when the text changes. When the number of texts has doubled, up to
 * MAX_BACKGROUND texts, a job builds the next generation beside the live one and then switches.
 */

/** Name of the background job that builds a new text generation if one is due. */
export const TEXTS_TASK = 'matching:texts';
/** Maximum number of sample texts (background) from which term weights are computed: more hardly change them. */
const MAX_BACKGROUND = 2000;
const BATCH = 1000;
const LOCK = 7_402_340;

export type TextKind = 'ACHIEVEMENT' | 'INVESTOR' | 'TALENT' | 'DEMAND';

/** Number of the live generation; 0 before the first. */
export async function liveGeneration(db: DataSource | EntityManager): Promise<number> {
  const [row] = (await db.query(`SELECT generation FROM match_text_generation WHERE state = 'LIVE'`)) as Array<{
    generation: number;
  }>;
  return row?.generation ?? 0;
}

/**
 * Builds the text model (term weights) of a text generation from its sample texts. This takes up to a second, so
 * callers build it only when vectors must be computed or explained, and keep it.
 */
export async function readTextModel(db: DataSource | EntityManager, generation: number): Promise<TextModel> {
  const rows = (await db.query(
    `SELECT title, body AS abstract FROM match_text_background WHERE generation = $1 ORDER BY position`,
    [generation],
  )) as SimilarityText[];
  return createTextModel(rows);
}

/** Computes the text vectors of the given records, stores them in the database, and sets them in the records. */
export async function fillTexts<T extends { id: string; text: unknown }>(
  db: DataSource | EntityManager,
  kind: TextKind,
  generation: number,
  model: TextModel,
  stale: ReadonlyArray<LoadedRecord<T>>,
): Promise<void> {
  const rows = stale.map((one) => {
    const bytes = encodeVector(model.vectorOf(one.source));
    // Decoded from the stored bytes, because encoding keeps only the heaviest terms: every process must use the same
    // numbers.
    one.record = { ...one.record, text: decodeVector(bytes) };
    one.stale = false;
    return { id: one.record.id, digest: one.digest.toString('hex'), vector: bytes.toString('hex') };
  });
  await db.query(
    `INSERT INTO match_text (generation, kind, subject_id, digest, vector)
     SELECT $1, $2, r.id, decode(r.digest, 'hex'), decode(r.vector, 'hex')
     FROM jsonb_to_recordset($3::jsonb) AS r(id uuid, digest text, vector text)
     WHERE EXISTS (SELECT 1 FROM match_text_generation WHERE generation = $1)
     ON CONFLICT (generation, kind, subject_id) DO UPDATE
     SET digest = excluded.digest, vector = excluded.vector`,
    [generation, kind, JSON.stringify(rows)],
  );
}

const LOADERS: Readonly<
  Record<TextKind, (db: DataSource, w: RecordSelection) => Promise<Array<LoadedRecord<{ id: string; text: unknown }>>>>
> = {
  ACHIEVEMENT: (db, w) => loadOpportunities(db, w, new Map()) as never,
  INVESTOR: (db, w) => loadInvestors(db, w, new Map()) as never,
  TALENT: (db, w) => loadTalents(db, w) as never,
  DEMAND: (db, w) => loadDemands(db, w, new Map()) as never,
};

/**
 * Kinds of records whose texts may be in the stored sample from which term weights are computed. Talents are excluded:
 * their texts are personal data, of which no trace may remain after erasure.
 */
const BACKGROUND_KINDS: readonly TextKind[] = ['ACHIEVEMENT', 'INVESTOR', 'DEMAND'];
const COUNT = `
  SELECT (SELECT count(*) FROM achievement WHERE status = 'ADMITTED') + (SELECT count(*) FROM investor_profile) + (
    SELECT count(*) FROM demand
  ) AS texts`;

/**
 * True if a new text generation should be built: none exists although there are texts, or the number of texts (capped
 * at MAX_BACKGROUND) is at least twice what it was, capped likewise, when the live generation was built.
 */
export async function generationIsDue(db: DataSource | EntityManager): Promise<boolean> {
  const [live] = (await db.query(`SELECT background FROM match_text_generation WHERE state = 'LIVE'`)) as Array<{
    background: number;
  }>;
  const [count] = (await db.query(COUNT)) as Array<{ texts: string }>;
  const wanted = Math.min(Number(count!.texts), MAX_BACKGROUND);
  return live === undefined
    ? wanted > 0
    : live.background < MAX_BACKGROUND && wanted >= 2 * Math.max(1, live.background);
}

/** Queues the job that builds a text generation where one is due and the job that the store had queued is lost. */
export const sweepTexts: Sweep = {
  task: TEXTS_TASK,
  async requeue(tx) {
    if ((await isAlive(tx, TEXTS_TASK)) || !(await generationIsDue(tx))) return 0;
    return (await addLostJob(tx, TEXTS_TASK, {}, { key: TEXTS_TASK, queue: TEXTS_TASK })) ? 1 : 0;
  },
};

/**
 * Builds the next text generation if one is due: sample, vectors of all records, then the switch. Safe to repeat; after
 * a crash the previous generation stays live.
 */
export async function makeTextGeneration(app: App, _payload?: unknown, signal?: AbortSignal): Promise<void> {
  const db = app.dataSource;
  const runner = db.createQueryRunner();
  await runner.connect();
  try {
    const [lock] = (await runner.query(`SELECT pg_try_advisory_lock(${LOCK}) AS held`)) as Array<{ held: boolean }>;
    if (!lock!.held) return;
    if (!(await generationIsDue(db))) return;
    await db.query(`DELETE FROM match_text_generation WHERE state = 'BUILDING'`);
    const [row] = (await db.query(
      `SELECT COALESCE(max(generation), 0) + 1 AS next FROM match_text_generation`,
    )) as Array<{ next: number }>;
    const generation = row!.next;
    const { texts: background, considered } = await backgroundTexts(db);
    await db.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO match_text_generation (generation, state, background, created_at) VALUES ($1, 'BUILDING', $2, $3)`,
        [generation, considered, app.clock()],
      );
      await tx.query(
        `INSERT INTO match_text_background (generation, position, title, body)
         SELECT $1, r.position, r.title, r.body
         FROM jsonb_to_recordset($2::jsonb) AS r(position int, title text, body text)`,
        [
          generation,
          JSON.stringify(
            background.map((text, i) => ({ position: i + 1, title: text.title ?? '', body: text.abstract ?? '' })),
          ),
        ],
      );
    });
    const model = createTextModel(background);
    for (const kind of Object.keys(LOADERS) as TextKind[]) {
      for (let after: string | null = null; ;) {
        if (signal?.aborted) throw new Error('stopped before the texts were compared; it starts again');
        const batch: Array<LoadedRecord<{ id: string; text: unknown }>> = await LOADERS[kind](db, {
          after,
          limit: BATCH,
          generation,
        });
        for (let i = 0; i < batch.length; i += 50) {
          await fillTexts(db, kind, generation, model, batch.slice(i, i + 50));
          await new Promise((resolve) => setImmediate(resolve));
        }
        after = batch.at(-1)?.record.id ?? null;
        if (batch.length < BATCH) break;
      }
    }
    await db.transaction(async (tx) => {
      await tx.query(`DELETE FROM match_text_generation WHERE state = 'LIVE'`);
      await tx.query(`UPDATE match_text_generation SET state = 'LIVE' WHERE generation = $1`, [generation]);
      await tx.query(`INSERT INTO match_change (kind) VALUES ('TEXTS')`);
    });
    app.log.info(
      { generation, background: background.length },
      'matching compares texts by a new generation of term weights',
    );
  } finally {
    await runner.query(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => undefined);
    await runner.release();
  }
}

/**
 * Draws the sample of texts from which term weights are computed: every n-th text, counted through one kind of record
 * after the other, so that each kind has its share of the sample. Empty texts are left out.
 */
async function backgroundTexts(db: DataSource): Promise<{ texts: SimilarityText[]; considered: number }> {
  const [count] = (await db.query(COUNT)) as Array<{ texts: string }>;
  const step = Math.max(1, Math.ceil(Number(count!.texts) / MAX_BACKGROUND));
  const texts: SimilarityText[] = [];
  let at = 0;
  for (const kind of BACKGROUND_KINDS) {
    for (let after: string | null = null; ;) {
      const batch: Array<LoadedRecord<{ id: string; text: unknown }>> = await LOADERS[kind](db, {
        after,
        limit: BATCH,
        generation: 0,
      });
      for (const { source } of batch)
        if (at++ % step === 0 && `${source.title ?? ''}${source.abstract ?? ''}`.trim() !== '') texts.push(source);
      after = batch.at(-1)?.record.id ?? null;
      if (batch.length < BATCH) break;
    }
  }
  return { texts, considered: Math.min(Number(count!.texts), MAX_BACKGROUND) };
}
