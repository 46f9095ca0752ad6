import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, mails, type SeededEntry } from '../../deals/kit.js';
import { eventually, startTestApp, type TestApp } from '../../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../../seed.js';
import {
  ANSWER,
  DISSOLVE,
  INVITE,
  LIFT,
  PROPOSALS,
  PROPOSE,
  talent,
  TEAM,
  type ProposalsShown,
  type SeededTalent,
  type TalentWish,
  type TeamShown,
} from './stored-kit.js';

let t: TestApp;
let s: Seed;
let lister: SeededPerson;
let university: SeededOrganisation;

beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  lister = await s.person();
  university = await s.organisation(lister, { name: '甲大学' });
});
afterAll(() => t?.close());

const as = (person: SeededPerson) => ({ token: person.token });
const newEntry = (record = {}): Promise<SeededEntry> =>
  entry(t, university, { trl: 5, industries: ['3239'], regionCode: '620300', ...record });
const newTalent = async (wish: TalentWish = {}): Promise<SeededTalent> => talent(t, await s.person(), wish);

async function propose(
  on: SeededEntry,
  talents: SeededTalent[],
  more: Record<string, unknown> = {},
  person = lister,
): Promise<TeamShown> {
  return (
    await t.gql<{ proposeTeam: { team: TeamShown } }>(
      PROPOSE,
      { input: { achievementId: on.id, talentIds: talents.map((one) => one.talent), ...more } },
      as(person),
    )
  ).proposeTeam.team;
}
const answer = async (person: SeededPerson, team: TeamShown, what: string): Promise<TeamShown> =>
  (
    await t.gql<{ answerTeamInvitation: { team: TeamShown } }>(
      ANSWER,
      { input: { id: team.id, answer: what } },
      as(person),
    )
  ).answerTeamInvitation.team;
const failure = async (query: string, input: Record<string, unknown>, person: SeededPerson) =>
  (await t.ask(query, { input }, as(person))).errors?.[0]?.extensions;
const proposals = async (on: SeededEntry, person?: SeededPerson, more = {}) =>
  (await t.gql<ProposalsShown>(PROPOSALS, { id: on.id, ...more }, person ? as(person) : {})).node?.teamProposals ??
  null;
const read = async (team: TeamShown, person: SeededPerson) =>
  (
    await t.gql<{ node: TeamShown | null }>(
      `query ($id: ID!) { node(id: $id) { ... on Team { ${TEAM} } } }`,
      { id: team.id },
      as(person),
    )
  ).node;

describe('proposals', () => {
  it('join both sides, add up, and say what each brings and why; a talent sees those with them, others none', async () => {
    const on = await newEntry({ cooperationModes: [{ mode: 'LICENCE', licenceKind: 'ORDINARY' }] });
    const science = await newTalent({ evidence: [{ kind: 'PAPER' }, { kind: 'PATENT', achievementId: on.uuid }] });
    const market = await newTalent({
      kind: 'MARKET',
      skills: ['渠道与销售'],
      evidence: [{ kind: 'DEAL_CLOSED', achievementId: on.uuid }],
    });
    const pilot = await newTalent({ kind: 'BRIDGE', skills: ['中试放大'] });
    const hidden = await newTalent({ kind: 'MARKET', visibility: 'HIDDEN' });
    const paused = await newTalent({ kind: 'MARKET', status: 'PAUSED' });

    const seen = (await proposals(on, lister))!;
    expect(seen).toMatchObject({ candidates: 3, outside: 0, outsideBound: null, provedBest: true });
    expect(seen.teams.length).toBeGreaterThan(0);
    const shown = seen.teams.flatMap((team) => team.members.map((member) => member.talent!.id));
    for (const left of [hidden, paused]) expect(shown).not.toContain(left.talent);
    for (const team of seen.teams) {
      expect(team.terms.map(({ code }) => code)).toEqual([
        'COVERAGE',
        'FIT',
        'AVAILABILITY',
        'PAST_WORK',
        'OVERLAP',
        'SIZE',
      ]);
      expect(team.terms.reduce((sum, term) => sum + term.contribution, 0)).toBeCloseTo(team.value, 12);
      expect(team.needs.reduce((sum, need) => sum + need.contribution, 0)).toBeCloseTo(team.terms[0]!.contribution, 12);
      expect(team.needs.reduce((sum, need) => sum + need.weight, 0)).toBeCloseTo(1, 12);
      expect(team.needs.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['SCIENCE', 'MARKET', 'PILOT_SCALE', 'TRANSFER', 'REGION']),
      );
    }
    const both = seen.teams.find((team) =>
      [science, market].every((one) => team.members.some((member) => member.talent!.id === one.talent)),
    )!;
    expect(both.terms.find(({ code }) => code === 'PAST_WORK')!.contribution).toBeGreaterThan(0);
    const ofMarket = both.members.find((member) => member.talent!.id === market.talent)!;
    expect(ofMarket.needs.find(({ code }) => code === 'CHANNELS')!.by).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ by: 'SKILL' }),
        expect.objectContaining({ by: 'EVIDENCE', value: 'DEAL_CLOSED' }),
      ]),
    );
    const gaps = both.needs.flatMap((need) => need.evidence ?? []).filter(({ source }) => source === 'GAP');
    expect(gaps.length).toBeGreaterThan(0);

    const own = (await proposals(on, pilot))!;
    expect(own.teams.length).toBeLessThanOrEqual(seen.teams.length);
    for (const team of own.teams) {
      expect(team.members.map((member) => member.talent?.id)).toContain(pilot.talent);
      expect(team.needs.flatMap((need) => need.evidence ?? []).filter(({ source }) => source === 'GAP')).toEqual([]);
    }
    expect(await proposals(on, await s.person())).toBeNull();
    expect(await proposals(on)).toBeNull();
    for (const team of (await proposals(on, lister, { size: 3 }))!.teams) expect(team.members).toHaveLength(3);
    expect((await t.ask(PROPOSALS, { id: on.id, size: 5 }, as(lister))).errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'size',
    });
    expect((await t.ask(PROPOSALS, { id: on.id, first: 0 }, as(lister))).errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'first',
    });
  });

  it('never name the achievement’s own inventors', async () => {
    const orcid = '0000-0002-1825-0097';
    const on = await newEntry({ inventors: [{ name: { zh: '发明人' }, orcid }] });
    const inventor = await newTalent({ orcid });
    const teams = (await proposals(on, lister))!.teams;
    expect(teams.flatMap((team) => team.members.map((member) => member.talent!.id))).not.toContain(inventor.talent);
    expect(
      await failure(
        PROPOSE,
        { achievementId: on.id, talentIds: [inventor.talent, (await newTalent({ kind: 'MARKET' })).talent] },
        lister,
      ),
    ).toMatchObject({ reason: 'TALENTS_UNAVAILABLE', positions: [0] });
  });
});

