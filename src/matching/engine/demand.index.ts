import { CodesIndex, type Common } from './codes.index.js';
import { scoreOf, termsOf } from './codes.score.js';
import { grown } from './columns.js';
import type { Evidence, MatchItem, RankOptions, Ranking } from './result.types.js';
import type { DemandModel, MatchModel } from './model.js';
import type { EngineTaxonomy } from './taxonomy.js';
import type { Day, MatchDemand, Opportunity } from './types.js';

export const DEMAND_TERMS = ['INDUSTRY', 'TEXT', 'REGION', 'TRL', 'BUDGET', 'DEADLINE'] as const;
type DemandTerm = (typeof DEMAND_TERMS)[number];

const NO_DAY = 2_147_483_647;
const YEAR_DAYS = 365;
/**
 * Cap of the distance by which a penalty is multiplied: budget shortfall in natural logs of the amount, or missing TRL
 * levels.
 */
const FARTHEST = 3;

interface SoughtDemand extends Common {
  readonly opportunity: Opportunity;
  /** Minimum amount sought, as ln CNY; null if unknown. */
  readonly amount: number | null;
}

/**
 * Index of all open demands of a pool: ranks the demands that fit an achievement. Pure: no I/O, no clock; the caller
 * passes the day.
 */
export class DemandIndex extends CodesIndex<MatchDemand, SoughtDemand> {
  private readonly model: DemandModel;
  private trl = new Uint8Array(0);
  /** Budget range in CNY; NaN if unknown. */
  private budgetMin = new Float32Array(0);
  private budgetMax = new Float32Array(0);
  private deadline = new Int32Array(0);

  constructor(taxonomy: EngineTaxonomy, model: MatchModel) {
    super(taxonomy);
    this.model = model.demand;
  }

  protected reserve(length: number): void {
    if (this.live.length >= length) return;
    const capacity = Math.max(16, length, this.live.length * 2);
    this.live = grown(this.live, capacity);
    this.trl = grown(this.trl, capacity);
    this.budgetMin = grown(this.budgetMin, capacity);
    this.budgetMax = grown(this.budgetMax, capacity);
    this.deadline = grown(this.deadline, capacity);
  }

  protected write(row: number, record: MatchDemand): void {
    this.trl[row] = record.requiredTrl ?? 0;
    this.budgetMin[row] = record.budgetMin ?? NaN;
    this.budgetMax[row] = record.budgetMax ?? NaN;
    this.deadline[row] = record.deadline ?? NO_DAY;
  }

  protected make(opportunity: Opportunity): SoughtDemand {
    const least = opportunity.amount?.min ?? opportunity.amount?.max ?? null;
    return { ...this.common(opportunity), opportunity, amount: least !== null && least > 0 ? Math.log(least) : null };
  }

  /**
   * The best open demands for an achievement, with reasons. Demands past their deadline or of the achievement's own
   * organisation are excluded.
   */
  rank(opportunity: Opportunity, options: RankOptions): Ranking {
    const sought = this.prepare(opportunity);
    const { weights } = this.model;
    return this.rankBy(
      options,
      sought.organisation < 0 ? [] : this.byOrganisation.of(sought.organisation),
      (sums, end) => {
        this.addAlong(sums, this.byIndustry, sought.industries, weights.industry);
        this.addAlong(sums, this.byRegion, sought.regions, weights.region);
        if (sought.text) this.text.addTo(sums, sought.text, weights.text);
        for (let row = 0; row < end; row += 1) {
          if (this.live[row] === 0) continue;
          if (this.deadline[row]! < options.asOf) {
            sums[row] = Number.NEGATIVE_INFINITY;
            this.closed += 1;
          } else sums[row]! += this.readiness(row, sought) + this.budget(row, sought) + this.urgency(row, options.asOf);
        }
      },
      (row) => this.contributions(row, sought, options.asOf),
      (row) => this.item(row, sought, options.asOf),
    );
  }

  /**
   * The match of one demand, identical to the one in `rank`; null if the demand is unknown, past its deadline or of the
   * same organisation.
   */
  scorePair(id: string, opportunity: Opportunity, asOf: Day): MatchItem | null {
    return this.pair(id, opportunity, asOf, (row, sought) => this.item(row, sought, asOf));
  }

