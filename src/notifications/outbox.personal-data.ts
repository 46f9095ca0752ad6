import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { allOf, exportedRows, type ErasedPerson, type PersonalData } from '../kernel/personal-data.js';
import { changedRows } from '../lib/changed-rows.js';
import { addressDigest } from './opt-out.js';

/** Kinds of mail that the person switched off. */
const mailOptOuts = exportedRows(`SELECT kind, created_at FROM mail_opt_out WHERE account_id = $1 ORDER BY kind`);

/**
 * Deletes the person's opt-outs, and the queued jobs and mails that contain the person's account id (such as mails that
 * quote the person) or that are addressed to the person, provided that the address was confirmed.
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
  await changedRows(tx, `DELETE FROM mail_opt_out WHERE account_id = $1 OR mailbox = $2`, [
    accountId,
    `address:${addressDigest(app, email)}`,
  ]);
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
