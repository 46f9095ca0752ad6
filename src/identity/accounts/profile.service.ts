import { requireLogin, type Context } from '../../kernel/context.js';
import { authorize, can } from '../../kernel/authz.js';
import { write, writeOwn } from '../../kernel/write.js';
import { Account, accountById } from './account.entity.js';
import type { RotateSigningKeyInput, UpdateProfileInput } from './account.inputs.js';
import { lockAccount, readDisplayName } from './accounts.js';
import { requireSession } from '../sessions/authentication.js';
import { forgetSigningKeys, rotateSigningKeyNow } from '../sessions/signing-keys.js';
import { record } from '../../ledger/ledger.service.js';
import { PrivateAccount } from './viewer.types.js';

/** The viewer's own account. */
export async function readOwnAccount(ctx: Context): Promise<PrivateAccount> {
  const { accountId } = requireLogin(ctx);
  return new PrivateAccount(await ctx.db.findOneByOrFail(Account, { id: accountId }));
}

/** Changes the viewer's name or language. */
export async function updateProfile(ctx: Context, input: UpdateProfileInput): Promise<PrivateAccount> {
  const { accountId } = requireSession(ctx);
  const displayName = input.displayName == null ? null : readDisplayName('displayName', input.displayName);
  return writeOwn(ctx, { account: true }, async (tx) => {
    const account = await lockAccount(tx, accountId);
    await tx.update(
      Account,
      { id: accountId },
      { displayName: displayName ?? account.displayName, locale: input.locale ?? account.locale },
    );
    return new PrivateAccount(await tx.findOneByOrFail(Account, { id: accountId }));
  });
}

/**
 * An account that the viewer may see, for `node`: the viewer's own, that of a fellow member of an organisation, and any
 * account for an operator; else null.
 */
export async function visibleAccount(ctx: Context, id: string): Promise<Account | null> {
  const { viewer } = ctx;
  if (viewer.accountId === null) return null;
  if (!can(ctx, 'account:read', { accountId: id })) {
    const shared = (await ctx.db.query(
      `SELECT 1 FROM membership WHERE account_id = $1 AND organisation_id = ANY ($2::uuid[]) LIMIT 1`,
      [id, viewer.memberships.map((m) => m.organisationId)],
    )) as unknown[];
    if (shared.length === 0) return null;
  }
  return ctx.load(accountById).load(id);
}

/**
 * Operator action: replaces the key that signs access tokens; with `revokeOld`, tokens signed by earlier keys are
 * refused.
 */
export async function rotateSigningKey(ctx: Context, input: RotateSigningKeyInput): Promise<string> {
  requireSession(ctx);
  const kid = await write(ctx, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const made = await rotateSigningKeyNow(ctx.app, tx, input.revokeOld === true);
    await record(tx, ctx, {
      kind: 'signing_key.rotated',
      subjectType: 'SigningKey',
      subjectId: made,
      facts: { revokedOld: input.revokeOld === true },
    });
    return made;
  });
  forgetSigningKeys(ctx.app);
  return kid;
}