  /**
   * Score of one demand, without the terms that make it up; null if the demand is unknown, past its deadline or of the
   * achievement's own organisation.
   */
  score(id: string, opportunity: Opportunity, asOf: Day): number | null {
    return this.pair(id, opportunity, asOf, (row, sought) => scoreOf(this.contributions(row, sought, asOf)));
  }

  private pair<T>(
    id: string,
    opportunity: Opportunity,
    asOf: Day,
    give: (row: number, sought: SoughtDemand) => T,
  ): T | null {
    const row = this.rows.row(id);
    if (row === undefined || this.deadline[row]! < asOf) return null;
    const sought = this.prepare(opportunity);
    return sought.organisation >= 0 && this.organisation(row) === sought.organisation ? null : give(row, sought);
  }

  private readiness(row: number, sought: SoughtDemand): number {
    const { trl } = sought.opportunity;
    if (trl === null || this.trl[row] === 0) return 0;
    const lacking = this.trl[row]! - trl;
    return lacking <= 0 ? this.model.weights.trl[0] : this.model.weights.trl[1] * Math.min(FARTHEST, lacking);
  }

  private most(row: number): number {
    return Number.isNaN(this.budgetMax[row]!) ? this.budgetMin[row]! : this.budgetMax[row]!;
  }

  private budget(row: number, sought: SoughtDemand): number {
    const most = this.most(row);
    if (sought.amount === null || !(most > 0)) return 0;
    const short = sought.amount - Math.log(most);
    return short <= 0 ? this.model.weights.budget[0] : this.model.weights.budget[1] * Math.min(FARTHEST, short);
  }

  private urgency(row: number, asOf: Day): number {
    return this.deadline[row] === NO_DAY
      ? 0
      : this.model.weights.deadline * Math.max(0, 1 - (this.deadline[row]! - asOf) / YEAR_DAYS);
  }

  private contributions(row: number, sought: SoughtDemand, asOf: Day): number[] {
    const { weights } = this.model;
    return [
      weights.industry * this.along(this.byIndustry, sought.industries, row),
      weights.text * this.similarity(row, sought.text).similarity,
      weights.region * this.along(this.byRegion, sought.regions, row),
      this.readiness(row, sought),
      this.budget(row, sought),
      this.urgency(row, asOf),
    ];
  }

  private item(row: number, sought: SoughtDemand, asOf: Day): MatchItem {
    const contributions = this.contributions(row, sought, asOf);
    return {
      id: this.rows.id(row)!,
      score: scoreOf(contributions),
      terms: termsOf(DEMAND_TERMS, contributions, (code) => this.evidenceOf(code, row, sought, asOf)),
    };
  }

  private evidenceOf(code: DemandTerm, row: number, sought: SoughtDemand, asOf: Day): Evidence {
    const codes = this.codesOf(row);
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    switch (code) {
      case 'INDUSTRY':
        return {
          code,
          ...this.farthest(this.industries, this.byIndustry, sought.industries, row),
          investments: 0,
          of: 0,
          latest: null,
          declared: codes.industries,
        };
      case 'REGION':
        return {
          code,
          ...this.farthest(this.regions, this.byRegion, sought.regions, row),
          investments: 0,
          of: 0,
          latest: null,
          declared: codes.regions,
        };
      case 'TEXT':
        return { code, ...this.similarity(row, sought.text) };
      case 'TRL':
        return {
          code,
          sought: sought.opportunity.trl!,
          min: this.trl[row]!,
          max: 9,
          outside: Math.max(0, this.trl[row]! - sought.opportunity.trl!),
        };
      case 'BUDGET':
        return {
          code,
          sought: Math.exp(sought.amount!),
          budgetMin: known(this.budgetMin[row]!),
          budgetMax: known(this.budgetMax[row]!),
          meets: sought.amount! <= Math.log(this.most(row)),
        };
      case 'DEADLINE':
        return { code, deadline: this.deadline[row]!, daysLeft: this.deadline[row]! - asOf };
    }
  }
}

export const createDemandIndex = (taxonomy: EngineTaxonomy, model: MatchModel): DemandIndex =>
  new DemandIndex(taxonomy, model);
