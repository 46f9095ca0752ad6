import type { EntityManager } from 'typeorm';
import type { Context } from '../kernel/context.js';
import { recordsOf } from '../ledger/recorded.js';
import { deleteDraftProfile, notADraft } from '../profiles/draft.deletion.js';
import type { DeleteOwnDraftInput } from '../profiles/draft.inputs.js';
import type { TalentProfile } from './talent.entity.js';
import { TALENT } from './talent.service.js';
import { say } from '../messages/catalogue.js';

/** True if others could ever see the profile: its visibility is, or once was, other than HIDDEN. */
async function wasShown(tx: EntityManager, talent: TalentProfile): Promise<boolean> {
  if (talent.visibility !== 'HIDDEN') return true;
  const created = await recordsOf(tx, 'talent.created', 'TalentProfile', talent.id);
  const edited = await recordsOf(tx, 'talent.edited', 'TalentProfile', talent.id);
  return (
    created.some(({ facts }) => facts['visibility'] !== 'HIDDEN') ||
    // A profile that was created hidden becomes visible only by an edit of `visibility`.
    edited.some(({ facts }) => (facts['fields'] as string[]).includes('visibility'))
  );
}

/**
 * Deletes the viewer's own talent profile; refused if its visibility was ever other than HIDDEN, or an operator has
 * verified, rejected or suspended it.
 */
export function deleteDraftTalentProfile(ctx: Context, input: DeleteOwnDraftInput): Promise<TalentProfile> {
  return deleteDraftProfile(ctx, TALENT, input, {
    what: 'your talent profile',
    kind: 'talent.deleted',
    async requireDraft(tx, talent) {
      if (talent.status === 'SUSPENDED' || talent.verification !== 'UNVERIFIED')
        throw notADraft(say('NOT_A_DRAFT.talentJudged'));
      if (await wasShown(tx, talent)) throw notADraft(say('NOT_A_DRAFT.talentSeen'));
    },
  });
}
