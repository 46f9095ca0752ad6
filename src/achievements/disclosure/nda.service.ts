import { authorize, membershipIn } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { readReason } from '../../kernel/reason.js';
import { record } from '../../ledger/ledger.service.js';
import type { EntityManager } from 'typeorm';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { named, shownName } from '../../identity/organisations/organisation.names.js';
import { localize } from '../../kernel/localized.js';
import { newId, toGlobalId } from '../../lib/ids.js';
import { editorsOf, GETS_MAIL, notify, type Receiver } from '../../notifications/mail.js';
import { ndaDecidedMail, ndaRequestedMail } from '../achievement.mails.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import type { DecideNdaInput, RequestNdaInput } from '../achievement.inputs.js';
import { lockAchievement } from '../achievement.service.js';
import { Achievement } from '../achievement.entity.js';
import { NdaGrant } from '../achievement-parts.entity.js';
import { seesNdaGrant } from '../achievement.readers.js';
import { say } from '../../messages/catalogue.js';

/**
 * Requests access to an achievement's NDA tier for a verified organisation. A request after a refusal or revocation
 * reopens the earlier request.
 */
export function requestNda(ctx: Context, input: RequestNdaInput): Promise<NdaGrant> {
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const organisationId = readId('input.organisationId', 'Organisation', input.organisationId);
  const message = readReason('input.message', input.message, 'note');
  return writeOnce(ctx, 'requestNda', input, NdaGrant, async (tx) => {
    const viewer = requireLogin(ctx);
    const achievement = await lockAchievement(tx, ctx, achievementId);
    const membership = membershipIn(viewer, organisationId);
    if (!membership) throw new ForbiddenError(say('NOT_ALLOWED.member'));
    if (!membership.verified) throw new ForbiddenError(say('NOT_VERIFIED.organisation'), 'NOT_VERIFIED');
    if (achievement.institutionId === organisationId)
      throw badInput('input.organisationId', 'OWN_ACHIEVEMENT', say('OWN_ACHIEVEMENT.nda'));
    const existing = await tx.findOneBy(NdaGrant, { achievementId, organisationId });
    if (existing && (existing.status === 'REQUESTED' || existing.status === 'GRANTED')) return existing;
    const grant = existing ?? tx.create(NdaGrant, { id: newId(), achievementId, organisationId });
    Object.assign(grant, {
      status: 'REQUESTED',
      message,
      requestedBy: viewer.accountId,
      requestedAt: ctx.now(),
      decidedAt: null,
      decidedBy: null,
    });
    await tx.save(grant);
    await notifyOfRequest(tx, grant, achievement, viewer.accountId);
    await record(tx, ctx, {
      kind: 'nda.requested',
      subjectType: 'NdaGrant',
      subjectId: grant.id,
      facts: { achievementId, organisationId },
    });
    return grant;
  });
}

/** Grants, refuses or revokes access to the NDA tier, on the decision of the institution that lists the achievement. */
export function decideNda(ctx: Context, input: DecideNdaInput): Promise<NdaGrant> {
  const id = readId('input.id', 'NdaGrant', input.id);
  return writeOnce(ctx, 'decideNda', input, NdaGrant, async (tx) => {
    const grant = await tx.findOne(NdaGrant, { where: { id }, lock: { mode: 'pessimistic_write' } });
    const achievement = grant && (await tx.findOneBy(Achievement, { id: grant.achievementId }));
    requireLogin(ctx);
    if (!grant || !achievement || !seesNdaGrant(ctx, grant, achievement))
      throw new NotFoundError(say('thing.theRequest'));
    authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
    const next = input.grant ? 'GRANTED' : grant.status === 'GRANTED' ? 'REVOKED' : 'REFUSED';
    if (grant.status === next) return grant;
    // A refusal or revocation ends the request: access can be granted only after the organisation has asked again, as
    // it may no longer want what it once asked for.
    if (input.grant && grant.status !== 'REQUESTED') {
      throw new ConflictError(say('INVALID_TRANSITION.grantAgain', { status: grant.status }), 'INVALID_TRANSITION', {
        current: grant.status,
      });
    }
    if (!input.grant && grant.status !== 'REQUESTED' && grant.status !== 'GRANTED') {
      throw new ConflictError(say('INVALID_TRANSITION.request', { status: grant.status }), 'INVALID_TRANSITION', {
        current: grant.status,
      });
    }
    Object.assign(grant, { status: next, decidedAt: ctx.now(), decidedBy: ctx.viewer.accountId });
    await tx.save(grant);
    await notifyOfDecision(tx, grant, achievement, next);
    await record(tx, ctx, {
      kind: `nda.${next.toLowerCase()}`,
      subjectType: 'NdaGrant',
      subjectId: id,
      facts: { achievementId: grant.achievementId, organisationId: grant.organisationId },
    });
    return grant;
  });
}

/** Mails the institution's editors and owners a new request of NDA access, with the achievement's PUBLIC title. */
async function notifyOfRequest(
  tx: EntityManager,
  grant: NdaGrant,
  { titleText, institutionId }: Achievement,
  author: string,
): Promise<void> {
  const organisation = await tx.findOneByOrFail(Organisation, { id: grant.organisationId });
  await notify(
    tx,
    ndaRequestedMail,
    await editorsOf(tx, institutionId),
    ({ locale }) => ({
      title: localize(titleText, locale).value,
      organisation: shownName(named(organisation), locale),
      message: grant.message,
    }),
    { id: toGlobalId('NdaGrant', grant.id), authors: [author] },
  );
}

/**
 * Mails the institution's decision on a request of NDA access to the person who asked, and to the editors and owners of
 * the requesting organisation.
 */
async function notifyOfDecision(
  tx: EntityManager,
  grant: NdaGrant,
  { titleText, institutionId }: Achievement,
  status: 'GRANTED' | 'REFUSED' | 'REVOKED',
): Promise<void> {
  const institution = await tx.findOneByOrFail(Organisation, { id: institutionId });
  const receivers = (await tx.query(
    `SELECT acc.email, acc.locale
     FROM membership m
     JOIN account acc ON acc.id = m.account_id
     WHERE m.organisation_id = $1 AND (m.role IN ('EDITOR', 'OWNER') OR acc.id = $2) AND ${GETS_MAIL}
     ORDER BY acc.id`,
    [grant.organisationId, grant.requestedBy],
  )) as Receiver[];
  await notify(
    tx,
    ndaDecidedMail,
    receivers,
    ({ locale }) => ({
      title: localize(titleText, locale).value,
      institution: shownName(named(institution), locale),
      status,
    }),
    { id: toGlobalId('NdaGrant', grant.id) },
  );
}
