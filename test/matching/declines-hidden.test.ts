import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { generationIsDue, makeTextGeneration } from '../../src/matching/store/match.texts.js';
import { demand, investor, matches, talent, type MatchPage, type Seeded } from './kit.js';

const EQUIPMENT = '3562';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let chip: SeededEntry;
let others: SeededEntry[];

/** A counterpart with the person who speaks for it, and the list of the entry in which it stands. */
interface Party {
  list: 'investorMatches' | 'talentMatches' | 'demandMatches';
  owner: SeededPerson;
  profile: Seeded;
}
let parties: Party[];
let enterprise: SeededOrganisation;
let enterpriseOwner: SeededPerson;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  const university = await s.organisation(lister);
  const made = await Promise.all(
    ['晶圆清洗设备', '刻蚀设备', '镀膜设备'].map((zh) =>
      entry(t, university, { title: { zh }, industries: [EQUIPMENT], trl: 7 }),
    ),
  );
  [chip, ...others] = made as [SeededEntry, ...SeededEntry[]];
  parties = [];
  for (let i = 0; i < 3; i += 1) {
    const owner = await s.person();
    const fund = await s.organisation(owner, { kind: 'INVESTOR' });
    parties.push({ list: 'investorMatches', owner, profile: await investor(t, fund, { wanted: [EQUIPMENT] }) });
  }
  for (const kind of ['SCIENCE', 'MARKET', 'BRIDGE']) {
    const owner = await s.person();
    parties.push({ list: 'talentMatches', owner, profile: await talent(t, owner, { kind, industries: [EQUIPMENT] }) });
  }
  enterpriseOwner = await s.person();
  enterprise = await s.organisation(enterpriseOwner, { kind: 'ENTERPRISE' });
  for (let i = 0; i < 3; i += 1)
    parties.push({
      list: 'demandMatches',
      owner: enterpriseOwner,
      profile: await demand(t, enterprise, { title: { zh: `晶圆清洗需求${i}` }, industries: [EQUIPMENT] }),
    });
  // Scores stay as they are once the term weights are made from the texts of the pool as it is now.
  await eventually(async () => {
    await makeTextGeneration(t.app);
    await t.app.matching.fresh();
    return (await generationIsDue(t.app.dataSource)) ? null : true;
  });
});
afterAll(() => t?.close());

const say = async (who: SeededPerson, of: SeededEntry, counterpart: Seeded, more: object) =>
  (
    await t.gql<{ giveMatchFeedback: { feedback: { id: string } } }>(
      `mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id } } }`,
      { input: { achievementId: of.id, counterpartId: counterpart.id, ...more } },
      { token: who.token },
    )
  ).giveMatchFeedback.feedback.id;
const undo = (who: SeededPerson, id: string) =>
  t.gql(
    `mutation ($input: WithdrawMatchFeedbackInput!) { withdrawMatchFeedback(input: $input) { feedback { id } } }`,
    { input: { id } },
    { token: who.token },
  );
const decline = (who: SeededPerson, of: SeededEntry, counterpart: Seeded, reasonCode = 'CAPACITY') =>
  say(who, of, counterpart, { action: 'DECLINED', reasonCode });

const FIELDS = `matchDeclines { reasonCode kind count } matchFeedback(first: 20) { nodes { id action } }
  teamProposals(first: 10) { candidates outside teams { value members { talent { id } contribution } } }`;

/** All that the lister reads of an entry's matches, page by page too, and of a feedback's node. */
async function listerReads(feedbackId: string | null): Promise<unknown> {
  const read: unknown[] = [];
  for (const list of ['investorMatches', 'talentMatches', 'demandMatches']) {
    read.push(await matches(t, lister, chip, list));
    read.push(await matches(t, lister, chip, list, 'first: 20, filter: { regions: ["110000"] }'));
    for (let after: string | null = '', k = 0; after !== null && k < 5; k += 1) {
      const page: MatchPage = (await matches(t, lister, chip, list, `first: 1${after ? `, after: "${after}"` : ''}`))!;
      read.push(page);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    }
  }
  read.push(
    await t.gql(
      `query ($id: ID!) { node(id: $id) { ... on Achievement { ${FIELDS} } } }`,
      { id: chip.id },
      {
        token: lister.token,
      },
    ),
  );
  if (feedbackId !== null)
    expect(
      (
        await t.ask<{ node: unknown }>(
          `query ($id: ID!) { node(id: $id) { id } }`,
          { id: feedbackId },
          {
            token: lister.token,
          },
        )
      ).data.node,
    ).toBeNull();
  return read;
}

/** All that a counterpart's side reads of its matches. */
async function partyReads({ owner, profile, list }: Party): Promise<unknown> {
  const read: unknown[] = [await matches(t, owner, profile, 'achievementMatches')];
  for (let after: string | null = '', k = 0; after !== null && k < 5; k += 1) {
    const page: MatchPage = (await matches(
      t,
      owner,
      profile,
      'achievementMatches',
      `first: 1${after ? `, after: "${after}"` : ''}`,
    ))!;
    read.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  }
  if (list === 'talentMatches')
    read.push(
      await t.gql(
        `query ($id: ID!) { node(id: $id) { ... on Achievement { teamProposals(first: 10) { candidates teams { value members { talent { id } } } } } } }`,
        { id: chip.id },
        { token: owner.token },
      ),
    );
  return read;
}

