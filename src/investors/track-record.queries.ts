import type { Context } from '../context.js';
import { keysetPage, type ConnectionArgs, type Page } from '../lib/pagination.js';
import { selectEntities } from '../lib/rows.js';
import { readInvestor } from './investor.queries.js';
import { TrackRecord } from './track-record.entity.js';

/** The record, or null where there is none or the viewer may not know of its profile. */
export async function readTrackRecord(ctx: Context, id: string): Promise<TrackRecord | null> {
  const [record] = await selectEntities(ctx.db, TrackRecord, 'WHERE e.id = $1', [id]);
  return record && (await readInvestor(ctx, record.investorId)) ? record : null;
}

/** Past investments of a profile that the viewer sees, the newest first. */
export function trackRecordPage(ctx: Context, investorId: string, args: ConnectionArgs): Promise<Page<TrackRecord>> {
  const query = ctx.db.createQueryBuilder(TrackRecord, 't').where('t.investor_id = :investorId', { investorId });
  return keysetPage(query, args, [
    { sql: 't.invested_on', direction: 'DESC', cast: 'date', value: (record) => record.investedOn },
    { sql: 't.id', direction: 'DESC', cast: 'uuid', value: (record) => record.id },
  ]);
}
