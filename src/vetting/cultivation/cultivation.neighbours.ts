import { setImmediate as breathe } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Task } from '../../kernel/jobs.js';
import type { Sweep } from '../../kernel/jobs/sweep.js';
import { createTextModel, type SimilarityText, type TextModel } from '../../text/similarity.js';
import { similarity, type TextVector } from '../../text/similarity.vectors.js';
import { NEIGHBOURS_TASK, queueNeighbours } from './cultivation.gaps.js';

/** Maximum number of neighbours stored per entry. */
const NEIGHBOURS = 5;
/**
 * Maximum number of pool achievements per industry section with which an entry is compared; the highest-ranked ones are
 * taken.
 */
const MAX_COMPARED = 500;
/** Number of text vectors or comparisons of entries after which the job returns control to the event loop. */
const STRETCH = 20;

interface Judged extends SimilarityText {
  id: string;
  section: string | null;
  division: string | null;
}

export interface NeighbourRow {
  entry_id: string;
  position: number;
  achievement_id: string;
  similarity: number;
  same_division: boolean;
}

const both = (name: string) => `concat_ws(E'\\n', ${name}->>'zh', ${name}->>'en')`;
// SQL for the text that is compared: public fields only, for entries as well as for pool achievements.
const TEXT = `${both('a.title')} AS title, concat_ws(E'\\n', ${both('a.summary')}, a.keywords->>'zh', a.keywords->>'en') AS abstract`;

/**
 * Background job after a cohort's closing: for every entry that was not admitted, finds the pool achievements with the
 * most similar texts, those of the same industry division before others of the same section.
 */
export const findNeighbours: Task = async (app, payload) => {
  const { cohortId } = payload as { cohortId: string };
  const { manager } = app.dataSource;
  const declined = await readTexts(
    manager,
    `SELECT e.id, i.path[1] AS section, e.industry_code AS division, ${TEXT}
     FROM cohort_entry e
     JOIN achievement a ON a.id = e.achievement_id
     LEFT JOIN industry i ON i.code = e.industry_code
     WHERE e.cohort_id = $1 AND e.decision = 'NOT_ADMITTED'
     ORDER BY e.id`,
    [cohortId],
  );
  const pool = await readTexts(
    manager,
    `SELECT a.id, i.path[1] AS section, COALESCE(i.path[2], i.path[1]) AS division, ${TEXT}
     FROM pool_rank r
     JOIN achievement a ON a.id = r.achievement_id AND a.status = 'ADMITTED'
     LEFT JOIN LATERAL (
       SELECT industry_code FROM achievement_industry WHERE achievement_id = a.id ORDER BY position LIMIT 1
     ) p ON true
     LEFT JOIN industry i ON i.code = p.industry_code
     WHERE i.path[1] = ANY($1)
     ORDER BY r.position`,
    [[...new Set(declined.map((entry) => entry.section).filter((section) => section !== null))]],
  );
  const rows = await nearest(declined, pool);
  await app.dataSource.transaction(async (tx) => {
    await tx.query(
      `DELETE FROM cultivation_neighbour n USING cohort_entry e WHERE e.id = n.entry_id AND e.cohort_id = $1`,
      [cohortId],
    );
    await tx.query(
      `INSERT INTO cultivation_neighbour (entry_id, position, achievement_id, similarity, same_division)
       SELECT r.entry_id, r.position, r.achievement_id, r.similarity, r.same_division
       FROM jsonb_to_recordset($1::jsonb) AS r(
         entry_id uuid, position smallint, achievement_id uuid, similarity real, same_division boolean
       )`,
      [JSON.stringify(rows)],
    );
    await tx.query(`DELETE FROM neighbour_search WHERE cohort_id = $1`, [cohortId]);
  });
};

/** Queues again the searches for neighbours whose job is lost. */
export const sweepNeighbours: Sweep = {
  task: NEIGHBOURS_TASK,
  async requeue(tx) {
    const due = (await tx.query(`SELECT cohort_id AS id FROM neighbour_search`)) as Array<{ id: string }>;
    let queued = 0;
    for (const { id } of due) if (await queueNeighbours(tx, id)) queued += 1;
    return queued;
  },
};

const readTexts = (db: EntityManager, sql: string, values: unknown[]): Promise<Judged[]> => db.query(sql, values);

/**
 * The achievements of `pool` that are most similar to each of `entries`, within the same industry section; those of the
 * same industry division come first. An entry without an industry gets none. Returns control to the event loop
 * regularly.
 */
export async function nearest(entries: readonly Judged[], pool: readonly Judged[]): Promise<NeighbourRow[]> {
  const rows: NeighbourRow[] = [];
  const sections = [...new Set(entries.map((entry) => entry.section))];
  for (const section of sections) {
    const compared = pool.filter((other) => section !== null && other.section === section).slice(0, MAX_COMPARED);
    if (compared.length === 0) continue;
    const model = createTextModel(compared);
    const vectors = await vectorsOf(model, compared);
    const here = entries.filter((entry) => entry.section === section);
    const own = await vectorsOf(model, here);
    for (const [i, entry] of here.entries()) {
      if (i % STRETCH === STRETCH - 1) await breathe();
      compared
        .map((other, j) => ({
          other,
          similarity: similarity(own[i]!, vectors[j]!),
          sameDivision: other.division === entry.division,
        }))
        // An achievement without similarity is not shown as a neighbour, unless it is of the same division, which is
        // still informative.
        .filter((one) => one.similarity > 0 || one.sameDivision)
        .sort(
          (a, b) =>
            Number(b.sameDivision) - Number(a.sameDivision) ||
            b.similarity - a.similarity ||
            (a.other.id < b.other.id ? -1 : 1),
        )
        .slice(0, NEIGHBOURS)
        .forEach((one, k) =>
          rows.push({
            entry_id: entry.id,
            position: k + 1,
            achievement_id: one.other.id,
            similarity: one.similarity,
            same_division: one.sameDivision,
          }),
        );
    }
  }
  return rows;
}

async function vectorsOf(model: TextModel, texts: readonly SimilarityText[]): Promise<TextVector[]> {
  const vectors: TextVector[] = [];
  for (const [i, text] of texts.entries()) {
    if (i % STRETCH === STRETCH - 1) await breathe();
    vectors.push(model.vectorOf(text));
  }
  return vectors;
}
