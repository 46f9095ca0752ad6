import { authorize, can } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { NotFoundError } from '../kernel/errors.js';
import { readId } from '../kernel/node.js';
import { writeOnce } from '../kernel/write.js';
import { record } from '../ledger/ledger.service.js';
import { Mention } from './mention.entity.js';
import type { AnswerMentionInput } from './mention.inputs.js';
import type { MentionStatus } from './vocabularies.js';
import { say } from '../messages/catalogue.js';

/**
 * Confirms or denies a mention, on behalf of the named party. The answer may be changed at any time; the same answer
 * again changes nothing.
 */
export function answerMention(ctx: Context, input: AnswerMentionInput): Promise<Mention> {
  requireLogin(ctx);
  const id = readId('input.id', 'Mention', input.id);
  return writeOnce(ctx, 'answerMention', input, Mention, async (tx) => {
    const { accountId } = requireLogin(ctx);
    const mention = await tx.findOne(Mention, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!mention) throw new NotFoundError(say('thing.theMention'));
    const [talent] = (await tx.query(`SELECT account_id FROM talent_profile WHERE id = $1`, [
      mention.talentId,
    ])) as Array<{ account_id: string | null }>;
    const named = { organisationId: mention.organisationId, accountId: talent?.account_id ?? null };
    if (!can(ctx, 'mention:read', named)) throw new NotFoundError(say('thing.theMention'));
    authorize(ctx, 'mention:answer', named);
    const status: MentionStatus = input.confirm ? 'CONFIRMED' : 'DENIED';
    if (mention.status === status) return mention;
    Object.assign(mention, { status, answeredAt: ctx.now(), answeredById: accountId });
    await tx.save(mention);
    await record(tx, ctx, {
      kind: 'mention.answered',
      subjectType: 'Mention',
      subjectId: id,
      facts: { kind: mention.kind, subject: mention.subjectId, status },
    });
    return mention;
  });
}
