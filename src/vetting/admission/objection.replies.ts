import { authorize, can, isSelf } from '../../kernel/authz.js';
import { noteAuthor } from '../../kernel/authored.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { badInput, ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { readId } from '../../kernel/node.js';
import { requireReason } from '../../kernel/reason.js';
import { refuseStale } from '../../kernel/stale-revision.js';
import { writeOnce } from '../../kernel/write.js';
import { reasonFact } from '../../ledger/texts.js';
import { Objection } from '../../objections/objection.entity.js';
import { entryById, lockEntry, requireStatus } from '../cohort/cohort.access.js';
import type { ReplyToObjectionInput } from '../cohort/cohort.inputs.js';
import { note } from '../cohort/cohort.service.js';
import { mailReply } from './objection.mails.js';
import { say } from '../../messages/catalogue.js';

/**
 * True if a viewer who may read the objection may also read its reply. The author of the objection may do so once the
 * objection is decided.
 */
export async function showsReply(ctx: Context, objection: Objection): Promise<boolean> {
  if (objection.outcome !== null) return true;
  const entry = await ctx.load(entryById).load(objection.entryId);
  return (
    entry !== null &&
    can(ctx, 'objection:readReply', { organisationId: entry.institutionId, accountId: objection.accountId })
  );
}

/** Whether the viewer may reply to the objection, or change the reply, now. */
export async function canReply(ctx: Context, objection: Objection): Promise<boolean> {
  if (objection.outcome !== null || isSelf(ctx.viewer, objection.accountId)) return false;
  const entry = await ctx.load(entryById).load(objection.entryId);
  return entry !== null && can(ctx, 'objection:reply', { organisationId: entry.institutionId });
}

/** Throws unless `revision` is the newest revision of the objection's reply; 0 stands for no reply. */
export async function refuseStaleReply(objection: Objection, field: string, revision: number): Promise<void> {
  const newest = objection.replyNumber;
  if (revision === newest) return;
  if (revision < 0 || revision > newest)
    throw badInput(field, 'UNKNOWN_REVISION', say('UNKNOWN_REVISION.reply', { newest }));
  await refuseStale(revision, {
    what: say('thing.lowerReply'),
    revision: newest,
    current: { reply: objection.replyText },
    baseOf: () => Promise.resolve(null),
    show: (content) => ({ ...content }),
  });
}

/**
 * Records the reply of an entry's institution to an objection, or replaces it, while the objection waits for its
 * answer. Operators get a mail about the first reply; later ones have a new revision, which the answer may name.
 */
export function replyToObjection(ctx: Context, input: ReplyToObjectionInput): Promise<Objection> {
  const id = readId('input.id', 'Objection', input.id);
  const reply = requireReason('input.reply', input.reply, say('REQUIRED.words'), 'statement');
  requireLogin(ctx);
  return writeOnce(ctx, 'replyToObjection', input, Objection, async (tx) => {
    const seen = await tx.findOneBy(Objection, { id });
    if (!seen) throw new NotFoundError(say('thing.theObjection'));
    // The answer locks the same entry, so reply and answer wait for each other.
    const { entry, cohort } = await lockEntry(tx, seen.entryId);
    const subject = { organisationId: entry.institutionId };
    const isAuthor = isSelf(ctx.viewer, seen.accountId);
    if (!isAuthor && !can(ctx, 'achievement:read', subject)) throw new NotFoundError(say('thing.theObjection'));
    authorize(ctx, 'objection:reply', subject);
    if (isAuthor) throw new ForbiddenError(say('OWN_OBJECTION.reply'), 'OWN_OBJECTION');
    requireStatus(cohort, 'PUBLIC_NOTICE');
    const objection = await tx.findOneByOrFail(Objection, { id });
    if (objection.outcome !== null)
      throw new ConflictError(say('ANSWERED_BEFORE.reply'), 'ANSWERED_BEFORE', {
        outcome: objection.outcome,
      });
    if (objection.replyText === reply) return objection;
    if (input.revision == null && objection.replyNumber > 0)
      throw new ConflictError(say('REPLIED_BEFORE.revision'), 'REPLIED_BEFORE', {
        currentRevision: objection.replyNumber,
      });
    await refuseStaleReply(objection, 'input.revision', input.revision ?? 0);
    const revision = objection.replyNumber + 1;
    Object.assign(objection, { replyText: reply, repliedTime: ctx.now(), replyNumber: revision });
    await tx.save(objection);
    await noteAuthor(tx, ctx, 'objection.reply', id, reply);
    if (revision === 1) await mailReply(tx, { id, entry, objectorId: objection.accountId });
    const said = await reasonFact(tx, ctx, reply);
    await note(tx, ctx, [
      {
        kind: 'objection.replied',
        subjectType: 'Objection',
        subjectId: id,
        facts: { cohort: cohort.id, entry: entry.id, revision, ...said },
      },
    ]);
    return objection;
  });
}