describe('a team', () => {
  it('is put together, invited, accepted by each, and formed; everybody is told', async () => {
    const on = await newEntry();
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(on, [a, b]);
    expect(team).toMatchObject({
      status: 'FORMING',
      viewerCanDissolve: true,
      viewerCanInvite: false,
      viewerCanAccept: false,
      members: [{ status: 'INVITED' }, { status: 'INVITED' }],
    });
    expect(team.assessment!.terms.reduce((sum, term) => sum + term.contribution, 0)).toBeCloseTo(
      team.assessment!.value,
      12,
    );
    await eventually(async () => mails(t, a.email).some((mail) => mail.text.includes(team.id)));
    expect((await read(team, a))!.viewerCanAccept).toBe(true);
    expect((await answer(a, team, 'ACCEPT')).status).toBe('FORMING');
    const formed = await answer(b, team, 'ACCEPT');
    expect(formed).toMatchObject({ status: 'FORMED', members: [{ status: 'ACCEPTED' }, { status: 'ACCEPTED' }] });
    expect(formed.formedAt).not.toBeNull();
    await eventually(
      async () =>
        mails(t, a.email).some((mail) => /formed/i.test(mail.subject)) &&
        mails(t, lister.email).some((mail) => /formed/i.test(mail.subject)),
    );
    const kinds = await t.sql<{ kind: string }>(
      `SELECT kind
       FROM ledger_record
       WHERE subject_id = (SELECT id::text FROM team WHERE achievement_id = $1)
       ORDER BY seq`,
      [on.uuid],
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['team.proposed', 'team.answered', 'team.answered']);
    expect(await failure(ANSWER, { id: team.id, answer: 'ACCEPT' }, a)).toMatchObject({
      code: 'CONFLICT',
      reason: 'INVALID_TRANSITION',
    });
  });

  it('waits for its invitation where it was put together without, unseen by its talents until then', async () => {
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(await newEntry(), [a, b], { invite: false });
    expect(team).toMatchObject({ status: 'PROPOSED', viewerCanInvite: true });
    expect(await read(team, a)).toBeNull();
    expect(mails(t, a.email)).toEqual([]);
    const { inviteTeam } = await t.gql<{ inviteTeam: { team: TeamShown } }>(
      INVITE,
      { input: { id: team.id } },
      as(lister),
    );
    expect(inviteTeam.team).toMatchObject({
      status: 'FORMING',
      members: [{ status: 'INVITED' }, { status: 'INVITED' }],
    });
    expect(await read(team, a)).not.toBeNull();
    expect(await failure(INVITE, { id: team.id }, lister)).toMatchObject({ reason: 'INVALID_TRANSITION' });
  });

  it('goes on without who declined while both sides are there, and ends when they are not', async () => {
    const on = await newEntry();
    const [a, b, c] = [await newTalent(), await newTalent({ kind: 'MARKET' }), await newTalent({ kind: 'BRIDGE' })];
    const team = await propose(on, [a, b, c]);
    await answer(a, team, 'ACCEPT');
    await answer(b, team, 'ACCEPT');
    expect(await answer(c, team, 'DECLINE')).toMatchObject({ status: 'FORMED' });
    expect(await answer(b, team, 'LEAVE')).toMatchObject({ status: 'DISSOLVED', dissolvedFor: 'MEMBERS_MISSING' });
    await eventually(async () => mails(t, a.email).some((mail) => /dissolved/i.test(mail.subject)));
  });

  it('never proposes who declined for this achievement again, until they say otherwise', async () => {
    const [on, other] = [await newEntry(), await newEntry()];
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(on, [a, b]);
    expect(await answer(a, team, 'DECLINE')).toMatchObject({ status: 'DISSOLVED', dissolvedFor: 'MEMBERS_MISSING' });
    const named = async (where: SeededEntry) =>
      (await proposals(where, lister, { first: 20 }))!.teams.some((one) =>
        one.members.some((member) => member.talent!.id === a.talent),
      );
    const barred = async (where: SeededEntry) =>
      (await t.sql(`SELECT 1 FROM team_refusal WHERE achievement_id = $1 AND talent_id = $2`, [where.uuid, a.talentId]))
        .length === 1;
    expect([await barred(on), await barred(other)]).toEqual([true, false]);
    expect(await named(on)).toBe(false);
    expect(await failure(PROPOSE, { achievementId: on.id, talentIds: [a.talent, b.talent] }, lister)).toMatchObject({
      code: 'CONFLICT',
      reason: 'TALENTS_UNAVAILABLE',
      positions: [0],
    });
    for (let i = 0; i < 2; i += 1)
      expect(await t.gql(LIFT, { input: { achievementId: on.id } }, as(a))).toEqual({
        liftTeamRefusal: { lifted: true },
      });
    expect(await propose(on, [a, b])).toMatchObject({ status: 'FORMING' });
  });

  it('is dissolved by its lister with a reason that its members read', async () => {
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(await newEntry(), [a, b]);
    const { dissolveTeam } = await t.gql<{ dissolveTeam: { team: TeamShown } }>(
      DISSOLVE,
      { input: { id: team.id, reason: '项目暂停' } },
      as(lister),
    );
    expect(dissolveTeam.team).toMatchObject({ status: 'DISSOLVED', dissolvedFor: 'LISTER', reason: '项目暂停' });
    await eventually(async () => mails(t, a.email).some((mail) => mail.text.includes('项目暂停')));
    expect(await failure(ANSWER, { id: team.id, answer: 'ACCEPT' }, a)).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(DISSOLVE, { id: team.id }, lister)).toMatchObject({ reason: 'INVALID_TRANSITION' });
  });

  it('refuses what is no team, naming the field', async () => {
    const on = await newEntry();
    const [a, b] = [await newTalent(), await newTalent()];
    const of = (...ids: string[]) => failure(PROPOSE, { achievementId: on.id, talentIds: ids }, lister);
    expect(await of(a.talent)).toMatchObject({ field: 'input.talentIds', reason: 'TEAM_SIZE' });
    expect(await of(...Array.from({ length: 5 }, () => a.talent))).toMatchObject({ reason: 'TEAM_SIZE' });
    expect(await of(a.talent, a.talent)).toMatchObject({ field: 'input.talentIds[1]', reason: 'DUPLICATE' });
    expect(await of(a.talent, b.talent)).toMatchObject({ field: 'input.talentIds', reason: 'SIDE_MISSING' });
    expect(await of(a.talent, on.id)).toMatchObject({ field: 'input.talentIds[1]', reason: 'BAD_ID' });
  });

  it('is nobody else’s: not to be proposed, answered, read or dissolved by others', async () => {
    const on = await newEntry();
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const [member, stranger] = [await s.member(university, 'MEMBER'), await s.person()];
    for (const person of [member, stranger, a])
      expect(await failure(PROPOSE, { achievementId: on.id, talentIds: [a.talent, b.talent] }, person)).toMatchObject({
        code: 'FORBIDDEN',
      });
    const team = await propose(on, [a, b]);
    expect(await read(team, stranger)).toBeNull();
    expect(await read(team, member)).not.toBeNull();
    for (const query of [ANSWER, DISSOLVE])
      expect(
        await failure(query, { id: team.id, ...(query === ANSWER ? { answer: 'ACCEPT' } : {}) }, stranger),
      ).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failure(DISSOLVE, { id: team.id }, a)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await failure(ANSWER, { id: team.id, answer: 'ACCEPT' }, lister)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('at the same time', () => {
  it('two last answers form a team once', async () => {
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(await newEntry(), [a, b]);
    const answers = await Promise.all([answer(a, team, 'ACCEPT'), answer(b, team, 'ACCEPT')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['FORMED', 'FORMING']);
    expect(await read(team, lister)).toMatchObject({ status: 'FORMED' });
  });

  it('many who ask at once are all answered, strangers too: no transaction waits for a second connection', async () => {
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(await newEntry(), [a, b]);
    const strangers = await Promise.all(Array.from({ length: 12 }, () => s.person()));
    const codes = await Promise.all(
      strangers.map(async (person) => (await failure(DISSOLVE, { id: team.id }, person))?.code),
    );
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']));
  });

  it('the same team is put together once, and a repeated request gives it again', async () => {
    const on = await newEntry();
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const input = { achievementId: on.id, talentIds: [a.talent, b.talent] };
    const replies = await Promise.all([1, 2, 3].map(() => t.ask(PROPOSE, { input }, as(lister))));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    expect(replies.flatMap((reply) => reply.errors ?? []).map(({ extensions }) => extensions.reason)).toEqual([
      'TEAM_EXISTS',
      'TEAM_EXISTS',
    ]);
    const c = await newTalent({ kind: 'BRIDGE' });
    const keyed = await Promise.all([1, 2].map(() => propose(on, [a, c], { idempotencyKey: 'a team, once only' })));
    expect(keyed[0]!.id).toBe(keyed[1]!.id);
  });

  it('a member is erased while the other answers: the team ends, and nothing names the person', async () => {
    const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
    const team = await propose(await newEntry(), [a, b]);
    await t.gql(`query { viewer { teams(first: 5) { nodes { id } } } }`, {}, as(a));
    const [erased] = await Promise.all([
      t.ask(
        `mutation ($input: EraseMyAccountInput!) { eraseMyAccount(input: $input) { __typename } }`,
        { input: { password: a.password } },
        as(a),
      ),
      t.ask(ANSWER, { input: { id: team.id, answer: 'ACCEPT' } }, as(b)),
    ]);
    expect(erased.errors).toBeUndefined();
    const after = (await read(team, lister))!;
    expect(after).toMatchObject({ status: 'DISSOLVED', dissolvedFor: 'MEMBERS_MISSING' });
    expect(after.members[0]).toEqual({ status: 'LEFT', talent: null });
    expect(after.assessment!.members).toHaveLength(1);
  });
});

it('follows what people do: who was in one formed team has worked together, who pauses is not proposed', async () => {
  const [on, next] = [await newEntry({ industries: ['0111'] }), await newEntry({ industries: ['0111'] })];
  const [a, b] = [
    await newTalent({ industries: ['0111'], evidence: [{ kind: 'PAPER' }, { kind: 'PATENT' }] }),
    await newTalent({
      industries: ['0111'],
      kind: 'MARKET',
      evidence: [{ kind: 'DEAL_CLOSED' }, { kind: 'PRODUCT_LAUNCHED' }],
    }),
  ];
  const both = async () =>
    (await proposals(next, lister, { first: 20, size: 2 }))!.teams.find((team) =>
      [a, b].every((one) => team.members.some((member) => member.talent!.id === one.talent)),
    );
  const pastWork = async () => (await both())?.terms.find(({ code }) => code === 'PAST_WORK')!.contribution;
  expect(await pastWork()).toBe(0);
  const team = await propose(on, [a, b]);
  await answer(a, team, 'ACCEPT');
  await answer(b, team, 'ACCEPT');
  expect(await pastWork()).toBeGreaterThan(0);
  await t.sql(`UPDATE talent_profile SET status = 'PAUSED' WHERE id = $1`, [a.talentId]);
  expect(await both()).toBeUndefined();
});

it('shows talents their teams and what is held on them', async () => {
  const [a, b] = [await newTalent(), await newTalent({ kind: 'MARKET' })];
  const team = await propose(await newEntry(), [a, b]);
  const own = await t.gql<{ viewer: { teams: { nodes: Array<{ id: string }> } } }>(
    `query { viewer { teams(first: 5, filter: { statuses: [FORMING] }) { nodes { id } } } }`,
    {},
    as(a),
  );
  expect(own.viewer.teams.nodes.map(({ id }) => id)).toEqual([team.id]);
  const of = async (person: SeededPerson) =>
    (
      await t.gql<{ node: { teams: { nodes: unknown[] } | null } }>(
        `query ($id: ID!) { node(id: $id) { ... on TalentProfile { teams(first: 5) { nodes { id } } } } }`,
        { id: a.talent },
        as(person),
      )
    ).node.teams;
  expect(await of(a)).toEqual({ nodes: [{ id: team.id }] });
  expect(await of(b)).toBeNull();
});
