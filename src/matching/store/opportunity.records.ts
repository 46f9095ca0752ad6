import { confirmedMention } from '../../mentions/mention.sources.js';
import type { Opportunity } from '../engine/types.js';
import { stagesOfTrl } from './trl-funding-stages.js';
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

interface OpportunityRow extends RowWithText {
  organisationId: string;
  industries: string[];
  region: string | null;
  trl: number | null;
  fundingMin: Numeric;
  fundingMax: Numeric;
  currency: string | null;
  backers: Array<{ name: string; organisationId: string | null }> | null;
  modes: string[];
  english: boolean;
}

/** Reads admitted achievements (pool entries) as the engine's opportunities. */
export async function loadOpportunities(
  db: Db,
  w: RecordSelection,
  rates: Rates,
): Promise<Array<LoadedRecord<Opportunity>>> {
  const rows = (await db.query(
    `SELECT a.id, a.institution_id AS "organisationId", a.region_code AS region, a.trl,
       a.funding_min AS "fundingMin", a.funding_max AS "fundingMax", a.funding_currency AS currency,
       ARRAY(
         SELECT i.industry_code FROM achievement_industry i WHERE i.achievement_id = a.id ORDER BY i.position
       ) AS industries,
       (
         SELECT json_agg(json_build_object('name', b.name, 'organisationId', b.organisation_id) ORDER BY b.position)
         FROM achievement_backer b
         WHERE b.achievement_id = a.id
           AND (
             b.organisation_id IS NULL
             OR ${confirmedMention('BACKER', 'a.id', 'a.institution_id', 'b.organisation_id')}
           )
       ) AS backers,
       ARRAY(
         SELECT DISTINCT c.mode FROM achievement_cooperation c WHERE c.achievement_id = a.id ORDER BY 1
       ) AS modes,
       (a.title->>'en') IS NOT NULL AS english, ${textColumns('ACHIEVEMENT')}, v.digest, v.vector
     FROM ${rowsOf('ACHIEVEMENT', w)}`,
    parametersOf(w),
  )) as OpportunityRow[];
  return rows.map((row) =>
    withText(row, (text): Opportunity => {
      const [min, max] = [inCny(row.fundingMin, row.currency, rates), inCny(row.fundingMax, row.currency, rates)];
      return {
        id: row.id,
        organisationId: row.organisationId,
        industries: row.industries,
        regions: row.region === null ? [] : [row.region],
        stages: stagesOfTrl(row.trl),
        trl: row.trl,
        amount: min === null && max === null ? null : { min, max },
        backers: (row.backers ?? []).map(partyKey),
        cooperationModes: row.modes,
        languages: row.english ? ['zh', 'en'] : ['zh'],
        text,
      };
    }),
  );
}
