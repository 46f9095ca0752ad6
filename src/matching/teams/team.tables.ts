import { COVER_RULES, EVIDENCE_KINDS, GRADES, KINDS, LANGUAGE_COVER, REGION_COVER, ROLES } from './cover.rules.js';
import { fieldFactor, saturation } from './cover.js';
import type { Need } from './needs.js';
import { strengthOf } from './team.relaxation.js';
import { MOST_COVER } from './team.model.js';

/** Evidence of a kind counts up to so many pieces: 8 of them are 0.996 of all. */
export const MOST_EVIDENCE = 8;

/** The strongest cover, as `-ln(1 - degree)`. */
export const MOST_STRENGTH = strengthOf(MOST_COVER);

/**
 * The rules of one need as sums: what each part of a profile adds to `-ln(1 - degree)`, by level of nearness. Independent
 * chances multiply what is left open, so their logarithms add, and a pool is placed without a logarithm per person.
 */
export interface NeedTable {
  kind: Float64Array;
  /** Kinds of evidence that count, and the strength of 0 to 8 pieces of each: `k * (MOST_EVIDENCE + 1) + count`. */
  evidenceKinds: number[];
  evidence: Float64Array;
  /** By a skill that names the need; 0 where none can. */
  skill: number;
  /** By the grade: none, junior, intermediate, senior. */
  grade: Float64Array;
  /** The role as a bit, and its strength. */
  role: number;
  roleStrength: number;
}

export const roleBits = (roles: readonly string[]): number => roles.reduce((bits, role) => bits | (1 << ROLES.indexOf(role as (typeof ROLES)[number])), 0);

/** Table of a need at each nearness; null for REGION and LANGUAGE, which follow from lists. */
export function needTables(need: Need, nearness: readonly number[]): NeedTable[] | null {
  if (need.code === 'REGION' || need.code === 'LANGUAGE') return null;
  const rule = COVER_RULES[need.code];
  return nearness.map((near) => {
    const factor = rule.field ? fieldFactor(near) : 1;
    const strength = (chance: number) => strengthOf(chance * factor);
    const evidenceKinds = EVIDENCE_KINDS.flatMap((kind, i) => (rule.evidence?.[kind] ? [i] : []));
    return {
      kind: Float64Array.from(KINDS, (kind) => strength(rule.kind[kind] ?? 0)),
      evidenceKinds,
      evidence: Float64Array.from(evidenceKinds.flatMap((i) => Array.from({ length: MOST_EVIDENCE + 1 }, (_, count) => strength(rule.evidence![EVIDENCE_KINDS[i]!]! * saturation(count))))),
      skill: strength(rule.skill ?? 0),
      grade: Float64Array.from({ length: GRADES.length + 1 }, (_, grade) => strength(((rule.grade ?? 0) * grade) / GRADES.length)),
      role: rule.role ? roleBits([rule.role[0]]) : 0,
      roleStrength: strength(rule.role?.[1] ?? 0),
    };
  });
}

export const REGION_STRENGTH = { none: 0, anywhere: strengthOf(REGION_COVER.anywhere), province: strengthOf(REGION_COVER.province), prefecture: strengthOf(REGION_COVER.prefecture) };
export const LANGUAGE_STRENGTH = strengthOf(LANGUAGE_COVER);
