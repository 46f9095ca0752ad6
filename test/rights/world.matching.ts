import { fromGlobalId, newId, toGlobalId } from '../../src/lib/ids.js';
import { LISTERS, type Role } from './roles.js';
import type { World } from './world.js';

/** The UUID in a global id. */
export const uuidOf = (globalId: string): string => fromGlobalId(globalId)!.key;

/** A row of feedback on the entry ADMITTED, of a new talent unless a counterpart is given; gives its UUID. */
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

/** The profile of INVESTOR. */
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

/** Adds what was said of matches, and a model beside the shipped one. */
export async function addMatching(w: World): Promise<void> {
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
