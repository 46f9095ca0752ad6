import type { App } from '../kernel/context.js';
import { MailKind } from '../notifications/mail.events.js';
import { sampleLogins } from './sample.people.js';

/**
 * Loads a part of the sample while its log-ins receive no mails that can be switched off: these would tell of invented
 * past years, some forty in the log of a first start. Mails of the part that still wait at the end are dropped.
 */
export async function withoutSampleMails(app: App, load: () => Promise<void>): Promise<void> {
  const addresses = sampleLogins.accounts.map((account) => account.email);
  await app.dataSource.query(
    `INSERT INTO mail_opt_out (mailbox, kind, account_id, created_at)
     SELECT 'account:' || a.id, k.kind, a.id, now()
     FROM account a
     CROSS JOIN unnest($2::text[]) AS k (kind)
     WHERE a.email = ANY($1)
     ON CONFLICT DO NOTHING`,
    [addresses, Object.values(MailKind)],
  );
  await load();
  await app.dataSource.transaction(async (tx) => {
    await tx.query(
      `DELETE FROM graphile_worker._private_jobs
       WHERE locked_at IS NULL AND payload ->> 'to' = ANY($1)`,
      [addresses],
    );
    await tx.query(
      `DELETE FROM mail_opt_out o
       USING account a
       WHERE o.account_id = a.id AND a.email = ANY($1)`,
      [addresses],
    );
  });
}
