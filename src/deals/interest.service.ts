import { noteAuthor } from '../kernel/authored.js';
import type { EntityManager } from 'typeorm';
import { authorize, membershipIn } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { ConflictError, ForbiddenError, NotFoundError, RateLimitedError } from '../kernel/errors.js';
import { readReason, requireReason } from '../kernel/reason.js';
import { refuseClosed } from '../identity/organisations/closing.rules.js';
import { Organisation } from '../identity/organisations/organisation.entity.js';
import { requireConfirmedEmail } from '../identity/sessions/authentication.js';
import { record } from '../ledger/ledger.service.js';
import { newId } from '../lib/ids.js';
import { readId } from '../kernel/node.js';
import { writeOnce } from '../kernel/write.js';
import { Interest, InterestMessage } from './interest.entity.js';
import type {
  CloseInterestInput,
  ExpressInterestInput,
  MarkInterestReadInput,
  ReopenInterestInput,
  ReplyToInterestInput,
} from './interest.inputs.js';
import { notifyOfClosing, notifyOtherSide } from './interest.mail.js';
import { sideOf } from './interest.sides.js';
import { interestLifecycle, type InterestSide } from './interest.stages.js';
import { holdPoolEntry, lockAccount, lockViewer } from './locks.js';
import { say } from '../messages/catalogue.js';

/**
 * Maximum number of interest threads that one account may open within any 24 hours: more than normal use needs, less
 * than a mass mailing.
 */
export const NEW_THREADS_PER_DAY = 50;
const DAY_MS = 86_400_000;

/**
 * Expresses the viewer's interest in a pool entry by a message. If the viewer has an open thread on the entry, the
 * message is added to it; a message equal to the viewer's last, unanswered one counts as a double click and changes
 * nothing. After a thread was closed, a new one begins.
 */
