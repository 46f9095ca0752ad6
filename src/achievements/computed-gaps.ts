/** Facts of a record, as it was judged, from which gaps are computed. */
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
 * Thresholds on the TRL scale of GB/T 22900. 4: validated in the laboratory; 6: prototype shown in a relevant
 * environment.
 */
const LABORATORY = 4;
const PROTOTYPE = 6;

/** Gap codes that follow from the record alone. */
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
