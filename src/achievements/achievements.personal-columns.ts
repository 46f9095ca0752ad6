import { allOf, recordOfOrganisation, type PersonalData } from '../kernel/personal-data.js';

const inventors = {
  exported: { not: 'An inventor is named by the institution and has no account by that; the entry itself is public.' },
  erased: {
    kept: 'Authorship is part of the registered result; the inventor has it corrected or removed by the institution.',
  },
} as const;

/** Columns of achievements: what is personal, and what is not. */
export const achievementsColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['achievement_revision.edited_by', 'achievement_revision.note'], {
      holds: 'who wrote a revision, and the note on it',
      exported: 'revisionsWritten',
      erased: 'EMPTIED',
    }),
    'evidence_file.uploaded_by': { holds: 'who uploaded evidence', exported: 'evidenceUploads', erased: 'UNLINKED' },
    ...allOf(['nda_grant.requested_by', 'nda_grant.message'], {
      holds: 'who asked for confidential detail, and the message',
      exported: 'ndaRequests',
      erased: 'EMPTIED',
    }),
    'nda_grant.decided_by': { holds: 'who decided such a request', exported: 'ndaDecisions', erased: 'UNLINKED' },
    'near_duplicate.dismissed_by': {
      holds: 'the operator who told two results apart',
      exported: 'duplicatesDismissed',
      erased: 'UNLINKED',
    },
    ...allOf(['inventor.name', 'inventor.orcid'], { holds: 'inventors of a result', ...inventors }),
    ...allOf(
      [
        'achievement.title',
        'achievement.summary',
        'achievement.keywords',
        'achievement.incumbent',
        'achievement.improvement',
        'achievement.applications',
        'achievement.external_id',
        'achievement_content.body',
        'achievement_revision.record',
        'achievement_backer.name',
        'evidence_file.name',
        'evidence_blob.bytes',
        'ip_right.number',
      ],
      recordOfOrganisation('content of a result that an institution registers'),
    ),
  },
  impersonal: {
    'a code of a closed list': [
      'achievement.attribute',
      'achievement.category',
      'achievement.funding_currency',
      'achievement.stage',
      'achievement.status',
      'achievement_content.tier',
      'achievement_cooperation.licence_kind',
      'achievement_cooperation.mode',
      'evidence_file.media_type',
      'evidence_file.tier',
      'ip_right.status',
      'ip_right.type',
      'nda_grant.status',
      'near_duplicate.evidence',
    ],
    'numbers and digests of a result': [
      'achievement.registration_no',
      'achievement.record_hash',
      'achievement.text_bands',
      'achievement.title_bands',
      'evidence_file.sha256',
      'ip_right.number_key',
    ],
  },
};
