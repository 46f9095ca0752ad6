import { pruneRows } from '../../kernel/database/prune.js';
import type { EntityManager } from 'typeorm';
import { forgetReplaced } from '../../ledger/replaced.js';
import type { App } from '../../kernel/context.js';
import type { Task } from '../../kernel/jobs.js';
import { notify, SEND_MAIL_TASK } from '../../notifications/mail.js';
import type { Account } from './account.entity.js';
import { findUnprovenAccount } from './accounts.js';
import { holding } from './email-change.holding.js';
import { dayOfChina, timeOfChina } from '../../lib/day.js';
import { emailHeldMail } from './email-change.mails.js';
import { alreadyRegisteredMail, confirmEmailMail, resetPasswordMail } from './identity.mails.js';
import { createOneTimeToken } from './one-time-tokens.js';
import { pendingSignUpOf } from './pending-sign-ups.js';
import { rotateAgedSigningKey } from '../sessions/signing-keys.js';

export const ACCOUNT_MAIL_TASK = 'identity:account-mail';
export const PRUNE_TASK = 'identity:prune';
export const PRUNE_THROTTLE_TASK = 'identity:prune-throttle';
export const ROTATE_TASK = 'identity:rotate-signing-key';

/**
 * Payload of the job that mails to the account with this address or, after a sign-up, to an address that is reserved
 * after a change. The account is looked up in the job, not in the request, so that a request takes no longer for an
 * address with an account than for one without.
 */
export interface AccountMail {
  kind: 'CONFIRM_EMAIL' | 'ALREADY_REGISTERED' | 'RESET_PASSWORD';
  email: string;
  /**
   * The sign-up that a link confirms: null for the one that created the account, an id for a later one with the same
   * address, undefined for the newest.
   */
  signUpId?: string | null;
}

/**
 * Job that queues a mail to an address, for requests whose answer must not reveal whether the address has an account.
 */
export const sendAccountMail: Task = async (app, payload) => {
  const { kind, email, signUpId } = payload as AccountMail;
  await app.dataSource.transaction(async (tx) => {
    const account = await findUnprovenAccount(tx, email);
    if (!account?.email) {
      if (kind === 'ALREADY_REGISTERED') await tellHolder(tx, email, app.clock());
      return;
    }
    const receivers = [{ email: account.email, locale: account.locale }];
    const isConfirmed = account.emailConfirmedAt !== null;
    // A sign-up that waited while another one was confirmed is told like one that came later.
    if (kind === 'ALREADY_REGISTERED' || (kind === 'CONFIRM_EMAIL' && isConfirmed && signUpId)) {
      await notify(tx, alreadyRegisteredMail, receivers, () => null);
    } else if (kind === 'RESET_PASSWORD') {
      const token = await createOneTimeToken(tx, kind, account.id, app.clock());
      await notify(tx, resetPasswordMail, receivers, () => null, { token });
    } else if (!isConfirmed) {
      await sendConfirmation(tx, app, account, signUpId);
    }
  });
};

/**
 * Queues the mail with the link that confirms one sign-up: with an id that later sign-up, with null the one that
 * created the account, with undefined the newest. Queues none if the sign-up with the given id is gone.
 */
async function sendConfirmation(
  tx: EntityManager,
  app: App,
  { id, email, locale, createdAt }: Account,
  signUpId: string | null | undefined,
): Promise<void> {
  const pending = signUpId === null ? null : await pendingSignUpOf(tx, id, signUpId);
  if (signUpId && !pending) return;
  const token = await createOneTimeToken(tx, 'CONFIRM_EMAIL', id, app.clock(), { signUpId: pending?.id ?? null });
  const receivers = [{ email: email!, locale: pending?.locale ?? locale }];
  const at = timeOfChina(pending?.createdAt ?? createdAt);
  await notify(tx, confirmEmailMail, receivers, () => ({ at }), { token });
}

/**
 * Mails to an address for which somebody has signed up, and which is reserved for the account that had it before, until
 * when it is reserved.
 */
async function tellHolder(tx: EntityManager, email: string, now: Date): Promise<void> {
  const held = await holding(tx, email, null, now);
  if (held !== null)
    await notify(tx, emailHeldMail, [{ email, locale: held.locale }], () => ({ day: dayOfChina(held.until) }));
}

/** Cron task that replaces the key which signs access tokens once that key is 30 days old. */
export const rotateSigningKeyTask: Task = (app) => rotateAgedSigningKey(app);

const DAY_MS = 86_400_000;

/**
 * Cron task that deletes rows whose time is over: pending sign-ups, one-time tokens, sessions, known devices, changes
 * of address, idempotency keys, contents replaced by edits, unaccepted invitations, and jobs of mails that failed at
 * every attempt.
 */
export const pruneIdentity: Task = async (app, _payload, signal) => {
  const now = app.clock();
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const db = app.dataSource.manager;
  const prune = (table: string, condition: string, values: unknown[]) =>
    pruneRows(app, table, condition, values, { signal });
  // A confirmed account has pending sign-ups only if one was stored at the moment of the confirmation.
  await prune(
    'pending_sign_up',
    `t.created_at < $1
     OR EXISTS (SELECT 1 FROM account a WHERE a.id = t.account_id AND a.email_confirmed_at IS NOT NULL)`,
    [daysAgo(30)],
  );
  await prune('one_time_token', 't.expires_at < $1 OR t.used_at < $1', [daysAgo(1)]);
  // A revoked session is kept until it would have expired, but at most for 30 days after its revocation, so that a late
  // reuse of its refresh tokens is recognised.
  await prune('session', 't.expires_at < $1 OR t.revoked_at < $2', [now, daysAgo(30)]);
  await prune('email_change', 't.stop_until < $1', [now]);
  await prune('known_device', 't.expires_at < $1', [now]);
  await prune('idempotency_key', 't.created_at < $1', [daysAgo(7)]);
  // Contents that edits replaced are kept for 30 days; a stale edit based on an older one can no longer be compared
  // with it.
  await forgetReplaced(db, daysAgo(30));
  await prune('invitation', 't.expires_at < $1 AND t.accepted_at IS NULL', [daysAgo(90)]);
  await db.query(
    `SELECT graphile_worker.complete_jobs(array_agg(id))
     FROM graphile_worker.jobs
     WHERE task_identifier = ANY ($1) AND attempts >= max_attempts AND locked_at IS NULL
     HAVING count(*) > 0`,
    [[SEND_MAIL_TASK, ACCOUNT_MAIL_TASK]],
  );
};

/** Cron task, hourly: deletes the counts of attempts whose window is over, so that they do not pile up. */
export const pruneThrottle: Task = async (app, _payload, signal) => {
  await pruneRows(app, 'login_throttle', 't.window_ends_at < $1', [app.clock()], { signal });
};
