import type { Subject } from './subjects.js';

/** Types of matching rounds without a subject of their own, and why none is needed. */
export const ROUND_VALUE_TYPES: Record<string, string> = {
  RoundSideFigures: 'figures of a round, as visible as the field that gives them',
};

interface Makers {
  node(type: string, label?: string): Subject;
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
}

/** The subjects of matching rounds. */
export function roundSubjects({ node, below }: Makers): Subject[] {
  const round = 'matchingRound(id: $id)';
  return [
    ...['COMPUTED', 'PUBLISHED'].map((label) => below('MatchingRound', label, `MatchingRound ${label}`, round)),
    below('RoundFigures', 'PUBLISHED', 'MatchingRound PUBLISHED', round, 'figures'),
    below('RoundCapacity', 'COMPUTED', 'MatchingRound COMPUTED', round, 'capacities', 'nodes'),
    node('RoundPair', 'COMPUTED'),
    node('RoundPair', 'PUBLISHED'),
    node('RoundPair', 'DROPPED'),
    node('RoundStanding', 'ACHIEVEMENT'),
    node('RoundStanding', 'INVESTOR'),
    node('RoundVeto'),
  ];
}
