import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { Case, Cases } from './cases.queries.js';
import { feedbackOf, investorProfile } from './world.matching.js';
import { talentOf } from './world.talent.js';
import type { Actor, World } from './world.js';

/** Calls of every query of matching. */
export function matchingQueryCases(_w: World): Cases {
  return { matchModels: [{ label: '', call: () => ({ variables: {} }) }] };
}

/** Calls of every mutation of matching. */
export function matchingMutationCases(w: World): Cases {
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>> | Record<string, unknown>,
    more: Partial<Case> = {},
  ): Case => ({
    label,
    call: async (actor) => ({ variables: { input: await make(actor) } }),
    ...more,
  });
  const talent = async () => toGlobalId('TalentProfile', await talentOf(w, await w.s.person()));
  const give = (label: string, counterpart: () => Promise<string>, more: Record<string, unknown>): Case =>
    on(label, async () => ({
      achievementId: w.ids['Achievement ADMITTED'],
      counterpartId: await counterpart(),
      ...more,
    }));
  let version = 100;
  return {
    giveMatchFeedback: [
      give('INTERESTED in INVESTOR', async () => toGlobalId('InvestorProfile', await investorProfile(w)), {
        action: 'INTERESTED',
      }),
      give('DECLINED a talent', talent, { action: 'DECLINED', reasonCode: 'OTHER' }),
      give('INTRODUCED to a talent', talent, { action: 'INTRODUCED' }),
    ],
    withdrawMatchFeedback: [
      on('of the lister', async () => ({
        id: toGlobalId('MatchFeedback', await feedbackOf(w, { counterpart_id: await talentOf(w, await w.s.person()) })),
      })),
    ],
    createMatchModel: [on('', () => ({ base: 1, changes: [{ path: 'investor.weights.text', value: 1 }] }))],
    activateMatchModel: [
      on(
        '',
        async () => {
          const [row] = await w.t.sql<{ model: object }>(`SELECT model FROM match_model WHERE version = 1`);
          version += 1;
          await w.insert('match_model', {
            id: newId(),
            version,
            source: 'EDITED',
            model: row!.model,
            created_at: w.t.app.clock(),
          });
          return { version };
        },
        { alone: true },
      ),
    ],
  };
}
