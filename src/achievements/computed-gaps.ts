/**
 * Facts of an achievement's record, as it was judged, from which its gaps are computed (reasons for not being ready).
 */
export interface JudgedFacts {
  trl: number | null;
  ipRights: number;
  evidenceFiles: number;
  applications: number;
  cooperationModes: number;
  hasComparison: boolean;
  hasFundingNeed: boolean;
}

/**
 * Thresholds on the scale of technology readiness levels of GB/T 22900. Level 4: validated in the laboratory; level 6:
 * prototype demonstrated in a relevant environment.
 */
const LABORATORY = 4;
const PROTOTYPE = 6;

/**
 * Codes of the gaps of an achievement (reasons for not being ready) that follow from facts of its record and its number
 * of evidence files, without the reviewers' judgement.
 */
export function computedGaps(facts: JudgedFacts): string[] {
  const gaps: string[] = [];
  if (facts.applications === 0) gaps.push('NO_APPLICATION_SCENARIO');
  if (facts.cooperationModes === 0) gaps.push('NO_COOPERATION_MODE');
  if (!facts.hasComparison) gaps.push('NO_COMPARISON_WITH_INCUMBENT');
  if (!facts.hasFundingNeed) gaps.push('NO_FUNDING_PLAN');
  if (facts.trl !== null && facts.trl < LABORATORY) gaps.push('NO_LABORATORY_VALIDATION');
  if (facts.trl !== null && facts.trl < PROTOTYPE) gaps.push('NO_RELEVANT_PROTOTYPE');
  if (facts.ipRights === 0) gaps.push('IP_NOT_FILED');
  if (facts.evidenceFiles === 0) gaps.push('NO_EVIDENCE_FILES');
  return gaps;
}