describe('a decline does not show itself to the other side (issue 15, point 3)', { timeout: 120_000 }, () => {
  it.each([0, 3, 4, 6])('counterpart %i declines: the lister reads what it read before', async (which) => {
    const party = parties[which]!;
    const before = await listerReads(null);
    const own = (await matches(t, party.owner, party.profile, 'achievementMatches'))!;
    const first = await decline(party.owner, chip, party.profile);
    expect(await listerReads(first)).toEqual(before);
    const after = (await matches(t, party.owner, party.profile, 'achievementMatches'))!;
    expect(after.totalCount).toBe(own.totalCount - 1);
    expect(after.nodes.map((node) => node.achievement.id)).not.toContain(chip.id);
    const again = await decline(party.owner, chip, party.profile, 'IP');
    expect(await listerReads(again)).toEqual(before);
    await undo(party.owner, again);
    expect(await listerReads(again)).toEqual(before);
    expect((await matches(t, party.owner, party.profile, 'achievementMatches'))!.totalCount).toBe(own.totalCount);
  });

  it.each([0, 3, 4, 6])('the lister declines counterpart %i, which reads what it read before', async (which) => {
    const party = parties[which]!;
    const before = await partyReads(party);
    const listed = (await matches(t, lister, chip, party.list))!.totalCount;
    const first = await decline(lister, chip, party.profile);
    expect(await partyReads(party)).toEqual(before);
    expect((await matches(t, lister, chip, party.list))!.totalCount).toBe(listed - 1);
    await undo(lister, first);
    expect(await partyReads(party)).toEqual(before);
    expect((await matches(t, lister, chip, party.list))!.totalCount).toBe(listed);
  });

  it('what was said to interest goes on showing interest until it is taken back', async () => {
    const { owner, profile, list } = parties[1]!;
    const interested = async () =>
      (await matches(t, lister, chip, list))!.nodes.find((node) => node.counterpart.id === profile.id)!
        .otherSideInterested;
    await say(owner, chip, profile, { action: 'INTERESTED' });
    const before = await listerReads(null);
    expect(await interested()).toBe(true);
    await decline(owner, chip, profile);
    const last = await decline(owner, chip, profile, 'PRICE');
    expect(await listerReads(last)).toEqual(before);
    await undo(owner, last);
    expect(await interested()).toBe(false);
  });

  it('a talent that declined can be asked into a team as before, and its own proposals leave it out', async () => {
    const [science, market] = [parties[3]!, parties[4]!];
    const feedback = await decline(science.owner, chip, science.profile);
    const proposals = await t.gql<{ node: { teamProposals: { teams: unknown[] } } }>(
      `query ($id: ID!) { node(id: $id) { ... on Achievement { teamProposals(first: 10) { teams { value } } } } }`,
      { id: chip.id },
      { token: science.owner.token },
    );
    expect(proposals.node.teamProposals.teams).toEqual([]);
    const reply = await t.ask<{ proposeTeam: { team: { id: string; assessment: unknown } } }>(
      `mutation ($input: ProposeTeamInput!) { proposeTeam(input: $input) { team { id assessment { value } } } }`,
      { input: { achievementId: chip.id, talentIds: [science.profile.id, market.profile.id] } },
      { token: lister.token },
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.data.proposeTeam.team.assessment).not.toBeNull();
    await undo(science.owner, feedback);
  });

  it('counts reasons from three parties on; the needs of one enterprise are one party', async () => {
    const counted = async () =>
      (
        await t.gql<{ node: { matchDeclines: unknown[] } }>(
          `query ($id: ID!) { node(id: $id) { ... on Achievement { matchDeclines { reasonCode kind count } } } }`,
          { id: others[0]!.id },
          { token: lister.token },
        )
      ).node.matchDeclines;
    for (const { owner, profile } of parties.slice(6)) await decline(owner, others[0]!, profile, 'PRICE');
    for (const { owner, profile } of parties.slice(0, 2)) await decline(owner, others[0]!, profile, 'TOO_EARLY');
    expect(await counted()).toEqual([]);
    const third = await decline(parties[2]!.owner, others[0]!, parties[2]!.profile, 'TOO_EARLY');
    expect(await counted()).toEqual([{ reasonCode: 'TOO_EARLY', kind: 'INVESTOR', count: 3 }]);
    await undo(parties[2]!.owner, third);
    expect(await counted()).toEqual([]);
  });

  it('a copy of the ledger names no decliner', async () => {
    await decline(parties[0]!.owner, others[1]!, parties[0]!.profile, 'OTHER');
    const records = await t.sql<{ facts: object }>(
      `SELECT facts FROM ledger_record WHERE kind = 'match.feedback' AND subject_id = $1`,
      [others[1]!.uuid],
    );
    expect(records).toHaveLength(1);
    const text = JSON.stringify(records);
    for (const word of ['DECLINED', 'OTHER', parties[0]!.profile.uuid]) expect(text).not.toContain(word);
  });
});
