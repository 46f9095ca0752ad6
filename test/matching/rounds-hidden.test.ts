import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, mails, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededPerson } from '../seed.js';
import { investor, matches, type Seeded } from './kit.js';

const EQUIPMENT = '3562';
const STANDING = `id side candidates places pairs got best share ranks achievement { id } investor { id }`;
const PAIR = `id score status droppedFor listerAnswer investorAnswer listerReason investorReason viewerCanAnswer interest { id } achievement { id } investor { id }`;
const ROUND = `id status droppedCount viewerStandings { ${STANDING} } pairs(first: 50) { totalCount nodes { ${PAIR} } }
  proposed: pairs(first: 50, filter: { statuses: [PROPOSED] }) { totalCount nodes { id } }
  declined: pairs(first: 50, filter: { statuses: [DECLINED] }) { totalCount nodes { id } }`;

interface Pair {
  id: string;
  score: number;
  status: string;
  viewerCanAnswer: boolean;
  listerAnswer: string | null;
  interest: { id: string } | null;
  achievement: { id: string };
  investor: { id: string };
}
interface Standing {
  id: string;
  candidates: number;
  pairs: number;
  got: number;
  best: number;
  share: number | null;
  ranks: number[];
  achievement: { id: string } | null;
  investor: { id: string } | null;
}
interface Round {
  id: string;
  status: string;
  viewerStandings: Standing[];
  pairs: { totalCount: number; nodes: Pair[] };
  proposed: { totalCount: number };
  declined: { totalCount: number };
}
interface Fund extends Seeded {
  owner: SeededPerson;
}

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let entries: SeededEntry[];
let funds: Fund[];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  const university = await s.organisation(lister);
  entries = [];
  for (const [zh, trl] of [
    ['晶圆清洗设备', 7],
    ['刻蚀设备', 6],
    ['镀膜设备', 4],
  ] as const)
    entries.push(await entry(t, university, { title: { zh }, industries: [EQUIPMENT], trl }));
  funds = [];
  for (const trl of [
    [1, 9],
    [6, 9],
    [7, 9],
  ] as const) {
    const owner = await s.person();
    const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
    funds.push({ owner, ...(await investor(t, organisation, { wanted: [EQUIPMENT], trl: [...trl] })) });
  }
});
afterAll(() => t?.close());

const as = (who: SeededPerson) => ({ token: who.token });
const see = async (id: string, who: SeededPerson) =>
  (await t.gql<{ matchingRound: Round }>(`query ($id: ID!) { matchingRound(id: $id) { ${ROUND} } }`, { id }, as(who)))
    .matchingRound;
