import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { on } from '../cases.js';
import { LISTERS, type Role } from '../roles.js';
import type { Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { talentOf } from './talent.js';

/** The stored assessment of a team; `text` is its model version. */
function assessment(text: string, talents: readonly string[]) {
  return JSON.stringify({
    modelVersion: text,
    value: 0.5,
    terms: [{ code: 'COVERAGE', contribution: 0.5 }],
    missing: [0],
    needs: [
      {
        code: 'MARKET',
        key: null,
        weight: 1,
        covered: 0.4,
        contribution: 0.24,
        evidence: [{ source: 'GAP', value: 'NO_TARGET_CUSTOMER', weight: 1 }],
      },
    ],
    members: talents.map((id) => ({
      id,
      fit: 1,
      availability: 1,
      contribution: 0.2,
      workedWith: [],
      needs: [
        { code: 'MARKET', key: null, degree: 0.4, adds: 0.4, by: [{ by: 'KIND', value: 'MARKET', count: null }] },
      ],
    })),
  });
}

/** Creates a team of OWN for a pool entry with these talents; returns its UUID. */
export async function teamOf(
  w: World,
  achievementId: string,
  talents: readonly string[],
  row: Record<string, unknown> = {},
  member: 'PROPOSED' | 'INVITED' | 'ACCEPTED' = 'INVITED',
): Promise<string> {
  const at = w.t.app.clock();
  const id = await w.insert('team', {
    id: newId(),
    achievement_id: achievementId,
    institution_id: w.own.uuid,
    status: 'FORMING',
    created_at: at,
    updated_at: at,
    ...row,
  });
  for (const [i, talent] of talents.entries()) {
    await w.t.sql(
      `INSERT INTO team_member (team_id, talent_id, position, status, invited_at) VALUES ($1, $2, $3, $4, $5)`,
      [id, talent, i + 1, member, member === 'PROPOSED' ? null : at],
    );
  }
  return id;
}

const uuidOf = (id: string): string => Buffer.from(id, 'base64url').toString('utf8').split(':')[1]!;

/** Adds teams of OWN with PERSON among the talents: one with invited members and one with members not yet invited. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
  } = w;
  const insiders: Role[] = [...LISTERS, 'OPERATOR'];
  const talents = [uuidOf(ids['TalentProfile of PERSON']!), await talentOf(w, await w.s.person(), { kind: 'MARKET' })];
  const team = async (label: string, readers: Role[], row: Record<string, unknown>, member: 'PROPOSED' | 'INVITED') => {
    const id = await teamOf(
      w,
      await w.entry('ADMITTED'),
      talents,
      { assessment: assessment(mark(`team.assessment of ${label}`, readers), talents), ...row },
      member,
    );
    ids[`Team ${label}`] = toGlobalId('Team', id);
  };
  await team(
    'DISSOLVED',
    [...insiders, 'PERSON'],
    {
      status: 'DISSOLVED',
      dissolved_at: w.t.app.clock(),
      dissolved_for: 'LISTER',
      reason: mark('team.reason', [...insiders, 'PERSON']),
    },
    'INVITED',
  );
  await team('FORMING', [...insiders, 'PERSON'], {}, 'INVITED');
  await team('PROPOSED', insiders, { status: 'PROPOSED' }, 'PROPOSED');
}

/** The subjects of teams. */
function subjects({ node, below }: Ways): Subject[] {
  const team = 'team(id: $id)';
  return [
    ...['FORMING', 'PROPOSED', 'DISSOLVED'].map((label) => node('Team', label)),
    below('TeamMember', 'FORMING', 'Team FORMING', team, 'members'),
    below('TeamAssessment', 'FORMING', 'Team FORMING', team, 'assessment'),
    below('TeamMemberAssessment', 'FORMING', 'Team FORMING', team, 'assessment', 'members'),
    below('TeamNeed', 'FORMING', 'Team FORMING', team, 'assessment', 'needs'),
    below('TeamProposals', 'ADMITTED', 'Achievement ADMITTED', 'achievement(id: $id)', 'teamProposals'),
  ];
}

/** Cases for every query of teams. */
function queries(w: World): Cases {
  return {
    team: ['FORMING', 'PROPOSED', 'DISSOLVED'].map((label) => ({
      label,
      call: () => ({ variables: { id: w.ids[`Team ${label}`] } }),
    })),
  };
}

/** Cases for every mutation of teams, each on a new team. */
function mutations(w: World): Cases {
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
    deleteTeam: [
      on('PROPOSED', async () => ({ id: await team({ status: 'PROPOSED' }, 'PROPOSED') })),
      on('FORMING', async () => ({ id: await team() })),
    ],
    liftTeamRefusal: [on('', async () => ({ achievementId: w.ids['Achievement ADMITTED'] }))],
  };
}

/** Teams around an achievement. */
export const teams: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    TeamTerm: 'figures, as visible as the assessment',
    TeamNeedReason: 'codes, as visible as the need’s evidence, which is tried',
    TeamMemberNeed: 'figures, as visible as the assessment',
    TeamBringingItem: 'codes, as visible as the assessment',
  },
  unmarked: {
    'a code of a closed list': ['team.dissolved_for', 'team.status', 'team_member.status'],
  },
};
