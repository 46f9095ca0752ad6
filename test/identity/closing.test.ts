import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepBackLater } from '../../src/achievements/achievement.closing.js';
import { as, CLOSE as END_THREAD, entry, EXPRESS, GET, REOPEN, REPLY, type Thread } from '../deals/kit.js';
import { investor } from '../investors/kit.js';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { mailTo, mailsTo, tokenIn } from './mailbox.js';

const CLOSE =
  'mutation($i: CloseOrganisationInput!) { closeOrganisation(input: $i) { organisation { id verification closedAt revision } } }';
const DELETE = 'mutation($id: ID!) { deleteOrganisation(input: { id: $id }) { deletedId } }';
const ERASE =
  'mutation($p: String!, $close: Boolean) { eraseMyAccount(input: { password: $p, closeOwnedOrganisations: $close }) { erased } }';
const ROLE = 'mutation($i: ChangeMemberRoleInput!) { changeMemberRole(input: $i) { membership { role } } }';
const LEAVE = 'mutation($id: ID!) { leaveOrganisation(input: { organisationId: $id }) { removedId } }';
const INVITE = 'mutation($i: InviteMemberInput!) { inviteMember(input: $i) { invitation { id } } }';
const SEE = 'query($id: ID!) { node(id: $id) { ... on Organisation { name { value } verification closedAt } } }';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
});
afterAll(() => t.close());

const close = (person: SeededPerson, organisation: SeededOrganisation, more: object = {}) =>
  t.ask(CLOSE, { i: { id: organisation.id, ...more } }, as(person));
const reasonOf = (reply: { errors?: Array<{ extensions: { reason?: string } }> }) =>
  reply.errors?.[0]?.extensions.reason;
const statusOf = async (table: string, id: string) =>
  (await t.sql<{ status: string }>(`SELECT status FROM ${table} WHERE id = $1`, [id]))[0]?.status;

