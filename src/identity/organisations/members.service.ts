import type { EntityManager } from 'typeorm';
import { authorize, can } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, NotFoundError } from '../../kernel/errors.js';
import { record } from '../../ledger/ledger.service.js';
import { keysetPage, type ConnectionArgs, type Page } from '../../graphql/pagination.js';
import { readId } from '../../kernel/node.js';
import { writeOwn } from '../../kernel/write.js';
import { named, shownName } from './organisation.names.js';
import { Organisation } from './organisation.entity.js';
import { Membership, membershipById } from './membership.entity.js';
import type { ChangeMemberRoleInput, LeaveOrganisationInput, RemoveMemberInput } from './organisation.inputs.js';
import { lockOrganisation } from './organisations.service.js';
import { type MembershipRole } from '../../kernel/viewer.js';
import { toGlobalId } from '../../lib/ids.js';
import { notify, personsOf, type Receiver } from '../../notifications/mail.js';
import { memberRemovedMail, memberRoleMail } from './organisations.mails.js';
import { say } from '../../messages/catalogue.js';

/** The members of an organisation, the earliest first; null for a viewer who may not see them. */
export async function listMembers(
  ctx: Context,
  organisationId: string,
  args: ConnectionArgs,
): Promise<Page<Membership> | null> {
  if (!can(ctx, 'organisation:members', { organisationId })) return null;
  const query = ctx.db
    .createQueryBuilder(Membership, 'm')
    .where('m.organisationId = :organisationId', { organisationId });
  return keysetPage(query, args, [{ sql: 'm.id', direction: 'ASC', cast: 'uuid', value: (m) => m.id }]);
}

/** The viewer's memberships in organisations, the earliest first. */
export async function listOwnMemberships(ctx: Context, args: ConnectionArgs): Promise<Page<Membership>> {
  const { accountId } = requireLogin(ctx);
  const query = ctx.db.createQueryBuilder(Membership, 'm').where('m.accountId = :accountId', { accountId });
  return keysetPage(query, args, [{ sql: 'm.id', direction: 'ASC', cast: 'uuid', value: (m) => m.id }]);
}

/** A membership, for `node`; null for a viewer who is neither a member of its organisation nor an operator. */
export async function visibleMembership(ctx: Context, id: string): Promise<Membership | null> {
  const membership = await ctx.load(membershipById).load(id);
  return membership && can(ctx, 'organisation:members', membership) ? membership : null;
}

/** Changes a member's role, by an owner of the organisation, and mails the member; refused for the last owner. */
export async function changeMemberRole(ctx: Context, input: ChangeMemberRoleInput): Promise<Membership> {
  const id = readId('membershipId', 'Membership', input.membershipId);
  return writeOwn(ctx, { organisations: true }, async (tx) => {
    const membership = await lockMembership(ctx, tx, id);
    authorize(ctx, 'organisation:manage', membership);
    if (membership.role === input.role) return membership;
    if (membership.role === 'OWNER') await refuseLastOwner(tx, membership);
    await tx.update(Membership, { id }, { role: input.role });
    await recordMembership(tx, ctx, 'membership.role_changed', membership, input.role);
    await notifyMember(tx, ctx, membership, input.role);
    return tx.findOneByOrFail(Membership, { id });
  });
}

/** Removes a member from an organisation; the member's rights there are gone from the member's next request on. */
export async function removeMember(ctx: Context, input: RemoveMemberInput): Promise<void> {
  const id = readId('membershipId', 'Membership', input.membershipId);
  await writeOwn(ctx, { organisations: true }, async (tx) => {
    const membership = await lockMembership(ctx, tx, id);
    authorize(ctx, 'organisation:manage', membership);
    await endMembership(ctx, tx, membership);
    await notifyMember(tx, ctx, membership, null);
  });
}

/** Ends the viewer's own membership in an organisation and returns it. */
export async function leaveOrganisation(ctx: Context, input: LeaveOrganisationInput): Promise<Membership> {
  const { accountId } = requireLogin(ctx);
  const organisationId = readId('organisationId', 'Organisation', input.organisationId);
  return writeOwn(ctx, { organisations: true }, async (tx) => {
    await lockOrganisation(ctx, tx, organisationId);
    const membership = await tx.findOneBy(Membership, { organisationId, accountId });
    if (!membership) throw new NotFoundError(say('thing.yourMembershipInThisOrganisation'));
    await endMembership(ctx, tx, membership);
    return membership;
  });
}

/**
 * Throws LAST_OWNER unless the organisation has an owner other than this membership or is closed. The caller must hold
 * the organisation's lock.
 */
export async function refuseLastOwner(
  tx: EntityManager,
  membership: Pick<Membership, 'id' | 'organisationId'>,
): Promise<void> {
  // A closed organisation needs no owner, since nobody can change it any more.
  if (await tx.existsBy(Organisation, { id: membership.organisationId, verification: 'CLOSED' })) return;
  const others = (await tx.query(
    `SELECT 1 FROM membership WHERE organisation_id = $1 AND role = 'OWNER' AND id <> $2 LIMIT 1`,
    [membership.organisationId, membership.id],
  )) as unknown[];
  if (others.length === 0) {
    throw new ConflictError(say('LAST_OWNER.organisation'), 'LAST_OWNER');
  }
}

/**
 * Locks the organisation of a membership and returns the membership as read after the lock. Throws NOT_FOUND if the
 * viewer may not see it.
 */
async function lockMembership(ctx: Context, tx: EntityManager, id: string): Promise<Membership> {
  const found = await tx.findOneBy(Membership, { id });
  if (!found || !can(ctx, 'organisation:members', found)) throw new NotFoundError(say('thing.thisMembership'));
  await lockOrganisation(ctx, tx, found.organisationId);
  const membership = await tx.findOneBy(Membership, { id });
  if (!membership) throw new NotFoundError(say('thing.thisMembership'));
  return membership;
}

async function endMembership(ctx: Context, tx: EntityManager, membership: Membership): Promise<void> {
  if (membership.role === 'OWNER') await refuseLastOwner(tx, membership);
  await tx.delete(Membership, { id: membership.id });
  await recordMembership(tx, ctx, 'membership.ended', membership, null);
}

/** Mails a member the new role or, where `role` is null, the removal; no mail is sent if the member is the viewer. */
async function notifyMember(
  tx: EntityManager,
  ctx: Context,
  { accountId, organisationId }: Membership,
  role: MembershipRole | null,
): Promise<void> {
  if (accountId === ctx.viewer.accountId) return;
  const found = await tx.findOneByOrFail(Organisation, { id: organisationId });
  const organisation = ({ locale }: Receiver) => shownName(named(found), locale);
  const members = await personsOf(tx, [accountId]);
  if (role === null) await notify(tx, memberRemovedMail, members, (to) => ({ organisation: organisation(to) }));
  else
    await notify(tx, memberRoleMail, members, (to) => ({ organisation: organisation(to), role }), {
      id: toGlobalId('Organisation', organisationId),
    });
}

/** Records the start, change or end of a membership in the ledger; the member appears there by a pseudonym. */
export async function recordMembership(
  tx: EntityManager,
  ctx: Context,
  kind: string,
  membership: Membership,
  role: MembershipRole | null,
): Promise<void> {
  const [member] = (await tx.query(`SELECT pseudonym FROM account WHERE id = $1`, [membership.accountId])) as Array<{
    pseudonym: string;
  }>;
  await record(tx, ctx, {
    kind,
    subjectType: 'Organisation',
    subjectId: membership.organisationId,
    facts: { member: member?.pseudonym, role },
  });
}
