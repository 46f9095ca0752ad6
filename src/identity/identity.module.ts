import type { Module } from '../kernel/module.js';
import { byUuid } from '../kernel/node.readers.js';
import { Account } from './accounts/account.entity.js';
import { AccountResolver } from './accounts/account.resolver.js';
import {
  ACCOUNT_MAIL_TASK,
  PRUNE_TASK,
  PRUNE_THROTTLE_TASK,
  pruneIdentity,
  pruneThrottle,
  ROTATE_TASK,
  rotateSigningKeyTask,
  sendAccountMail,
} from './accounts/identity.jobs.js';
import { visibleAccount } from './accounts/profile.service.js';
import { EmailChangeResolver } from './accounts/email-change.resolver.js';
import { ViewerResolver } from './accounts/viewer.resolver.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { ownApiKey } from './api-keys/api-keys.service.js';
import { eraseFromIdentity, identityExports } from './identity.personal-data.js';
import { Invitation } from './organisations/invitation.entity.js';
import { visibleInvitation } from './organisations/invitations.service.js';
import { MembersResolver } from './organisations/members.resolver.js';
import { visibleMembership } from './organisations/members.service.js';
import { Membership } from './organisations/membership.entity.js';
import { NAMESAKES_TASK, sweepNamesakes, tellOfNamesakes } from './organisations/namesakes.js';
import { Organisation } from './organisations/organisation.entity.js';
import { OrganisationsResolver } from './organisations/organisations.resolver.js';
import { visibleOrganisation } from './organisations/organisations.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsResolver } from './sessions/sessions.resolver.js';
import { ownSession } from './sessions/sessions.service.js';
import { identityRights } from './identity.rights.js';
import { identityExamples } from './identity.examples.js';
import { identityColumns } from './identity.personal-columns.js';
import { emailChangeMails } from './accounts/email-change.mails.js';
import { accountMails } from './accounts/identity.mails.js';
import { identityPages } from './identity.mail-pages.js';
import { organisationMails } from './organisations/organisations.mails.js';

/** Descriptor of the identity domain: accounts, sessions, organisations and API keys. */
export const identityModule: Module = {
  name: 'identity',
  entities: [Account, Organisation, Membership, Invitation, Session, ApiKey],
  resolvers: [
    ViewerResolver,
    SessionsResolver,
    AccountResolver,
    EmailChangeResolver,
    OrganisationsResolver,
    MembersResolver,
  ],
  nodeReaders: {
    Account: byUuid(visibleAccount),
    Organisation: byUuid(visibleOrganisation),
    Membership: byUuid(visibleMembership),
    Invitation: byUuid(visibleInvitation),
    Session: byUuid(ownSession),
    ApiKey: byUuid(ownApiKey),
  },
  tasks: {
    [ACCOUNT_MAIL_TASK]: sendAccountMail,
    [NAMESAKES_TASK]: tellOfNamesakes,
    [PRUNE_TASK]: pruneIdentity,
    [PRUNE_THROTTLE_TASK]: pruneThrottle,
    [ROTATE_TASK]: rotateSigningKeyTask,
  },
  cron: [
    { task: PRUNE_TASK, match: '20 3 * * *' },
    { task: PRUNE_THROTTLE_TASK, match: '10 * * * *' },
    { task: ROTATE_TASK, match: '40 3 * * *' },
  ],
  sweeps: [
    {
      task: ACCOUNT_MAIL_TASK,
      stateless: 'The mail answers a request of a person, who asks again when it does not come.',
    },
    sweepNamesakes,
  ],
  mails: [...accountMails, ...emailChangeMails, ...organisationMails],
  mailPages: identityPages,
  personalData: [{ part: 'identity', exports: identityExports, erase: eraseFromIdentity, ...identityColumns }],
  rights: identityRights,
  examples: identityExamples,
};
