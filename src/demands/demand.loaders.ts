import { defineLoader, groupedByKey } from '../lib/batching.js';

/** Industry codes of a demand, sorted. */
export const demandIndustriesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT demand_id, industry_code FROM demand_industry WHERE demand_id = ANY($1) ORDER BY demand_id, industry_code`,
    [ids],
  )) as Array<{
    demand_id: string;
    industry_code: string;
  }>;
  return groupedByKey(ids, rows, (row) => row.demand_id).map((group) => group.map((row) => row.industry_code));
});
