import { newId, toGlobalId } from '../../../src/lib/ids.js';
import { denialToken } from '../../../src/mentions/mention.links.js';
import { fixed, on } from '../cases.js';
import type { Cases, RightsDomain, Subject, Ways, World } from '../types.js';
import { investorProfile, uuidOf } from './matching.js';

/** Creates a mention of OWN as co-investor of INVESTOR; returns its UUID. */
async function mentionOf(w: World, row: Record<string, unknown> = {}): Promise<string> {
  const record = await w.insert('track_record', {
    id: newId(),
    investor_id: await investorProfile(w),
    company: 'A company',
    company_key: newId(),
    invested_on: '2024-01-01',
    co_investors: JSON.stringify([{ name: 'OWN', organisationId: w.own.uuid }]),
    created_at: w.t.app.clock(),
    ...row,
  });
  const [mention] = await w.t.sql<{ id: string }>(`SELECT id FROM mention WHERE subject_id = $1`, [
    uuidOf(toGlobalId('TrackRecord', record)),
  ]);
  return mention!.id;
}

async function fill(w: World): Promise<void> {
  // The named parties agree to what the other domains have filled in; the mention below waits for its answer.
  await w.t.sql(`UPDATE mention SET status = 'CONFIRMED', answered_at = now() WHERE status = 'PENDING'`);
  w.ids['Mention'] = toGlobalId('Mention', await mentionOf(w));
}

function subjects({ node }: Ways): Subject[] {
  return [node('Mention')];
}

/** The token of a mail to the owner of OWN about a new mention. */
async function tokenOf(w: World): Promise<string> {
  const id = await mentionOf(w);
  const owner = w.actors.OWN_OWNER.person!;
  const at = new Date(w.t.app.clock().getTime() + w.serial());
  await w.t.sql(`UPDATE mention SET told_at = $2 WHERE id = $1`, [id, at]);
  return denialToken(w.t.app, owner, at);
}

function queries(w: World): Cases {
  return {
    mentionsToDeny: [
      { label: 'with the token', call: async () => ({ variables: { token: await tokenOf(w) } }) },
      fixed('with another token', { token: 'x.y' }),
    ],
  };
}

function mutations(w: World): Cases {
  return {
    denyMentions: [on('with the token', async () => ({ token: await tokenOf(w) }))],
    answerMention: [
      on('of OWN', async () => ({ id: toGlobalId('Mention', await mentionOf(w)), confirm: true }), { fresh: true }),
    ],
  };
}

/** Consent to be named. */
export const mentions: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  unmarked: { 'a code of a closed list': ['mention.kind', 'mention.status'] },
};
