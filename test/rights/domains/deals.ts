import type { SeededPerson } from '../../seed.js';
import { fromGlobalId, toGlobalId } from '../../../src/lib/ids.js';
import { fixed, on } from '../cases.js';
import { EDITORS, OWNERS, type Role } from '../roles.js';
import type { Actor, Cases, RightsDomain, Subject, Ways, World } from '../types.js';

/** Adds threads between INVESTOR and OWN, and shortlists. */
async function fill(w: World): Promise<void> {
  const { ids, investor, t } = w;
  const { mark } = w.markers;
  const owner = w.actors.OWN_OWNER.person!;
  const investorOwner = w.actors.INVESTOR.person!;
  const now = t.app.clock();
  const first = fromGlobalId(ids['Achievement ADMITTED']!)!.key;
  // Threads are written through the API, as users do.
  const thread = async (achievement: string, message: string) =>
    (
      await w.t.gql<{ expressInterest: { interest: { id: string } } }>(
        `mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) { interest { id } } }`,
        { input: { achievementId: achievement, organisationId: investor.id, message } },
        { token: investorOwner.token },
      )
    ).expressInterest.interest.id;
  const sides = [...EDITORS, 'INVESTOR'] as Role[];
  ids['Interest'] = await thread(ids['Achievement ADMITTED']!, mark('interest_message.body of INVESTOR', sides));
  const reply = await w.t.gql<{ replyToInterest: { message: { id: string } } }>(
    `mutation ($input: ReplyToInterestInput!) { replyToInterest(input: $input) { message { id } } }`,
    { input: { id: ids['Interest'], message: mark('interest_message.body of OWN', sides) } },
    { token: owner.token },
  );
  ids['InterestMessage'] = reply.replyToInterest.message.id;
  ids['Interest CLOSED'] = await thread(ids['Achievement ADMITTED without grant']!, 'a second thread');
  await w.t.gql(
    `mutation ($input: CloseInterestInput!) { closeInterest(input: $input) { interest { id } } }`,
    { input: { id: ids['Interest CLOSED'], reason: mark('interest.close_reason', sides) } },
    { token: investorOwner.token },
  );
  const entryOnList = (who: SeededPerson, note: string) =>
    w.insert('shortlist_entry', { account_id: who.accountId, achievement_id: first, note, added_at: now });
  ids['ShortlistEntry of INVESTOR'] = toGlobalId(
    'ShortlistEntry',
    await entryOnList(investorOwner, mark('shortlist_entry.note of INVESTOR', ['INVESTOR'])),
  );
  ids['ShortlistEntry of OWN_OWNER'] = toGlobalId(
    'ShortlistEntry',
    await entryOnList(owner, mark('shortlist_entry.note of OWN_OWNER', OWNERS)),
  );
}

function subjects({ id, node }: Ways): Subject[] {
  const compared: Pick<Subject, 'variables'> = {
    variables: { ids: [id('Achievement ADMITTED'), id('Achievement ADMITTED without grant')] },
  };
  return [
    node('Interest'),
    node('InterestMessage'),
    node('ShortlistEntry', 'of INVESTOR'),
    node('ShortlistEntry', 'of OWN_OWNER'),
    { type: 'AchievementComparison', label: '', steps: ['compareAchievements(ids: $ids)'], ...compared },
    { type: 'ComparisonRow', label: '', steps: ['compareAchievements(ids: $ids)', 'rows'], ...compared },
    { type: 'ComparisonValue', label: '', steps: ['compareAchievements(ids: $ids)', 'rows', 'values'], ...compared },
  ];
}

function queries(w: World): Cases {
  const { ids } = w;
  const both = (second: string) => [ids['Achievement ADMITTED'], ids[second]];
  return {
    compareAchievements: [
      fixed('ADMITTED', { ids: both('Achievement ADMITTED without grant') }),
      fixed('with DRAFT', { ids: both('Achievement DRAFT') }),
      fixed('with DRAFT of OTHER', { ids: both('Achievement DRAFT of OTHER') }),
    ],
    interest: [fixed('Interest', { id: ids['Interest'] }), fixed('Interest CLOSED', { id: ids['Interest CLOSED'] })],
    viewerInterests: [
      fixed('own'),
      fixed('of INVESTOR', { organisationId: w.investor.id }),
      fixed('of OWN', { organisationId: w.own.id }),
    ],
  };
}

function mutations(w: World): Cases {
  const now = () => w.t.app.clock();
  const personOf = async (actor: Actor): Promise<SeededPerson> => actor.person ?? (await w.s.person());
  const thread = async (closedBy: 'PARTY' | 'LISTER' | null = null): Promise<string> => {
    const at = now();
    const id = await w.insert('interest', {
      achievement_id: await w.entry('ADMITTED'),
      institution_id: w.own.uuid,
      account_id: w.actors.INVESTOR.person!.accountId,
      organisation_id: w.investor.uuid,
      status: closedBy ? 'CLOSED' : 'OPEN',
      created_at: at,
      last_message_at: at,
      closed_at: closedBy ? at : null,
      closed_by: closedBy,
      message_count: 1,
      party_seq: 1,
    });
    await w.insert('interest_message', {
      interest_id: id,
      seq: 1,
      author_id: w.actors.INVESTOR.person!.accountId,
      side: 'PARTY',
      body: 'Good day.',
      created_at: at,
    });
    return toGlobalId('Interest', id);
  };
  const listed = async (who: SeededPerson) =>
    toGlobalId(
      'ShortlistEntry',
      await w.insert('shortlist_entry', {
        account_id: who.accountId,
        achievement_id: await w.entry('ADMITTED'),
        note: 'a note',
        added_at: now(),
      }),
    );
  return {
    expressInterest: (['ADMITTED', 'REGISTERED'] as const)
      .map((status) =>
        on(status, async () => ({
          achievementId: toGlobalId('Achievement', await w.entry(status)),
          message: 'Good day.',
        })),
      )
      .concat(
        on('ADMITTED, for INVESTOR', async () => ({
          achievementId: toGlobalId('Achievement', await w.entry('ADMITTED')),
          organisationId: w.investor.id,
          message: 'Good day.',
        })),
      ),
    replyToInterest: [on('Interest', async () => ({ id: await thread(), message: 'Good day.' }))],
    closeInterest: [on('Interest', async () => ({ id: await thread(), reason: 'over' }))],
    reopenInterest: (['PARTY', 'LISTER'] as const).map((side) =>
      on(`closed by ${side}`, async () => ({ id: await thread(side) })),
    ),
    markInterestRead: [on('Interest', async () => ({ id: await thread() }))],
    addToShortlist: (['ADMITTED', 'REGISTERED'] as const).map((status) =>
      on(status, async () => ({ achievementId: toGlobalId('Achievement', await w.entry(status)) })),
    ),
    updateShortlistNote: [
      on('own', async (actor) => ({ id: await listed(await personOf(actor)), note: 'new' })),
      on('another’s', async () => ({ id: await listed(w.stranger), note: 'new' })),
    ],
    removeFromShortlist: [
      on('own', async (actor) => ({ id: await listed(await personOf(actor)) })),
      on('another’s', async () => ({ id: await listed(w.stranger) })),
    ],
  };
}

/** Interest in achievements, comparison and shortlists. */
export const deals: RightsDomain = {
  fill,
  subjects,
  queries,
  mutations,
  unmarked: {
    'a code of a closed list': ['interest.closed_by', 'interest.status', 'interest_message.side'],
  },
};
