import type { EntityManager } from 'typeorm';
import { authorize } from '../kernel/authz.js';
import { requireLogin, type Context } from '../kernel/context.js';
import { readId } from '../kernel/node.js';
import { writeOnce } from '../kernel/write.js';
import { deleteDraftRow, notADraft, refuseStaleDeletion } from '../profiles/draft.deletion.js';
import type { DeleteDraftInput } from '../profiles/draft.inputs.js';
import { Achievement } from './achievement.entity.js';
import { lockAchievement } from './achievement.service.js';
import { termOf } from '../taxonomy/vocabulary.js';
import { say } from '../messages/catalogue.js';

/** Kinds of ledger records that a draft can have; any other record tells that it was registered once. */
const OF_DRAFTS = [
  'achievement.withdraw',
  'achievement.reopen',
  'achievement.backers_set',
  'evidence.added',
  'evidence.removed',
];

/**
 * Throws unless the achievement is a draft, or a withdrawn one, that never was in a cohort and whose ledger records are
 * all of kinds that a draft can have.
 */
async function requireDraft(tx: EntityManager, achievement: Achievement): Promise<void> {
  const { id, status } = achievement;
  if (status !== 'DRAFT' && status !== 'WITHDRAWN')
    throw notADraft(say('NOT_A_DRAFT.achievement', { status: termOf('AchievementStatus', status) }), {
      current: status,
    });
  const [known] = (await tx.query(
    `SELECT 1 FROM ledger_record WHERE subject_type = 'Achievement' AND subject_id = $1::text AND kind <> ALL($3)
     UNION ALL
     SELECT 1 FROM cohort_entry WHERE achievement_id = $2::uuid
     LIMIT 1`,
    [id, id, OF_DRAFTS],
  )) as unknown[];
  if (known !== undefined)
    throw notADraft(say('NOT_A_DRAFT.registeredOnce'), {
      current: status,
    });
}

/**
 * Deletes an achievement that was never registered, with its revisions and its evidence files; the ledger keeps that it
 * existed, with the hashes of its files. A second call finds nothing (NOT_FOUND).
 */
export function deleteDraftAchievement(ctx: Context, input: DeleteDraftInput): Promise<Achievement> {
  const id = readId('input.id', 'Achievement', input.id);
  requireLogin(ctx);
  return writeOnce(ctx, 'deleteDraftAchievement', input, Achievement, async (tx) => {
    const achievement = await lockAchievement(tx, ctx, id);
    authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
    await requireDraft(tx, achievement);
    await refuseStaleDeletion('this achievement', input.revision, achievement.revision);
    const files = (await tx.query(`SELECT sha256 FROM evidence_file WHERE achievement_id = $1 ORDER BY sha256`, [
      id,
    ])) as Array<{ sha256: string }>;
    await deleteDraftRow(tx, ctx, Achievement, id, {
      kind: 'achievement.deleted',
      facts: {
        from: achievement.status,
        revision: achievement.revision,
        evidence: files.map(({ sha256 }) => sha256),
      },
    });
    return achievement;
  });
}
