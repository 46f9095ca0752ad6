import { allOf, authoredText, recordOfOrganisation, type PersonalData } from '../kernel/personal-data.js';

const secret = { not: 'A digest or a sealed secret; no person can read it, and showing it would help an attacker.' };

/** Columns of accounts, sessions and organisations: what is personal, and what is not. */
export const identityColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['account.email', 'account.display_name'], {
      holds: 'address and name of the person',
      exported: 'account',
      erased: 'EMPTIED',
    }),
    'account.locale': {
      holds: 'language of mails',
      exported: 'account',
      erased: { kept: 'One of two languages; the emptied row identifies no person.' },
    },
    ...allOf(['account.password_hash', 'account.totp_secret'], {
      holds: 'credentials',
      exported: secret,
      erased: 'EMPTIED',
    }),
    'account.pseudonym': {
      holds: 'the name that stands for the person in the ledger',
      exported: 'recordedActs',
      erased: 'UNLINKED',
    },
    ...allOf(['membership.account_id', 'membership.role'], {
      holds: 'membership in an organisation',
      exported: 'memberships',
      erased: 'DELETED',
    }),
    'invitation.email': { holds: 'address of the invited person', exported: 'invitationsReceived', erased: 'DELETED' },
    'invitation.invited_by': { holds: 'who sent an invitation', exported: 'invitationsSent', erased: 'UNLINKED' },
    ...allOf(['session.account_id', 'session.user_agent'], {
      holds: 'sessions and the device that each was opened with',
      exported: 'sessions',
      erased: 'DELETED',
    }),
    ...allOf(['api_key.account_id', 'api_key.name', 'api_key.prefix'], {
      holds: 'API keys of the person',
      exported: 'apiKeys',
      erased: 'DELETED',
    }),
    'known_device.account_id': {
      holds: 'devices that logged in before',
      exported: 'knownDevices',
      erased: 'DELETED',
    },
    ...allOf(['email_change.account_id', 'email_change.old_email', 'email_change.new_email'], {
      holds: 'changes of the e-mail address, both addresses',
      exported: 'emailChanges',
      erased: 'DELETED',
    }),
    ...allOf(['pending_sign_up.account_id', 'pending_sign_up.email', 'pending_sign_up.display_name'], {
      holds: 'sign-ups with the address that wait for a confirmation',
      exported: 'pendingSignUps',
      erased: 'DELETED',
    }),
    'one_time_token.account_id': { holds: 'links that were mailed', exported: 'mailedLinks', erased: 'DELETED' },
    'recovery_code.account_id': { holds: 'recovery codes', exported: 'recoveryCodes', erased: 'DELETED' },
    ...allOf(['idempotency_key.account_id', 'idempotency_key.key'], {
      holds: 'keys that the person’s programs chose for repeated requests',
      exported: 'repeatedRequests',
      erased: 'DELETED',
    }),
    'login_throttle.key': {
      holds: 'digest of an address or account that is logging in',
      exported: secret,
      erased: 'DELETED',
    },
    'organisation.verification_note': authoredText('the operator’s note on the verification'),
    ...allOf(
      ['organisation.name', 'organisation.description', 'organisation.website', 'organisation.pending_change'],
      recordOfOrganisation('what an organisation states about itself'),
    ),
  },
  impersonal: {
    'a code of a closed list': [
      'organisation.kind',
      'organisation.verification',
      'invitation.role',
      'one_time_token.purpose',
      'pending_sign_up.locale',
      'api_key.scopes',
      'session.revoked_reason',
    ],
    'public identifiers of an organisation': ['organisation.uscc', 'organisation.ror'],
    'digests of secrets': [
      'api_key.secret_hash',
      'email_change.confirm_hash',
      'email_change.stop_hash',
      'idempotency_key.digest',
      'invitation.token_hash',
      'known_device.token_hash',
      'one_time_token.token_hash',
      'pending_sign_up.password_hash',
      'recovery_code.code_hash',
      'refresh_token.token_hash',
    ],
    'a digest of an account or network, deleted within minutes': ['quota_lease.key'],
    'the id of an object that a request made': ['idempotency_key.entity_id'],
    'keys of the deployment': ['signing_key.kid', 'signing_key.private_key', 'signing_key.public_key'],
  },
};
