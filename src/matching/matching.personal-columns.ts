import {
  allOf,
  authoredText,
  publishedByPlatform,
  recordOfOrganisation,
  type PersonalData,
} from '../kernel/personal-data.js';

/** States which columns of matching, rounds and teams hold personal data, and which do not. */
export const matchingColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['match_feedback.account_id', 'match_feedback.note'], {
      holds: 'who gave feedback on a proposal, and the note',
      exported: 'matchFeedback',
      erased: 'EMPTIED',
    }),
    'match_feedback.counterpart_id': {
      holds: 'whom a proposal was about; a talent among others',
      exported: 'matchFeedback',
      erased: 'DELETED',
    },
    ...allOf(['match_text.subject_id', 'match_text.vector', 'match_text.digest'], {
      holds: 'figures computed from a profile’s text',
      exported: { not: 'Numbers computed from texts that are exported themselves.' },
      erased: 'DELETED',
    }),
    ...allOf(['match_model.created_by', 'match_model.note'], {
      holds: 'the operator who made a version of the model, and the note',
      exported: 'matchModels',
      erased: 'EMPTIED',
    }),
    'matching_round_pair.investor_account_id': {
      holds: 'who answered a pair for an investor',
      exported: 'roundAnswers',
      erased: 'UNLINKED',
    },
    'matching_round_veto.note': authoredText('why an operator excluded a pair from a round'),
    'team.created_by': { holds: 'who proposed a team', exported: 'teamsProposed', erased: 'UNLINKED' },
    'team.reason': authoredText('why a lister dissolved a team'),
    'team.assessment': {
      holds: 'what each member of a team adds',
      exported: 'teams',
      erased: 'EMPTIED',
    },
    'matching_round.name': publishedByPlatform('the name of a round'),
    ...allOf(
      ['match_text_background.title', 'match_text_background.body'],
      recordOfOrganisation('texts of results, investors and demands, copied for the weights of words'),
    ),
    'team_member.talent_id': {
      holds: 'teams of a talent',
      exported: 'teams',
      erased: { kept: 'The id of the emptied profile, so that a team’s history has as many members as before.' },
    },
    'team_refusal.talent_id': { holds: 'teams that a talent declined', exported: 'teamsDeclined', erased: 'DELETED' },
  },
  impersonal: {
    'a code of a closed list': [
      'match_change.kind',
      'match_feedback.action',
      'match_feedback.counterpart_kind',
      'match_feedback.reason_code',
      'match_feedback.side',
      'match_model.source',
      'match_text.kind',
      'match_text_generation.state',
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
      'team.dissolved_for',
      'team.status',
      'team_member.status',
    ],
    'figures and parameters': [
      'match_model.figures',
      'match_model.model',
      'matching_round.figures',
      'matching_round_pair.terms',
      'matching_round_standing.ranks',
      'matching_round_standing.shown',
    ],
    'a sentence of the program': ['matching_round.fault'],
    'an id of a computation': ['matching_round.computation'],
    'ids of results and investor profiles': [
      'match_change.subject_id',
      'matching_round_capacity.participant_id',
      'matching_round_standing.participant_id',
    ],
  },
};
