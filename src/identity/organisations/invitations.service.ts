import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { record } from '../../ledger/ledger.service.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { networkOf } from '../../lib/network.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { notify, personsOf } from '../../notifications/mail.js';
import { writeOwn, writeOwnOnce } from '../../kernel/write.js';
import { findConfirmedAccount, lockAccount } from '../accounts/accounts.js';
import { renewMemberships, requireSession } from '../sessions/authentication.js';
import { readEmail } from '../accounts/emails.js';
import { invitationTime } from '../accounts/mail-times.js';
import { named, shownName } from './organisation.names.js';
import { invitationAcceptedMail, invitationMail } from './organisations.mails.js';
import { Invitation } from './invitation.entity.js';
import { recordMembership } from './members.service.js';
import { Membership } from './membership.entity.js';
import { Organisation } from './organisation.entity.js';
import type { AcceptInvitationInput, InviteMemberInput, RevokeInvitationInput } from './organisation.inputs.js';
import { lockOrganisation } from './organisations.service.js';
import { hashToken, randomToken } from '../../lib/seal.js';
import { countAttempt } from '../sessions/throttle.js';
import { say } from '../../messages/catalogue.js';

const LIFETIME_MS = 7 * 86_400_000;

const invalidInvitation = () => badInput('token', 'TOKEN_INVALID', say('TOKEN_INVALID.invitation'));

/**
 * Mails an invitation to join an organisation; it replaces an open invitation of that organisation to the same address.
 */
export async function inviteMember(ctx: Context, input: InviteMemberInput): Promise<Invitation> {
  const viewer = requireLogin(ctx);
  const organisationId = readId('organisationId', 'Organisation', input.organisationId);
  const email = readEmail('email', input.email);
  await countAttempt(ctx, 'invitationByAccount', viewer.accountId);
  await countAttempt(ctx, 'invitationByPair', email, viewer.accountId);
  const time = await invitationTime(ctx, email);
  return writeOwnOnce(ctx, { organisations: true }, 'inviteMember', input, Invitation, async (tx) => {
    const organisation = await lockOrganisation(ctx, tx, organisationId);
    authorize(ctx, 'organisation:manage', { organisationId });
    const invited = await findConfirmedAccount(tx, email);
    if (invited && (await tx.existsBy(Membership, { organisationId, accountId: invited.id }))) {
      throw new ConflictError(say('ALREADY_MEMBER.person'), 'ALREADY_MEMBER');
    }
    const now = ctx.now();
    await tx.query(
      `UPDATE invitation
       SET revoked_at = $3
       WHERE organisation_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND revoked_at IS NULL`,
      [organisationId, email, now],
    );
    const token = randomToken('tpi');
    const id = newId();
    await tx.insert(Invitation, {
      id,
      organisationId,
      email,
      role: input.role,
      tokenHash: hashToken(token),
      invitedById: viewer.accountId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + LIFETIME_MS),
    });
    const locale = invited?.locale ?? ctx.locale;
    const [inviter] = (await tx.query(`SELECT display_name AS name FROM account WHERE id = $1`, [
      viewer.accountId,
    ])) as Array<{ name: string }>;
    await notify(
      tx,
      invitationMail,
      [{ email, locale }],
      () => ({ organisation: shownName(named(organisation), locale), inviter: inviter!.name, role: input.role }),
      { token, authors: [viewer.accountId], ...time },
    );
    await record(tx, ctx, {
      kind: 'invitation.sent',
      subjectType: 'Organisation',
      subjectId: organisationId,
      facts: { invitation: id, role: input.role },
    });
    return tx.findOneByOrFail(Invitation, { id });
  });
}

/**
 * Makes the viewer a member of the organisation that sent the invitation. It must have been mailed to the viewer's
 * address; as the token proves control of that mailbox, the address becomes confirmed.
 */
