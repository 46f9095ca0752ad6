import { TEAM_NEEDS, type TeamNeed, type TeamNeedSource } from './team.codes.js';

/** Facts about an achievement that decide what expertise it lacks. */
export interface AchievementFacts {
  trl: number | null;
  stage: 'INITIAL' | 'INTERMEDIATE' | 'MATURE' | null;
  /** Codes of the gaps found by the achievement's newest review and by checking its record. */
  gaps: readonly string[];
  /** Per industry of the achievement, the primary one first: the codes on the path from the section down to it. */
  industries: ReadonlyArray<readonly string[]>;
  /** Codes on the path from the province down to the achievement's region; empty if it names none. */
  region: readonly string[];
  /** Languages of the achievement's texts, ISO 639-1. */
  languages: readonly string[];
  cooperationModes: readonly string[];
}

/** One reason why an achievement has a need, with the part of the need's weight that it explains. */
export interface NeedEvidence {
  source: TeamNeedSource;
  /**
   * With source MATURITY: the TRL (such as `4`) or stage, null without either. With other sources: the code of the gap,
   * cooperation mode, region or language.
   */
  value: string | null;
  weight: number;
}

/**
 * A need: expertise, a region or a language that an achievement lacks in its team. The weights of all needs of an
 * achievement sum to 1.
 */
export interface Need {
  code: TeamNeed;
  /** For the needs REGION and LANGUAGE: the code of the region or language; otherwise null. */
  key: string | null;
  weight: number;
  evidence: NeedEvidence[];
}

type Maturity = 'early' | 'middle' | 'late';

/**
 * Weights, before normalisation, that the maturity of an achievement gives to its needs. Early: TRL 1 to 3, middle: 4
 * to 6, late: 7 to 9 (GB/T 22900).
 */
const BY_MATURITY: Partial<Record<TeamNeed, Record<Maturity, number>>> = {
  SCIENCE: { early: 2, middle: 1, late: 0.5 },
  MARKET: { early: 0.5, middle: 1, late: 2 },
  PROOF_OF_CONCEPT: { early: 2, middle: 0, late: 0 },
  ENGINEERING: { early: 1, middle: 1.5, late: 0.5 },
  PILOT_SCALE: { early: 0, middle: 2, late: 0.5 },
  PRODUCT: { early: 0, middle: 1.5, late: 1 },
  CHANNELS: { early: 0, middle: 0.5, late: 2 },
  REGULATION: { early: 0, middle: 0.5, late: 1.5 },
};

/** Weight, before normalisation, of each of the two needs that every achievement has: science and market knowledge. */
const ALWAYS = 1;
const PER_GAP = 0.75;
/** Maximum number of gaps that add weight to the same need, so that one need does not crowd out the others. */
const MAX_GAPS = 2;
const BY_REGION = 0.75;
const BY_LANGUAGE = 0.4;

const BY_COOPERATION: Record<string, Partial<Record<TeamNeed, number>>> = {
  SELF_INVEST: { VENTURE: 0.75, FINANCING: 0.5 },
  EQUITY: { VENTURE: 1, FINANCING: 0.5 },
  ASSIGNMENT: { TRANSFER: 1 },
  LICENCE: { TRANSFER: 1 },
  JOINT: { TRANSFER: 0.5, ENGINEERING: 0.5 },
  OTHER: {},
};

