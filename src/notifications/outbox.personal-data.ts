import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { allOf, type ErasedPerson, type PersonalData, type PersonalDataExport } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';
import { addressDigest, optOutsOf } from './opt-out.js';

/** Kinds of mail that the person switched off. */
const mailOptOuts: PersonalDataExport = (tx, accountId, app) => optOutsOf(tx, app, `account:${accountId}`);

/**
 * Deletes the person's opt-outs, and the queued jobs and mails that contain the person's account id (such as mails that
 * quote the person) or that are addressed to the person, the latter provided that the address was confirmed.
 */
async function eraseFromOutbox(tx: EntityManager, { accountId, email }: ErasedPerson, app: App): Promise<void> {
  await changedRows(
    tx,
    `DELETE FROM graphile_worker._private_jobs
     WHERE strpos(payload::text, $2) > 0
        OR (
          (lower(payload->>'to') = lower($1) OR lower(payload->>'email') = lower($1))
          AND EXISTS (SELECT 1 FROM account a WHERE a.id = $2::uuid AND a.email_confirmed_at IS NOT NULL)
        )`,
    [email, accountId],
  );
  // The opt-outs of an address that was never confirmed are its owner's, who may be another person.
  await changedRows(
    tx,
    `DELETE FROM mail_opt_out
     WHERE account_id = $1
        OR (
          mailbox = $2
          AND EXISTS (SELECT 1 FROM account a WHERE a.id = $1 AND a.email_confirmed_at IS NOT NULL)
        )`,
    [accountId, `address:${addressDigest(app, email)}`],
  );
}

/** Personal data in mails that wait to be sent, and the kinds that a person switched off. */
export const outboxPersonalData: PersonalData = {
  part: 'outbox',
  exports: { mailOptOuts },
  erase: eraseFromOutbox,
  columns: {
    '_private_jobs.payload': {
      holds: 'mails that wait to be sent',
      exported: { not: 'They are on their way to the person, or quote what is exported elsewhere.' },
      erased: 'DELETED',
    },
    ...allOf(['mail_opt_out.account_id', 'mail_opt_out.mailbox', 'mail_opt_out.kind'], {
      holds: 'kinds of mail that the person switched off',
      exported: 'mailOptOuts',
      erased: 'DELETED',
    }),
  },
};
