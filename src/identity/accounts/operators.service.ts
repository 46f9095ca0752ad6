import { randomBytes } from 'node:crypto';
import type { App } from '../../kernel/context.js';
import { appendLedger } from '../../ledger/ledger.service.js';
import { newId } from '../../lib/ids.js';
import { Account } from './account.entity.js';
import { findUnprovenAccount, lockAccount, readDisplayName } from './accounts.js';
import { readEmail } from './emails.js';
import { createOneTimeToken } from './one-time-tokens.js';
import { checkPassword, hashPassword } from './passwords.js';
import { seal } from '../../lib/seal.js';
import { revokeSessions } from '../sessions/session.tokens.js';
import { takeOver } from './take-over.js';
import { newTotpSecret, totpUri } from './totp.js';
import { replaceRecoveryCodes } from './totp.service.js';

/** Lifetime, in milliseconds, of the link by which a new operator sets a password. */
const LINK_MS = 24 * 3_600_000;

export interface NewOperator {
  email: string;
  /**
   * Name of the operator. An account with a confirmed address keeps its name; any other without this value is called
   * Operator.
   */
  name: string | undefined;
  /**
   * Password of the operator. Without it, an account with a confirmed address keeps its password, and any other gets a
   * one-time token to set one.
   */
  password: string | undefined;
}

export interface AppointedOperator {
  /** True when the account was created, false when an existing account was made an operator. */
  created: boolean;
  /**
   * Whether the account existed but had never confirmed its address, so that its password, name and other credentials
   * were removed.
   */
  takenOver: boolean;
  email: string;
  /** One-time token for `resetPassword`; null where the account has a password that its owner knows. */
  passwordToken: string | null;
  /** The new two-factor secret and recovery codes; null where two-factor authentication was already on. */
  totp: { uri: string; recoveryCodes: string[] } | null;
}

/**
 * Creates an operator account, or makes an existing account an operator, with two-factor authentication on. The address
 * counts as confirmed, as the person who runs the command on the server vouches for it.
 */
export async function appointOperator(app: App, wish: NewOperator): Promise<AppointedOperator> {
  const email = readEmail('email', wish.email);
  if (wish.password !== undefined) checkPassword('password', wish.password, email);
  const passwordHash = await hashPassword(wish.password ?? randomBytes(32).toString('base64url'));
  return app.dataSource.transaction(async (tx) => {
    const now = app.clock();
    const known = await findUnprovenAccount(tx, email);
    const id = known?.id ?? newId();
    const name = readDisplayName('name', wish.name ?? 'Operator');
    if (!known) {
      await tx.query(
        `INSERT INTO account (id, pseudonym, email, password_hash, display_name, created_at)
         VALUES ($1, gen_random_uuid(), $2, $3, $4, $5)`,
        [id, email, passwordHash, name, now],
      );
    }
    const account = await lockAccount(tx, id);
    // An account whose address is unconfirmed may have been created by somebody else. Nothing that this person chose
    // (password, name, second factor, API keys) may remain on an operator's account.
    const isProven = known !== null && account.emailConfirmedAt !== null;
    if (known && !isProven) await takeOver(tx, id, { displayName: name, passwordHash }, now);
    else if (wish.password !== undefined) await tx.update(Account, { id }, { passwordHash });
    await tx.update(Account, { id }, { isOperator: true, emailConfirmedAt: account.emailConfirmedAt ?? now });
    let totp: AppointedOperator['totp'] = null;
    if (!isProven || account.totpEnabledAt === null) {
      const secret = newTotpSecret();
      await tx.update(
        Account,
        { id },
        { totpSecret: seal(app.secretKey, 'totp', id, secret), totpEnabledAt: now, totpLastStep: null },
      );
      totp = { uri: totpUri(secret, account.email ?? email), recoveryCodes: await replaceRecoveryCodes(app, tx, id) };
    }
    if (totp !== null || !isProven || wish.password !== undefined)
      await revokeSessions(tx, id, 'OPERATOR_APPOINTED', now);
    const passwordToken =
      !isProven && wish.password === undefined
        ? await createOneTimeToken(tx, 'RESET_PASSWORD', id, now, { lifetimeMs: LINK_MS })
        : null;
    if (!account.isOperator)
      await appendLedger(tx, null, now, [
        { kind: 'operator.appointed', subjectType: 'Pseudonym', subjectId: account.pseudonym, facts: {} },
      ]);
    return {
      created: known === null,
      takenOver: known !== null && !isProven,
      email: account.email ?? email,
      passwordToken,
      totp,
    };
  });
}
