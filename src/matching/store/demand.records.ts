import type { MatchDemand } from '../engine/types.js';
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
import { Numeric, Rates, inCny, dayOf } from './match.values.js';

interface DemandRow extends RowWithText {
  organisationId: string;
  industries: string[];
  region: string | null;
  requiredTrl: number | null;
  budgetMin: Numeric;
  budgetMax: Numeric;
  currency: string | null;
  deadline: string | null;
}

/**
 * Reads demands that take part in matching (OPEN, of verified organisations). Demands past their deadline are included
 * here and excluded by the engine.
 */
export async function loadDemands(db: Db, w: RecordSelection, rates: Rates): Promise<Array<LoadedRecord<MatchDemand>>> {
  const rows = (await db.query(
    `SELECT d.id, d.organisation_id AS "organisationId", d.region_code AS region, d.required_trl AS "requiredTrl",
       d.budget_min AS "budgetMin", d.budget_max AS "budgetMax", d.budget_currency AS currency, d.deadline,
       ARRAY(SELECT i.industry_code FROM demand_industry i WHERE i.demand_id = d.id ORDER BY 1) AS industries,
       ${textColumns('DEMAND')}, v.digest, v.vector
     FROM ${rowsOf('DEMAND', w)}`,
    parametersOf(w),
  )) as DemandRow[];
  return rows.map((row) =>
    withText(row, (text): MatchDemand => ({
      id: row.id,
      organisationId: row.organisationId,
      industries: row.industries,
      regions: row.region === null ? [] : [row.region],
      requiredTrl: row.requiredTrl,
      budgetMin: inCny(row.budgetMin, row.currency, rates),
      budgetMax: inCny(row.budgetMax, row.currency, rates),
      deadline: row.deadline === null ? null : dayOf(row.deadline),
      text,
    })),
  );
}
