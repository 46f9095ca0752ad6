import {
  EVIDENCE_KINDS,
  GRADES,
  KINDS,
  NEARNESS,
  NO_INDUSTRY,
  type EvidenceKind,
  type Grade,
  type Kind,
} from './cover.rules.js';
import { availabilityOf, nearness, type TeamTalent } from './cover.js';
import type { AchievementFacts, Need } from './needs.js';
import { TEAM_NEEDS } from './team.codes.js';
import {
  LANGUAGE_STRENGTH,
  MAX_EVIDENCE,
  MAX_STRENGTH,
  needTable,
  REGION_STRENGTH,
  roleBits,
  type NeedTable,
} from './team.tables.js';

/** Stored first available day of a talent who named none and is available now. */
const NOW = -0x80000000;

/** Stores equal lists only once and numbers them: many talents name the same industries, regions or languages. */
class Lists<T> {
  readonly all: T[] = [];
  private readonly places = new Map<string, number>();

  place(key: string, list: T): number {
    let at = this.places.get(key);
    if (at === undefined) {
      at = this.all.push(list) - 1;
      this.places.set(key, at);
    }
    return at;
  }
}

/**
 * How well every talent of the pool covers the needs of one achievement. The values in rows of removed talents mean
 * nothing.
 */
export interface PoolCovers {
  rows: number;
  width: number;
  /** Strength `-ln(1 - degree)` with which the talent in row r covers need n, at index `r * width + n`. */
  strength: Float64Array;
  /** Per row: sum over needs of weight × degree. */
  alone: Float64Array;
  availability: Float64Array;
}

/**
 * All talents who may be proposed for teams, as columns: one pass evaluates 100,000 of them against an achievement's
 * needs. Kept up to date with every change by this process; takes about 60 bytes per talent plus ids.
 */
export class TeamPool {
  private count = 0;
  private readonly rowOf = new Map<string, number>();
  private readonly free: number[] = [];
  private readonly industries = new Lists<ReadonlyArray<readonly string[]>>();
  private readonly regions = new Lists<ReadonlyArray<readonly string[]>>();
  private readonly languages = new Lists<readonly string[]>();
  /** By key of joint work in the past: the rows of all talents with that key, who have worked together. */
  private readonly tied = new Map<string, Set<number>>();
  private readonly tiesOf = new Map<number, readonly string[]>();
  private ids: Array<string | null> = [];
  private kind = new Uint8Array(0);
  private grade = new Uint8Array(0);
  private roles = new Uint8Array(0);
  private evidence = new Uint8Array(0);
  private skills = new Uint32Array(0);
  private days = new Int8Array(0);
  private from = new Int32Array(0);
  private industryList = new Uint32Array(0);
  private regionList = new Uint32Array(0);
  private languageList = new Uint32Array(0);
  private scratch = new Float64Array(0);

  get size(): number {
    return this.rowOf.size;
  }

  /** Number of rows, including those of removed talents. */
  get rows(): number {
    return this.count;
  }

  idOf(row: number): string | null {
    return this.ids[row] ?? null;
  }

  kindOf(row: number): Kind {
    return KINDS[this.kind[row]!]!;
  }

  rowOfId(id: string): number | undefined {
    return this.rowOf.get(id);
  }

  /** Rows of all talents in the pool, except those whose id `exclude` returns true for. */
  present(exclude?: (id: string) => boolean): Int32Array {
    const rows = new Int32Array(this.rowOf.size);
    let count = 0;
    for (let row = 0; row < this.count; row += 1) {
      const id = this.ids[row]!;
      if (id !== null && !exclude?.(id)) rows[count++] = row;
    }
    return rows.slice(0, count);
  }

