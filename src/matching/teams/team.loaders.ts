import { byKey, defineLoader } from '../../lib/batching.js';

/** Loads the id of the talent profile of each account; null for an account without one. */
export const talentOfViewer = defineLoader<string, string | null>(async (db, ids) => {
  const rows = (await db.query(`SELECT id, account_id FROM talent_profile WHERE account_id = ANY($1)`, [
    ids,
  ])) as Array<{ id: string; account_id: string }>;
  return byKey(ids, rows, (row) => row.account_id).map((row) => row?.id ?? null);
});
