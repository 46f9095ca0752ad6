/** Columns of matching rounds that hold no marker, by the reason why. */
export const ROUND_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'matching_round.method',
    'matching_round.phase',
    'matching_round.status',
    'matching_round_capacity.side',
    'matching_round_pair.dropped_for',
    'matching_round_pair.investor_answer',
    'matching_round_pair.investor_reason',
    'matching_round_pair.lister_answer',
    'matching_round_pair.lister_reason',
    'matching_round_pair.status',
    'matching_round_standing.side',
    'matching_round_veto.side',
  ],
  'figures under fixed names; who sees them stands in the table of rights': [
    'matching_round.figures',
    'matching_round_pair.terms',
    'matching_round_standing.ranks',
  ],
};
