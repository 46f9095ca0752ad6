import { authorize } from '../../kernel/authz.js';
import { requireLogin, type Context } from '../../kernel/context.js';
import { ConflictError, InputError, type FieldProblem } from '../../kernel/errors.js';
import { readBackers } from '../../identity/organisations/backers.js';
import { record } from '../../ledger/ledger.service.js';
import { defineLoader, groupedByKey } from '../../lib/batching.js';
import { selectEntities } from '../../lib/rows.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { Achievement } from '../achievement.entity.js';
import { lockAchievement } from '../achievement.service.js';
import { AchievementBacker } from './backers.entity.js';
import type { SetAchievementBackersInput } from './backers.inputs.js';
import { say } from '../../messages/catalogue.js';

export const backersOf = defineLoader<string, AchievementBacker[]>(async (db, ids) =>
  groupedByKey(
    ids,
    await selectEntities(db, AchievementBacker, 'WHERE e.achievement_id = ANY($1) ORDER BY e.position', [ids]),
    (backer) => backer.achievementId,
  ),
);

/**
 * Replaces the list of backers of an achievement, that is, of investors that have already invested in it. Reviewers do
 * not judge this list, so it can be changed during a review.
 */
export function setAchievementBackers(ctx: Context, input: SetAchievementBackersInput): Promise<Achievement> {
  requireLogin(ctx);
  const achievementId = readId('input.achievementId', 'Achievement', input.achievementId);
  return writeOnce(ctx, 'setAchievementBackers', input, Achievement, async (tx) => {
    const achievement = await lockAchievement(tx, ctx, achievementId);
    authorize(ctx, 'achievement:edit', { organisationId: achievement.institutionId });
    if (achievement.status === 'WITHDRAWN')
      throw new ConflictError(say('NOT_EDITABLE.withdrawn'), 'NOT_EDITABLE', {
        current: achievement.status,
      });
    const problems: FieldProblem[] = [];
    const backers = await readBackers(tx, 'input.backers', input.backers, problems);
    if (problems.length > 0) throw new InputError(problems);
    const before = (
      await selectEntities(tx, AchievementBacker, 'WHERE e.achievement_id = $1 ORDER BY e.position', [achievementId])
    ).map(({ name, organisationId }) => ({ name, organisationId }));
    if (JSON.stringify(before) === JSON.stringify(backers)) return achievement;
    await tx.delete(AchievementBacker, { achievementId });
    if (backers.length > 0)
      await tx.insert(
        AchievementBacker,
        backers.map((backer, i) => ({ ...backer, achievementId, position: i + 1 })),
      );
    // The ledger record contains no names of investors, because one may be a natural person.
    await record(tx, ctx, {
      kind: 'achievement.backers_set',
      subjectType: 'Achievement',
      subjectId: achievementId,
      facts: { count: backers.length, organisations: backers.flatMap(({ organisationId }) => organisationId ?? []) },
    });
    return achievement;
  });
}
