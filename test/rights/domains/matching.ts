import { fromGlobalId, newId, toGlobalId } from '../../../src/lib/ids.js';
import { on } from '../cases.js';
import { LISTERS, type Role } from '../roles.js';
import type { Case, Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { talentOf } from './talent.js';

/** The UUID in a global id. */
export const uuidOf = (globalId: string): string => fromGlobalId(globalId)!.key;

/** Creates feedback on the entry ADMITTED, by a new talent unless a counterpart is given; returns its UUID. */
export async function feedbackOf(w: World, row: Record<string, unknown>): Promise<string> {
  return w.insert('match_feedback', {
    id: newId(),
    achievement_id: uuidOf(w.ids['Achievement ADMITTED']!),
    counterpart_kind: 'TALENT',
    counterpart_id: newId(),
    side: 'LISTER',
    action: 'INTERESTED',
    created_at: w.t.app.clock(),
    ...row,
  });
}

/** The UUID of INVESTOR's profile. */
export async function investorProfile(w: World): Promise<string> {
  const [row] = await w.t.sql<{ id: string }>(`SELECT id FROM investor_profile WHERE organisation_id = $1`, [
    w.investor.uuid,
  ]);
  const at = w.t.app.clock();
  return (
    row?.id ??
    w.insert('investor_profile', {
      id: newId(),
      organisation_id: w.investor.uuid,
      status: 'ACTIVE',
      revision: 1,
      created_at: at,
      updated_at: at,
    })
  );
}

/** Adds feedback on matches, and a model beside the shipped one. */
async function fill(w: World): Promise<void> {
  const {
    ids,
    markers: { mark },
  } = w;
  const investor = await investorProfile(w);
  const until = '2050-01-01T00:00:00Z';
  const say = async (label: string, readers: readonly Role[], row: Record<string, unknown>) => {
    ids[`MatchFeedback ${label}`] = toGlobalId(
      'MatchFeedback',
      await feedbackOf(w, {
        counterpart_kind: 'INVESTOR',
        counterpart_id: investor,
        note: mark(`match_feedback.note of ${label}`, readers),
        ...row,
      }),
    );
  };
  await say('LISTER', [...LISTERS, 'OPERATOR'], {});
  await say('COUNTERPART', ['INVESTOR', 'OPERATOR'], { side: 'COUNTERPART' });
  await say('COUNTERPART DECLINED', ['INVESTOR', 'OPERATOR'], {
    side: 'COUNTERPART',
    action: 'DECLINED',
    reason_code: 'PRICE',
    suppressed_until: until,
    achievement_id: uuidOf(ids['Achievement ADMITTED without grant']!),
  });
  // Declines are counted from three parties on.
  for (let k = 0; k < 2; k += 1)
    await feedbackOf(w, {
      counterpart_kind: 'INVESTOR',
      side: 'COUNTERPART',
      action: 'DECLINED',
      reason_code: 'PRICE',
      suppressed_until: until,
      achievement_id: uuidOf(ids['Achievement ADMITTED without grant']!),
    });
  const [shipped] = await w.t.sql<{ model: object }>(`SELECT model FROM match_model WHERE version = 1`);
  const model = await w.insert('match_model', {
    id: newId(),
    version: 2,
    source: 'EDITED',
    model: shipped!.model,
    note: mark('match_model.note', ['OPERATOR']),
    figures: { note: mark('match_model.figures', ['OPERATOR']) },
    created_at: w.t.app.clock(),
  });
  ids['MatchModelVersion'] = toGlobalId('MatchModelVersion', model);
}

/** The subjects of matching. */
function subjects({ node, below }: Ways): Subject[] {
  const entry = 'achievement(id: $id)';
  return [
    below('MatchConnection', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches'),
    below('Match', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches', 'nodes'),
    below('MatchReason', 'ADMITTED', 'Achievement ADMITTED', entry, 'investorMatches', 'nodes', 'reasons'),
    below('DeclineCount', 'ADMITTED without grant', 'Achievement ADMITTED without grant', entry, 'matchDeclines'),
    node('MatchFeedback', 'LISTER'),
    node('MatchFeedback', 'COUNTERPART'),
    node('MatchFeedback', 'COUNTERPART DECLINED'),
    node('MatchModelVersion'),
  ];
}

/** Cases for every query of matching. */
function queries(_w: World): Cases {
  return { matchModels: [{ label: '', call: () => ({ variables: {} }) }] };
}

/** Cases for every mutation of matching. */
function mutations(w: World): Cases {
  const talent = async () => toGlobalId('TalentProfile', await talentOf(w, await w.s.person()));
  const give = (label: string, counterpart: () => Promise<string>, more: Record<string, unknown>): Case =>
    on(label, async () => ({
      achievementId: w.ids['Achievement ADMITTED'],
      counterpartId: await counterpart(),
      ...more,
    }));
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
          const [row] = await w.t.sql<{ model: object; version: number }>(
            `SELECT model, (SELECT max(version) + 1 FROM match_model) AS version FROM match_model WHERE version = 1`,
          );
          const { version } = row!;
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

/** Feedback on matches, and the models that score them. */
export const matching: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  valueTypes: {
    MatchHint: 'what is missing, as visible as the list that says so',
    MatchModelParameter: 'a number of a model, as visible as the model',
  },
  unmarked: {
    'a code of a closed list': [
      'match_change.kind',
      'match_feedback.action',
      'match_feedback.counterpart_kind',
      'match_feedback.reason_code',
      'match_feedback.side',
      'match_model.source',
      'match_text.kind',
      'match_text_generation.state',
    ],
    'figures under fixed names; who sees them stands in the table of rights': ['match_model.model'],
    'a digest, selected by no query of the API': ['match_text.digest'],
    'public: texts of what takes part in matching; those of talents are left out': [
      'match_text_background.body',
      'match_text_background.title',
    ],
    'numbers that stand for words of texts, selected by no query of the API': ['match_text.vector'],
  },
};
