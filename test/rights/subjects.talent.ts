import type { Subject } from './subjects.js';

/** Types of talents and demands without a subject of their own, and why none is needed. */
export const TALENT_VALUE_TYPES: Record<string, string> = {
  DemandBudget: 'a range, as visible as the demand',
  DemandTarget: 'a figure, as visible as the demand',
};

/** The subjects of talents and demands. */
export function talentSubjects({
  node,
  plain,
}: {
  node(type: string, label?: string): Subject;
  plain(type: string, label: string, ...steps: string[]): Subject;
}): Subject[] {
  return [
    ...['PUBLIC', 'REGISTERED', 'REJECTED', 'SUSPENDED', 'of PERSON'].map((label) => node('TalentProfile', label)),
    ...['PUBLIC', 'REGISTERED', 'of PERSON'].map((label) => node('TalentEvidence', label)),
    ...['OPEN', 'SUSPENDED', 'WITHDRAWN', 'of UNVERIFIED'].map((label) => node('Demand', label)),
    ...['Investor', 'Talent', 'Demand'].flatMap((kind) => {
      const search = `${kind.toLowerCase()}Search`;
      return [
        plain(`${kind}SearchConnection`, '', search),
        plain(`${kind}SearchEdge`, '', search, 'edges'),
        plain(`${kind}SearchFacet`, '', search, 'facets'),
      ];
    }),
  ];
}
