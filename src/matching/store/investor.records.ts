import { CONFIRMED_CO_INVESTORS } from '../../mentions/mention.sources.js';
import type { Day, MatchInvestor, TrackEntry } from '../engine/types.js';
import {
  RowWithText,
  Db,
  RecordSelection,
  LoadedRecord,
  textColumns,
  rowsOf,
  parametersOf,
  withText,
} from './match.records.js';
import { Numeric, Rates, inCny, partyKey } from './match.values.js';

interface InvestorRow extends RowWithText {
  organisationId: string;
  trlMin: number | null;
  trlMax: number | null;
  stages: string[];
  ticketMin: Numeric;
  ticketMax: Numeric;
  currency: string | null;
  regions: string[];
  modes: string[];
  wanted: string[];
  excluded: string[];
  track: Array<
    [
      industry: string | null,
      region: string | null,
      stage: string | null,
      amount: number | null,
      currency: string | null,
      day: Day,
      coInvestors: Array<{ name: string; organisationId: string | null }>,
    ]
  > | null;
}

/**
 * Reads investor profiles that take part in matching (ACTIVE, of verified organisations), each with its track record,
 * oldest investment first.
 */
export async function loadInvestors(
  db: Db,
  w: RecordSelection,
  rates: Rates,
): Promise<Array<LoadedRecord<MatchInvestor>>> {
  const rows = (await db.query(
    `SELECT p.id, p.organisation_id AS "organisationId", p.trl_min AS "trlMin", p.trl_max AS "trlMax",
       p.funding_stages AS stages, p.ticket_min AS "ticketMin", p.ticket_max AS "ticketMax",
       p.ticket_currency AS currency, p.region_codes AS regions, p.cooperation_modes AS modes,
       ARRAY(
         SELECT i.industry_code FROM investor_industry i WHERE i.investor_id = p.id AND i.wanted ORDER BY 1
       ) AS wanted,
       ARRAY(
         SELECT i.industry_code FROM investor_industry i WHERE i.investor_id = p.id AND NOT i.wanted ORDER BY 1
       ) AS excluded,
       (
         SELECT json_agg(
           json_build_array(
             t.industry_code, t.region_code, t.stage, t.amount, t.currency, t.invested_on - DATE '1970-01-01',
             ${CONFIRMED_CO_INVESTORS}
           )
           ORDER BY t.invested_on, t.id
         )
         FROM track_record t
         WHERE t.investor_id = p.id
       ) AS track,
       ${textColumns('INVESTOR')}, v.digest, v.vector
     FROM ${rowsOf('INVESTOR', w)}`,
    parametersOf(w),
  )) as InvestorRow[];
  return rows.map((row) =>
    withText(row, (text): MatchInvestor => ({
      id: row.id,
      organisationId: row.organisationId,
      key: row.organisationId,
      declared: {
        wanted: row.wanted,
        excluded: row.excluded,
        trlMin: row.trlMin,
        trlMax: row.trlMax,
        stages: row.stages,
        ticketMin: inCny(row.ticketMin, row.currency, rates),
        ticketMax: inCny(row.ticketMax, row.currency, rates),
        regions: row.regions,
        cooperationModes: row.modes,
      },
      track: (row.track ?? []).map(([industry, region, stage, amount, currency, day, coInvestors]): TrackEntry => ({
        industry,
        region,
        stage,
        amount: inCny(amount === null ? null : String(amount), currency, rates),
        day,
        coInvestors: coInvestors.map(partyKey),
      })),
      text,
    })),
  );
}
