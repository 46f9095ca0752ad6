import { CodesIndex, type Common } from './codes.index.js';
import { scoreOf, termsOf } from './codes.score.js';
import { grown, Slab } from './columns.js';
import type { Evidence, MatchItem, RankOptions, Ranking } from './result.types.js';
import type { MatchModel, TalentModel } from './model.js';
import { Words, type EngineTaxonomy } from './taxonomy.js';
import type { Day, Opportunity, MatchTalent } from './types.js';

export const TALENT_TERMS = ['INDUSTRY', 'TEXT', 'REGION', 'LANGUAGES', 'EVIDENCE', 'AVAILABILITY', 'GRADE'] as const;
type TalentTerm = (typeof TALENT_TERMS)[number];

/** Filter on talents: a talent passes if each given list contains at least one of the talent's values. */
export interface TalentFilter {
  readonly kinds?: readonly string[];
  readonly roles?: readonly string[];
}

const NO_DAY = -2_147_483_648;
const QUARTER_DAYS = 91.3125;
/** Cap of the waiting penalty, in quarters. */
const LONGEST_WAIT = 8;
/**
 * Value of the region term, as a share of a full match, for a talent without declared regions if the opportunity names
 * one: such a talent is available anywhere.
 */
const ANYWHERE = 0.5;

interface SoughtTalent extends Common {
  readonly opportunity: Opportunity;
  readonly languages: number;
}

/**
 * Index of all talents of a pool: ranks the talents that fit an achievement. Pure: no I/O, no clock; the caller passes
 * the day.
 */
export class TalentIndex extends CodesIndex<MatchTalent, SoughtTalent> {
  private readonly model: TalentModel;
  private readonly languages = new Words();
  private readonly kinds = new Words();
  private readonly roles = new Words();
  private readonly grades = new Words();
  private readonly evidenceKinds = new Words();
  /**
   * Per row: contribution of the evidence term (`evidenceValue`) and of the manager grade (`gradeValue`), which do not
   * depend on the opportunity.
   */
  private evidenceValue = new Float32Array(0);
  private gradeValue = new Float32Array(0);
  private verified = new Uint8Array(0);
  private days = new Float32Array(0);
  private from = new Int32Array(0);
  private spoken = new Int32Array(0);
  private kind = new Uint8Array(0);
  private roleBits = new Int32Array(0);
  private grade = new Int32Array(0);
  /** Per row: a list of triples (evidence kind, number of items, latest year or 0 if unknown). */
  private readonly evidence = new Slab();

  constructor(taxonomy: EngineTaxonomy, model: MatchModel) {
    super(taxonomy);
    this.model = model.talent;
  }

  protected reserve(length: number): void {
    if (this.live.length >= length) return;
    const capacity = Math.max(16, length, this.live.length * 2);
    this.live = grown(this.live, capacity);
    this.evidenceValue = grown(this.evidenceValue, capacity);
    this.gradeValue = grown(this.gradeValue, capacity);
    this.verified = grown(this.verified, capacity);
    this.days = grown(this.days, capacity);
    this.from = grown(this.from, capacity);
    this.spoken = grown(this.spoken, capacity);
    this.kind = grown(this.kind, capacity);
    this.roleBits = grown(this.roleBits, capacity);
    this.grade = grown(this.grade, capacity);
  }

  protected write(row: number, record: MatchTalent): void {
    const { weights } = this.model;
    const pieces = new Map<string, { count: number; latest: number }>();
    for (const { kind, year } of record.evidence) {
      const held = pieces.get(kind) ?? { count: 0, latest: 0 };
      pieces.set(kind, { count: held.count + 1, latest: Math.max(held.latest, year ?? 0) });
    }
    const kinds = [...pieces].sort(([a], [b]) => (a < b ? -1 : 1));
    let value = record.verified ? weights.verified : 0;
    for (const [kind, { count }] of kinds)
      value += weights.evidence * (weights.evidenceKinds[kind] ?? 1) * Math.log1p(count);
    this.evidenceValue[row] = value;
    this.evidence.set(
      row,
      kinds.flatMap(([kind, { count, latest }]) => [this.evidenceKinds.number(kind), count, latest]),
    );
    this.verified[row] = record.verified ? 1 : 0;
    this.gradeValue[row] = record.managerGrade === null ? 0 : (weights.grade[record.managerGrade] ?? 0);
    this.grade[row] = record.managerGrade === null ? -1 : this.grades.number(record.managerGrade);
    this.days[row] = record.daysPerMonth ?? -1;
    this.from[row] = record.availableFrom ?? NO_DAY;
    this.spoken[row] = bits(record.languages, this.languages);
    this.kind[row] = this.kinds.number(record.kind);
    this.roleBits[row] = bits(record.roles, this.roles);
  }

  protected make(opportunity: Opportunity): SoughtTalent {
    return { ...this.common(opportunity), opportunity, languages: bits(opportunity.languages, this.languages) };
  }

