import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { lockViewer } from '../../deals/locks.js';
import { deleteDraftRow, notADraft } from '../../profiles/draft.deletion.js';
import type { DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { Team } from './team.entity.js';
import { lockTeam } from './team.service.js';
import { termOf } from '../../taxonomy/vocabulary.js';
import { say } from '../../messages/catalogue.js';

/**
 * Deletes a team to which nobody was invited yet, so that no talent has seen it. A second call finds nothing
 * (NOT_FOUND).
 */
export function deleteTeam(ctx: Context, input: DeleteUnfinishedInput): Promise<Team> {
  const id = readId('input.id', 'Team', input.id);
  return writeOnce(ctx, 'deleteTeam', input, Team, async (tx) => {
    await lockViewer(tx, ctx);
    const { team, members } = await lockTeam(tx, ctx, id);
    const { status, achievementId } = team;
    authorize(ctx, 'achievement:edit', { organisationId: team.institutionId });
    if (status !== 'PROPOSED')
      throw notADraft(
        status === 'DISSOLVED'
          ? say('NOT_A_DRAFT.teamDissolved')
          : say('NOT_A_DRAFT.teamInvited', { status: termOf('TeamStatus', status) }),
        { current: status },
      );
    await deleteDraftRow(tx, ctx, Team, id, {
      kind: 'team.deleted',
      facts: { achievementId, talents: members.map(({ talentId }) => talentId) },
    });
    return team;
  });
}
