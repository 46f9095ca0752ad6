import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import type { Context } from '../kernel/context.js';
import { badInput, ConflictError, NotFoundError } from '../kernel/errors.js';
import { Account } from '../identity/accounts/account.entity.js';
import type { MailText } from '../identity/accounts/identity.mails.js';
import type { ProfileStatus } from '../identity/profile-status.js';
import { record } from '../ledger/ledger.service.js';
import { lastFacts } from '../ledger/recorded.js';
import { reasonFact } from '../ledger/texts.js';
import { cleanText, type Locale } from '../kernel/localized.js';
import { readId } from '../kernel/node.js';
import { queueMail } from '../notifications/mail.js';
import { writeOnce } from '../kernel/write.js';
import { TalentProfile } from './talent.entity.js';
import type {
  ReinstateTalentInput,
  RejectTalentInput,
  SuspendTalentInput,
  VerifyTalentInput,
} from './talent.inputs.js';
import { reinstatedMail, rejectedMail, suspendedMail, verifiedMail } from './talent.mails.js';
import { refuseStale } from './talent.service.js';
import { talentLifecycle } from './talent.stages.js';
import { type MutationInput } from '../kernel/mutation-input.js';

/** What operators do with talents: check what they say, and take them off the lists. The person is told of each by mail. */

const MAX_REASON = 500;

/** Notes that what a talent says in this revision was checked and holds. */
export function verifyTalent(ctx: Context, input: VerifyTalentInput): Promise<TalentProfile> {
  return decide(ctx, input, 'VERIFIED', null);
}

/** Notes that what a talent says in this revision does not hold; the profile is not shown or proposed until it is mended. */
export async function rejectTalent(ctx: Context, input: RejectTalentInput): Promise<TalentProfile> {
  return decide(ctx, input, 'REJECTED', requireReason(input.reason));
}

function decide(
  ctx: Context,
  input: VerifyTalentInput,
  verification: 'VERIFIED' | 'REJECTED',
  reason: string | null,
): Promise<TalentProfile> {
  return operate(ctx, input, `talent.${verification}`, async (tx, talent) => {
    refuseStale(talent, input.revision);
    if (talent.verification === verification && talent.verificationReasonText === reason) return;
    const from = talent.verification;
    Object.assign(talent, {
      verification,
      verificationReasonText: reason,
      updatedAt: ctx.now(),
    } satisfies Partial<TalentProfile>);
    await tx.update(
      TalentProfile,
      { id: talent.id },
      { verification, verificationReasonText: reason, updatedAt: talent.updatedAt },
    );
    await tell(tx, talent, (locale) => (reason === null ? verifiedMail(locale) : rejectedMail(locale, reason)));
    await record(tx, ctx, {
      kind: verification === 'VERIFIED' ? 'talent.verified' : 'talent.rejected',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: { from, revision: talent.revision, ...(await reasonFact(tx, ctx, reason)) },
    });
  });
}

/** Takes a profile off the lists, with a reason that the person reads. */
export async function suspendTalent(ctx: Context, input: SuspendTalentInput): Promise<TalentProfile> {
  const reason = requireReason(input.reason);
  return operate(ctx, input, 'talent.suspend', async (tx, talent) => {
    const from = talent.status;
    await move(tx, ctx, talent, talentLifecycle.next(from, 'suspend'), reason);
    await tell(tx, talent, (locale) => suspendedMail(locale, reason));
    await record(tx, ctx, {
      kind: 'talent.suspended',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: { from, to: talent.status, ...(await reasonFact(tx, ctx, reason)) },
    });
  });
}

/** Brings a suspended profile back as it was: one that its owner had paused stays paused. */
export function reinstateTalent(ctx: Context, input: ReinstateTalentInput): Promise<TalentProfile> {
  return operate(ctx, input, 'talent.reinstate', async (tx, talent) => {
    const from = talent.status;
    const to = talentLifecycle.next(from, 'reinstate');
    if (talent.accountId === null) throw new ConflictError('The person was erased.', 'ACCOUNT_ERASED');
    const before = await lastFacts(tx, 'talent.suspended', 'TalentProfile', talent.id);
    await move(tx, ctx, talent, before?.['from'] === 'PAUSED' ? 'PAUSED' : to, null);
    await tell(tx, talent, (locale) => reinstatedMail(locale, talent.status === 'PAUSED'));
    await record(tx, ctx, {
      kind: 'talent.reinstated',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: { from, to: talent.status },
    });
  });
}

async function operate(
  ctx: Context,
  input: MutationInput & { id: string },
  operation: string,
  run: (tx: EntityManager, talent: TalentProfile) => Promise<void>,
): Promise<TalentProfile> {
  authorize(ctx, 'platform:operate', undefined);
  const id = readId('input.id', 'TalentProfile', input.id);
  return writeOnce(ctx, operation, input, TalentProfile, async (tx) => {
    const talent = await tx.findOne(TalentProfile, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!talent) throw new NotFoundError('The talent profile');
    await run(tx, talent);
    return talent;
  });
}

async function move(
  tx: EntityManager,
  ctx: Context,
  talent: TalentProfile,
  status: ProfileStatus,
  reason: string | null,
): Promise<void> {
  Object.assign(talent, { status, statusReasonText: reason, updatedAt: ctx.now() } satisfies Partial<TalentProfile>);
  await tx.update(TalentProfile, { id: talent.id }, { status, statusReasonText: reason, updatedAt: talent.updatedAt });
}

/** A reason that somebody is to read: 1 to 500 characters. */
function requireReason(text: string): string {
  const reason = cleanText(text);
  if (reason === undefined) throw badInput('input.reason', 'REQUIRED', 'say why; the person reads it.');
  if ([...reason].length > MAX_REASON) throw badInput('input.reason', 'TOO_LONG', `at most ${MAX_REASON} characters.`);
  return reason;
}

async function tell(tx: EntityManager, talent: TalentProfile, mail: (locale: Locale) => MailText): Promise<void> {
  const account = talent.accountId === null ? null : await tx.findOneBy(Account, { id: talent.accountId });
  if (account?.email != null)
    await queueMail(tx, { to: account.email, locale: account.locale, ...mail(account.locale) });
}
