import { notifyOfEntry } from '../cohort/cohort.mails.js';
import { noteAuthor } from '../../kernel/authored.js';
import type { EntityManager } from 'typeorm';
import { Achievement } from '../../achievements/achievement.entity.js';
import { assertNotHeld, lockAchievement } from '../../achievements/achievement.service.js';
import { settlePairs } from '../../achievements/duplicates.service.js';
import { achievementLifecycle } from '../../achievements/achievement.stages.js';
import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, ForbiddenError, NotFoundError } from '../../kernel/errors.js';
import { requireReason } from '../../kernel/reason.js';
import type { LedgerEntry } from '../../ledger/ledger.service.js';
import { recordsOf } from '../../ledger/recorded.js';
import { reasonFact } from '../../ledger/texts.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { lockEntry } from '../cohort/cohort.access.js';
import type {
  AnswerAppealInput,
  AppealExclusionInput,
  DecideScreeningInput,
  SubmitToCohortInput,
} from '../cohort/cohort.inputs.js';
import { assertOpen, note } from '../cohort/cohort.service.js';
import { CohortEntry } from '../cohort/entry.entity.js';
import { enterCohort, holdOpenCohort, queueScreen } from '../cohort/entering.js';
import { ESTABLISHED } from './screening.rules.js';
import { CohortNotOpen, refusal } from '../vetting.errors.js';
import { say } from '../../messages/catalogue.js';

const screened = (entry: CohortEntry, facts: Record<string, unknown>, kind = 'screened') => ({
  kind: `entry.${kind}`,
  subjectType: 'CohortEntry',
  subjectId: entry.id,
  facts: { cohort: entry.cohortId, screen: entry.screen, reasons: entry.screenReasons, by: entry.screenedBy, ...facts },
});

/**
 * Operator action: records a verdict whether an entry of an open cohort counts; the screening rules do not override it.
 */
export function decideScreening(ctx: Context, input: DecideScreeningInput): Promise<CohortEntry> {
  const id = readId('input.entryId', 'CohortEntry', input.entryId);
  const reason = requireReason('input.reason', input.reason, say('REQUIRED.words'));
  return writeOnce(ctx, 'decideScreening', input, CohortEntry, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const { entry, cohort } = await lockEntry(tx, id);
    authorize(ctx, 'platform:operate', { organisationId: entry.institutionId });
    assertOpen(cohort);
    const settled = await setVerdict(tx, ctx, entry, input.count, reason);
    await notifyOfEntry(tx, id, {
      news: 'SCREENED',
      counted: input.count,
      note: reason,
      author: requireLogin(ctx).accountId,
    });
    await note(tx, ctx, [...settled, screened(entry, await reasonFact(tx, ctx, reason))]);
    return entry;
  });
}

/**
 * Writes an operator's verdict on an entry, and queues a screen, since the verdict may change what others count for. A
 * verdict that counts an entry settles the pairs for which it was excluded. Returns the ledger records of the pairs.
 */
async function setVerdict(
  tx: EntityManager,
  ctx: Context,
  entry: CohortEntry,
  count: boolean,
  reason: string,
): Promise<LedgerEntry[]> {
  const settled = count ? await settlePairs(tx, ctx, entry.achievementId, await excludedFor(tx, entry), reason) : [];
  if (count) {
    const achievement = await tx.findOneByOrFail(Achievement, { id: entry.achievementId });
    if (achievement.status !== 'REGISTERED' && achievement.status !== 'ADMITTED') {
      throw new ConflictError(say('NOT_REGISTERED.count', { status: achievement.status }), 'NOT_REGISTERED', {
        current: achievement.status,
      });
    }
  }
  Object.assign(entry, {
    screen: count ? 'COUNTED' : 'EXCLUDED',
    screenReasons: count ? [] : ['OPERATOR'],
    screenedBy: 'OPERATOR',
    screenNoteText: reason,
    screenedAt: ctx.now(),
  });
  await tx.save(entry);
  await noteAuthor(tx, ctx, 'cohort_entry.screen_note', entry.id, reason);
  await queueScreen(tx, entry.cohortId);
  return settled;
}

/** Ids of the near-duplicates that exclude an entry: those that count in its cohort, and established ones outside it. */
async function excludedFor(tx: EntityManager, entry: CohortEntry): Promise<string[]> {
  const rows = (await tx.query(
    `SELECT b.id
     FROM near_duplicate n
     JOIN achievement b ON b.id = CASE WHEN n.a_id = $1 THEN n.b_id ELSE n.a_id END
     LEFT JOIN cohort_entry e ON e.cohort_id = $2 AND e.achievement_id = b.id
     WHERE (n.a_id = $1 OR n.b_id = $1)
       AND n.dismissed_at IS NULL
       AND CASE WHEN e.id IS NULL THEN b.status = ANY($3) ELSE e.screen = 'COUNTED' END`,
    [entry.achievementId, entry.cohortId, ESTABLISHED],
  )) as Array<{ id: string }>;
  return rows.map((row) => row.id);
}

/**
 * Records the institution's appeal against the exclusion of its entry while the cohort is open. An entry can be
 * appealed for only once.
 */