  /**
   * The best talents for an opportunity that pass the filter on kinds and roles, with reasons unless `options.reasons`
   * is false.
   */
  rank(opportunity: Opportunity, options: RankOptions & TalentFilter): Ranking {
    const sought = this.prepare(opportunity);
    const { weights } = this.model;
    const kinds = options.kinds && new Set(options.kinds.map((kind) => this.kinds.find(kind)));
    const roles = options.roles && bits(options.roles, this.roles);
    return this.rankBy(
      options,
      [],
      (sums, end) => {
        this.addAlong(sums, this.byIndustry, sought.industries, weights.industry);
        this.addAlong(sums, this.byRegion, sought.regions, weights.region);
        if (sought.text) this.text.addTo(sums, sought.text, weights.text);
        for (let row = 0; row < end; row += 1) {
          if (this.live[row] === 0) continue;
          if ((kinds && !kinds.has(this.kind[row]!)) || (roles !== undefined && (roles & this.roleBits[row]!) === 0)) {
            sums[row] = Number.NEGATIVE_INFINITY;
            this.closed += 1;
            continue;
          }
          sums[row]! +=
            this.anywhere(row, sought) +
            this.language(row, sought) +
            this.evidenceValue[row]! +
            this.availability(row, options.asOf) +
            this.gradeValue[row]!;
        }
      },
      (row) => this.contributions(row, sought, options.asOf),
      (row) => this.item(row, sought, options.asOf),
    );
  }

  /** The match of one talent, identical to the one in `rank`; null if the talent is unknown. */
  scorePair(id: string, opportunity: Opportunity, asOf: Day): MatchItem | null {
    const row = this.rows.row(id);
    return row === undefined ? null : this.item(row, this.prepare(opportunity), asOf);
  }

  /** Score of one talent, without the terms that make it up; null if the talent is unknown. */
  score(id: string, opportunity: Opportunity, asOf: Day): number | null {
    const row = this.rows.row(id);
    return row === undefined ? null : scoreOf(this.contributions(row, this.prepare(opportunity), asOf));
  }

  private anywhere(row: number, sought: SoughtTalent): number {
    return sought.regions.length > 0 && this.regionless(row) ? this.model.weights.region * ANYWHERE : 0;
  }

  private language(row: number, sought: SoughtTalent): number {
    return (sought.languages & this.spoken[row]!) !== 0 ? this.model.weights.languages : 0;
  }

  private wait(row: number, asOf: Day): number {
    return this.from[row] === NO_DAY ? 0 : Math.max(0, this.from[row]! - asOf);
  }

  private availability(row: number, asOf: Day): number {
    const { weights } = this.model;
    return (
      (this.days[row]! < 0 ? 0 : (weights.availability * this.days[row]!) / 30) +
      weights.wait * Math.min(LONGEST_WAIT, this.wait(row, asOf) / QUARTER_DAYS)
    );
  }

  private contributions(row: number, sought: SoughtTalent, asOf: Day): number[] {
    const { weights } = this.model;
    return [
      weights.industry * this.along(this.byIndustry, sought.industries, row),
      weights.text * this.similarity(row, sought.text).similarity,
      weights.region * this.along(this.byRegion, sought.regions, row) + this.anywhere(row, sought),
      this.language(row, sought),
      this.evidenceValue[row]!,
      this.availability(row, asOf),
      this.gradeValue[row]!,
    ];
  }

  private item(row: number, sought: SoughtTalent, asOf: Day): MatchItem {
    const contributions = this.contributions(row, sought, asOf);
    return {
      id: this.rows.id(row)!,
      score: scoreOf(contributions),
      terms: termsOf(TALENT_TERMS, contributions, (code) => this.evidenceOf(code, row, sought, asOf)),
    };
  }

  private evidenceOf(code: TalentTerm, row: number, sought: SoughtTalent, asOf: Day): Evidence {
    const codes = this.codesOf(row);
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
          declared: codes.regions.length === 0 ? null : codes.regions,
        };
      case 'TEXT':
        return { code, ...this.similarity(row, sought.text) };
      case 'LANGUAGES':
        return {
          code,
          sought: sought.opportunity.languages,
          shared: sought.opportunity.languages.filter(
            (language) => (bits([language], this.languages) & this.spoken[row]!) !== 0,
          ),
        };
      case 'EVIDENCE': {
        const list = this.evidence.get(row);
        const kinds = Array.from({ length: list.length / 3 }, (_, i) => ({
          kind: this.evidenceKinds.word(list[3 * i]!),
          count: list[3 * i + 1]!,
          latest: list[3 * i + 2]! || null,
        }));
        return { code, kinds, verified: this.verified[row] === 1 };
      }
      case 'AVAILABILITY':
        return {
          code,
          daysPerMonth: this.days[row]! < 0 ? null : this.days[row]!,
          availableFrom: this.from[row] === NO_DAY ? null : this.from[row]!,
          waitDays: this.wait(row, asOf),
        };
      case 'GRADE':
        return { code, grade: this.grades.word(this.grade[row]!) };
    }
  }
}

/** Encodes a set of words as a bit mask of 31 bits; all words after the thirtieth share the last bit. */
function bits(words: readonly string[], vocabulary: Words): number {
  let result = 0;
  for (const word of words) result |= 1 << Math.min(30, vocabulary.number(word));
  return result;
}

export const createTalentIndex = (taxonomy: EngineTaxonomy, model: MatchModel): TalentIndex =>
  new TalentIndex(taxonomy, model);