/** By gap code: the need that the gap creates; null for a gap that only needs a document, not a team member. */
export const GAP_NEEDS: Readonly<Record<string, TeamNeed | null>> = {
  NO_MARKET_SIZE_EVIDENCE: 'MARKET',
  NO_TARGET_CUSTOMER: 'CHANNELS',
  NO_LETTER_OF_INTENT: 'CHANNELS',
  NO_COMPETITOR_ANALYSIS: 'MARKET',
  NO_APPLICATION_SCENARIO: 'PRODUCT',
  NO_COOPERATION_MODE: 'TRANSFER',
  TEAM_WITHOUT_MARKET_SIDE: 'MARKET',
  APPROVAL_PATH_UNCLEAR: 'REGULATION',
  NO_COST_DATA: 'COSTING',
  NO_BENEFIT_ESTIMATE: 'FINANCING',
  NO_REVENUE_MODEL: 'FINANCING',
  NO_COMPARISON_WITH_INCUMBENT: 'MARKET',
  NO_FUNDING_PLAN: 'FINANCING',
  SCALE_UP_COST_UNKNOWN: 'COSTING',
  SUPPLY_CHAIN_UNCLEAR: 'COSTING',
  NO_LABORATORY_VALIDATION: 'PROOF_OF_CONCEPT',
  NO_RELEVANT_PROTOTYPE: 'ENGINEERING',
  NO_PILOT_DATA: 'PILOT_SCALE',
  IP_NOT_FILED: 'IP',
  IP_SCOPE_WEAK: 'IP',
  NO_THIRD_PARTY_TEST: 'QUALITY',
  NO_EVIDENCE_FILES: null,
  NOVELTY_UNPROVEN: 'SCIENCE',
  RELIABILITY_UNPROVEN: 'QUALITY',
};

/**
 * Maturity of an achievement by its TRL or, without one, by the stage on its registration form; middle if both are
 * unknown.
 */
function maturityOf({ trl, stage }: AchievementFacts): { maturity: Maturity; value: string | null } {
  if (trl !== null) return { maturity: trl <= 3 ? 'early' : trl <= 6 ? 'middle' : 'late', value: String(trl) };
  return { maturity: stage === 'INITIAL' ? 'early' : stage === 'MATURE' ? 'late' : 'middle', value: stage };
}

/** Needs of an achievement in descending order of weight; science and market knowledge are always among them. */
export function needsOf(facts: AchievementFacts): Need[] {
  const needs = new Map<string, Need>();
  const add = (
    code: TeamNeed,
    source: TeamNeedSource,
    value: string | null,
    weight: number,
    key: string | null = null,
  ) => {
    if (weight <= 0) return;
    const id = `${code} ${key ?? ''}`;
    const need = needs.get(id) ?? { code, key, weight: 0, evidence: [] };
    need.evidence.push({ source, value, weight });
    needs.set(id, need);
  };
  for (const code of ['SCIENCE', 'MARKET'] as const) add(code, 'ALWAYS', null, ALWAYS);
  const { maturity, value } = maturityOf(facts);
  for (const [code, weights] of Object.entries(BY_MATURITY))
    add(code as TeamNeed, 'MATURITY', value, weights[maturity]);
  const counted = new Map<TeamNeed, number>();
  for (const gap of new Set(facts.gaps)) {
    const code = GAP_NEEDS[gap];
    if (code == null) continue;
    const before = counted.get(code) ?? 0;
    if (before < MAX_GAPS) add(code, 'GAP', gap, PER_GAP);
    counted.set(code, before + 1);
  }
  for (const mode of new Set(facts.cooperationModes)) {
    for (const [code, weight] of Object.entries(BY_COOPERATION[mode] ?? {}))
      add(code as TeamNeed, 'COOPERATION', mode, weight);
  }
  const region = facts.region.at(-1);
  if (region !== undefined) add('REGION', 'REGION', region, BY_REGION, region);
  for (const language of new Set(facts.languages)) add('LANGUAGE', 'LANGUAGE', language, BY_LANGUAGE, language);

  const list = [...needs.values()];
  const total = list.reduce((sum, need) => sum + need.evidence.reduce((part, e) => part + e.weight, 0), 0);
  for (const need of list) {
    need.evidence = need.evidence.map((e) => ({ ...e, weight: e.weight / total }));
    need.weight = need.evidence.reduce((part, e) => part + e.weight, 0);
  }
  const place = (need: Need) => TEAM_NEEDS.indexOf(need.code);
  return list.sort((a, b) => b.weight - a.weight || place(a) - place(b) || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}
