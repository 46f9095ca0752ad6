import type { Subject } from './subjects.js';

/** Types of teams without a subject of their own, and why none is needed. */
export const TEAM_VALUE_TYPES: Record<string, string> = {
  TeamTerm: 'figures, as visible as the assessment',
  TeamNeedReason: 'codes, as visible as the need’s evidence, which is tried',
  TeamMemberNeed: 'figures, as visible as the assessment',
  TeamBringingItem: 'codes, as visible as the assessment',
};

interface Ways {
  node(type: string, label?: string): Subject;
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
}

/** The subjects of teams. */
export function teamSubjects({ node, below }: Ways): Subject[] {
  const team = 'team(id: $id)';
  return [
    ...['FORMING', 'PROPOSED', 'DISSOLVED'].map((label) => node('Team', label)),
    below('TeamMember', 'FORMING', 'Team FORMING', team, 'members'),
    below('TeamAssessment', 'FORMING', 'Team FORMING', team, 'assessment'),
    below('TeamMemberAssessment', 'FORMING', 'Team FORMING', team, 'assessment', 'members'),
    below('TeamNeed', 'FORMING', 'Team FORMING', team, 'assessment', 'needs'),
    below('TeamProposals', 'ADMITTED', 'Achievement ADMITTED', 'achievement(id: $id)', 'teamProposals'),
  ];
}