export function expressInterest(ctx: Context, input: ExpressInterestInput): Promise<Interest> {
  requireConfirmedEmail(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  const organisationId =
    input.organisationId == null ? null : readId('input.organisationId', 'Organisation', input.organisationId);
  const body = requireReason('input.message', input.message, say('REQUIRED.something'), 'statement');
  return writeOnce(ctx, 'expressInterest', input, Interest, async (tx) => {
    const viewer = await lockViewer(tx, ctx);
    const achievement = await holdPoolEntry(tx, ctx, achievementId);
    if (membershipIn(viewer, achievement.institutionId)) {
      throw new ForbiddenError(say('OWN_ACHIEVEMENT.interest'), 'OWN_ACHIEVEMENT');
    }
    if (organisationId !== null) authorize(ctx, 'interest:speak', { organisationId });
    const existing = await tx.findOne(Interest, {
      where: [
        { accountId: viewer.accountId, achievementId, status: 'OPEN' },
        { accountId: viewer.accountId, achievementId, status: 'ANSWERED' },
      ],
      lock: { mode: 'pessimistic_write' },
    });
    if (existing) {
      if (!(await repeatsItself(tx, existing, viewer.accountId, body)))
        await addMessage(tx, ctx, existing, 'PARTY', body);
      return existing;
    }
    await assertMayBegin(tx, viewer.accountId, ctx.now());
    const interest = tx.create(Interest, {
      id: newId(),
      achievementId,
      institutionId: achievement.institutionId,
      accountId: viewer.accountId,
      organisationId,
      status: 'OPEN',
      createdAt: ctx.now(),
      lastMessageAt: ctx.now(),
      closedAt: null,
      closedBy: null,
      closeReason: null,
      messageCount: 0,
      partySeq: 0,
      listerSeq: 0,
    });
    await tx.insert(Interest, interest);
    await addMessage(tx, ctx, interest, 'PARTY', body);
    await record(tx, ctx, {
      kind: 'interest.opened',
      subjectType: 'Interest',
      subjectId: interest.id,
      facts: { achievementId, institutionId: interest.institutionId, organisationId },
    });
    return interest;
  });
}

/**
 * Adds a message to an interest thread, on the viewer's side. The first answer of the listing institution is recorded
 * in the ledger.
 */
export function replyToInterest(ctx: Context, input: ReplyToInterestInput): Promise<InterestMessage> {
  const id = readId('input.id', 'Interest', input.id);
  const body = requireReason('input.message', input.message, say('REQUIRED.something'), 'statement');
  return writeOnce(ctx, 'replyToInterest', input, InterestMessage, async (tx) => {
    const { interest, side } = await lockInterest(tx, ctx, id);
    const first = side === 'LISTER' && interest.listerSeq === 0;
    const message = await addMessage(tx, ctx, interest, side, body);
    if (first)
      await record(tx, ctx, {
        kind: 'interest.answered',
        subjectType: 'Interest',
        subjectId: id,
        facts: { achievementId: interest.achievementId, institutionId: interest.institutionId },
      });
    return message;
  });
}

/** Closes an interest thread for both sides. The other side can read the reason; the ledger does not contain it. */
export function closeInterest(ctx: Context, input: CloseInterestInput): Promise<Interest> {
  const id = readId('input.id', 'Interest', input.id);
  const reason = readReason('input.reason', input.reason);
  return writeOnce(ctx, 'closeInterest', input, Interest, async (tx) => {
    const { interest, side } = await lockInterest(tx, ctx, id);
    const from = interest.status;
    Object.assign(interest, {
      status: interestLifecycle.next(from, 'close'),
      closedAt: ctx.now(),
      closedBy: side,
      closeReason: reason,
    });
    await tx.save(interest);
    await noteAuthor(tx, ctx, 'interest.close_reason', id, reason);
    await notifyOfClosing(tx, id, side, { reason, author: requireLogin(ctx).accountId });
    await record(tx, ctx, {
      kind: 'interest.closed',
      subjectType: 'Interest',
      subjectId: id,
      facts: { from, by: side },
    });
    return interest;
  });
}

/**
 * Reopens an interest thread; only the side that closed it may do so. If the lister closed it, the interested party can
 * begin a new thread instead.
 */
export function reopenInterest(ctx: Context, input: ReopenInterestInput): Promise<Interest> {
  const id = readId('input.id', 'Interest', input.id);
  return writeOnce(ctx, 'reopenInterest', input, Interest, async (tx) => {
    const [owner] = (await tx.query(`SELECT account_id FROM interest WHERE id = $1`, [id])) as Array<{
      account_id: string | null;
    }>;
    // The account is locked before the thread, in the same order as in `expressInterest`, so that no second open thread
    // can appear.
    if (owner?.account_id != null) await lockAccount(tx, owner.account_id);
    const { interest, side } = await lockInterest(tx, ctx, id);
    const status = interestLifecycle.next(interest.status, 'reopen');
    if (interest.closedBy !== side)
      throw new ForbiddenError(say('CLOSED_BY_OTHER_SIDE.thread'), 'CLOSED_BY_OTHER_SIDE');
    const { organisationId } = interest;
    if (organisationId !== null) refuseClosed(await tx.findOneByOrFail(Organisation, { id: organisationId }));
    if (interest.accountId !== null) {
      const { accountId, achievementId } = interest;
      const other = await tx.findOneBy(Interest, [
        { accountId, achievementId, status: 'OPEN' },
        { accountId, achievementId, status: 'ANSWERED' },
      ]);
      if (other)
        throw new ConflictError(say('NEWER_THREAD_OPEN.thread'), 'NEWER_THREAD_OPEN', {
          interestId: other.globalId,
        });
    }
    Object.assign(interest, { status, closedAt: null, closedBy: null, closeReason: null });
    await tx.save(interest);
    await record(tx, ctx, { kind: 'interest.reopened', subjectType: 'Interest', subjectId: id, facts: { by: side } });
    return interest;
  });
}

/**
 * Stores up to which message of a thread the viewer has read, by default the newest; this position never moves back.
 */
export function markInterestRead(ctx: Context, input: MarkInterestReadInput): Promise<Interest> {
  const id = readId('input.id', 'Interest', input.id);
  const messageId = input.upTo == null ? null : readId('input.upTo', 'InterestMessage', input.upTo);
  return writeOnce(ctx, 'markInterestRead', input, Interest, async (tx) => {
    const viewer = requireLogin(ctx);
    const { interest } = await lockInterest(tx, ctx, id);
    const message = messageId === null ? null : await tx.findOneBy(InterestMessage, { id: messageId, interestId: id });
    if (messageId !== null && !message) throw new NotFoundError(say('thing.theMessage'));
    await tx.query(
      `INSERT INTO interest_participant (interest_id, account_id, read_seq, read_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (interest_id, account_id) DO UPDATE SET read_seq = excluded.read_seq, read_at = excluded.read_at
       WHERE interest_participant.read_seq < excluded.read_seq`,
      [id, viewer.accountId, message?.seq ?? interest.messageCount, ctx.now()],
    );
    return interest;
  });
}

async function lockInterest(
  tx: EntityManager,
  ctx: Context,
  id: string,
): Promise<{ interest: Interest; side: InterestSide }> {
  requireLogin(ctx);
  const interest = await tx.findOne(Interest, { where: { id }, lock: { mode: 'pessimistic_write' } });
  const side = interest && sideOf(ctx, interest);
  if (!interest || side === null) throw new NotFoundError(say('thing.theThread'));
  return { interest, side };
}

async function repeatsItself(tx: EntityManager, interest: Interest, accountId: string, body: string): Promise<boolean> {
  const newest = await tx.findOneBy(InterestMessage, { interestId: interest.id, seq: interest.messageCount });
  return newest?.authorId === accountId && newest.body === body;
}

async function assertMayBegin(tx: EntityManager, accountId: string, now: Date): Promise<void> {
  const recent = (await tx.query(
    `SELECT created_at
     FROM interest
     WHERE account_id = $1 AND created_at > $2
     ORDER BY created_at DESC
     LIMIT ${NEW_THREADS_PER_DAY}`,
    [accountId, new Date(now.getTime() - DAY_MS)],
  )) as Array<{ created_at: Date }>;
  const oldest = recent[NEW_THREADS_PER_DAY - 1];
  if (!oldest) return;
  const seconds = Math.ceil((oldest.created_at.getTime() + DAY_MS - now.getTime()) / 1000);
  throw new RateLimitedError(say('RATE_LIMITED.interests', { count: NEW_THREADS_PER_DAY }), Math.max(1, seconds));
}

/**
 * Appends a message to a locked interest thread: sets the thread's status, marks all messages as read by the author,
 * and mails the other side.
 */
async function addMessage(
  tx: EntityManager,
  ctx: Context,
  interest: Interest,
  side: InterestSide,
  body: string,
): Promise<InterestMessage> {
  const { accountId } = requireLogin(ctx);
  interest.status = interestLifecycle.next(interest.status, side === 'PARTY' ? 'write' : 'answer');
  interest.messageCount += 1;
  interest[side === 'PARTY' ? 'partySeq' : 'listerSeq'] = interest.messageCount;
  interest.lastMessageAt = ctx.now();
  await tx.save(interest);
  const message = tx.create(InterestMessage, {
    id: newId(),
    interestId: interest.id,
    seq: interest.messageCount,
    authorId: accountId,
    side,
    body,
    createdAt: ctx.now(),
  });
  await tx.insert(InterestMessage, message);
  await tx.query(
    `INSERT INTO interest_participant (interest_id, account_id, read_seq, read_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (interest_id, account_id) DO UPDATE SET read_seq = excluded.read_seq, read_at = excluded.read_at`,
    [interest.id, accountId, interest.messageCount, ctx.now()],
  );
  await notifyOtherSide(tx, ctx.app, interest.id, side);
  return message;
}