export function appealExclusion(ctx: Context, input: AppealExclusionInput): Promise<CohortEntry> {
  const id = readId('input.entryId', 'CohortEntry', input.entryId);
  const text = requireReason('input.text', input.text, say('REQUIRED.words'), 'note');
  return writeOnce(ctx, 'appealExclusion', input, CohortEntry, async (tx) => {
    const { accountId } = requireLogin(ctx);
    const { entry, cohort } = await lockEntry(tx, id);
    authorize(ctx, 'achievement:edit', { organisationId: entry.institutionId });
    assertOpen(cohort);
    if (entry.screen !== 'EXCLUDED')
      throw new ConflictError(say('NOT_EXCLUDED.appeal'), 'NOT_EXCLUDED', { current: entry.screen });
    if (entry.appealedAt !== null) throw new ConflictError(say('APPEALED_BEFORE.appeal'), 'APPEALED_BEFORE');
    Object.assign(entry, { appealText: text, appealedAt: ctx.now(), appealedBy: accountId });
    await tx.save(entry);
    await note(tx, ctx, [screened(entry, await reasonFact(tx, ctx, text), 'appealed')]);
    return entry;
  });
}

/**
 * Operator action: answers an appeal; if the appeal is upheld, the entry counts, and the near-duplicates for which it
 * was excluded are settled as different results.
 */
export function answerAppeal(ctx: Context, input: AnswerAppealInput): Promise<CohortEntry> {
  const id = readId('input.entryId', 'CohortEntry', input.entryId);
  const answer = requireReason('input.answer', input.answer, say('REQUIRED.words'), 'note');
  return writeOnce(ctx, 'answerAppeal', input, CohortEntry, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const { entry, cohort } = await lockEntry(tx, id);
    authorize(ctx, 'platform:operate', { organisationId: entry.institutionId });
    await refuseOwnExclusion(tx, ctx, entry.id);
    assertOpen(cohort);
    if (entry.appealedAt === null || entry.appealAnsweredAt !== null)
      throw new ConflictError(say('NO_OPEN_APPEAL.appeal'), 'NO_OPEN_APPEAL');
    Object.assign(entry, { appealAnswer: answer, appealUpheld: input.uphold, appealAnsweredAt: ctx.now() });
    const settled = input.uphold ? await setVerdict(tx, ctx, entry, true, answer.slice(0, 500)) : [];
    if (!input.uphold) await tx.save(entry);
    await noteAuthor(tx, ctx, 'cohort_entry.appeal_answer', entry.id, answer);
    await notifyOfEntry(tx, id, {
      news: 'APPEAL_ANSWERED',
      upheld: input.uphold,
      answer,
      author: requireLogin(ctx).accountId,
    });
    await note(tx, ctx, [
      ...settled,
      screened(entry, { upheld: input.uphold, ...(await reasonFact(tx, ctx, answer)) }, 'appeal-answered'),
    ]);
    return entry;
  });
}

/** Throws if the viewer excluded the entry: an appeal is answered by another operator than the one who decided. */
async function refuseOwnExclusion(tx: EntityManager, ctx: Context, entryId: string): Promise<void> {
  const verdicts = await recordsOf(tx, 'entry.screened', 'CohortEntry', entryId);
  const own = ({ actor, facts }: (typeof verdicts)[number]) =>
    actor === ctx.viewer.pseudonym && facts['by'] === 'OPERATOR' && facts['screen'] === 'EXCLUDED';
  if (verdicts.some(own)) throw new ForbiddenError(say('OWN_DECISION.appeal'), 'OWN_DECISION');
}

/**
 * Submits an achievement for review again: one in cultivation becomes REGISTERED; one in the pool whose passport is
 * void or expired stays in the pool during the new review. The new cohort entry refers to the earlier one.
 */
export function submitToCohort(ctx: Context, input: SubmitToCohortInput): Promise<CohortEntry> {
  const id = readId('input.achievementId', 'Achievement', input.achievementId);
  return writeOnce(ctx, 'submitToCohort', input, CohortEntry, async (tx) => {
    const achievement = await lockAchievement(tx, ctx, id);
    authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
    await assertNotHeld(tx, ctx, id);
    if (achievement.status !== 'ADMITTED' && achievement.status !== 'REGISTERED')
      achievement.status = achievementLifecycle.next(achievement.status, 'resubmit');
    const open = await holdOpenCohort(tx);
    if (open === null) throw refusal(CohortNotOpen, { said: say('COHORT_NOT_OPEN.none'), status: null });
    if (achievement.status === 'ADMITTED') await assertNeedsReview(tx, id, ctx.now());
    const before = await tx.findOneBy(CohortEntry, { cohortId: open, achievementId: id });
    if (before) return before;
    achievement.updatedAt = ctx.now();
    await tx.save(achievement);
    await note(tx, ctx, await enterCohort(tx, open, [id], ctx.now()));
    const entry = await tx.findOneBy(CohortEntry, { cohortId: open, achievementId: id });
    if (!entry) throw new NotFoundError(say('thing.theEntry'));
    return entry;
  });
}

async function assertNeedsReview(tx: EntityManager, achievementId: string, at: Date): Promise<void> {
  const valid = (await tx.query(
    `SELECT 1 FROM score_passport WHERE achievement_id = $1 AND voided_at IS NULL AND expires_at > $2`,
    [achievementId, at],
  )) as unknown[];
  if (valid.length > 0) throw new ConflictError(say('PASSPORT_VALID.pool'), 'PASSPORT_VALID');
}
