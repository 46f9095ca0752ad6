import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../src/lib/ids.js';
import { entry, mails, type SeededEntry } from '../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { investor, type Seeded } from './kit.js';

const EQUIPMENT = '3562';
const MEDICINE = '2710';

interface Fund extends Seeded {
  owner: SeededPerson;
  organisation: SeededOrganisation;
}

let t: TestApp;
let s: Seed;
let operator: SeededPerson;
let lister: SeededPerson;
let otherLister: SeededPerson;
let entries: SeededEntry[];
let funds: Fund[];

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  operator = await s.person({ operator: true });
  lister = await s.person();
  otherLister = await s.person();
  const university = await s.organisation(lister);
  const institute = await s.organisation(otherLister, { kind: 'INSTITUTE' });
  entries = [
    await entry(t, university, {
      title: { zh: '晶圆清洗设备', en: 'Wafer cleaning' },
      industries: [EQUIPMENT],
      trl: 7,
    }),
    await entry(t, university, { title: { zh: '刻蚀设备', en: 'Etching' }, industries: [EQUIPMENT], trl: 6 }),
    await entry(t, institute, { title: { zh: '原料药合成', en: 'Synthesis' }, industries: [MEDICINE], trl: 5 }),
  ];
  funds = [];
  for (const wanted of [[EQUIPMENT], [EQUIPMENT], [MEDICINE], [EQUIPMENT, MEDICINE]]) {
    const owner = await s.person();
    const organisation = await s.organisation(owner, { kind: 'INVESTOR' });
    funds.push({ owner, organisation, ...(await investor(t, organisation, { wanted })) });
  }
});
afterAll(() => t?.close());

interface Round {
  id: string;
  status: string;
  stale: boolean;
  phase: string | null;
  fault: string | null;
  droppedCount: number | null;
  figures: {
    pairs: number;
    gap: number;
    objective: number;
    upperBound: number;
    optimumObjective: number;
    blockingPairs: number;
    totalScore: number;
    achievementSide: { filled: number; withoutPair: number };
  } | null;
  viewerStandings: Array<{
    side: string;
    pairs: number;
    share: number | null;
    ranks: number[];
    investor: { id: string } | null;
  }>;
  standings: { totalCount: number; nodes: Array<{ share: number | null; achievement: { id: string } | null }> } | null;
  vetoes: { totalCount: number; nodes: Array<{ id: string }> } | null;
  pairs: { totalCount: number; nodes: Pair[] };
}
interface Pair {
  id: string;
  score: number;
  status: string;
  droppedFor: string | null;
  listerAnswer: string | null;
  investorAnswer: string | null;
  listerReason: string | null;
  investorReason: string | null;
  viewerCanAnswer: boolean;
  modelVersion: string;
  interest: { id: string; status: string } | null;
  achievement: { id: string };
  investor: { id: string };
  reasons: Array<{ code: string; contribution: number; evidence: { value: string } }>;
}

const PAIR = `id score status droppedFor listerAnswer investorAnswer listerReason investorReason viewerCanAnswer modelVersion interest { id status } achievement { id } investor { id } reasons { code contribution evidence { value } }`;
const ROUND = `id status stale phase fault droppedCount figures { pairs gap objective upperBound optimumObjective blockingPairs totalScore achievementSide { filled withoutPair } }
  viewerStandings { side pairs share ranks investor { id } } standings(side: ACHIEVEMENT, first: 10) { totalCount nodes { share achievement { id } } } vetoes { totalCount nodes { id } }
  pairs(first: 50, filter: $filter) { totalCount nodes { ${PAIR} } }`;

const as = (person: SeededPerson) => ({ token: person.token });
const see = async (id: string, who: SeededPerson = operator, filter: object = {}) =>
  (
    await t.gql<{ matchingRound: Round }>(
      `query ($id: ID!, $filter: RoundPairFilter) { matchingRound(id: $id) { ${ROUND} } }`,
      { id, filter },
      as(who),
    )
  ).matchingRound;
