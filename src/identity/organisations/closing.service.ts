import type { EntityManager } from 'typeorm';
import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import type { Locale } from '../../kernel/localized.js';
import { readId } from '../../kernel/node.js';
import { readReason } from '../../kernel/reason.js';
import { writeOwnOnce } from '../../kernel/write.js';
import { record } from '../../ledger/ledger.service.js';
import { reasonFact } from '../../ledger/texts.js';
import { toGlobalId } from '../../lib/ids.js';
import { GETS_MAIL, notify } from '../../notifications/mail.js';
import { organisationClosedMail } from './organisations.mails.js';
import { renewMemberships, requireSession } from '../sessions/authentication.js';
import { Organisation } from './organisation.entity.js';
import { named, shownName } from './organisation.names.js';
import type { CloseOrganisationInput } from './organisation.inputs.js';
import { refuseClosed } from './closing.rules.js';
import { lockOrganisation } from './organisations.service.js';

/**
 * Closes an organisation for good: it stays on record with its name and members, but takes part in nothing any more.
 * Its accounts are not touched.
 */
export async function closeOrganisation(ctx: Context, input: CloseOrganisationInput): Promise<Organisation> {
  requireSession(ctx);
  const id = readId('id', 'Organisation', input.id);
  const reason = readReason('reason', input.reason);
  const closed = await writeOwnOnce(
    ctx,
    { organisations: true },
    'closeOrganisation',
    input,
    Organisation,
    async (tx) => {
      const organisation = await lockOrganisation(ctx, tx, id);
      authorize(ctx, 'organisation:manage', { organisationId: id });
      await closeLocked(tx, ctx, organisation, reason);
      return tx.findOneByOrFail(Organisation, { id });
    },
  );
  await renewMemberships(ctx);
  return closed;
}

/**
 * Closes a locked organisation: sets its status, revokes its open invitations, runs the closing step of every domain,
 * mails its members and appends the ledger record.
 */
export async function closeLocked(
  tx: EntityManager,
  ctx: Context,
  organisation: Organisation,
  reason: string | null,
): Promise<void> {
  const { id, revision, verification } = organisation;
  refuseClosed(organisation);
  const now = ctx.now();
  await tx.update(
    Organisation,
    { id },
    { verification: 'CLOSED', closedAt: now, pendingChangeValues: null, revision: revision + 1 },
  );
  await tx.query(
    `UPDATE invitation
     SET revoked_at = $2
     WHERE organisation_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL`,
    [id, now],
  );
  for (const step of ctx.app.modules.closing) await step(tx, { id, actor: ctx.viewer.pseudonym }, ctx.app);
  await tellMembers(tx, ctx, organisation);
  await record(tx, ctx, {
    kind: 'organisation.closed',
    subjectType: 'Organisation',
    subjectId: id,
    facts: { from: verification, revision: revision + 1, ...(await reasonFact(tx, ctx, reason)) },
  });
}

async function tellMembers(tx: EntityManager, ctx: Context, organisation: Organisation): Promise<void> {
  const { id } = organisation;
  const members = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE m.organisation_id = $1 AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [id],
  )) as Array<{ email: string; locale: Locale }>;
  await notify(
    tx,
    organisationClosedMail,
    members,
    ({ locale }) => ({ organisation: shownName(named(organisation), locale) }),
    { id: toGlobalId('Organisation', id) },
  );
}
