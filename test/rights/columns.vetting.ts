/** Columns of vetting and the ledger that hold no marker, by the reason why. */
export const VETTING_REASONS: Record<string, string[]> = {
  'a code of a closed list': [
    'assessment.dimension', 'assignment.dimensions', 'assignment.entry_region', 'assignment.reviewer_region', 'assignment.status', 'assignment_run.status', 'cohort.status', 'cohort.tie_rule',
    'cohort_entry.decision', 'cohort_entry.decision_reason', 'cohort_entry.industry_code', 'cohort_entry.proposal', 'cohort_entry.screen', 'cohort_entry.screen_by', 'cohort_entry.screen_reasons',
    'conflict.reasons', 'cultivation_gap.code', 'cultivation_gap.dimension', 'cultivation_gap.source', 'fit.kind', 'objection.outcome', 'objection.reason_code', 'pool_rank.industry_codes', 'review.gap_codes',
    'review.shared', 'review.status', 'reviewer.dimensions', 'reviewer.status', 'reviewer_declaration.kind', 'reviewer_declaration.relation', 'reviewer_figure.dimension', 'reviewer_industry.industry_code',
    'score_passport.industry_codes', 'score_passport.void_reason', 'support_service.gap_codes', 'support_service.kind', 'support_service.region_code',
  ],
  'figures under fixed names; who sees them stands in the table of rights': ['cohort.floors', 'cohort.weights', 'fit.reliability', 'review.scores', 'score_passport.axes', 'score_passport.weights'],
  'ids and codes of a run': ['assignment_run.unmet', 'boundary_round.wishes'],
  'a digest that gives nothing away': ['boundary_round.inputs_hash', 'cohort_entry.evidence_revision', 'ledger_text.hash', 'score_passport.evidence_revision'],
  'ids, codes and figures: words stand in ledger_text': ['ledger_record.facts'],
  'random; stands beside the words that it salts': ['ledger_text.salt'],
  'public: what signs the ledger, for anyone to check': ['ledger_head.hash', 'ledger_head.kid', 'ledger_head.signature', 'ledger_key.kid', 'ledger_key.public_key'],
  'public: facts of a cohort': ['cohort.name'],
  'public: a list that everyone may read': ['gap_code.code', 'gap_code.dimension', 'gap_code.name'],
  'not written yet': ['cultivation_gap.note'],
};
