import { authorize } from '../../kernel/authz.js';
import type { Context } from '../../kernel/context.js';
import { readId } from '../../kernel/node.js';
import { writeOnce } from '../../kernel/write.js';
import { changedRows } from '../../lib/changed-rows.js';
import { deleteDraftRow, notADraft } from '../../profiles/draft.deletion.js';
import type { DeleteUnfinishedInput } from '../../profiles/draft.inputs.js';
import { MatchingRound } from './round.entity.js';
import { lockRound } from './round.service.js';
import { termOf } from '../../taxonomy/vocabulary.js';
import { say } from '../../messages/catalogue.js';

/**
 * Operator action: deletes a matching round in preparation, with its places and vetoes. A second call finds nothing
 * (NOT_FOUND).
 */
export function deleteMatchingRound(ctx: Context, input: DeleteUnfinishedInput): Promise<MatchingRound> {
  const id = readId('input.id', 'MatchingRound', input.id);
  return writeOnce(ctx, 'deleteMatchingRound', input, MatchingRound, async (tx) => {
    authorize(ctx, 'platform:operate', undefined);
    const round = await lockRound(tx, id);
    const { status, method } = round;
    if (status !== 'DRAFT')
      throw notADraft(
        status === 'COMPUTING' || status === 'COMPUTED'
          ? say('NOT_A_DRAFT.roundCancel', { status: termOf('MatchingRoundStatus', status) })
          : say('NOT_A_DRAFT.round', { status: termOf('MatchingRoundStatus', status) }),
        { current: status },
      );
    await changedRows(
      tx,
      `DELETE FROM authored_text t
       USING matching_round_veto v
       WHERE v.round_id = $1 AND t.row_id = v.id AND starts_with(t.place, 'matching_round_veto.')`,
      [id],
    );
    await deleteDraftRow(tx, ctx, MatchingRound, id, { kind: 'round.deleted', facts: { method } });
    return round;
  });
}
