import { createTransport } from 'nodemailer';
import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { addJobs, type JobOptions, type Task } from '../kernel/jobs.js';
import { Locale } from '../kernel/localized.js';
import { newId } from '../lib/ids.js';
import type { MailEvent } from '../kernel/mail.js';
import { MANDATORY } from './mail.events.js';
import { optOutToken, wantsMail } from './opt-out.js';

/** A plain-text mail to one person, as queued; the link and the footer are added when it is sent. */
export interface Mail {
  to: string;
  /** Language of the text, for the Content-Language header. */
  locale: Locale;
  /** Name of the event that the mail announces. */
  event: string;
  subject: string;
  body: string;
  /** Global id for the page behind the link. */
  id?: string;
  /** Token for the link. */
  token?: string;
  /** Accounts whose words the mail quotes: if one of them is erased before the mail is sent, the mail is deleted. */
  authors: readonly string[];
}

/**
 * A mail with its message id, which stays the same when the mail is sent again: a process may end, or an answer of the
 * mail server be lost, after the server took the mail. Receiving systems recognise the repetition by the id.
 */
type QueuedMail = Mail & { messageId: string };

/** A person who gets a mail about an event. */
export interface Receiver {
  email: string;
  locale: Locale;
}

/** What a mail refers to. */
export interface About {
  /** Global id for the page behind the link. */
  id?: string;
  /** Token for the link, passed in the fragment, which browsers do not send to servers. */
  token?: string;
  /** Accounts whose words the mail quotes. */
  authors?: readonly string[];
  /** Time from which the mails may be sent; at once by default. */
  runAt?: Date;
}

export const SEND_MAIL_TASK = 'mail:send';

/**
 * Number of attempts to send a mail. With growing pauses they cover about a day, which is also about how long links in
 * mails are valid.
 */
const MAX_ATTEMPTS = 14;
const TIMEOUT_MS = 15_000;

/**
 * Queues mails that tell the receivers of an event, in the caller's transaction, so that they are sent only if the
 * change commits. `facts` gives what the text mentions, in the receiver's language.
 */
export async function notify<Facts, To extends Receiver>(
  tx: EntityManager,
  event: MailEvent<Facts>,
  receivers: readonly To[],
  facts: (receiver: To) => Facts,
  about: About | ((receiver: To) => About) = {},
): Promise<void> {
  const mails = receivers.map((receiver): Mail => {
    const [subject, body] = event.text[receiver.locale](facts(receiver));
    const { id, token, authors = [] } = typeof about === 'function' ? about(receiver) : about;
    return { to: receiver.email, locale: receiver.locale, event: event.name, subject, body, id, token, authors };
  });
  await queueMails(tx, mails, typeof about === 'function' ? {} : { runAt: about.runAt });
}

/** Queues mails in the caller's transaction, in one statement. */
export async function queueMails(
  tx: EntityManager,
  mails: readonly Mail[],
  time: Pick<JobOptions, 'runAt'> = {},
): Promise<void> {
  if (mails.length === 0) return;
  const queued = mails.map((mail): QueuedMail => ({ ...mail, messageId: newId() }));
  await addJobs(tx, SEND_MAIL_TASK, queued, { ...time, maxAttempts: MAX_ATTEMPTS });
}

/**
 * The whole text of a mail: its body, the link to its page, why the person gets it, and how to stop mails of its kind,
 * or that they cannot be stopped.
 */
export function textOf(
  app: Pick<App, 'config'>,
  { page, open = LOG_IN_TO_READ, tells }: MailEvent<never>,
  { locale, body, id = '', token }: Pick<Mail, 'locale' | 'body' | 'id' | 'token'>,
  stop: string | null,
): string {
  const language = locale === Locale.ZH ? 'zh' : 'en';
  const url = page === null ? null : pageLink(app, page.replace(':id', id));
  const target = token === undefined ? url : `${mailLink(app, page ?? '', token)}\n\ntoken: ${token}`;
  const link = url === null ? '' : `\n${open[language]}\n${target}\n`;
  const why = { zh: `收到此邮件的原因：${tells.zh}。`, en: `Sent to ${tells.en}.` }[language];
  const how =
    stop === null
      ? {
          zh: '此类邮件涉及您的账号，无法退订。',
          en: 'It concerns your account; mails of this kind cannot be switched off.',
        }[language]
      : `${{ zh: '不再接收此类邮件：', en: 'Stop mails of this kind: ' }[language]}${stop}`;
  return `${body}\n${link}\n-- \n${why}\n${how}\n`;
}

const LOG_IN_TO_READ = { zh: '登录后查看：', en: 'Log in to read it:' };

