import { rounded, type MatchTerm, type TermCode } from './result.types.js';

/** Score of a talent or demand: the sum of its contributions, each rounded by `rounded`. */
export const scoreOf = (contributions: readonly number[]): number =>
  contributions.reduce((sum, contribution) => sum + rounded(contribution), 0);

/** The terms whose contribution, rounded by `rounded`, is not 0, each with its evidence. */
export function termsOf<T extends TermCode>(
  codes: readonly T[],
  contributions: readonly number[],
  evidence: (code: T) => MatchTerm['evidence'],
): MatchTerm[] {
  return codes.flatMap((code, i) => {
    const contribution = rounded(contributions[i]!);
    return contribution === 0 ? [] : [{ code, contribution, evidence: evidence(code) }];
  });
}
