import { changedRows } from '../../lib/changed-rows.js';
import type { App } from '../context.js';

/** Rows that one transaction of a prune deletes: few enough that nobody waits for their locks and no log swells. */
const BATCH = 2_000;

/**
 * Deletes the rows of a table that meet a condition (alias `t`), in batches of a transaction each, until none is left or
 * the signal is given; returns their number. An interrupted prune goes on at its next run. A row that is changed
 * meanwhile is deleted only if it still meets the condition.
 */
export async function pruneRows(
  app: Pick<App, 'dataSource'>,
  table: string,
  condition: string,
  values: unknown[],
  { signal, batch = BATCH }: { signal?: AbortSignal | undefined; batch?: number } = {},
): Promise<number> {
  for (let total = 0; ;) {
    const gone = await changedRows(
      app.dataSource.manager,
      `DELETE FROM ${table} t
       WHERE t.ctid = ANY(ARRAY(SELECT t.ctid FROM ${table} t WHERE ${condition} LIMIT ${batch})) AND (${condition})
       RETURNING 1`,
      values,
    );
    total += gone.length;
    if (gone.length < batch || signal?.aborted) return total;
  }
}
