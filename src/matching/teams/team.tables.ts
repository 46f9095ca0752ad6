import { COVER_RULES, EVIDENCE_KINDS, GRADES, KINDS, LANGUAGE_COVER, REGION_COVER, ROLES } from './cover.rules.js';
import { fieldFactor, saturation } from './cover.js';
import type { Need } from './needs.js';
import { strengthOf } from './team.relaxation.js';
import { MAX_COVER } from './team.model.js';

/** Maximum number of evidence items counted per kind: 8 items already reach 0.996 of the maximum probability. */
export const MAX_EVIDENCE = 8;

/** The maximum strength of cover, as `-ln(1 - degree)`. */
export const MAX_STRENGTH = strengthOf(MAX_COVER);

/**
 * Cover rule of one need as a table of strengths `-ln(1 - degree)` that each part of a profile adds, per level of
 * nearness of the industries. Independent probabilities multiply the uncovered share, so strengths add up, and a pool
 * is evaluated without a logarithm per talent.
 */
export interface NeedTable {
  /** Strength by kind of talent, at `level * 3 + kind`. */
  kind: Float64Array;
  /**
   * `evidenceKinds`: numbers of the evidence kinds that count for this need. `evidence`: strength of 0 to 8 items of
   * each kind, at index `(level * kinds + k) * (MAX_EVIDENCE + 1) + count`.
   */
  evidenceKinds: number[];
  evidence: Float64Array;
  /** Per level of nearness: strength of a skill that names the need; 0 if the rule ignores skills. */
  skill: Float64Array;
  /** Strength of a technology manager's grade (none, junior, intermediate, senior), at index `level * 4 + grade`. */
  grade: Float64Array;
  /** The role that counts for the need, as a bit, and the strength it adds, per level of nearness. */
  role: number;
  roleStrength: Float64Array;
}

export const roleBits = (roles: readonly string[]): number =>
  roles.reduce((bits, role) => bits | (1 << ROLES.indexOf(role as (typeof ROLES)[number])), 0);

/**
 * Builds the table of a need for the given levels of nearness; null for REGION and LANGUAGE, whose strengths follow
 * from lists.
 */
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
        Array.from({ length: MAX_EVIDENCE + 1 }, (_, count) => rule.evidence![EVIDENCE_KINDS[i]!]! * saturation(count)),
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