export async function acceptInvitation(ctx: Context, input: AcceptInvitationInput): Promise<Membership> {
  const viewer = requireSession(ctx);
  const tokenHash = hashToken(input.token);
  const found = await ctx.db.findOneBy(Invitation, { tokenHash });
  if (!found) {
    await countAttempt(ctx, 'tokenByNetwork', networkOf(ctx.ip));
    throw invalidInvitation();
  }
  const own = { account: true, organisations: true, joined: found.organisationId };
  const joined = await writeOwn(ctx, own, async (tx) => {
    // The organisation is locked by now, as for every change of its members, so the invitation cannot change any more.
    const invitation = await tx.findOneBy(Invitation, { id: found.id });
    const now = ctx.now();
    if (!invitation || invitation.acceptedAt !== null || invitation.revokedAt !== null || invitation.expiresAt <= now)
      throw invalidInvitation();
    const account = await lockAccount(tx, viewer.accountId);
    if (account.email?.toLowerCase() !== invitation.email.toLowerCase()) {
      throw new ForbiddenError(say('INVITATION_EMAIL_MISMATCH.other'), 'INVITATION_EMAIL_MISMATCH');
    }
    if (await tx.existsBy(Membership, { organisationId: invitation.organisationId, accountId: account.id })) {
      throw new ConflictError(say('ALREADY_MEMBER.self'), 'ALREADY_MEMBER');
    }
    const id = newId();
    await tx.update(Invitation, { id: invitation.id }, { acceptedAt: now });
    await tx.query(`UPDATE account SET email_confirmed_at = COALESCE(email_confirmed_at, $2) WHERE id = $1`, [
      account.id,
      now,
    ]);
    await tx.insert(Membership, {
      id,
      accountId: account.id,
      organisationId: invitation.organisationId,
      role: invitation.role,
      since: now,
    });
    const membership = await tx.findOneByOrFail(Membership, { id });
    await recordMembership(tx, ctx, 'membership.began', membership, membership.role);
    const organisation = await tx.findOneByOrFail(Organisation, { id: invitation.organisationId });
    await notify(
      tx,
      invitationAcceptedMail,
      await personsOf(tx, [invitation.invitedById]),
      ({ locale }) => ({
        organisation: shownName(named(organisation), locale),
        person: account.displayName ?? '',
        role: membership.role,
      }),
      { id: toGlobalId('Organisation', invitation.organisationId), authors: [viewer.accountId] },
    );
    return membership;
  });
  await renewMemberships(ctx);
  return joined;
}

/** Revokes an open invitation; throws for an accepted one, and leaves a revoked one unchanged. */
export async function revokeInvitation(ctx: Context, input: RevokeInvitationInput): Promise<Invitation> {
  const id = readId('id', 'Invitation', input.id);
  return writeOwn(ctx, { organisations: true }, async (tx) => {
    const found = await tx.findOneBy(Invitation, { id });
    if (!found || !can(ctx, 'organisation:members', found)) throw new NotFoundError(say('thing.thisInvitation'));
    await lockOrganisation(ctx, tx, found.organisationId);
    authorize(ctx, 'organisation:manage', found);
    const invitation = await tx.findOneByOrFail(Invitation, { id });
    if (invitation.acceptedAt !== null)
      throw new ConflictError(say('INVITATION_ACCEPTED.member'), 'INVITATION_ACCEPTED');
    if (invitation.revokedAt !== null) return invitation;
    await tx.update(Invitation, { id }, { revokedAt: ctx.now() });
    await record(tx, ctx, {
      kind: 'invitation.revoked',
      subjectType: 'Organisation',
      subjectId: found.organisationId,
      facts: { invitation: id },
    });
    return tx.findOneByOrFail(Invitation, { id });
  });
}

/** The invitations of an organisation, the latest first; null for a viewer who is not an owner of it. */
export async function listInvitations(
  ctx: Context,
  organisationId: string,
  args: ConnectionArgs,
): Promise<Page<Invitation> | null> {
  if (!can(ctx, 'organisation:manage', { organisationId })) return null;
  const query = ctx.db
    .createQueryBuilder(Invitation, 'i')
    .where('i.organisationId = :organisationId', { organisationId });
  return keysetPage(query, args, [{ sql: 'i.id', direction: 'DESC', cast: 'uuid', value: (i) => i.id }]);
}

/** An invitation, for `node`; null for a viewer who is not an owner of its organisation. */
export async function visibleInvitation(ctx: Context, id: string): Promise<Invitation | null> {
  const invitation = await ctx.db.findOneBy(Invitation, { id });
  return invitation && can(ctx, 'organisation:manage', invitation) ? invitation : null;
}
