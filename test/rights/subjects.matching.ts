import type { Subject } from './subjects.js';

/** Types of matching without a subject of their own, and why none is needed. */
export const MATCHING_VALUE_TYPES: Record<string, string> = {
  MatchHint: 'what is missing, as visible as the list that says so',
  MatchModelParameter: 'a number of a model, as visible as the model',
};

interface Makers {
  node(type: string, label?: string): Subject;
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
}

/** The subjects of matching. */
export function matchingSubjects({ node, below }: Makers): Subject[] {
  const entry = 'achievement(id: $id)';
  return [
    below('MatchConnection', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches'),
    below('Match', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches', 'nodes'),
    below('MatchReason', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches', 'nodes', 'reasons'),
    below('DeclineCount', 'ADMITTED without grant', 'Achievement ADMITTED without grant', entry, 'matchDeclines'),
    node('MatchFeedback', 'LISTER'),
    node('MatchFeedback', 'COUNTERPART'),
    node('MatchFeedback', 'COUNTERPART DECLINED'),
    node('MatchModelVersion'),
  ];
}
