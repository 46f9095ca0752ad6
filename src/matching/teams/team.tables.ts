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
 * The rules of one need as sums: what each part of a profile adds to `-ln(1 - degree)`, level of nearness by level.
 * Independent chances multiply what is left open, so their logarithms add, and a pool is placed without a logarithm per
 * person.
 */
export interface NeedTable {
  /** `level * 3 + kind`. */
  kind: Float64Array;
  /** Kinds of evidence that count, and the strength of 0 to 8 pieces of each: `(level * kinds + k) * (MOST_EVIDENCE + 1) + count`. */
  evidenceKinds: number[];
  evidence: Float64Array;
  /** By level, by a skill that names the need; 0 where none can. */
  skill: Float64Array;
  /** By the grade: none, junior, intermediate, senior: `level * 4 + grade`. */
  grade: Float64Array;
  /** The role as a bit, and its strength by level. */
  role: number;
  roleStrength: Float64Array;
}

export const roleBits = (roles: readonly string[]): number =>
  roles.reduce((bits, role) => bits | (1 << ROLES.indexOf(role as (typeof ROLES)[number])), 0);

/** The table of a need for these levels of nearness; null for REGION and LANGUAGE, which follow from lists. */
export function needTable(need: Need, nearness: readonly number[]): NeedTable | null {
  if (need.code === 'REGION' || need.code === 'LANGUAGE') return null;
  const rule = COVER_RULES[need.code];
  const evidenceKinds = EVIDENCE_KINDS.flatMap((kind, i) => (rule.evidence?.[kind] ? [i] : []));
  const byLevel = (chances: readonly number[]) =>
    Float64Array.from(
      nearness.flatMap((near) => chances.map((chance) => strengthOf(chance * (rule.field ? fieldFactor(near) : 1)))),
    );
  return {
    kind: byLevel(KINDS.map((kind) => rule.kind[kind] ?? 0)),
    evidenceKinds,
    evidence: byLevel(
      evidenceKinds.flatMap((i) =>
        Array.from(
          { length: MOST_EVIDENCE + 1 },
          (_, count) => rule.evidence![EVIDENCE_KINDS[i]!]! * saturation(count),
        ),
      ),
    ),
    skill: byLevel([rule.skill ?? 0]),
    grade: byLevel(
      Array.from({ length: GRADES.length + 1 }, (_, grade) => ((rule.grade ?? 0) * grade) / GRADES.length),
    ),
    role: rule.role ? roleBits([rule.role[0]]) : 0,
    roleStrength: byLevel([rule.role?.[1] ?? 0]),
  };
}

export const REGION_STRENGTH = {
  none: 0,
  anywhere: strengthOf(REGION_COVER.anywhere),
  province: strengthOf(REGION_COVER.province),
  prefecture: strengthOf(REGION_COVER.prefecture),
};
export const LANGUAGE_STRENGTH = strengthOf(LANGUAGE_COVER);
