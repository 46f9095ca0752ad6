import { newId, toGlobalId } from '../../src/lib/ids.js';
import type { Case, Cases } from './cases.queries.js';
import { investorProfile, uuidOf } from './world.matching.js';
import { pairIn, roundIn } from './world.rounds.js';
import type { World } from './world.js';

/** Calls of every query of matching rounds. */
export function roundQueryCases(w: World): Cases {
  return {
    matchingRound: ['COMPUTED', 'PUBLISHED'].map((label) => ({
      label,
      call: () => ({ variables: { id: w.ids[`MatchingRound ${label}`] } }),
    })),
    matchingRounds: [{ label: '', call: () => ({ variables: {} }) }],
  };
}

/** Calls of every mutation of matching rounds, each on a round of its own. */
export function roundMutationCases(w: World): Cases {
  const on = (label: string, make: () => Promise<Record<string, unknown>> | Record<string, unknown>): Case => ({
    label,
    call: async () => ({ variables: { input: await make() } }),
  });
  const round = async (status: string) => toGlobalId('MatchingRound', await roundIn(w, status));
  const pair = async () => toGlobalId('RoundPair', await pairIn(w, await roundIn(w, 'PUBLISHED')));
  return {
    createMatchingRound: [on('', () => ({ name: { en: 'a round' }, method: 'STABLE' }))],
    setRoundCapacity: [
      on('DRAFT', async () => ({ id: await round('DRAFT'), participantId: w.ids['Achievement ADMITTED'], places: 3 })),
    ],
    addRoundVeto: [
      on('DRAFT', async () => ({
        id: await round('DRAFT'),
        achievementId: w.ids['Achievement ADMITTED'],
        investorId: toGlobalId('InvestorProfile', await investorProfile(w)),
        side: 'LISTER',
      })),
    ],
    removeRoundVeto: [
      on('DRAFT', async () => {
        const veto = await w.insert('matching_round_veto', {
          id: newId(),
          round_id: await roundIn(w, 'DRAFT'),
          achievement_id: uuidOf(w.ids['Achievement ADMITTED']!),
          investor_id: await investorProfile(w),
          side: 'LISTER',
          created_at: w.t.app.clock(),
        });
        return { id: toGlobalId('RoundVeto', veto) };
      }),
    ],
    computeMatchingRound: [on('DRAFT', async () => ({ id: await round('DRAFT') }))],
    publishMatchingRound: [on('COMPUTED', async () => ({ id: await round('COMPUTED') }))],
    closeMatchingRound: [on('PUBLISHED', async () => ({ id: await round('PUBLISHED') }))],
    cancelMatchingRound: [on('DRAFT', async () => ({ id: await round('DRAFT') }))],
    answerRoundPair: [
      on('accept', async () => ({ id: await pair(), accept: true })),
      on('decline', async () => ({ id: await pair(), accept: false, reasonCode: 'CAPACITY' })),
    ],
  };
}