const act = (name: string, input: object, who: SeededPerson = operator) => {
  const type =
    {
      create: 'CreateMatchingRoundInput',
      setRoundCapacity: 'SetRoundCapacityInput',
      addRoundVeto: 'AddRoundVetoInput',
      removeRoundVeto: 'RemoveRoundVetoInput',
    }[name] ?? 'MatchingRoundActionInput';
  const field = name === 'create' ? 'createMatchingRound' : name;
  return t.ask<{ outcome: { round: { id: string; status: string; stale: boolean } } }>(
    `mutation ($input: ${type}!) { outcome: ${field}(input: $input) { round { id status stale } } }`,
    { input },
    as(who),
  );
};
const done = async (name: string, input: object) => {
  const reply = await act(name, input);
  expect(reply.errors).toBeUndefined();
  return reply.data.outcome.round;
};
const reason = async (reply: ReturnType<typeof act> | ReturnType<typeof answer>) =>
  (await reply).errors?.[0]?.extensions.reason;
const answer = (id: string, who: SeededPerson, accept: boolean, reasonCode?: string) =>
  t.ask<{ answerRoundPair: { pair: Pair } }>(
    `mutation ($input: AnswerRoundPairInput!) { answerRoundPair(input: $input) { pair { ${PAIR} } } }`,
    { input: { id, accept, reasonCode } },
    as(who),
  );
const ledger = (kind: string, subject: string) =>
  t.sql<{ facts: Record<string, unknown> }>(
    `SELECT facts FROM ledger_record WHERE kind = $1 AND subject_id = $2 ORDER BY seq`,
    [kind, subject],
  );
const uuidOf = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1]!;

const draft = async (more: object = {}) =>
  (
    await done('create', {
      name: { zh: '春季撮合', en: 'Spring round' },
      method: 'OPTIMUM',
      achievementPlaces: 2,
      investorPlaces: 2,
      ...more,
    })
  ).id;
const computed = async (id: string): Promise<Round> => {
  await done('computeMatchingRound', { id });
  await eventually(
    async () =>
      (await t.sql<{ status: string }>(`SELECT status FROM matching_round WHERE id = $1`, [uuidOf(id)]))[0]!.status !==
      'COMPUTING'
        ? true
        : null,
    120_000,
  );
  return see(id);
};
const published = async (more: object = {}): Promise<Round> => {
  const id = await draft(more);
  await computed(id);
  await done('publishMatchingRound', { id });
  return see(id);
};
const fundOf = (pair: Pair) => funds.find((fund) => fund.id === pair.investor.id)!;
const listerOf = (pair: Pair) => (pair.achievement.id === entries[2]!.id ? otherLister : lister);

