import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import type { Localized } from '../kernel/localized.js';
import { toGlobalId } from '../lib/ids.js';
import { closeLocked } from '../identity/organisations/closing.service.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { ConflictError } from '../kernel/errors.js';
import { record } from '../ledger/ledger.service.js';
import { notify } from '../notifications/mail.js';
import { writeOwn } from '../kernel/write.js';
import { Account } from '../identity/accounts/account.entity.js';
import { confirmPassword, lockAccount } from '../identity/accounts/accounts.js';
import { requireSession } from '../identity/sessions/authentication.js';
import { accountErasedMail } from '../identity/accounts/identity.mails.js';
import { inErasureOrder, inExportOrder } from './personal-data.order.js';
import type { EraseMyAccountInput } from './privacy.types.js';
import { countAttempt } from '../identity/sessions/throttle.js';
import { requireCode } from '../identity/accounts/totp.service.js';
import { say } from '../messages/catalogue.js';

/** Exports all data held about the viewer as one JSON document, read in one consistent snapshot of the database. */
export async function exportMyData(ctx: Context): Promise<Record<string, unknown>> {
  const { accountId } = requireSession(ctx);
  return ctx.app.dataSource.transaction('REPEATABLE READ', async (tx) => {
    const held: Record<string, unknown> = { exportedAt: ctx.now().toISOString() };
    for (const { exports } of inExportOrder(ctx.app.modules.personalData))
      for (const [section, read] of Object.entries(exports)) held[section] = await read(tx, accountId, ctx.app);
    return JSON.parse(JSON.stringify(held)) as Record<string, unknown>;
  });
}

/**
 * Erases the viewer's personal data. The account's row stays, without content, because other records refer to it. It
 * gets a new pseudonym, while the ledger keeps the old one, so that the ledger can no longer be linked to the account.
 */
export async function eraseMyAccount(ctx: Context, input: EraseMyAccountInput): Promise<void> {
  const { accountId, pseudonym, sessionId } = requireSession(ctx);
  await confirmPassword(ctx, await ctx.db.findOneByOrFail(Account, { id: accountId }), 'password', input.password);
  await countAttempt(ctx, 'codeBySession', accountId, sessionId);
  await writeOwn(ctx, { account: true, organisations: true }, async (tx) => {
    // Organisations are locked in the order of their ids, so that two concurrent erasures cannot deadlock.
    const owned = (await tx.query(
      `SELECT o.id
       FROM organisation o
       JOIN membership m ON m.organisation_id = o.id
       WHERE m.account_id = $1
       ORDER BY o.id
       FOR NO KEY UPDATE OF o`,
      [accountId],
    )) as Array<{ id: string }>;
    const orphaned = await soleOwned(
      tx,
      accountId,
      owned.map((o) => o.id),
    );
    if (orphaned.length > 0 && input.closeOwnedOrganisations !== true) throw lastOwner(orphaned);
    const account = await lockAccount(tx, accountId);
    await requireCode(ctx, tx, account, 'totpCode', input.totpCode);
    for (const { id } of orphaned) await closeLocked(tx, ctx, await tx.findOneByOrFail(Organisation, { id }), null);
    const { email, locale } = account;
    for (const erase of inErasureOrder(ctx.app.modules.personalData))
      await erase(tx, { accountId, email: email ?? '', pseudonym }, ctx.app);
    await tx.query(
      `UPDATE account
       SET email = NULL, password_hash = NULL, display_name = NULL,
           totp_secret = NULL, totp_enabled_at = NULL, totp_last_step = NULL,
           email_confirmed_at = NULL, is_operator = false, pseudonym = gen_random_uuid(), erased_at = $2
       WHERE id = $1`,
      [accountId, ctx.now()],
    );
    if (email !== null) await notify(tx, accountErasedMail, [{ email, locale }], () => null);
    // The record names the pseudonym, since the account's id would link the ledger to the account.
    await record(tx, ctx, { kind: 'account.erased', subjectType: 'Pseudonym', subjectId: pseudonym, facts: {} });
  });
}

interface SoleOwned {
  id: string;
  name: Localized;
  others: number;
}

/** The open organisations that would lose their only owner, with the number of their other members. */
async function soleOwned(tx: EntityManager, accountId: string, lockedIds: readonly string[]): Promise<SoleOwned[]> {
  return (await tx.query(
    `SELECT o.id, o.name,
       (
         SELECT count(*)::int FROM membership x WHERE x.organisation_id = o.id AND x.account_id <> $1
       ) AS others
     FROM organisation o
     JOIN membership m ON m.organisation_id = o.id AND m.account_id = $1 AND m.role = 'OWNER'
     WHERE o.id = ANY ($2::uuid[]) AND o.verification <> 'CLOSED'
       AND NOT EXISTS (
         SELECT 1
         FROM membership x
         WHERE x.organisation_id = o.id AND x.role = 'OWNER' AND x.account_id <> $1
       )
     ORDER BY o.id`,
    [accountId, lockedIds],
  )) as SoleOwned[];
}

function lastOwner(orphaned: readonly SoleOwned[]): ConflictError {
  return new ConflictError(say('LAST_OWNER.account', { count: orphaned.length }), 'LAST_OWNER', {
    organisations: orphaned.slice(0, 50).map(({ id, name, others }) => ({
      id: toGlobalId('Organisation', id),
      name: name.zh ?? name.en ?? '',
      otherMembers: others,
      choices: [...(others > 0 ? ['MAKE_OWNER'] : []), 'INVITE_OWNER', 'CLOSE'],
    })),
  });
}