const nodes = (ids: string[], who: SeededPerson) =>
  t.gql(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on RoundPair { ${PAIR} } ... on RoundStanding { ${STANDING} } } }`,
    { ids },
    as(who),
  );
const act = async (name: string, type: string, input: object, who: SeededPerson = operator) =>
  (
    await t.gql<{ outcome: { round: { id: string } } }>(
      `mutation ($input: ${type}!) { outcome: ${name}(input: $input) { round { id } } }`,
      { input },
      as(who),
    )
  ).outcome.round.id;
const answer = (id: string, who: SeededPerson, accept: boolean, reasonCode?: string) =>
  t.ask<{ answerRoundPair: { pair: Pair } }>(
    `mutation ($input: AnswerRoundPairInput!) { answerRoundPair(input: $input) { pair { ${PAIR} } } }`,
    { input: { id, accept, reasonCode } },
    as(who),
  );
const say = async (who: SeededPerson, of: SeededEntry, fund: Fund, action: string, reasonCode?: string) =>
  (
    await t.gql<{ giveMatchFeedback: { feedback: { id: string } } }>(
      `mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id } } }`,
      { input: { achievementId: of.id, counterpartId: fund.id, action, reasonCode } },
      as(who),
    )
  ).giveMatchFeedback.feedback.id;
const uuidOf = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1]!;

async function computed(): Promise<string> {
  const id = await act('createMatchingRound', 'CreateMatchingRoundInput', {
    name: { zh: '春季撮合' },
    method: 'OPTIMUM',
    achievementPlaces: 3,
    investorPlaces: 3,
  });
  await act('computeMatchingRound', 'MatchingRoundActionInput', { id });
  await eventually(async () => {
    const [row] = await t.sql<{ status: string }>(`SELECT status FROM matching_round WHERE id = $1`, [uuidOf(id)]);
    return row!.status === 'COMPUTED' ? true : null;
  }, 120_000);
  return id;
}
const publish = (id: string) => act('publishMatchingRound', 'MatchingRoundActionInput', { id });
const close = (id: string) => act('closeMatchingRound', 'MatchingRoundActionInput', { id });
const freshRound = async () => publish(await computed());
const forget = () => t.sql(`UPDATE match_feedback SET ended_at = created_at WHERE ended_at IS NULL`);

describe(
  'a decline is hidden from the other side until the round closes (issue 15, point 8)',
  { timeout: 180_000 },
  () => {
    it.each(['answerRoundPair', 'giveMatchFeedback'])('through every field, list and node, by %s', async (how) => {
      const round = await freshRound();
      const before = await see(round, lister);
      const [pair] = before.pairs.nodes as [Pair];
      const fund = funds.find((one) => one.id === pair.investor.id)!;
      const of = entries.find((one) => one.id === pair.achievement.id)!;
      const ids = [...before.pairs.nodes, ...before.viewerStandings].map((one) => one.id);
      const nodesBefore = await nodes(ids, lister);
      if (how === 'answerRoundPair') expect((await answer(pair.id, fund.owner, false, 'PRICE')).errors).toBeUndefined();
      else await say(fund.owner, of, fund, 'DECLINED', 'PRICE');
      expect(await see(round, lister)).toEqual(before);
      expect(await nodes(ids, lister)).toEqual(nodesBefore);
      const own = await see(round, fund.owner);
      expect(own.pairs.nodes.find((one) => one.id === pair.id)).toMatchObject({
        status: 'DECLINED',
        investorAnswer: 'DECLINED',
        viewerCanAnswer: false,
      });
      expect(own.declined.totalCount).toBe(1);
      expect((await see(round, operator)).declined.totalCount).toBe(1);
      // The other side answers as if nothing were decided.
      const accepted = (await answer(pair.id, lister, true)).data.answerRoundPair.pair;
      expect(accepted).toMatchObject({ status: 'PROPOSED', listerAnswer: 'ACCEPTED', interest: null });
      expect((await answer(pair.id, lister, false, 'OTHER')).data.answerRoundPair.pair.status).toBe('DECLINED');
      await close(round);
      expect((await see(round, lister)).declined.totalCount).toBe(1);
      await forget();
    });

    it('and is told when the round has closed', async () => {
      const round = await freshRound();
      const [pair] = (await see(round, lister)).pairs.nodes as [Pair];
      const fund = funds.find((one) => one.id === pair.investor.id)!;
      await answer(pair.id, lister, false, 'OTHER');
      expect((await see(round, fund.owner)).declined.totalCount).toBe(0);
      expect((await see(round, lister)).declined.totalCount).toBe(1);
      await close(round);
      expect((await see(round, fund.owner)).pairs.nodes.find((one) => one.id === pair.id)!.status).toBe('DECLINED');
      await forget();
    });

    it('an acceptance is shown by no list of matches before both accept, as the mail says', async () => {
      const round = await freshRound();
      const [pair] = (await see(round, lister)).pairs.nodes as [Pair];
      const fund = funds.find((one) => one.id === pair.investor.id)!;
      const of = entries.find((one) => one.id === pair.achievement.id)!;
      const interested = async () =>
        (await matches(t, lister, of, 'investorMatches'))!.nodes.find((node) => node.counterpart.id === fund.id)!
          .otherSideInterested;
      await answer(pair.id, fund.owner, true);
      expect(await interested()).toBe(false);
      await answer(pair.id, lister, true);
      expect(await interested()).toBe(true);
      const text = mails(t).find((mail) => mail.text.includes('春季撮合'))!.text;
      expect(text).toContain('of a decline only when the round is closed');
      await close(round);
      await forget();
    });

    it('standings are of what was published, without vetoed pairs', async () => {
      const id = await computed();
      const made = (await see(id, operator)).pairs.nodes;
      const [vetoed] = made as [Pair];
      await act('addRoundVeto', 'AddRoundVetoInput', {
        id,
        achievementId: vetoed.achievement.id,
        investorId: vetoed.investor.id,
        side: 'LISTER',
      });
      await publish(id);
      const fund = funds.find((one) => one.id === vetoed.investor.id)!;
      for (const who of [lister, fund.owner]) {
        const round = await see(id, who);
        const [{ floor }] = (await t.sql<{ floor: number }>(
          `SELECT (figures->>'floor')::float8 AS floor FROM matching_round WHERE id = $1`,
          [uuidOf(id)],
        )) as [{ floor: number }];
        expect(round.viewerStandings.length).toBeGreaterThan(0);
        for (const standing of round.viewerStandings) {
          const pairs = round.pairs.nodes.filter((pair) =>
            standing.achievement
              ? pair.achievement.id === standing.achievement.id
              : pair.investor.id === standing.investor!.id,
          );
          expect(standing.pairs).toBe(pairs.length);
          expect(standing.ranks).toHaveLength(pairs.length);
          expect(standing.got).toBeCloseTo(
            pairs.reduce((sum, pair) => sum + pair.score - floor, 0),
            9,
          );
          expect(standing.share ?? 0).toBeCloseTo(standing.best > 0 ? standing.got / standing.best : 0, 9);
          expect((await nodes([standing.id], who)) as unknown).toEqual({ nodes: [standing] });
        }
      }
      await close(id);
    });

    it.each(['INVESTOR', 'LISTER'])('standings do not tell what the other side declined before, %s', async (side) => {
      const [of, fund] = [entries[0]!, funds[0]!];
      const [who, other] = side === 'INVESTOR' ? [fund.owner, lister] : [lister, fund.owner];
      const standingOf = (round: Round) =>
        round.viewerStandings.find((one) => one.achievement?.id === of.id || one.investor?.id === fund.id)!;
      const before = await computed();
      await publish(before);
      const seen = standingOf(await see(before, other));
      await close(before);
      await say(who, of, fund, 'DECLINED', 'IP');
      const after = await computed();
      await publish(after);
      const { candidates, best, pairs, ranks } = standingOf(await see(after, other));
      expect({ candidates, best }).toEqual({ candidates: seen.candidates, best: seen.best });
      expect(pairs).toBe(seen.pairs - 1);
      expect(ranks.every((rank) => seen.ranks.includes(rank))).toBe(true);
      expect(standingOf(await see(after, who)).candidates).toBe(2);
      await close(after);
      await forget();
    });
  },
);
