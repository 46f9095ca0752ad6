import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { App } from '../kernel/context.js';
import { changedRows } from '../lib/changed-rows.js';
import { MANDATORY, MAIL_KINDS, type MailKind } from './mail.events.js';

/**
 * Receiver to whom an opt-out belongs: an account, by its id, or an address without an account, by its digest. So an
 * account's opt-out outlives a change of its address, and an invited person can opt out without an account.
 */
export type Mailbox = `account:${string}` | `address:${string}`;

const hmac = (app: Pick<App, 'secretKey'>, text: string): Buffer =>
  createHmac('sha256', app.secretKey).update('mail-opt-out\n').update(text).digest();

/** The digest of an address by which an opt-out without an account is found. */
export const addressDigest = (app: Pick<App, 'secretKey'>, email: string): string =>
  hmac(app, `address\n${email.toLowerCase()}`).toString('base64url');

/**
 * Mailbox of an address. An account that has not confirmed the address does not count: it must not stop the mails of
 * the address's owner.
 */
async function mailboxOf(app: App, email: string): Promise<Mailbox> {
  const [account] = (await app.dataSource.query(
    `SELECT id FROM account WHERE lower(email) = lower($1) AND email_confirmed_at IS NOT NULL`,
    [email],
  )) as Array<{ id: string }>;
  return account ? `account:${account.id}` : `address:${addressDigest(app, email)}`;
}

/**
 * True if mails of this kind are sent to the address, that is, unless its mailbox or the address itself has opted out.
 */
export async function wantsMail(app: App, email: string, kind: string): Promise<boolean> {
  const rows: unknown[] = await app.dataSource.query(
    `SELECT 1 FROM mail_opt_out WHERE mailbox = ANY ($1) AND kind = $2`,
    [[await mailboxOf(app, email), `address:${addressDigest(app, email)}`], kind],
  );
  return rows.length === 0;
}

/** A signed token that stands for one mailbox and one kind; it names no address and does not expire. */
export async function optOutToken(app: App, email: string, kind: string): Promise<string> {
  const meant = Buffer.from(`${await mailboxOf(app, email)}\n${kind}`).toString('base64url');
  return `${meant}.${hmac(app, `token\n${meant}`).toString('base64url')}`;
}

/**
 * Reads an opt-out token; null if this deployment did not sign it, or if its kind of mail is unknown or cannot be
 * stopped.
 */
export function readOptOutToken(
  app: Pick<App, 'secretKey'>,
  token: string,
): { mailbox: Mailbox; kind: MailKind } | null {
  const [meant = '', signature = ''] = token.split('.');
  const right = hmac(app, `token\n${meant}`);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const [mailbox, kind] = Buffer.from(meant, 'base64url').toString('utf8').split('\n') as [Mailbox, string];
  return kind in MAIL_KINDS && !MANDATORY.has(kind) ? { mailbox, kind: kind as MailKind } : null;
}

/**
 * All mailboxes whose opt-outs count for one: of an account also the address that it has confirmed, since its person may
 * have opted out before signing up.
 */
async function mailboxesOf(db: EntityManager, app: Pick<App, 'secretKey'>, mailbox: Mailbox): Promise<Mailbox[]> {
  if (!mailbox.startsWith('account:')) return [mailbox];
  const [account] = (await db.query(
    `SELECT email FROM account WHERE id = $1 AND email IS NOT NULL AND email_confirmed_at IS NOT NULL`,
    [accountOf(mailbox)],
  )) as Array<{ email: string }>;
  return account ? [mailbox, `address:${addressDigest(app, account.email)}`] : [mailbox];
}

const accountOf = (mailbox: Mailbox): string | null =>
  mailbox.startsWith('account:') ? mailbox.slice('account:'.length) : null;

/** The opt-outs of a mailbox: the kinds of mail that are not sent to it, each with the time of the first opt-out. */
export async function optOutsOf(
  db: EntityManager,
  app: Pick<App, 'secretKey'>,
  mailbox: Mailbox,
): Promise<Array<{ kind: string; created_at: Date }>> {
  return (await db.query(
    `SELECT kind, min(created_at) AS created_at FROM mail_opt_out WHERE mailbox = ANY ($1) GROUP BY kind ORDER BY kind`,
    [await mailboxesOf(db, app, mailbox)],
  )) as Array<{ kind: string; created_at: Date }>;
}

/**
 * Stores whether a mailbox wants mails of a kind; doing so twice changes nothing. Nothing is stored for the account of
 * an erased person.
 */
export async function setWanted(
  db: EntityManager,
  app: Pick<App, 'secretKey'>,
  mailbox: Mailbox,
  kind: MailKind,
  wanted: boolean,
  at: Date,
): Promise<void> {
  if (wanted) {
    await changedRows(db, `DELETE FROM mail_opt_out WHERE mailbox = ANY ($1) AND kind = $2`, [
      await mailboxesOf(db, app, mailbox),
      kind,
    ]);
    return;
  }
  await db.query(
    `INSERT INTO mail_opt_out (mailbox, kind, account_id, created_at)
     SELECT $1, $2, $3::uuid, $4
     WHERE $3::uuid IS NULL OR EXISTS (SELECT 1 FROM account WHERE id = $3::uuid AND erased_at IS NULL)
     ON CONFLICT DO NOTHING`,
    [mailbox, kind, accountOf(mailbox), at],
  );
}
