import { allOf, authoredText, ERASED_TEXT, publishedByPlatform, type PersonalData } from '../kernel/personal-data.js';

/** States which columns of cohorts hold personal data, and which do not. */
export const cohortColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['objection.account_id', 'objection.text'], {
      holds: 'who objected and the text; the row stays, with a sentence in place of the text',
      exported: 'objections',
      erased: 'EMPTIED',
    }),
    'objection.reply': authoredText('the institution’s reply to an objection', ERASED_TEXT),
    'objection.answer': authoredText('the answer to an objection', ERASED_TEXT),
    ...allOf(['cohort_entry.appealed_by', 'cohort_entry.appeal'], {
      holds: 'who appealed against an exclusion, and the text',
      exported: 'appeals',
      erased: 'EMPTIED',
    }),
    ...allOf(['entry_withdrawal.account_id', 'entry_withdrawal.reason'], {
      holds: 'who asked to take an entry out of a cohort, and why',
      exported: 'withdrawals',
      erased: 'EMPTIED',
    }),
    'entry_withdrawal.answer': authoredText('the answer to a request for withdrawal', ERASED_TEXT),
    'cohort_entry.appeal_answer': authoredText('the answer to an appeal', ERASED_TEXT),
    'cohort_entry.screen_note': authoredText('the operator’s words on the screening of an entry'),
    'cohort.name': publishedByPlatform('the name of a cohort'),
    ...allOf(
      ['support_service.description', 'support_service.name', 'support_service.url'],
      publishedByPlatform('services that help with cultivation'),
    ),
    'assignment_run.requested_by': {
      holds: 'who had reviewers assigned',
      exported: 'assignmentRuns',
      erased: 'UNLINKED',
    },
  },
  impersonal: {
    'counts of a closed cohort, by code': ['cohort_counts.excluded_for'],
    'a code of a closed list': [
      'assignment_run.phase',
      'assignment_run.status',
      'assessment.dimension',
      'cohort.status',
      'cohort.tie_rule',
      'cohort_entry.decision',
      'cohort_entry.decision_reason',
      'cohort_entry.proposal',
      'cohort_entry.screen',
      'cohort_entry.screen_by',
      'cohort_entry.screen_reasons',
      'cultivation_gap.dimension',
      'cultivation_gap.source',
      'gap_code.code',
      'gap_code.dimension',
      'entry_withdrawal.outcome',
      'objection.outcome',
      'objection.reason_code',
      'pool_rank.industry_codes',
      'score_passport.industry_codes',
      'score_passport.void_reason',
      'support_service.gap_codes',
      'support_service.kind',
    ],
    'figures and settings of a cohort': [
      'assignment_run.quality',
      'boundary_round.inputs_hash',
      'boundary_round.wishes',
      'cohort.floors',
      'cohort.weights',
      'cohort_entry.evidence_revision',
      'score_passport.axes',
      'score_passport.evidence_revision',
      'score_passport.weights',
    ],
    'entries and figures that a run could not fill': ['assignment_run.unmet'],
    'a sentence of the program': ['assignment_run.fault', 'cultivation_gap.note'],
    'a published code list': ['gap_code.name'],
  },
};

const figures = {
  kept: 'Figures under the reviewer’s id, which identifies no person; decisions were computed from them.',
} as const;

/** States which columns of reviewing hold personal data, and which do not. */
export const reviewingColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['reviewer.account_id', 'reviewer.statement', 'reviewer.orcid'], {
      holds: 'a reviewer’s expertise',
      exported: 'reviewer',
      erased: 'EMPTIED',
    }),
    'reviewer.dimensions': {
      holds: 'what a reviewer judges',
      exported: 'reviewer',
      erased: { kept: 'Codes under the reviewer’s id, which identifies no person.' },
    },
    'reviewer_industry.reviewer_id': { holds: 'a reviewer’s industries', exported: 'reviewer', erased: 'DELETED' },
    ...allOf(['reviewer_document.reviewer_id', 'reviewer_document.title', 'reviewer_document.abstract'], {
      holds: 'a reviewer’s own publications',
      exported: 'reviewerDocuments',
      erased: 'DELETED',
    }),
    ...allOf(
      [
        'reviewer_declaration.reviewer_id',
        'reviewer_declaration.reason',
        'reviewer_declaration.orcid',
        'reviewer_declaration.kind',
        'reviewer_declaration.relation',
      ],
      { holds: 'ties that a reviewer declared', exported: 'reviewerDeclarations', erased: 'DELETED' },
    ),
    'assignment.reviewer_id': { holds: 'a reviewer’s seats', exported: 'reviewerSeats', erased: figures },
    'assignment.status_reason': {
      holds: 'why a reviewer declined a seat',
      exported: 'reviewerSeats',
      erased: 'EMPTIED',
    },
    ...allOf(['review.rationales', 'review.correction_reason', 'review.salt'], {
      holds: 'texts of reviews; submitted scores stay without them',
      exported: 'reviews',
      erased: 'EMPTIED',
    }),
    ...allOf(['review.scores', 'review.gap_codes', 'review.shared'], {
      holds: 'scores and codes of reviews',
      exported: 'reviews',
      erased: figures,
    }),
    ...allOf(['conflict.reviewer_id', 'conflict.reasons'], {
      holds: 'entries that a reviewer must not judge, and why',
      exported: 'reviewerConflicts',
      erased: figures,
    }),
    ...allOf(['reviewer_figure.reviewer_id', 'reviewer_figure.dimension'], {
      holds: 'severity and agreement of a reviewer',
      exported: 'reviewerFigures',
      erased: figures,
    }),
    ...allOf(['fit.parameters', 'fit.reliability'], {
      holds: 'figures of a calibration, by reviewers’ ids',
      exported: 'reviewerFigures',
      erased: figures,
    }),
  },
  impersonal: {
    'a code of a closed list': [
      'assignment.dimensions',
      'assignment.entry_region',
      'assignment.reviewer_region',
      'assignment.status',
      'fit.kind',
      'review.status',
      'reviewer.status',
    ],
    'a digest': ['fit.inputs_hash'],
  },
};
