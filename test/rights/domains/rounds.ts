import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { on } from '../cases.js';
import { LISTERS, type Role } from '../roles.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { investorProfile, uuidOf } from './matching.js';

const side = {
  participants: 1,
  withoutCandidates: 0,
  withoutPair: 0,
  filled: 1,
  leastShare: 1,
  medianShare: 1,
  meanShare: 1,
  gini: 0,
  medianRank: 1,
};
const figures = {
  pairs: 1,
  floor: 0,
  objective: 1,
  upperBound: 1,
  gap: 0,
  optimumObjective: 1,
  blockingPairs: 0,
  totalScore: 1,
  achievementSide: side,
  investorSide: side,
};

/** Creates an empty round with a status; returns its UUID. */
export function roundIn(w: World, status: string, row: Record<string, unknown> = {}): Promise<string> {
  const at = w.t.app.clock();
  const computed = ['COMPUTED', 'PUBLISHED', 'CLOSED'].includes(status);
  return w.insert('matching_round', {
    id: newId(),
    name: { en: 'a round' },
    method: 'OPTIMUM',
    status,
    achievement_places: 5,
    investor_places: 5,
    created_at: at,
    ...(computed && { figures, model_version: 1, computed_at: at }),
    ...(['PUBLISHED', 'CLOSED'].includes(status) && { published_at: at }),
    ...row,
  });
}

/** Creates a pair of INVESTOR and a pool entry of OWN (new by default) in a round; returns its UUID. */
export async function pairIn(w: World, round: string, row: Record<string, unknown> = {}): Promise<string> {
  return w.insert('matching_round_pair', {
    id: newId(),
    round_id: round,
    achievement_id: row['achievement_id'] ?? (await w.entry('ADMITTED')),
    investor_id: await investorProfile(w),
    institution_id: w.own.uuid,
    organisation_id: w.investor.uuid,
    score: 1,
    terms: JSON.stringify([
      { code: 'TRL', contribution: 1, evidence: { code: 'TRL', sought: 6, min: 1, max: 9, outside: 0 } },
    ]),
    model_version: 1,
    status: 'PROPOSED',
    ...row,
  });
}

/** Adds a round per kind of reader: one in computation for operators, and a published one between OWN and INVESTOR. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
  } = w;
  const sides: Role[] = [...LISTERS, 'INVESTOR', 'OPERATOR'];
  const entry = uuidOf(ids['Achievement ADMITTED']!);
  const investor = await investorProfile(w);
  const draft = await roundIn(w, 'COMPUTED', {
    name: { en: mark('matching_round.name of COMPUTED', ['OPERATOR']) },
    fault: mark('matching_round.fault', ['OPERATOR']),
    phase: 'DONE',
  });
  ids['MatchingRound COMPUTED'] = toGlobalId('MatchingRound', draft);
  ids['RoundPair COMPUTED'] = toGlobalId('RoundPair', await pairIn(w, draft, { achievement_id: entry }));
  await w.insert('matching_round_capacity', { round_id: draft, side: 'INVESTOR', participant_id: investor, places: 3 });
  ids['RoundVeto'] = toGlobalId(
    'RoundVeto',
    await w.insert('matching_round_veto', {
      id: newId(),
      round_id: draft,
      achievement_id: entry,
      investor_id: investor,
      side: 'LISTER',
      note: mark('matching_round_veto.note', ['OPERATOR']),
      created_at: w.t.app.clock(),
    }),
  );
  const published = await roundIn(w, 'PUBLISHED', { name: { en: mark('matching_round.name of PUBLISHED', sides) } });
  ids['MatchingRound PUBLISHED'] = toGlobalId('MatchingRound', published);
  ids['RoundPair PUBLISHED'] = toGlobalId(
    'RoundPair',
    await pairIn(w, published, {
      achievement_id: entry,
      status: 'DECLINED',
      lister_answer: 'ACCEPTED',
      investor_answer: 'DECLINED',
      investor_reason: 'PRICE',
    }),
  );
  ids['RoundPair DROPPED'] = toGlobalId(
    'RoundPair',
    await pairIn(w, published, { status: 'DROPPED', dropped_for: 'DECLINE' }),
  );
  for (const [label, row] of [
    ['ACHIEVEMENT', { side: 'ACHIEVEMENT', participant_id: entry, organisation_id: w.own.uuid }],
    ['INVESTOR', { side: 'INVESTOR', participant_id: investor, organisation_id: w.investor.uuid }],
  ] as const) {
    ids[`RoundStanding ${label}`] = toGlobalId(
      'RoundStanding',
      await w.insert('matching_round_standing', {
        id: newId(),
        round_id: published,
        candidates: 1,
        places: 5,
        pairs: 1,
        got: 1,
        best: 1,
        share: 1,
        ranks: [1],
        ...row,
      }),
    );
  }
}

/** The subjects of matching rounds. */
function subjects({ node, below }: Ways): Subject[] {
  const round = 'matchingRound(id: $id)';
  return [
    ...['COMPUTED', 'PUBLISHED'].map((label) => below('MatchingRound', label, `MatchingRound ${label}`, round)),
    below('RoundFigures', 'PUBLISHED', 'MatchingRound PUBLISHED', round, 'figures'),
    below('RoundCapacity', 'COMPUTED', 'MatchingRound COMPUTED', round, 'capacities', 'nodes'),
    node('RoundPair', 'COMPUTED'),
    node('RoundPair', 'PUBLISHED'),
    node('RoundPair', 'DROPPED'),
    node('RoundStanding', 'ACHIEVEMENT'),
    node('RoundStanding', 'INVESTOR'),
    node('RoundVeto'),
  ];
}

/** Cases for every query of matching rounds. */
function queries(w: World): Cases {
  return {
    matchingRound: ['COMPUTED', 'PUBLISHED'].map((label) => ({
      label,
      call: () => ({ variables: { id: w.ids[`MatchingRound ${label}`] } }),
    })),
    matchingRounds: [{ label: '', call: () => ({ variables: {} }) }],
  };
}

/** Cases for every mutation of matching rounds, each on a new round. */
function mutations(w: World): Cases {
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
    deleteMatchingRound: [
      on('DRAFT', async () => ({ id: await round('DRAFT') })),
      on('PUBLISHED', async () => ({ id: await round('PUBLISHED') })),
    ],
    answerRoundPair: [
      on('accept', async () => ({ id: await pair(), accept: true })),
      on('decline', async () => ({ id: await pair(), accept: false, reasonCode: 'CAPACITY' })),
    ],
  };
}

/** Matching rounds, their pairs, places and vetoes. */
export const rounds: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    RoundSideFigures: 'figures of a round, as visible as the field that gives them',
  },
  unmarked: {
    'a code of a closed list': [
      'matching_round.method',
      'matching_round.phase',
      'matching_round.status',
      'matching_round_capacity.side',
      'matching_round_pair.dropped_for',
      'matching_round_pair.investor_answer',
      'matching_round_pair.investor_reason',
      'matching_round_pair.lister_answer',
      'matching_round_pair.lister_reason',
      'matching_round_pair.status',
      'matching_round_standing.side',
      'matching_round_veto.side',
    ],
    'figures under fixed names; who sees them stands in the table of rights': [
      'matching_round.figures',
      'matching_round_pair.terms',
      'matching_round_standing.ranks',
      'matching_round_standing.shown',
    ],
  },
};
