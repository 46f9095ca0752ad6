import { noteAuthor } from '../kernel/authored.js';
import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError } from '../kernel/errors.js';
import { requireReason } from '../kernel/reason.js';
import { record } from '../ledger/ledger.service.js';
import { stepProfile } from '../profiles/profile.step.js';
import { lastFacts } from '../ledger/recorded.js';
import { reasonFact } from '../ledger/texts.js';
import { readId } from '../kernel/node.js';
import type { MailEvent } from '../kernel/mail.js';
import { notify, personsOf } from '../notifications/mail.js';
import { refuseStale } from '../kernel/stale-revision.js';
import { writeOnce } from '../kernel/write.js';
import { TalentProfile } from './talent.entity.js';
import type {
  ReinstateTalentInput,
  RejectTalentInput,
  SuspendTalentInput,
  VerifyTalentInput,
} from './talent.inputs.js';
import { reinstatedMail, rejectedMail, suspendedMail, verifiedMail } from './talent.mails.js';
import { lockTalent, TALENT } from './talent.service.js';
import { revisedTalent } from './talent.store.js';
import { say } from '../messages/catalogue.js';

/** Operator actions on talent profiles: verify, reject, suspend, reinstate. The talent gets a mail about each. */

/** Marks the given revision of a profile as verified. */
export function verifyTalent(ctx: Context, input: VerifyTalentInput): Promise<TalentProfile> {
  return decide(ctx, input, 'VERIFIED', null);
}

/**
 * Operator action: rejects the given revision of a talent profile; the profile is neither shown to others nor proposed
 * until the person corrects it.
 */
export async function rejectTalent(ctx: Context, input: RejectTalentInput): Promise<TalentProfile> {
  return decide(ctx, input, 'REJECTED', requireReason('input.reason', input.reason, say('REQUIRED.whyPerson')));
}

function decide(
  ctx: Context,
  input: VerifyTalentInput,
  verification: 'VERIFIED' | 'REJECTED',
  reason: string | null,
): Promise<TalentProfile> {
  authorize(ctx, 'platform:operate', undefined);
  const id = readId('input.id', 'TalentProfile', input.id);
  return writeOnce(ctx, `talent.${verification}`, input, TalentProfile, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const talent = await lockTalent(tx, id);
    authorize(ctx, 'platform:operate', talent);
    await refuseStale(input.revision, await revisedTalent(tx, talent));
    if (talent.verification === verification && talent.verificationReasonText === reason) return talent;
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
    await noteAuthor(tx, ctx, 'talent_profile.verification_reason', talent.id, reason);
    if (reason === null) await tell(tx, talent, verifiedMail, null);
    else await tell(tx, talent, rejectedMail, { reason }, ctx);
    await record(tx, ctx, {
      kind: verification === 'VERIFIED' ? 'talent.verified' : 'talent.rejected',
      subjectType: 'TalentProfile',
      subjectId: talent.id,
      facts: { from, revision: talent.revision, ...(await reasonFact(tx, ctx, reason)) },
    });
    return talent;
  });
}

/** Operator action: suspends a talent profile, with a reason that the person reads. */
export async function suspendTalent(ctx: Context, input: SuspendTalentInput): Promise<TalentProfile> {
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.whyPerson'));
  return stepProfile(ctx, TALENT, input, {
    move: 'suspend',
    kind: 'talent.suspended',
    operation: 'talent.suspend',
    by: 'OPERATOR',
    reason,
    shows: true,
    tell: (tx, talent) => tell(tx, talent, suspendedMail, { reason }, ctx),
  });
}

/**
 * Operator action: ends the suspension of a talent profile and restores its status before, so that a profile paused by
 * its owner stays paused.
 */
export function reinstateTalent(ctx: Context, input: ReinstateTalentInput): Promise<TalentProfile> {
  return stepProfile(ctx, TALENT, input, {
    move: 'reinstate',
    kind: 'talent.reinstated',
    operation: 'talent.reinstate',
    by: 'OPERATOR',
    async to(tx, talent, next) {
      if (talent.accountId === null) throw new ConflictError(say('ACCOUNT_ERASED.person'), 'ACCOUNT_ERASED');
      const before = await lastFacts(tx, 'talent.suspended', 'TalentProfile', talent.id);
      return before?.['from'] === 'PAUSED' ? 'PAUSED' : next;
    },
    tell: (tx, talent) => tell(tx, talent, reinstatedMail, { paused: talent.status === 'PAUSED' }),
  });
}

/** Queues a mail to the talent; `author` is the request context of the person whose words the mail quotes. */
async function tell<Facts>(
  tx: EntityManager,
  talent: TalentProfile,
  event: MailEvent<Facts>,
  facts: Facts,
  author?: Context,
): Promise<void> {
  await notify(tx, event, await personsOf(tx, [talent.accountId]), () => facts, {
    authors: author ? [requireLogin(author).accountId] : [],
  });
}