/** Sends a queued mail by SMTP. On embedded servers without SMTP_URL the mail is written to the log instead. */
export const sendMail: Task = async (app, payload) => {
  const mail = payload as Mail & Partial<QueuedMail>;
  // Invented persons of the sample data have addresses in the domain .invalid, which has no mailboxes (RFC 2606):
  // nothing is sent.
  if (/\.invalid$/i.test(mail.to)) return;
  const ready = await completed(app, mail);
  if (ready === null) return;
  const { text, stop } = ready;
  const { smtpUrl, databaseUrl, mailFrom } = app.config;
  if (smtpUrl === undefined) {
    // Links in mails work like passwords, so mails must not be written to the log of a real deployment.
    if (databaseUrl !== undefined)
      throw new Error(
        'Set SMTP_URL: without it no mail can be sent from this deployment. Waiting mails are kept and tried again.',
      );
    app.log.info({ mail: { to: mail.to, subject: mail.subject, text } }, 'a mail');
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
      // Mails that an earlier version queued have no id; the transport makes one.
      ...(mail.messageId !== undefined && { messageId: `<${mail.messageId}@${domainOf(mailFrom)}>` }),
      text,
      headers: {
        'Content-Language': mail.locale === 'ZH' ? 'zh-CN' : 'en',
        'Auto-Submitted': 'auto-generated',
        // One click of the mail program opts out (RFC 8058).
        ...(stop !== null && {
          'List-Unsubscribe': `<${stop}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      },
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

/**
 * Completes a queued mail: its whole text, and the link that stops mails of its kind (`stop`; null if they cannot be
 * stopped). Null if the receiver has opted out of the kind.
 */
async function completed(app: App, mail: Mail | EarlierMail): Promise<{ text: string; stop: string | null } | null> {
  if ('text' in mail) return { text: mail.text, stop: null };
  const event = app.modules.mails[mail.event];
  if (event === undefined) throw new Error(`No module declares the mail ${mail.event}.`);
  if (MANDATORY.has(event.kind)) return { text: textOf(app, event, mail, null), stop: null };
  // The opt-out is read when the mail is sent, so that it holds for mails that were queued before it.
  if (!(await wantsMail(app, mail.to, event.kind))) return null;
  const stop = pageLink(app, `unsubscribe/${await optOutToken(app, mail.to, event.kind)}`);
  return { text: textOf(app, event, mail, stop), stop };
}

/** A mail that an earlier version queued, with its whole text. */
type EarlierMail = Pick<Mail, 'to' | 'subject' | 'locale'> & { text: string };

/** Domain of a sender's address, with or without a name before it. */
function domainOf(sender: string): string {
  return /@([^\s>]+)>?\s*$/.exec(sender)?.[1] ?? 'techpool.invalid';
}

/** URL of a page of the site, for mails. */
function pageLink(app: Pick<App, 'config'>, path: string): string {
  return `${(app.config.publicUrl ?? `http://localhost:${app.config.port}`).replace(/\/+$/, '')}/${path}`;
}

/**
 * URL for a link in a mail: a page of the site with the token in the fragment, which browsers do not send to servers.
 */
export function mailLink(app: Pick<App, 'config'>, path: string, token: string): string {
  return `${pageLink(app, path)}#token=${token}`;
}

/**
 * SQL condition: the account `acc` may receive mails, that is, it is not erased and its address is confirmed. Opt-outs
 * from a kind of mail are applied later, when a mail is sent.
 */
export const GETS_MAIL = `acc.erased_at IS NULL AND acc.email IS NOT NULL AND acc.email_confirmed_at IS NOT NULL`;

/** The editors and owners of an organisation to whom GETS_MAIL applies, except the account `but`. */
export function editorsOf(tx: EntityManager, organisationId: string, but: string | null = null): Promise<Receiver[]> {
  return tx.query(
    `SELECT acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE m.organisation_id = $1 AND m.role IN ('EDITOR', 'OWNER') AND ${GETS_MAIL}
       AND acc.id IS DISTINCT FROM $2::uuid
     ORDER BY acc.id`,
    [organisationId, but],
  );
}

/** The persons of these accounts to whom GETS_MAIL applies. */
export function personsOf(tx: EntityManager, accountIds: ReadonlyArray<string | null>): Promise<Receiver[]> {
  return tx.query(
    `SELECT acc.email, acc.locale FROM account acc WHERE acc.id = ANY ($1::uuid[]) AND ${GETS_MAIL} ORDER BY acc.id`,
    [accountIds.filter((id) => id !== null)],
  );
}
