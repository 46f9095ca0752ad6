import { defineLoader, groupedByKey } from '../lib/batching.js';

/** Industry codes of a talent, sorted. */
export const talentIndustriesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT talent_id, industry_code FROM talent_industry WHERE talent_id = ANY($1) ORDER BY talent_id, industry_code`,
    [ids],
  )) as Array<{
    talent_id: string;
    industry_code: string;
  }>;
  return groupedByKey(ids, rows, (row) => row.talent_id).map((group) => group.map((row) => row.industry_code));
});