describe('a matching round', { timeout: 180_000 }, () => {
  it.each(['OPTIMUM', 'STABLE'])(
    'is computed in the background with its bound and how everybody fared, %s',
    async (method) => {
      const id = await draft({ method });
      expect(await see(id)).toMatchObject({ status: 'DRAFT', figures: null, pairs: { totalCount: 0 } });
      const round = await computed(id);
      expect(round).toMatchObject({ status: 'COMPUTED', phase: 'DONE', fault: null, stale: false });
      const { figures, pairs } = round;
      expect(figures!.pairs).toBe(pairs.totalCount);
      expect(figures!.pairs).toBe(6);
      expect(figures!.upperBound).toBeGreaterThanOrEqual(figures!.optimumObjective);
      expect(figures!.optimumObjective).toBeGreaterThanOrEqual(figures!.objective - 1e-9);
      if (method === 'STABLE') expect(figures!.blockingPairs).toBe(0);
      else expect(figures!.gap).toBeLessThan(1e-6);
      expect(figures!.totalScore).toBeCloseTo(
        pairs.nodes.reduce((sum, pair) => sum + pair.score, 0),
        6,
      );
      for (const pair of pairs.nodes) {
        expect(pair.reasons.reduce((sum, term) => sum + term.contribution, 0)).toBe(pair.score);
        expect(pair.reasons.every((term) => term.evidence.value.length > 0)).toBe(true);
      }
      expect(round.standings).toMatchObject({
        totalCount: 3,
        nodes: expect.arrayContaining([expect.objectContaining({ achievement: { id: entries[0]!.id } })]) as unknown,
      });
      expect((await ledger('round.computed', uuidOf(id)))[0]!.facts).toMatchObject({ method, pairs: 6 });
    },
  );

  it('is the operator’s alone until it is published, and then shows each side its own pairs', async () => {
    const id = await draft();
    await computed(id);
    for (const who of [lister, funds[0]!.owner]) {
      expect(
        (await t.ask(`query ($id: ID!) { matchingRound(id: $id) { id } }`, { id }, as(who))).errors?.[0]?.extensions
          .code,
      ).toBe('NOT_FOUND');
      for (const name of ['computeMatchingRound', 'publishMatchingRound', 'closeMatchingRound', 'cancelMatchingRound'])
        expect((await act(name, { id }, who)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    await done('publishMatchingRound', { id });
    const all = (await see(id)).pairs.nodes;
    const mine = await see(id, lister);
    expect(mine).toMatchObject({
      status: 'PUBLISHED',
      figures: null,
      standings: null,
      vetoes: null,
      droppedCount: null,
    });
    expect(mine.pairs.nodes.map((pair) => pair.id)).toEqual(
      all.filter((pair) => pair.achievement.id !== entries[2]!.id).map((pair) => pair.id),
    );
    const theirs = await see(id, funds[3]!.owner);
    expect(theirs.pairs.nodes.every((pair) => pair.investor.id === funds[3]!.id && pair.viewerCanAnswer)).toBe(true);
    expect(theirs.viewerStandings).toMatchObject([
      { side: 'INVESTOR', investor: { id: funds[3]!.id }, pairs: theirs.pairs.totalCount },
    ]);
    const stranger = await s.person();
    expect(
      (await t.ask(`query ($id: ID!) { matchingRound(id: $id) { id } }`, { id }, as(stranger))).errors?.[0]?.extensions
        .code,
    ).toBe('NOT_FOUND');
    const lists = await Promise.all(
      [operator, lister, stranger].map(async (who) =>
        (
          await t.gql<{ matchingRounds: { nodes: Array<{ id: string }> } }>(
            `{ matchingRounds(first: 50) { nodes { id } } }`,
            {},
            as(who),
          )
        ).matchingRounds.nodes.map((round) => round.id),
      ),
    );
    expect(lists.map((list) => list.includes(id))).toEqual([true, true, false]);
  });

  it('keeps to vetoes, declines, places and the floor', async () => {
    const id = await draft({ achievementPlaces: 4, investorPlaces: 4 });
    await done('addRoundVeto', {
      id,
      achievementId: entries[0]!.id,
      investorId: funds[0]!.id,
      side: 'LISTER',
      note: '曾有纠纷',
    });
    await done('addRoundVeto', { id, achievementId: entries[0]!.id, investorId: funds[0]!.id, side: 'LISTER' });
    await done('setRoundCapacity', { id, participantId: entries[1]!.id, places: 1 });
    await done('setRoundCapacity', { id, participantId: funds[2]!.id, places: 0 });
    await t.sql(
      `INSERT INTO match_feedback (
         id, achievement_id, counterpart_kind, counterpart_id, side, action, reason_code, suppressed_until,
         created_at
       )
       VALUES (gen_random_uuid(), $1, 'INVESTOR', $2, 'COUNTERPART', 'DECLINED', 'IP', $3, $4)`,
      [entries[2]!.uuid, funds[3]!.uuid, new Date(t.app.clock().getTime() + 1e9), t.app.clock()],
    );
    const round = await computed(id);
    const made = round.pairs.nodes.map((pair) => [
      entries.findIndex((one) => one.id === pair.achievement.id),
      funds.findIndex((one) => one.id === pair.investor.id),
    ]);
    expect(made).toHaveLength(2 + 1 + 2);
    for (const barred of [
      [0, 0],
      [2, 3],
    ])
      expect(made).not.toContainEqual(barred);
    expect(made.filter(([a]) => a === 1)).toHaveLength(1);
    expect(made.filter(([, i]) => i === 2)).toHaveLength(0);
    expect(round.vetoes).toMatchObject({ totalCount: 1 });
    await t.sql(`DELETE FROM match_feedback`);
    const scores = round.pairs.nodes.map((pair) => pair.score).sort((a, b) => a - b);
    const above = await computed(await draft({ achievementPlaces: 4, investorPlaces: 4, floor: scores[2]! }));
    expect(above.pairs.nodes.length).toBeGreaterThan(0);
    expect(above.pairs.nodes.every((pair) => pair.score >= scores[2]!)).toBe(true);
  });

  it('leaves out at publication what was vetoed or declined, and who left, since it was computed, and says so', async () => {
    const id = await draft({ achievementPlaces: 4, investorPlaces: 4 });
    await computed(id);
    await done('addRoundVeto', { id, achievementId: entries[0]!.id, investorId: funds[0]!.id, side: 'COUNTERPART' });
    const given = await t.gql<{ giveMatchFeedback: { feedback: { id: string } } }>(
      `mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id } } }`,
      {
        input: { achievementId: entries[1]!.id, counterpartId: funds[1]!.id, action: 'DECLINED', reasonCode: 'PRICE' },
      },
      as(funds[1]!.owner),
    );
    await t.sql(`UPDATE investor_profile SET status = 'PAUSED' WHERE id = $1`, [funds[2]!.uuid]);
    await done('publishMatchingRound', { id });
    const dropped = (await see(id, operator, { statuses: ['DROPPED'] })).pairs.nodes;
    const why = dropped.map((pair) => [
      entries.findIndex((one) => one.id === pair.achievement.id),
      funds.findIndex((one) => one.id === pair.investor.id),
      pair.droppedFor,
    ]);
    expect(why.sort()).toEqual([
      [0, 0, 'VETO'],
      [0, 2, 'INVESTOR_LEFT'],
      [1, 1, 'DECLINE'],
      [1, 2, 'INVESTOR_LEFT'],
      [2, 2, 'INVESTOR_LEFT'],
    ]);
    expect((await see(id)).droppedCount).toBe(5);
    expect((await see(id, lister)).pairs.nodes.some((pair) => dropped.some((one) => one.id === pair.id))).toBe(false);
    expect(await reason(answer(dropped[0]!.id, fundOf(dropped[0]!).owner, true))).toBe('NOT_FOUND');
    expect((await ledger('round.publish', uuidOf(id)))[0]!.facts).toMatchObject({
      dropped: 5,
      sealedHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    await expect(
      t.sql(`UPDATE matching_round_pair SET status = 'PROPOSED', dropped_for = NULL WHERE dropped_for = 'VETO'`),
    ).rejects.toThrow('vetoed in its round');
    await t.sql(`UPDATE investor_profile SET status = 'ACTIVE' WHERE id = $1`, [funds[2]!.uuid]);
    await t.gql(
      `mutation ($input: WithdrawMatchFeedbackInput!) { withdrawMatchFeedback(input: $input) { feedback { id } } }`,
      { input: { id: given.giveMatchFeedback.feedback.id } },
      as(funds[1]!.owner),
    );
  });

  it('is computed again before it is published where places changed', async () => {
    const id = await draft();
    await computed(id);
    expect((await done('setRoundCapacity', { id, participantId: funds[0]!.id, places: 1 })).stale).toBe(true);
    expect(await reason(act('publishMatchingRound', { id }))).toBe('ROUND_STALE');
    await computed(id);
    expect((await done('publishMatchingRound', { id })).status).toBe('PUBLISHED');
    expect(await reason(act('setRoundCapacity', { id, participantId: funds[0]!.id, places: 2 }))).toBe('ROUND_STATUS');
    expect(
      await reason(
        act('addRoundVeto', { id, achievementId: entries[0]!.id, investorId: funds[0]!.id, side: 'OPERATOR' }),
      ),
    ).toBe('ROUND_STATUS');
    expect(await reason(act('cancelMatchingRound', { id }))).toBe('INVALID_TRANSITION');
  });

  it('takes a veto back, and is computed again where it had shaped the pairs', async () => {
    const made = (round: Round) =>
      round.pairs.nodes.some((pair) => pair.achievement.id === entries[0]!.id && pair.investor.id === funds[0]!.id);
    const id = await draft({ achievementPlaces: 4, investorPlaces: 4 });
    const veto = async () => {
      await done('addRoundVeto', { id, achievementId: entries[0]!.id, investorId: funds[0]!.id, side: 'LISTER' });
      return (await see(id)).vetoes!.nodes[0]!.id;
    };
    const before = await veto();
    expect(made(await computed(id))).toBe(false);
    expect((await act('removeRoundVeto', { id: before }, lister)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const input = { id: before, idempotencyKey: 'take-back-1' };
    expect((await done('removeRoundVeto', input)).stale).toBe(true);
    expect((await done('removeRoundVeto', input)).stale).toBe(true);
    expect(await reason(act('removeRoundVeto', { id: before }))).toBe('NOT_FOUND');
    expect(await reason(act('publishMatchingRound', { id }))).toBe('ROUND_STALE');
    expect(made(await computed(id))).toBe(true);
    // A veto added after the computation and removed before the publication has no effect.
    expect((await done('removeRoundVeto', { id: await veto() })).stale).toBe(false);
    await done('publishMatchingRound', { id });
    expect(made(await see(id))).toBe(true);
    expect(await ledger('round.veto-removed', uuidOf(id))).toHaveLength(2);
  });

  it('tells the editors and owners of both sides of its publication, once each', async () => {
    const editor = await s.member(funds[0]!.organisation, 'EDITOR');
    await s.member(funds[0]!.organisation, 'MEMBER');
    const round = await published({ achievementPlaces: 1, investorPlaces: 4 });
    const concerned = [
      lister,
      otherLister,
      ...funds
        .filter((fund) => round.pairs.nodes.some((pair) => pair.investor.id === fund.id))
        .map((fund) => fund.owner),
    ];
    if (concerned.includes(funds[0]!.owner)) concerned.push(editor);
    const sent = await eventually(async () => {
      const mine = mails(t).filter((mail) => mail.text.includes(round.id));
      return mine.length >= concerned.length ? mine : null;
    });
    expect(sent.map((mail) => mail.to).sort()).toEqual(concerned.map((person) => person.email).sort());
    const toLister = sent.find((mail) => mail.to === lister.email)!;
    expect(toLister.text).toContain(round.id);
    expect(toLister.text).toContain(
      String(round.pairs.nodes.filter((pair) => pair.achievement.id !== entries[2]!.id).length),
    );
  });

  it('refuses what cannot be, naming the field', async () => {
    const problems = (
      await act('create', { name: { zh: ' ' }, method: 'STABLE', achievementPlaces: -1, investorPlaces: 1001 })
    ).errors?.[0]?.extensions['problems'] as Array<{ field: string; code: string }>;
    expect(problems.map(({ field, code }) => [field, code])).toEqual([
      ['input.name', 'REQUIRED'],
      ['input.achievementPlaces', 'OUT_OF_RANGE'],
      ['input.investorPlaces', 'OUT_OF_RANGE'],
    ]);
    const id = await draft();
    expect(await reason(act('setRoundCapacity', { id, participantId: lister.id, places: 1 }))).toBe('BAD_ID');
    expect(
      await reason(
        act('setRoundCapacity', {
          id,
          participantId: toGlobalId('Achievement', '00000000-0000-7000-8000-000000000000'),
          places: 1,
        }),
      ),
    ).toBe('NOT_FOUND');
    expect(await reason(act('publishMatchingRound', { id }))).toBe('INVALID_TRANSITION');
    expect((await act('create', { name: { en: 'x' }, method: 'STABLE' }, lister)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });
});

describe('answers to pairs', { timeout: 180_000 }, () => {
  it('open a thread once both sides accept', async () => {
    const round = await published();
    const pair = round.pairs.nodes[0]!;
    const fund = fundOf(pair);
    const first = await answer(pair.id, fund.owner, true);
    expect(first.data.answerRoundPair.pair).toMatchObject({
      status: 'PROPOSED',
      investorAnswer: 'ACCEPTED',
      listerAnswer: null,
      interest: null,
    });
    // A side sees the other side's answer only after giving its own.
    expect((await see(round.id, listerOf(pair))).pairs.nodes.find((one) => one.id === pair.id)).toMatchObject({
      status: 'PROPOSED',
      investorAnswer: null,
    });
    const both = (await answer(pair.id, listerOf(pair), true)).data.answerRoundPair.pair;
    expect(both).toMatchObject({ status: 'ACCEPTED', listerAnswer: 'ACCEPTED', interest: { status: 'OPEN' } });
    const [interest] = await t.sql(`SELECT account_id, organisation_id, achievement_id FROM interest WHERE id = $1`, [
      uuidOf(both.interest!.id),
    ]);
    expect(interest).toEqual({
      account_id: fund.owner.accountId,
      organisation_id: fund.organisation.uuid,
      achievement_id: uuidOf(pair.achievement.id),
    });
    expect(await reason(answer(pair.id, fund.owner, false, 'CAPACITY'))).toBe('PAIR_SETTLED');
    const records = await ledger('round.pair-answered', uuidOf(pair.id));
    expect(records.map(({ facts }) => [facts['side'], facts['answer'], facts['interest'] !== null])).toEqual([
      ['INVESTOR', undefined, false],
      ['LISTER', undefined, true],
    ]);
  });

  it('need a reason to decline, which stays with its side, and may be repeated', async () => {
    const round = await published();
    const pair = round.pairs.nodes[0]!;
    const { owner } = fundOf(pair);
    expect(await reason(answer(pair.id, owner, false))).toBe('REQUIRED');
    expect(await reason(answer(pair.id, owner, true, 'PRICE'))).toBe('NOT_DECLINED');
    expect((await answer(pair.id, operator, true)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await answer(pair.id, await s.person(), true)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await answer(pair.id, owner, true)).errors).toBeUndefined();
    expect((await answer(pair.id, owner, false, 'TOO_EARLY')).data.answerRoundPair.pair).toMatchObject({
      status: 'DECLINED',
      investorReason: 'TOO_EARLY',
    });
    expect((await answer(pair.id, owner, false, 'TOO_EARLY')).errors).toBeUndefined();
    expect(await ledger('round.pair-answered', uuidOf(pair.id))).toHaveLength(2);
    // The decline also counts as feedback on the match, so the next round omits the pair.
    const [standing] = await t.sql(
      `SELECT side, action, reason_code
       FROM match_feedback
       WHERE achievement_id = $1 AND counterpart_id = $2 AND side = 'COUNTERPART' AND ended_at IS NULL`,
      [uuidOf(pair.achievement.id), uuidOf(pair.investor.id)],
    );
    expect(standing).toEqual({ side: 'COUNTERPART', action: 'DECLINED', reason_code: 'TOO_EARLY' });
    const next = await computed(await draft({ achievementPlaces: 4, investorPlaces: 4 }));
    expect(
      next.pairs.nodes.some(
        (one) => one.achievement.id === pair.achievement.id && one.investor.id === pair.investor.id,
      ),
    ).toBe(false);
    expect((await see(round.id, listerOf(pair))).pairs.nodes.find((one) => one.id === pair.id)).toMatchObject({
      status: 'PROPOSED',
      investorAnswer: null,
      investorReason: null,
    });
    expect(await reason(answer(pair.id, owner, true))).toBe('PAIR_SETTLED');
  });

  it('come from a decline of the match, too', async () => {
    const round = await published({ achievementPlaces: 4, investorPlaces: 4 });
    const [pair, accepted] = [round.pairs.nodes[0]!, round.pairs.nodes[1]!];
    const decline = (of: Pair, who: SeededPerson) =>
      t.gql(
        `mutation ($input: GiveMatchFeedbackInput!) { giveMatchFeedback(input: $input) { feedback { id } } }`,
        {
          input: {
            achievementId: of.achievement.id,
            counterpartId: of.investor.id,
            action: 'DECLINED',
            reasonCode: 'IP',
            note: '另议',
          },
        },
        as(who),
      );
    await answer(accepted.id, fundOf(accepted).owner, true);
    await answer(accepted.id, listerOf(accepted), true);
    await Promise.all([
      decline(pair, listerOf(pair)),
      decline(pair, fundOf(pair).owner),
      decline(accepted, listerOf(accepted)),
    ]);
    const now = (await see(round.id)).pairs.nodes;
    // Both sides' answers count: neither may learn from a refusal that the other has declined.
    const settled = now.find((one) => one.id === pair.id)!;
    expect(settled).toMatchObject({ status: 'DECLINED', listerReason: 'IP', investorReason: 'IP' });
    expect(await ledger('round.pair-answered', uuidOf(pair.id))).toHaveLength(2);
    expect(await reason(answer(pair.id, fundOf(pair).owner, true))).toBe('PAIR_SETTLED');
    // A pair accepted by both sides has become a thread, which declining further proposals does not end.
    expect(now.find((one) => one.id === accepted.id)).toMatchObject({ status: 'ACCEPTED' });
    await t.sql(`UPDATE match_feedback SET ended_at = created_at WHERE ended_at IS NULL`);
  });

  it('end with the round, whichever comes first', async () => {
    const round = await published();
    const replies = await Promise.all([
      ...round.pairs.nodes.map((pair) => answer(pair.id, fundOf(pair).owner, true)),
      act('closeMatchingRound', { id: round.id }),
      act('closeMatchingRound', { id: round.id }),
    ]);
    const closings = replies.slice(-2).map((reply) => reply.errors?.[0]?.extensions.reason ?? 'CLOSED');
    expect(closings.sort()).toEqual(['CLOSED', 'INVALID_TRANSITION']);
    const taken = replies.slice(0, -2).filter((reply) => reply.errors === undefined).length;
    const [{ n } = { n: -1 }] = await t.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM matching_round_pair WHERE round_id = $1 AND investor_answer = 'ACCEPTED'`,
      [uuidOf(round.id)],
    );
    expect(n).toBe(taken);
    expect(await reason(answer(round.pairs.nodes[0]!.id, listerOf(round.pairs.nodes[0]!), true))).toBe('ROUND_STATUS');
  });
});

describe('two at once, repeats and crashes', { timeout: 180_000 }, () => {
  it('publish once, and a repeated request changes nothing', async () => {
    const id = await draft();
    await computed(id);
    const input = { id, idempotencyKey: 'publish-once-1' };
    const replies = await Promise.all([
      act('publishMatchingRound', input),
      act('publishMatchingRound', input),
      act('publishMatchingRound', { id }),
    ]);
    expect(replies.filter((reply) => reply.errors === undefined).length).toBeGreaterThanOrEqual(1);
    expect(await ledger('round.publish', uuidOf(id))).toHaveLength(1);
  });

  it('a cancelled computation leaves nothing, and one whose process died is taken up again', async () => {
    const cancelled = await draft();
    await done('computeMatchingRound', { id: cancelled });
    expect((await done('cancelMatchingRound', { id: cancelled })).status).toBe('CANCELLED');
    const orphan = await draft();
    await t.sql(`UPDATE matching_round SET status = 'COMPUTING', computation = gen_random_uuid() WHERE id = $1`, [
      uuidOf(orphan),
    ]);
    await t.sql(`SELECT graphile_worker.add_job('kernel:sweep')`);
    await eventually(async () => ((await see(orphan)).status === 'COMPUTED' ? true : null), 120_000);
    expect(await see(cancelled)).toMatchObject({ status: 'CANCELLED', figures: null, pairs: { totalCount: 0 } });
  });
});
