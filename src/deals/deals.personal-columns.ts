import { allOf, authoredText, type PersonalData } from '../kernel/personal-data.js';

/** Columns of threads and shortlists: what is personal, and what is not. */
export const dealsColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'interest.account_id': { holds: 'who expressed an interest', exported: 'interests', erased: 'UNLINKED' },
    'interest.close_reason': authoredText('why a thread was closed'),
    ...allOf(['interest_message.author_id', 'interest_message.body'], {
      holds: 'messages of a thread; the row stays, with a sentence in place of the text',
      exported: 'interestMessages',
      erased: 'EMPTIED',
    }),
    'interest_participant.account_id': {
      holds: 'how far the person has read a thread',
      exported: 'interestReading',
      erased: 'DELETED',
    },
    ...allOf(['shortlist_entry.account_id', 'shortlist_entry.note'], {
      holds: 'the person’s shortlist',
      exported: 'shortlist',
      erased: 'DELETED',
    }),
  },
  impersonal: {
    'a code of a closed list': ['interest.status', 'interest.closed_by', 'interest_message.side'],
  },
};
