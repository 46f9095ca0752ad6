/** Columns of matching that hold no marker, by the reason why. */
export const MATCHING_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'match_change.kind',
    'match_feedback.action',
    'match_feedback.counterpart_kind',
    'match_feedback.reason_code',
    'match_feedback.side',
    'match_model.source',
    'match_text.kind',
    'match_text_generation.state',
  ],
  'figures under fixed names; who sees them stands in the table of rights': ['match_model.model'],
  'a digest, selected by no query of the API': ['match_text.digest'],
  'public: texts of what takes part in matching; those of talents are left out': [
    'match_text_background.body',
    'match_text_background.title',
  ],
  'numbers that stand for words of texts, selected by no query of the API': ['match_text.vector'],
};
