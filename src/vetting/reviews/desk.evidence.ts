import type { Context } from '../../kernel/context.js';
import { neutralName } from './desk.records.js';

/**
 * File name under which the viewer may download an evidence file as a reviewer: with a confirmed address, an open or
 * submitted assignment of the file's entry, and the cohort under review; otherwise null. In a blind cohort the name is
 * neutral.
 */
export async function evidenceForReviewer(ctx: Context, evidenceId: string): Promise<string | null> {
  if (ctx.viewer.accountId === null || !ctx.viewer.emailConfirmed) return null;
  const [file] = (await ctx.db.query(
    `SELECT f.name, f.media_type, c.blind,
       (
         SELECT count(*)::int FROM evidence_file x WHERE x.achievement_id = f.achievement_id AND x.id <= f.id
       ) AS number
     FROM evidence_file f
     JOIN cohort_entry e ON e.achievement_id = f.achievement_id
     JOIN cohort c ON c.id = e.cohort_id AND c.status = 'REVIEWING'
     JOIN assignment a ON a.entry_id = e.id AND a.status IN ('ASSIGNED','SUBMITTED')
     JOIN reviewer r ON r.id = a.reviewer_id
     WHERE f.id = $1 AND r.account_id = $2
     LIMIT 1`,
    [evidenceId, ctx.viewer.accountId],
  )) as Array<{ name: string; media_type: string; blind: boolean; number: number }>;
  if (!file) return null;
  return file.blind ? neutralName(file.number, file.media_type, file.name) : file.name;
}