  /** Inserts a talent or replaces the earlier record. */
  upsert(talent: TeamTalent): void {
    const before = this.rowOf.get(talent.id);
    const row = before ?? this.free.pop() ?? this.count++;
    if (before !== undefined) this.untie(row);
    this.reserve(row + 1);
    this.rowOf.set(talent.id, row);
    this.ids[row] = talent.id;
    this.kind[row] = KINDS.indexOf(talent.kind);
    this.grade[row] = talent.grade === null ? 0 : GRADES.indexOf(talent.grade) + 1;
    this.roles[row] = roleBits(talent.roles);
    EVIDENCE_KINDS.forEach(
      (kind, i) =>
        (this.evidence[row * EVIDENCE_KINDS.length + i] = Math.min(MAX_EVIDENCE, talent.evidence[kind] ?? 0)),
    );
    this.skills[row] = talent.skills.reduce((bits, need) => bits | (1 << TEAM_NEEDS.indexOf(need)), 0);
    this.days[row] = talent.daysPerMonth ?? -1;
    this.from[row] = talent.availableFrom ?? NOW;
    const leaves = (paths: ReadonlyArray<readonly string[]>) => paths.map((path) => path.at(-1)).join(' ');
    this.industryList[row] = this.industries.place(leaves(talent.industries), talent.industries);
    this.regionList[row] = this.regions.place(leaves(talent.regions), talent.regions);
    this.languageList[row] = this.languages.place(talent.languages.join(' '), talent.languages);
    if (talent.ties.length > 0) this.tiesOf.set(row, talent.ties);
    for (const tie of talent.ties) {
      const rows = this.tied.get(tie);
      if (rows) rows.add(row);
      else this.tied.set(tie, new Set([row]));
    }
  }

  remove(id: string): void {
    const row = this.rowOf.get(id);
    if (row === undefined) return;
    this.untie(row);
    this.rowOf.delete(id);
    this.ids[row] = null;
    this.free.push(row);
  }

  /** The talent in a row as it was inserted, except that evidence counts are capped at eight per kind. */
  talentAt(row: number): TeamTalent {
    const bits = <T>(all: readonly T[], mask: number) => all.filter((_, i) => (mask >>> i) & 1);
    return {
      id: this.ids[row]!,
      kind: this.kindOf(row),
      grade: this.grade[row] === 0 ? null : (GRADES[this.grade[row]! - 1] as Grade),
      roles: bits(['FOUNDER', 'ADVISER', 'TECHNOLOGY_MANAGER'] as const, this.roles[row]!),
      evidence: Object.fromEntries(
        EVIDENCE_KINDS.map((kind, i) => [kind, this.evidence[row * EVIDENCE_KINDS.length + i]!]),
      ) as Record<EvidenceKind, number>,
      skills: bits(TEAM_NEEDS, this.skills[row]!),
      industries: this.industries.all[this.industryList[row]!]!,
      regions: this.regions.all[this.regionList[row]!]!,
      languages: this.languages.all[this.languageList[row]!]!,
      daysPerMonth: this.days[row] === -1 ? null : this.days[row]!,
      availableFrom: this.from[row] === NOW ? null : this.from[row]!,
      ties: this.tiesOf.get(row) ?? [],
    };
  }

  /** Rows of all talents with whom the talent in this row has worked before, ascending. */
  partnersOf(row: number): number[] {
    const partners = new Set<number>();
    for (const tie of this.tiesOf.get(row) ?? [])
      for (const other of this.tied.get(tie) ?? []) if (other !== row) partners.add(other);
    return [...partners].sort((a, b) => a - b);
  }

  /**
   * Upper bound, per row, on the number of talents with whom the row's talent has worked: cheaper than exact sets, and
   * enough for a bound on team values.
   */
  mostPartners(): Uint32Array {
    const most = new Uint32Array(this.count);
    for (const [row, ties] of this.tiesOf) for (const tie of ties) most[row]! += this.tied.get(tie)!.size - 1;
    return most;
  }

