import { allOf, authoredText, recordOfOrganisation, type PersonalData } from '../kernel/personal-data.js';

/** Columns of investor profiles: what is personal, and what is not. */
export const investorsColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'investor_profile.status_reason': authoredText('why an operator suspended an investor profile'),
    ...allOf(
      [
        'investor_profile.thesis',
        'track_record.company',
        'track_record.company_key',
        'track_record.co_investors',
        'track_record.external_id',
      ],
      recordOfOrganisation('an investor’s thesis and past investments'),
    ),
  },
  impersonal: {
    'a code of a closed list': [
      'investor_profile.funding_stages',
      'investor_profile.region_codes',
      'investor_profile.cooperation_modes',
      'investor_profile.status',
      'track_record.stage',
    ],
  },
};
