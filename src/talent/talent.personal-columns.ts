import { allOf, type PersonalData } from '../kernel/personal-data.js';

/** States which columns of talent profiles hold personal data, and which do not. */
export const talentColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'talent_profile.account_id': { holds: 'whose profile it is', exported: 'talentProfile', erased: 'UNLINKED' },
    ...allOf(
      ['headline', 'bio', 'skills', 'orcid', 'region_codes', 'languages', 'roles', 'manager_grade'].map(
        (column) => `talent_profile.${column}`,
      ),
      { holds: 'what a talent states', exported: 'talentProfile', erased: 'EMPTIED' },
    ),
    ...allOf(['talent_profile.status_reason', 'talent_profile.verification_reason'], {
      holds:
        'why an operator suspended or rejected a profile; data of the operator as its author and of the talent as its subject',
      exported: 'textsWritten',
      erased: 'EMPTIED',
      authored: { empty: null },
    }),
    ...allOf(['talent_evidence.talent_id', 'talent_evidence.title', 'talent_evidence.url'], {
      holds: 'evidence of a talent’s experience',
      exported: 'talentEvidence',
      erased: 'DELETED',
    }),
    'talent_industry.talent_id': { holds: 'a talent’s industries', exported: 'talentProfile', erased: 'DELETED' },
  },
  impersonal: {
    'a code of a closed list': [
      'talent_profile.kind',
      'talent_profile.status',
      'talent_profile.verification',
      'talent_profile.visibility',
      'talent_evidence.kind',
    ],
  },
};
