import { defineLoader, groupedByKey } from '../../lib/batching.js';

export const reviewerIndustriesOf = defineLoader<string, string[]>(async (db, ids) => {
  const rows = (await db.query(
    `SELECT reviewer_id, industry_code
     FROM reviewer_industry
     WHERE reviewer_id = ANY($1)
     ORDER BY reviewer_id, industry_code`,
    [ids],
  )) as Array<{
    reviewer_id: string;
    industry_code: string;
  }>;
  return groupedByKey(ids, rows, (row) => row.reviewer_id).map((group) => group.map((row) => row.industry_code));
});
