import { TEAM_NEEDS, type TeamNeed, type TeamNeedSource } from './team.codes.js';

/** The facts about an achievement that determine its needs. */
export interface AchievementFacts {
  trl: number | null;
  stage: 'INITIAL' | 'INTERMEDIATE' | 'MATURE' | null;
  /** Gap codes from its newest review and from its record. */
  gaps: readonly string[];
  /** Per industry: the codes on the path from the section down; the primary industry first. */
  industries: ReadonlyArray<readonly string[]>;
  /** Codes on the path from the province down; empty if the achievement names no region. */
  region: readonly string[];
  /** Languages of its texts, ISO 639-1. */
  languages: readonly string[];
  cooperationModes: readonly string[];
}

/** One reason for a need, with the part of the need's weight that it explains. */
export interface NeedEvidence {
  source: TeamNeedSource;
  /** With MATURITY: the TRL (`4`) or the stage, or null without either; otherwise the gap, mode, region or language. */
  value: string | null;
  weight: number;
}

/** A need: something that an achievement lacks. The weights of all its needs sum to 1. */
export interface Need {
  code: TeamNeed;
  /** With REGION and LANGUAGE: the code of the region or language. */
  key: string | null;
  weight: number;
  evidence: NeedEvidence[];
}

type Maturity = 'early' | 'middle' | 'late';

/** Unnormalised weights by maturity. Early: TRL 1 to 3, middle: 4 to 6, late: 7 to 9 (GB/T 22900). */
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

/** Unnormalised weight of science and of market knowledge, which every achievement needs. */
const ALWAYS = 1;
const PER_GAP = 0.75;
/** Maximum number of gaps that add weight to one need, so that they do not crowd out other needs. */
const MOST_GAPS = 2;
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

/** The need that each gap code creates. Null: a document to be filed, which needs no team member. */
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

/** Maturity by TRL, or else by the stage of the registration form; the middle if both are unknown. */
function maturityOf({ trl, stage }: AchievementFacts): { maturity: Maturity; value: string | null } {
  if (trl !== null) return { maturity: trl <= 3 ? 'early' : trl <= 6 ? 'middle' : 'late', value: String(trl) };
  return { maturity: stage === 'INITIAL' ? 'early' : stage === 'MATURE' ? 'late' : 'middle', value: stage };
}

/** The needs of an achievement, largest weight first; they always include science and market knowledge. */
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
    if (before < MOST_GAPS) add(code, 'GAP', gap, PER_GAP);
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
