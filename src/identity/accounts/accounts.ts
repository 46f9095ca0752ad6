import { type EntityManager } from 'typeorm';
import type { Context } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { cleanText } from '../../kernel/localized.js';
import { holdsLink } from '../../lib/links.js';
import { claimsVerification } from '../organisations/organisation.names.js';
import { Account } from './account.entity.js';
import { verifyPassword } from './passwords.js';
import { requireSession } from '../sessions/authentication.js';
import { countAttempt, forgetAttempts } from '../sessions/throttle.js';
import { say } from '../../messages/catalogue.js';

/**
 * Finds the account that has confirmed this address, ignoring case; null where there is none. Roles, profiles and
 * memberships that are granted to an address must use this look-up, because anyone can sign up with an address that
 * belongs to somebody else.
 */
export async function findConfirmedAccount(db: EntityManager, email: string): Promise<Account | null> {
  const account = await findUnprovenAccount(db, email);
  return account?.emailConfirmedAt == null ? null : account;
}

/**
 * Finds the account with this address, confirmed or not, ignoring case. Only for callers that demand a proof of their
 * own, such as the password or a token mailed to the address; `test/identity/addresses.test.ts` lists these callers.
 */
export async function findUnprovenAccount(db: EntityManager, email: string): Promise<Account | null> {
  return db
    .createQueryBuilder(Account, 'a')
    .where('lower(a.email) = lower(:email) AND a.email IS NOT NULL', { email })
    .getOne();
}

/** Locks the row of an existing account until the transaction ends, and returns the account. */
export async function lockAccount(tx: EntityManager, id: string): Promise<Account> {
  return tx.findOneOrFail(Account, { where: { id }, lock: { mode: 'for_no_key_update' } });
}

/**
 * Throws unless the account's password is correct; called before a sensitive change. The number of attempts is limited.
 */
export async function confirmPassword(ctx: Context, account: Account, field: string, password: string): Promise<void> {
  const { sessionId } = requireSession(ctx);
  await countAttempt(ctx, 'passwordBySession', account.id, sessionId);
  if (!(await verifyPassword(account.passwordHash, password)))
    throw badInput(field, 'WRONG_PASSWORD', say('WRONG_PASSWORD.account'));
  await forgetAttempts(ctx, 'passwordBySession', account.id, sessionId);
}

/**
 * Cleans a person's display name and returns it on one line: each run of white space, line breaks included, becomes one
 * space. Throws BAD_USER_INPUT if nothing is left, if the name has more than 100 characters (Unicode code points),
 * or if it holds a link or claims to be verified: mails to strangers name the person who invites.
 */
export function readDisplayName(field: string, text: string): string {
  const name = cleanText(text.replace(/[\s\p{Cf}\p{Cc}]+/gu, ' '));
  if (name === undefined) throw badInput(field, 'REQUIRED', say('REQUIRED.name'));
  if ([...name].length > 100) throw badInput(field, 'TOO_LONG', say('TOO_LONG.hundred'));
  if (holdsLink(name)) throw badInput(field, 'LINK_IN_NAME', say('LINK_IN_NAME'));
  if (claimsVerification(name)) throw badInput(field, 'CLAIMS_VERIFICATION', say('CLAIMS_VERIFICATION'));
  return name;
}