describe('issue 15, points 11 and 13: an organisation that is closed', () => {
  it('steps back with its entries and threads, whose other sides are told, and stays on record', async () => {
    const owner = await s.person();
    const university = await s.organisation(owner, { name: '皋兰大学' });
    const [pool, draft, registered, judged] = [
      await entry(t, university),
      await entry(t, university, {}, 'DRAFT'),
      await entry(t, university, {}, 'REGISTERED'),
      await entry(t, university, {}, 'UNDER_REVIEW'),
    ];
    const party = await s.person();
    const { expressInterest } = await t.gql<{ expressInterest: { interest: Thread } }>(
      EXPRESS,
      { input: { achievementId: pool.id, message: 'We would like to talk.' } },
      as(party),
    );
    const thread = expressInterest.interest.id;
    const guest = 'guest.of.closed@example.org';
    await t.gql(INVITE, { i: { organisationId: university.id, email: guest, role: 'EDITOR' } }, as(owner));
    const invitation = tokenIn(await mailTo(t, guest));

    const closed = await close(owner, university, { reason: 'merged into another', idempotencyKey: 'close-it-once' });
    expect(closed.data).toMatchObject({
      closeOrganisation: { organisation: { verification: 'CLOSED', closedAt: expect.any(String) as string } },
    });
    expect(
      (await close(owner, university, { reason: 'merged into another', idempotencyKey: 'close-it-once' })).data,
    ).toEqual(closed.data);
    expect(await statusOf('achievement', pool.uuid)).toBe('RETIRED');
    for (const { uuid } of [draft, registered]) expect(await statusOf('achievement', uuid)).toBe('WITHDRAWN');
    // What a cohort judges follows once it is decided.
    expect(await statusOf('achievement', judged.uuid)).toBe('UNDER_REVIEW');
    await t.sql(`UPDATE achievement SET status = 'CULTIVATING' WHERE id = $1`, [judged.uuid]);
    await stepBackLater(t.app, {});
    expect(await statusOf('achievement', judged.uuid)).toBe('WITHDRAWN');

    expect(await t.gql(GET, { id: thread }, as(party))).toMatchObject({
      interest: { status: 'CLOSED', closedBy: 'LISTER', institution: { id: university.id } },
    });
    const mail = await mailTo(t, party.email);
    expect(mail.subject).toBe('The other side has closed its organisation');
    expect(mail.text).toContain(`/interests/${thread}`);
    expect((await mailTo(t, owner.email, mailsTo(t, owner.email).length || 1)).to).toBe(owner.email);
    // Its name remains, for strangers too.
    expect(await t.gql(SEE, { id: university.id })).toMatchObject({ node: { verification: 'CLOSED' } });
    expect(
      reasonOf(
        await t.ask(
          'mutation($t: String!) { acceptInvitation(input: { token: $t }) { membership { id } } }',
          { t: invitation },
          as(await s.person({ email: guest })),
        ),
      ),
    ).toBe('TOKEN_INVALID');
    expect(
      await t.sql(`SELECT facts ->> 'from' AS from FROM ledger_record WHERE kind = 'organisation.closed'`),
    ).toEqual([{ from: 'VERIFIED' }]);
  });

  it('refuses new writes for it with the reason, while its members still log in and read', async () => {
    const owner = await s.person();
    const university = await s.organisation(owner);
    const editor = await s.member(university, 'EDITOR');
    const draft = await entry(t, university, {}, 'DRAFT');
    await close(owner, university);
    const writes: Array<[string, object]> = [
      [
        'mutation($i: CreateAchievementInput!) { createAchievement(input: $i) { __typename } }',
        { institutionId: university.id, content: { title: { zh: '新成果' } } },
      ],
      ['mutation($i: AchievementActionInput!) { reopenAchievement(input: $i) { __typename } }', { id: draft.id }],
      [INVITE, { organisationId: university.id, email: 'late@example.org', role: 'MEMBER' }],
      [
        'mutation($i: UpdateOrganisationInput!) { updateOrganisation(input: $i) { __typename } }',
        { id: university.id, revision: 2, website: 'https://example.org' },
      ],
      [CLOSE, { id: university.id }],
    ];
    for (const [query, i] of writes)
      for (const person of [owner, editor])
        expect([query, reasonOf(await t.ask(query, { i }, as(person)))]).toEqual([query, 'ORGANISATION_CLOSED']);
    const operator = await s.person({ operator: true });
    for (const name of ['verifyOrganisation', 'updateOrganisation'])
      expect(
        reasonOf(
          await t.ask(
            `mutation($i: ${name === 'verifyOrganisation' ? 'VerifyOrganisationInput' : 'UpdateOrganisationInput'}!) { ${name}(input: $i) { __typename } }`,
            { i: { id: university.id, revision: 2 } },
            as(operator),
          ),
        ),
      ).toBe('ORGANISATION_CLOSED');
    expect((await t.ask('{ viewer { via memberships { nodes { role } } } }', {}, as(editor))).errors).toBeUndefined();
    expect(await t.gql('query($id: ID!) { node(id: $id) { id } }', { id: draft.id }, as(editor))).toEqual({
      node: { id: draft.id },
    });
    // Its members may leave, the last owner too.
    expect((await t.ask(LEAVE, { id: university.id }, as(owner))).errors).toBeUndefined();
  });

  it('frees its code, pauses its profile, withdraws its needs, and ends its threads as a party', async () => {
    const { owner, organisation, profile } = await investor(t, { industries: ['C'] });
    await t.sql(`UPDATE organisation SET uscc = '91110000802100433B' WHERE id = $1`, [organisation.uuid]);
    const lister = await s.person();
    const pool = await entry(t, await s.organisation(lister));
    const { expressInterest } = await t.gql<{ expressInterest: { interest: Thread } }>(
      EXPRESS,
      { input: { achievementId: pool.id, organisationId: organisation.id, message: 'For our fund.' } },
      as(owner),
    );
    const id = expressInterest.interest.id;
    await mailTo(t, lister.email);
    await close(owner, organisation);
    const [row] = await t.sql<{ status: string }>('SELECT status FROM investor_profile WHERE organisation_id = $1', [
      organisation.uuid,
    ]);
    expect(row!.status).toBe('PAUSED');
    expect(
      (await t.gql<{ node: unknown }>('query($id: ID!) { node(id: $id) { id } }', { id: profile.id })).node,
    ).toBeNull();
    expect((await mailTo(t, lister.email, 2)).subject).toBe('The other side has closed its organisation');
    for (const [query, input] of [
      [REPLY, { id, message: 'still there?' }],
      [END_THREAD, { id }],
    ] as const)
      expect((await t.ask(query, { input }, as(lister))).errors?.[0]?.extensions.code).toBe('CONFLICT');
    expect(reasonOf(await t.ask(REOPEN, { input: { id } }, as(owner)))).toBe('ORGANISATION_CLOSED');
    expect(
      reasonOf(
        await t.ask(
          EXPRESS,
          { input: { achievementId: pool.id, organisationId: organisation.id, message: 'again' } },
          as(owner),
        ),
      ),
    ).toBe('ORGANISATION_CLOSED');
    const successor = await t.ask(
      'mutation($i: CreateOrganisationInput!) { createOrganisation(input: $i) { organisation { uscc } } }',
      { i: { kind: 'INVESTOR', name: { zh: '后继机构' }, uscc: '91110000802100433B' } },
      as(await s.person()),
    );
    expect(successor.errors).toBeUndefined();
  });

  it('is closed by its owners alone', async () => {
    const owner = await s.person();
    const organisation = await s.organisation(owner);
    const editor = await s.member(organisation, 'EDITOR');
    const operator = await s.person({ operator: true });
    for (const person of [editor, operator, await s.person()])
      expect((await close(person, organisation)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const replies = await Promise.all([1, 2, 3].map(() => close(owner, organisation)));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
  });
});

describe('issue 15, point 11: an organisation that others’ records name', () => {
  it('is not deleted but closed, also when it was refused later', async () => {
    const { owner, organisation } = await investor(t, { industries: ['C'] });
    const pool = await entry(t, await s.organisation(await s.person()));
    const { expressInterest } = await t.gql<{ expressInterest: { interest: Thread } }>(
      EXPRESS,
      { input: { achievementId: pool.id, organisationId: organisation.id, message: 'For our fund.' } },
      as(owner),
    );
    await t.sql(`UPDATE organisation SET verification = 'REJECTED', verified_at = NULL WHERE id = $1`, [
      organisation.uuid,
    ]);
    expect(reasonOf(await t.ask(DELETE, { id: organisation.id }, as(owner)))).toBe('ORGANISATION_IN_USE');
    expect((await close(owner, organisation)).errors).toBeUndefined();
    expect(await t.gql(GET, { id: expressInterest.interest.id }, as(owner))).toMatchObject({
      interest: { status: 'CLOSED', organisation: { id: organisation.id } },
    });
  });
});

describe('issue 15, point 13: a sole owner', () => {
  it('hands the organisation over, and is then free to leave', async () => {
    const owner = await s.person();
    const organisation = await s.organisation(owner);
    const next = await s.member(organisation, 'MEMBER');
    const refused = await t.ask(LEAVE, { id: organisation.id }, as(owner));
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('or close it') as string,
      extensions: { reason: 'LAST_OWNER' },
    });
    const { node } = await t.gql<{ node: { members: { nodes: Array<{ id: string; account: { id: string } }> } } }>(
      'query($id: ID!) { node(id: $id) { ... on Organisation { members { nodes { id account { id } } } } } }',
      { id: organisation.id },
      as(owner),
    );
    const membershipId = node.members.nodes.find(({ account }) => account.id === next.id)!.id;
    await t.gql(ROLE, { i: { membershipId, role: 'OWNER' } }, as(owner));
    const mail = await mailTo(t, next.email);
    expect(mail.subject).toBe('You own an organisation');
    expect(mail.text).toContain(`/organisations/${organisation.id}`);
    expect((await t.ask(LEAVE, { id: organisation.id }, as(owner))).errors).toBeUndefined();
    expect((await close(next, organisation)).errors).toBeUndefined();
  });

  it('is offered the choices, and is erased with the organisation', async () => {
    const owner = await s.person();
    const university = await s.organisation(owner, { name: '独任大学' });
    await s.member(university, 'MEMBER');
    const pool = await entry(t, university);
    const refused = await t.ask(ERASE, { p: owner.password }, as(owner));
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      reason: 'LAST_OWNER',
      organisations: [
        { id: university.id, name: '独任大学', otherMembers: 1, choices: ['MAKE_OWNER', 'INVITE_OWNER', 'CLOSE'] },
      ],
    });
    expect(await statusOf('achievement', pool.uuid)).toBe('ADMITTED');
    expect(await t.gql(ERASE, { p: owner.password, close: true }, as(owner))).toEqual({
      eraseMyAccount: { erased: true },
    });
    expect(await statusOf('achievement', pool.uuid)).toBe('RETIRED');
    expect(await t.gql(SEE, { id: university.id })).toMatchObject({ node: { verification: 'CLOSED' } });
    // An organisation that is closed already is no obstacle.
    const second = await s.person();
    await close(second, await s.organisation(second));
    expect((await t.ask(ERASE, { p: second.password }, as(second))).errors).toBeUndefined();
  });
});
