import type { DataSource } from 'typeorm';
import type { DemandIndex } from '../engine/demand.index.js';
import type { InvestorIndex } from '../engine/investor.index.js';
import type { TalentIndex } from '../engine/talent.index.js';
import type { EngineTaxonomy } from '../engine/taxonomy.js';
import type { MatchDemand, MatchInvestor, Opportunity, MatchTalent } from '../engine/types.js';
import type { ActiveModel } from '../models/match.models.js';
import type { LoadedRecord, RecordSelection } from './match.records.js';
import { digestOf } from './match.snapshot.js';
import type { TextKind } from './match.texts.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';
import type { TeamPool } from '../teams/team.pool.js';
import { loadTalents, type LoadedTalent } from './talent.records.js';
import type { Rates } from './match.values.js';
import { loadDemands } from './demand.records.js';
import { loadInvestors } from './investor.records.js';
import { loadOpportunities } from './opportunity.records.js';

/**
 * All records that rankings need, as one in-memory object. Single records are updated in place; the object is replaced
 * as a whole when the model, exchange rates, taxonomy or all texts change.
 */
export interface MatchData {
  /**
   * Number incremented at every insertion or removal of a record; a ranking made at an earlier revision may be
   * outdated.
   */
  revision: number;
  readonly model: ActiveModel;
  readonly generation: number;
  readonly investors: InvestorIndex;
  readonly talents: TalentIndex;
  readonly demands: DemandIndex;
  readonly opportunities: Map<string, Opportunity>;
  /**
   * By talent id: whether only members of verified organisations may see the talent, and the talent's ORCID iD, by
   * which inventors are recognised.
   */
  readonly talentFacts: Map<string, { registeredOnly: boolean; orcid: string | null }>;
  /** Talents in the columns that team building uses; null until teams are first requested in this process. */
  readonly teams: { pool: TeamPool | null };
  readonly rates: Rates;
  readonly taxonomy: EngineTaxonomy;
}

/** The index of one kind of counterpart. */
export const indexOfKind = (held: MatchData, kind: MatchCounterpartKind): InvestorIndex | TalentIndex | DemandIndex =>
  ({ INVESTOR: held.investors, TALENT: held.talents, DEMAND: held.demands })[kind];

/** A matchable record of any kind. */
export type MatchRecord = Opportunity | MatchInvestor | MatchTalent | MatchDemand;

/** Inserts a record (entry, investor, talent or demand) into its index; one with the same id is replaced. */
export function insertRecord(held: MatchData, kind: TextKind, one: LoadedRecord<MatchRecord>): void {
  const { record } = one;
  held.revision += 1;
  switch (kind) {
    case 'ACHIEVEMENT':
      held.opportunities.set(record.id, record as Opportunity);
      return;
    case 'INVESTOR':
      held.investors.upsert(record as MatchInvestor);
      return;
    case 'TALENT': {
      held.talents.upsert(record as MatchTalent);
      const { registeredOnly, orcid } = one as LoadedTalent;
      held.talentFacts.set(record.id, { registeredOnly, orcid });
      return;
    }
    case 'DEMAND':
      held.demands.upsert(record as MatchDemand);
  }
}

/** Removes a record that is no longer matchable. */
export function removeRecord(held: MatchData, kind: TextKind, id: string): void {
  held.revision += 1;
  switch (kind) {
    case 'ACHIEVEMENT':
      held.opportunities.delete(id);
      return;
    case 'INVESTOR':
      held.investors.remove(id);
      return;
    case 'TALENT':
      held.talents.remove(id);
      held.talentFacts.delete(id);
      return;
    case 'DEMAND':
      held.demands.remove(id);
  }
}

/** Reads the selected matchable records of one kind from the database. */
export function loadRecords(
  db: DataSource,
  kind: TextKind,
  selection: RecordSelection,
  rates: Rates,
): Promise<ReadonlyArray<LoadedRecord<MatchRecord>>> {
  switch (kind) {
    case 'ACHIEVEMENT':
      return loadOpportunities(db, selection, rates);
    case 'INVESTOR':
      return loadInvestors(db, selection, rates);
    case 'TALENT':
      return loadTalents(db, selection);
    case 'DEMAND':
      return loadDemands(db, selection, rates);
  }
}

/** Reads the industry and region trees from the database, and a digest of both that changes with any code or parent. */
export async function readTaxonomy(db: DataSource): Promise<{ taxonomy: EngineTaxonomy; digest: string }> {
  const parents = async (table: 'industry' | 'region') => {
    const rows = (await db.query(
      `SELECT code, parent_code AS parent FROM ${table} ORDER BY code COLLATE "C"`,
    )) as Array<{ code: string; parent: string | null }>;
    return new Map(rows.map((row) => [row.code, row.parent]));
  };
  const [industries, regions] = await Promise.all([parents('industry'), parents('region')]);
  return {
    taxonomy: {
      industryParent: (code) => industries.get(code) ?? null,
      regionParent: (code) => regions.get(code) ?? null,
    },
    digest: digestOf([[...industries], [...regions]]),
  };
}
