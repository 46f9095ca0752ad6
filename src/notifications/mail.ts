import { createTransport } from 'nodemailer';
import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { addJob, addJobs, type JobOptions, type Task } from '../kernel/jobs.js';
import type { Locale } from '../kernel/localized.js';

/** A plain-text mail to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** Language of the mail's text, for the Content-Language header. */
  locale: Locale;
  /** Accounts whose words the mail quotes: while it waits, it is deleted with any of them. */
  authors?: readonly string[];
}

export const SEND_MAIL_TASK = 'mail:send';

/**
 * Number of attempts to send a mail. With growing pauses they cover about a day, which is also about how long links in
 * mails are valid.
 */
const MAX_ATTEMPTS = 14;
const TIMEOUT_MS = 15_000;

/** Queues a mail in the caller's transaction, so that the mail is sent only if the transaction commits. */
export async function queueMail(tx: EntityManager, mail: Mail, time: Pick<JobOptions, 'runAt'> = {}): Promise<void> {
  await addJob(tx, SEND_MAIL_TASK, mail, { ...time, maxAttempts: MAX_ATTEMPTS });
}

/** Like queueMail, for many mails in one statement. */
export async function queueMails(tx: EntityManager, mails: readonly Mail[]): Promise<void> {
  if (mails.length > 0) await addJobs(tx, SEND_MAIL_TASK, mails, { maxAttempts: MAX_ATTEMPTS });
}

/**
 * Background job that sends a queued mail by SMTP. With the embedded servers and without SMTP_URL, the mail is written
 * to the log instead.
 */
export const sendMail: Task = async (app, payload) => {
  const mail = payload as Mail;
  // Invented persons of the sample data have addresses in the domain .invalid, which has no mailboxes (RFC 2606):
  // nothing is sent.
  if (/\.invalid$/i.test(mail.to)) return;
  const { smtpUrl, databaseUrl, mailFrom } = app.config;
  if (smtpUrl === undefined) {
    // Links in mails work like passwords, so mails must not be written to the log of a real deployment.
    if (databaseUrl !== undefined)
      throw new Error(
        'Set SMTP_URL: without it no mail can be sent from this deployment. Waiting mails are kept and tried again.',
      );
    app.log.info({ mail: { to: mail.to, subject: mail.subject, text: mail.text } }, 'a mail');
    return;
  }
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: mailFrom,
      // The recipient is passed as an object, so that a manipulated address cannot add a second recipient.
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.text,
      headers: { 'Content-Language': mail.locale === 'ZH' ? 'zh-CN' : 'en', 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    // An error of the mail transport may quote the recipient or the SMTP dialogue, so only its code is reported.
    const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
    // eslint-disable-next-line preserve-caught-error -- for the same reason
    throw new Error(
      `The mail server did not take a mail (${[code, responseCode].filter((part) => part !== undefined).join(', ') || 'unknown'}). Check SMTP_URL and MAIL_FROM.`,
    );
  } finally {
    transport.close();
  }
};

/** URL of a page of the site, for mails. */
export function pageLink(app: App, path: string): string {
  return `${(app.config.publicUrl ?? `http://localhost:${app.config.port}`).replace(/\/+$/, '')}/${path}`;
}

/** SQL condition: the account `acc` may receive mails. */
export const GETS_MAIL = `acc.erased_at IS NULL AND acc.email IS NOT NULL AND acc.email_confirmed_at IS NOT NULL`;

/**
 * URL for a link in a mail: a page of the site with a secret token in the fragment, which browsers do not send to
 * servers.
 */
export function mailLink(app: App, path: string, token: string): string {
  return `${pageLink(app, path)}#token=${token}`;
}
