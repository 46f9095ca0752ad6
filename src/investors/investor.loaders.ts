import { defineLoader, groupedByKey } from '../lib/batching.js';

/** Loads the wanted and the excluded industries of each investor, ordered by code. */
export const investorIndustriesOf = defineLoader<string, Array<{ code: string; wanted: boolean }>>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT investor_id, industry_code AS code, wanted
     FROM investor_industry
     WHERE investor_id = ANY($1)
     ORDER BY industry_code`,
    [ids],
  )) as Array<{ investor_id: string; code: string; wanted: boolean }>;
  return groupedByKey(ids, rows, (row) => row.investor_id).map((group) =>
    group.map(({ code, wanted }) => ({ code, wanted })),
  );
});
