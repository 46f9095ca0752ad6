import { allOf, type PersonalData } from '../kernel/personal-data.js';

/** States which columns of mentions hold personal data, and which do not. */
export const mentionsColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'mention.answered_by': { holds: 'which person answered', exported: 'mentions', erased: 'UNLINKED' },
    ...allOf(['mention.talent_id', 'mention.namer_id', 'mention.subject_id'], {
      holds: 'which talent is named, or names another party, and in what',
      exported: 'mentions',
      erased: 'DELETED',
    }),
  },
  impersonal: { 'a code of a closed list': ['mention.kind', 'mention.status'] },
};