  /** Computes how well all talents cover the needs of an achievement. The result is overwritten by the next call. */
  covers(needs: readonly Need[], facts: AchievementFacts, asOf: number): PoolCovers {
    const width = needs.length;
    const rows = this.count;
    if (this.scratch.length < rows * width) this.scratch = new Float64Array(rows * width);
    const strength = this.scratch;
    const nearnesses = [...NEARNESS, NO_INDUSTRY];
    const level = Uint8Array.from(this.industries.all, (list) =>
      nearnesses.indexOf(nearness(facts.industries, list).value),
    );
    const levels = new Uint8Array(rows);
    for (let row = 0; row < rows; row += 1) levels[row] = level[this.industryList[row]!]!;
    const alone = new Float64Array(rows);
    needs.forEach((need, n) => {
      const table = needTable(need, nearnesses);
      if (table !== null) this.addCovers(table, 1 << TEAM_NEEDS.indexOf(need.code), levels, strength, width, n);
      else {
        const { of, values } = this.listStrength(need, facts);
        for (let row = 0; row < rows; row += 1) strength[row * width + n] = values[of[row]!]!;
      }
    });
    const weights = needs.map(({ weight }) => weight);
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      for (let n = 0; n < width; n += 1) {
        const one = strength[row * width + n]!;
        if (one > 0) sum += weights[n]! * (1 - Math.exp(-one));
      }
      alone[row] = sum;
    }
    const availability = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      availability[row] = availabilityOf(
        {
          daysPerMonth: this.days[row] === -1 ? null : this.days[row]!,
          availableFrom: this.from[row] === NOW ? null : this.from[row]!,
        },
        asOf,
      );
    }
    return { rows, width, strength, alone, availability };
  }

  /**
   * Writes the strengths with which all talents cover one need. Columns are copied to local variables, because this
   * loop dominates the running time.
   */
  private addCovers(
    table: NeedTable,
    bit: number,
    levels: Uint8Array,
    strength: Float64Array,
    width: number,
    n: number,
  ): void {
    const { kind, grade, roles, evidence, skills } = this;
    const { evidenceKinds, role } = table;
    const kinds = EVIDENCE_KINDS.length;
    const counted = evidenceKinds.length;
    for (let row = 0; row < levels.length; row += 1) {
      const level = levels[row]!;
      let sum =
        table.kind[level * KINDS.length + kind[row]!]! + table.grade[level * (GRADES.length + 1) + grade[row]!]!;
      for (let k = 0; k < counted; k += 1) {
        const count = evidence[row * kinds + evidenceKinds[k]!]!;
        if (count > 0) sum += table.evidence[(level * counted + k) * (MAX_EVIDENCE + 1) + count]!;
      }
      if ((skills[row]! & bit) !== 0) sum += table.skill[level]!;
      if ((roles[row]! & role) !== 0) sum += table.roleStrength[level]!;
      strength[row * width + n] = sum > MAX_STRENGTH ? MAX_STRENGTH : sum;
    }
  }

  /**
   * Strength, for every distinct list of regions or languages that talents of the pool declare, with which the list
   * covers the need REGION or LANGUAGE; `of` gives the list's number per row.
   */
  private listStrength(need: Need, facts: AchievementFacts): { of: Uint32Array; values: Float64Array } {
    if (need.code === 'LANGUAGE')
      return {
        of: this.languageList,
        values: Float64Array.from(this.languages.all, (list) => (list.includes(need.key!) ? LANGUAGE_STRENGTH : 0)),
      };
    const values = Float64Array.from(this.regions.all, (list) => {
      if (list.length === 0) return REGION_STRENGTH.anywhere;
      const near = list.filter((path) => path[0] !== undefined && path[0] === facts.region[0]);
      if (near.some((path) => path.length === facts.region.length && path.at(-1) === facts.region.at(-1)))
        return REGION_STRENGTH.prefecture;
      return near.length > 0 ? REGION_STRENGTH.province : REGION_STRENGTH.none;
    });
    return { of: this.regionList, values };
  }

  private untie(row: number): void {
    for (const tie of this.tiesOf.get(row) ?? []) {
      const rows = this.tied.get(tie);
      rows?.delete(row);
      if (rows?.size === 0) this.tied.delete(tie);
    }
    this.tiesOf.delete(row);
  }

  private reserve(rows: number): void {
    if (this.kind.length >= rows) return;
    const room = Math.max(rows, this.kind.length * 2, 1024);
    const grown = <A extends Uint8Array | Uint32Array | Int8Array | Int32Array>(old: A, made: A): A => {
      made.set(old as never);
      return made;
    };
    this.kind = grown(this.kind, new Uint8Array(room));
    this.grade = grown(this.grade, new Uint8Array(room));
    this.roles = grown(this.roles, new Uint8Array(room));
    this.evidence = grown(this.evidence, new Uint8Array(room * EVIDENCE_KINDS.length));
    this.skills = grown(this.skills, new Uint32Array(room));
    this.days = grown(this.days, new Int8Array(room));
    this.from = grown(this.from, new Int32Array(room));
    this.industryList = grown(this.industryList, new Uint32Array(room));
    this.regionList = grown(this.regionList, new Uint32Array(room));
    this.languageList = grown(this.languageList, new Uint32Array(room));
  }
}
