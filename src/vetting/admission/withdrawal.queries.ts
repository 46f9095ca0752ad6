import { In } from 'typeorm';
import { can } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { byKey, defineLoader } from '../../lib/batching.js';
import { cohortById, entryById } from '../cohort/cohort.access.js';
import type { Cohort } from '../cohort/cohort.entity.js';
import { isInsider } from '../cohort/cohort.queries.js';
import type { CohortEntry } from '../cohort/entry.entity.js';
import { EntryWithdrawal } from './withdrawal.entity.js';

/** The newest request of an entry, by the entry's id. */
const latestOf = defineLoader<string, EntryWithdrawal | null>(async (db, ids) => {
  const rows = await db.find(EntryWithdrawal, { where: { entryId: In([...ids]) }, order: { id: 'ASC' } });
  // Rows are in the order of time, so the last one of an entry stays in the map.
  const newest = [...new Map(rows.map((row) => [row.entryId, row])).values()];
  return byKey(ids, newest, (row) => row.entryId);
});

/** The newest request to withdraw an entry; null for viewers other than its institution and operators. */
export async function latestWithdrawal(ctx: Context, entry: CohortEntry): Promise<EntryWithdrawal | null> {
  return isInsider(ctx, entry) ? ctx.load(latestOf).load(entry.id) : null;
}

/** Whether the viewer may ask to withdraw an entry now. */
export async function canRequestWithdrawal(ctx: Context, entry: CohortEntry): Promise<boolean> {
  if (entry.screen !== 'COUNTED' || entry.withdrawnAt !== null) return false;
  if (!can(ctx, 'achievement:edit', { organisationId: entry.institutionId })) return false;
  const cohort = await ctx.load(cohortById).load(entry.cohortId);
  if (!cohort || cohort.status === 'OPEN' || cohort.status === 'CLOSED') return false;
  return (await ctx.load(latestOf).load(entry.id))?.outcome !== null;
}

/** Requests in a cohort, newest first; the caller has checked the viewer's right. */
export function listWithdrawals(
  ctx: Context,
  cohort: Cohort,
  open: boolean | null | undefined,
  args: ConnectionArgs,
): Promise<Page<EntryWithdrawal>> {
  const query = ctx.db.createQueryBuilder(EntryWithdrawal, 'w').where('w.cohort_id = :cohort', { cohort: cohort.id });
  if (open != null) query.andWhere(open ? 'w.outcome IS NULL' : 'w.outcome IS NOT NULL');
  return keysetPage(query, args, [
    { sql: 'w.id', direction: 'DESC', cast: 'uuid', value: (withdrawal) => withdrawal.id },
  ]);
}

/** One request by id, for the institution of its entry and operators. */
export async function readWithdrawal(ctx: Context, id: string): Promise<EntryWithdrawal | null> {
  const withdrawal = await ctx.db.findOneBy(EntryWithdrawal, { id });
  if (!withdrawal) return null;
  const entry = await ctx.load(entryById).load(withdrawal.entryId);
  return entry && isInsider(ctx, entry) ? withdrawal : null;
}
