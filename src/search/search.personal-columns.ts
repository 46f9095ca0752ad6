import { publishedByPlatform, type PersonalData } from '../kernel/personal-data.js';

/** States which columns of search may hold personal data, and which do not. */
export const searchColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'search_miss.text': {
      holds: 'texts that were searched for without result',
      exported: {
        not: 'It is counted without the account or network that searched, so no person’s texts can be found.',
      },
      erased: { kept: 'It identifies no person; old months are deleted.' },
    },
    'search_profile_outbox.profile_id': {
      holds: 'ids of profiles whose index entry is to be renewed',
      exported: { not: 'It repeats an id of the profile for seconds.' },
      erased: { kept: 'The indexer deletes it, with the entry of an erased profile.' },
    },
    'synonym_group.terms': publishedByPlatform('words that mean the same'),
  },
  impersonal: {
    'copies of the public part of results, rebuilt from them': ['search_text.title', 'search_text.body'],
    'ids of results whose index entry is to be renewed': [
      'search_outbox.achievement_id',
      'search_change.achievement_id',
    ],
    'a code of a closed list': [
      'search_generation.state',
      'search_profile_generation.state',
      'search_miss.industry',
      'search_miss_mark.kind',
    ],
    'names and digests of indexes': [
      'search_generation.index_uid',
      'search_generation.settings_hash',
      'search_profile_generation.index_uid',
      'search_profile_generation.settings_hash',
    ],
  },
};
