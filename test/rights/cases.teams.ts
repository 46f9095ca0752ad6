import { toGlobalId } from '../../src/lib/ids.js';
import type { Case, Cases } from './cases.queries.js';
import { talentOf } from './world.talent.js';
import { teamOf } from './world.teams.js';
import type { Actor, World } from './world.js';

/** Calls of every query of teams. */
export function teamQueryCases(w: World): Cases {
  return {
    team: ['FORMING', 'PROPOSED', 'DISSOLVED'].map((label) => ({
      label,
      call: () => ({ variables: { id: w.ids[`Team ${label}`] } }),
    })),
  };
}

/** Calls of every mutation of teams, each on one of its own. */
export function teamMutationCases(w: World): Cases {
  const on = (
    label: string,
    make: (actor: Actor) => Promise<Record<string, unknown>>,
    more: Partial<Case> = {},
  ): Case => ({ label, call: async (actor) => ({ variables: { input: await make(actor) } }), ...more });
  const strangers = async () => [
    await talentOf(w, await w.s.person()),
    await talentOf(w, await w.s.person(), { kind: 'MARKET' }),
  ];
  const propose = (label: string, status: 'ADMITTED' | 'REGISTERED', institution: World['own']): Case =>
    on(label, async () => ({
      achievementId: toGlobalId('Achievement', await w.entry(status, { institution })),
      talentIds: (await strangers()).map((id) => toGlobalId('TalentProfile', id)),
    }));
  const team = async (
    row: Record<string, unknown> = {},
    member: 'PROPOSED' | 'INVITED' = 'INVITED',
    talents?: string[],
  ) => toGlobalId('Team', await teamOf(w, await w.entry('ADMITTED'), talents ?? (await strangers()), row, member));
  return {
    proposeTeam: [
      propose('ADMITTED', 'ADMITTED', w.own),
      propose('ADMITTED of OTHER', 'ADMITTED', w.other),
      propose('REGISTERED', 'REGISTERED', w.own),
    ],
    inviteTeam: [on('PROPOSED', async () => ({ id: await team({ status: 'PROPOSED' }, 'PROPOSED') }))],
    answerTeamInvitation: [
      on('of others', async () => ({ id: await team(), answer: 'ACCEPT' })),
      on(
        'own',
        async ({ person }) => ({
          id: await team({}, 'INVITED', person ? [await talentOf(w, person), (await strangers())[1]!] : undefined),
          answer: 'ACCEPT',
        }),
        { fresh: true },
      ),
    ],
    dissolveTeam: [on('FORMING', async () => ({ id: await team(), reason: 'the project rests' }))],
    liftTeamRefusal: [on('', async () => ({ achievementId: w.ids['Achievement ADMITTED'] }))],
  };
}
