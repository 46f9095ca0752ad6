import type { EntityManager } from 'typeorm';
import { canonicalDecimal } from '../lib/decimal.js';
import { Demand } from './demand.entity.js';
import type { DemandRecord } from './demand.record.js';

/**
 * Converts a demand's record to the columns of its row; the industries, which have a table of their own, are left out.
 */
export function demandColumns(record: DemandRecord): Partial<Demand> {
  const { title, description, budget, deadline, regionCode, requiredTrl, targets } = record;
  return {
    titleText: title,
    descriptionText: description,
    budgetMin: budget?.min ?? null,
    budgetMax: budget?.max ?? null,
    budgetCurrency: budget?.currency ?? null,
    deadline,
    regionCode,
    requiredTrl,
    targetList: targets,
  };
}

/** Reads the record of a stored demand: the columns of its row, and its industries from their table. */
export async function readDemandRecord(tx: EntityManager, demand: Demand): Promise<DemandRecord> {
  const rows = (await tx.query(`SELECT industry_code FROM demand_industry WHERE demand_id = $1 ORDER BY 1`, [
    demand.id,
  ])) as Array<{ industry_code: string }>;
  const amount = (stored: string | null) => (stored === null ? null : canonicalDecimal(stored));
  return {
    title: demand.titleText,
    description: demand.descriptionText,
    industries: rows.map((row) => row.industry_code),
    budget:
      demand.budgetCurrency === null
        ? null
        : { min: amount(demand.budgetMin), max: amount(demand.budgetMax), currency: demand.budgetCurrency },
    deadline: demand.deadline,
    regionCode: demand.regionCode,
    requiredTrl: demand.requiredTrl,
    targets: demand.targetList,
  };
}

export async function storeDemandIndustries(
  tx: EntityManager,
  demandId: string,
  industries: readonly string[],
): Promise<void> {
  await tx.query(`DELETE FROM demand_industry WHERE demand_id = $1`, [demandId]);
  await tx.query(`INSERT INTO demand_industry (demand_id, industry_code) SELECT $1, unnest($2::text[])`, [
    demandId,
    industries,
  ]);
}
