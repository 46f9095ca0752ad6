import type { AchievementFacts, Need } from './needs.js';
import {
  COVER_RULES,
  EVIDENCE_KINDS,
  GRADES,
  LANGUAGE_COVER,
  NEARNESS,
  NO_INDUSTRY,
  OUTSIDE_FIELD,
  REGION_COVER,
  type EvidenceKind,
  type Grade,
  type Kind,
  type Role,
} from './cover.rules.js';
import { TEAM_NEEDS, type TeamBringing, type TeamNeed } from './team.codes.js';
import { MAX_COVER } from './team.model.js';

/** The facts about a talent that team building reads. */
export interface TeamTalent {
  id: string;
  kind: Kind;
  roles: readonly Role[];
  grade: Grade | null;
  /** Number of evidence items by kind. */
  evidence: Partial<Record<EvidenceKind, number>>;
  /** Needs (such as PILOT_SCALE) that the texts of the talent's profile mention, found by `needsNamed`. */
  skills: readonly TeamNeed[];
  /** Per industry of the talent: the codes on the path from the section down to it. */
  industries: ReadonlyArray<readonly string[]>;
  /**
   * Per region of the talent: the codes on the path from the province down to it; no regions means available anywhere.
   */
  regions: ReadonlyArray<readonly string[]>;
  /** Language codes, ISO 639-1. */
  languages: readonly string[];
  daysPerMonth: number | null;
  /** First day on which the talent is available, in days since 1970-01-01; null means now. */
  availableFrom: number | null;
  /** Keys of joint work in the past: two talents with a key in common have worked together. */
  ties: readonly string[];
}

/** Reason why a talent covers a need: a part of the profile, with its code or count. */
export interface Bringing {
  by: TeamBringing;
  /** Code of the part: evidence kind, industry, region, language, kind of talent, grade or role; null for SKILL. */
  value: string | null;
  /** With EVIDENCE: the number of items; otherwise null. */
  count: number | null;
}

export interface Cover {
  /** Degree of cover, 0 to 0.95. */
  degree: number;
  by: Bringing[];
}

/**
 * Needs of which the texts contain one of the words of the need's cover rule, ignoring case; REGION and LANGUAGE have
 * no words and are never among them.
 */
export function needsNamed(texts: readonly string[]): TeamNeed[] {
  const text = texts.join('\n').toLowerCase();
  return TEAM_NEEDS.filter(
    (need) => need !== 'REGION' && need !== 'LANGUAGE' && COVER_RULES[need].words?.some((word) => text.includes(word)),
  );
}

/** Share, from 0 to 1, of an evidence kind's maximum probability that `count` items reach. */
export const saturation = (count: number): number => 1 - 0.5 ** count;

/**
 * Nearness, from 0 to 1, of a talent's industries to the achievement's, with the deepest code shared; NO_INDUSTRY if
 * either names none.
 */
export function nearness(
  own: ReadonlyArray<readonly string[]>,
  theirs: ReadonlyArray<readonly string[]>,
): { value: number; code: string | null } {
  if (own.length === 0 || theirs.length === 0) return { value: NO_INDUSTRY, code: null };
  let shared = 0;
  let code: string | null = null;
  for (const a of own) {
    for (const b of theirs) {
      let depth = 0;
      while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1;
      // Only levels present in both paths count: a talent who names only a division shares two levels with a class
      // in it.
      if (depth > shared) [shared, code] = [depth, a[depth - 1]!];
    }
  }
  return { value: NEARNESS[Math.min(shared, NEARNESS.length - 1)]!, code };
}

/** Share, from 0 to 1, of a talent's industry-dependent experience that counts at this nearness of industries. */
export const fieldFactor = (near: number): number => OUTSIDE_FIELD + (1 - OUTSIDE_FIELD) * near;

/**
 * Degree, from 0 to MAX_COVER, to which a talent covers a need of an achievement, with the parts of the profile that
 * are the reasons.
 */
export function coverOf(talent: TeamTalent, need: Need, facts: AchievementFacts): Cover {
  if (need.code === 'REGION') return regionCover(talent, facts.region);
  if (need.code === 'LANGUAGE') {
    return talent.languages.includes(need.key!)
      ? { degree: LANGUAGE_COVER, by: [{ by: 'LANGUAGE', value: need.key, count: null }] }
      : { degree: 0, by: [] };
  }
  const rule = COVER_RULES[need.code];
  const near = nearness(talent.industries, facts.industries);
  const factor = rule.field ? fieldFactor(near.value) : 1;
  const by: Bringing[] = [];
  let open = 1;
  const take = (chance: number, bringing: Bringing) => {
    if (chance <= 0) return;
    open *= 1 - chance * factor;
    by.push(bringing);
  };
  take(rule.kind[talent.kind] ?? 0, { by: 'KIND', value: talent.kind, count: null });
  for (const kind of EVIDENCE_KINDS) {
    const count = talent.evidence[kind] ?? 0;
    take((rule.evidence?.[kind] ?? 0) * saturation(count), { by: 'EVIDENCE', value: kind, count });
  }
  if (talent.skills.includes(need.code)) take(rule.skill ?? 0, { by: 'SKILL', value: null, count: null });
  if (talent.grade !== null)
    take(((rule.grade ?? 0) * (GRADES.indexOf(talent.grade) + 1)) / GRADES.length, {
      by: 'GRADE',
      value: talent.grade,
      count: null,
    });
  if (rule.role && talent.roles.includes(rule.role[0]))
    take(rule.role[1], { by: 'ROLE', value: rule.role[0], count: null });
  if (by.length > 0 && rule.field && near.code !== null) by.push({ by: 'INDUSTRY', value: near.code, count: null });
  return { degree: Math.min(MAX_COVER, 1 - open), by };
}

function regionCover({ regions }: TeamTalent, where: readonly string[]): Cover {
  if (regions.length === 0) return { degree: REGION_COVER.anywhere, by: [{ by: 'REGION', value: null, count: null }] };
  let degree = 0;
  let value: string | null = null;
  for (const region of regions) {
    if (region[0] === undefined || region[0] !== where[0]) continue;
    const same = region.length === where.length && region.at(-1) === where.at(-1);
    const covered = same ? REGION_COVER.prefecture : REGION_COVER.province;
    if (covered > degree) [degree, value] = [covered, region.at(-1)!];
  }
  return { degree, by: degree > 0 ? [{ by: 'REGION', value, count: null }] : [] };
}

/**
 * FULL_DAYS: days per month from which a talent counts as fully available. TOO_LATE_DAYS: days of waiting from which a
 * talent counts as not available.
 */
const FULL_DAYS = 10;
const TOO_LATE_DAYS = 180;

/**
 * Availability of a talent on a day, from 0 to 1, by days per month and first available day; a talent who declares no
 * days per month counts one half.
 */
export function availabilityOf(
  { daysPerMonth, availableFrom }: Pick<TeamTalent, 'daysPerMonth' | 'availableFrom'>,
  asOf: number,
): number {
  const days = daysPerMonth === null ? 0.5 : Math.min(1, daysPerMonth / FULL_DAYS);
  const wait = availableFrom === null ? 0 : Math.max(0, availableFrom - asOf);
  return days * Math.max(0, 1 - wait / TOO_LATE_DAYS);
}
