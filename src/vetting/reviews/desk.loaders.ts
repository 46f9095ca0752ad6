import { defineLoader, byKey } from '../../lib/batching.js';

/** Per reviewer: number of assignments without a submitted review in cohorts under review, and their due times. */
export const summaryOf = defineLoader<string, { open: number; dueTimes: Date[] }>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT a.reviewer_id AS id, count(*)::int AS open,
       COALESCE(array_agg(a.due_at ORDER BY a.due_at) FILTER (WHERE a.due_at IS NOT NULL), '{}') AS "dueTimes"
     FROM assignment a
     JOIN cohort c ON c.id = a.cohort_id AND c.status = 'REVIEWING'
     WHERE a.reviewer_id = ANY($1) AND a.status = 'ASSIGNED'
     GROUP BY 1`,
    [ids],
  )) as Array<{ id: string; open: number; dueTimes: Date[] }>;
  return byKey(ids, rows, (row) => row.id).map((row) => ({ open: row?.open ?? 0, dueTimes: row?.dueTimes ?? [] }));
});
