import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type GraphQLReply, type TestApp } from '../harness.js';
import { seed, type Seed, type SeededOrganisation, type SeededPerson } from '../seed.js';
import { mailTo, tokenIn } from './mailbox.js';

const INVITE =
  'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id email role status } } }';
const ACCEPT =
  'mutation($token: String!) { acceptInvitation(input: { token: $token }) { membership { role organisation { id } account { id } viewerCanEdit } } }';
const MEMBERS =
  'query($id: ID!) { organisation(id: $id) { viewerCanSeeMembers members { nodes { id role account { displayName } } totalCount } invitations { nodes { id status } } } }';

interface MembersReply {
  organisation: {
    viewerCanSeeMembers: boolean;
    members: {
      nodes: Array<{ id: string; role: string; account: { displayName: string } }>;
      totalCount: number;
    } | null;
    invitations: { nodes: Array<{ id: string; status: string }> } | null;
  };
}

let t: TestApp;
let s: Seed;
let owner: SeededPerson;
let organisation: SeededOrganisation;
beforeAll(async () => {
  t = await startTestApp();
  s = seed(t);
  owner = await s.person({ displayName: 'Owner' });
  organisation = await s.organisation(owner);
});
afterAll(() => t.close());

const invite = (email: string, role = 'EDITOR', person = owner) =>
  t.ask<{ inviteMember: { invitation: { id: string; status: string } } }>(
    INVITE,
    { input: { organisationId: organisation.id, email, role } },
    { token: person.token },
  );
const accept = (token: string, person: SeededPerson) =>
  t.ask<{ acceptInvitation: { membership: { role: string } } }>(ACCEPT, { token }, { token: person.token });
const reasonOf = (reply: GraphQLReply<unknown>) => reply.errors?.[0]?.extensions.reason;
const roster = async (person: SeededPerson, id = organisation.id) =>
  (await t.gql<MembersReply>(MEMBERS, { id }, { token: person.token })).organisation;
const membershipId = async (person: SeededPerson, in_: SeededOrganisation) =>
  (
    await t.gql<{ viewer: { memberships: { nodes: Array<{ id: string; organisation: { id: string } }> } } }>(
      '{ viewer { memberships { nodes { id organisation { id } } } } }',
      {},
      { token: person.token },
    )
  ).viewer.memberships.nodes.find((m) => m.organisation.id === in_.id)!.id;
const changeRole = (id: string, role: string, person: SeededPerson) =>
  t.ask(
    'mutation($id: ID!, $role: MembershipRole!) { changeMemberRole(input: { membershipId: $id, role: $role }) { membership { role } } }',
    { id, role },
    { token: person.token },
  );
const remove = (id: string, person: SeededPerson) =>
  t.ask(
    'mutation($id: ID!) { removeMember(input: { membershipId: $id }) { removedId } }',
    { id },
    { token: person.token },
  );
const leave = (in_: SeededOrganisation, person: SeededPerson) =>
  t.ask(
    'mutation($id: ID!) { leaveOrganisation(input: { organisationId: $id }) { removedId } }',
    { id: in_.id },
    { token: person.token },
  );

describe('an invitation', () => {
  it('lets the person with that address join, with the role given, at once', async () => {
    const person = await s.person({ confirmed: false });
    const { data } = await invite(person.email.toUpperCase());
    expect(data.inviteMember.invitation).toMatchObject({ role: 'EDITOR', status: 'OPEN' });
    const mail = await mailTo(
      t,
      person.email.toUpperCase().replace(/@.*/, (domain) => domain.toLowerCase()),
    );
    expect(mail.text).toContain('Organisation');
    const joined = await accept(tokenIn(mail), person);
    expect(joined.data.acceptInvitation.membership).toMatchObject({
      role: 'EDITOR',
      organisation: { id: organisation.id },
      account: { id: person.id },
    });
    expect(await t.gql('{ viewer { account { emailConfirmed } } }', {}, { token: person.token })).toEqual({
      viewer: { account: { emailConfirmed: true } },
    });
    expect((await roster(person)).viewerCanSeeMembers).toBe(true);
    expect(reasonOf(await accept(tokenIn(mail), person))).toBe('TOKEN_INVALID');
    expect(reasonOf(await invite(person.email))).toBe('ALREADY_MEMBER');
    expect((await roster(owner)).invitations?.nodes.map((i) => i.status)).toContain('ACCEPTED');
  });

  it('is of no use to another account', async () => {
    const person = await s.person();
    await invite(person.email);
    const token = tokenIn(await mailTo(t, person.email));
    expect(reasonOf(await accept(token, await s.person()))).toBe('INVITATION_EMAIL_MISMATCH');
    expect((await accept(token, person)).errors).toBeUndefined();
  });

  it('makes one membership of many simultaneous calls', async () => {
    const person = await s.person();
    await invite(person.email);
    const token = tokenIn(await mailTo(t, person.email));
    const replies = await Promise.all(Array.from({ length: 8 }, () => accept(token, person)));
    expect(replies.filter((reply) => !reply.errors)).toHaveLength(1);
    expect(replies.filter((reply) => reasonOf(reply) === 'TOKEN_INVALID')).toHaveLength(7);
    expect(await t.sql('SELECT 1 FROM membership WHERE account_id = $1', [person.accountId])).toHaveLength(1);
  });

  it('ends when it is taken back, replaced, or a week old', async () => {
    const revoked = await s.person();
    const { data } = await invite(revoked.email);
    const revoke = 'mutation($id: ID!) { revokeInvitation(input: { id: $id }) { invitation { status } } }';
    const editor = await s.member(organisation, 'EDITOR');
    expect(
      (await t.ask(revoke, { id: data.inviteMember.invitation.id }, { token: editor.token })).errors?.[0]?.extensions
        .code,
    ).toBe('FORBIDDEN');
    expect(
      (await t.ask(revoke, { id: data.inviteMember.invitation.id }, { token: revoked.token })).errors?.[0]?.extensions
        .code,
    ).toBe('NOT_FOUND');
    expect(await t.gql(revoke, { id: data.inviteMember.invitation.id }, { token: owner.token })).toEqual({
      revokeInvitation: { invitation: { status: 'REVOKED' } },
    });
    expect(reasonOf(await accept(tokenIn(await mailTo(t, revoked.email)), revoked))).toBe('TOKEN_INVALID');

    const replaced = await s.person();
    await invite(replaced.email, 'MEMBER');
    await invite(replaced.email, 'EDITOR');
    expect(reasonOf(await accept(tokenIn(await mailTo(t, replaced.email)), replaced))).toBe('TOKEN_INVALID');
    expect(
      (await accept(tokenIn(await mailTo(t, replaced.email, 2)), replaced)).data.acceptInvitation.membership.role,
    ).toBe('EDITOR');

    const late = await s.person();
    await invite(late.email);
    const token = tokenIn(await mailTo(t, late.email));
    t.travel(7 * 86_400_000 + 1000);
    owner.token = await s.logIn(owner);
    late.token = await s.logIn(late);
    expect(reasonOf(await accept(token, late))).toBe('TOKEN_INVALID');
    expect((await roster(owner)).invitations?.nodes.map((i) => i.status)).toContain('EXPIRED');
  });

  it('is for owners to send and to see', async () => {
    const editor = await s.member(organisation, 'EDITOR');
    expect((await invite('x@example.org', 'MEMBER', editor)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const stranger = await s.person();
    expect((await invite('x@example.org', 'MEMBER', stranger)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await roster(editor)).invitations).toBeNull();
    expect(await roster(stranger)).toEqual({ viewerCanSeeMembers: false, members: null, invitations: null });
  });
});

describe('members', () => {
  it('are seen by each other, by operators, and by nobody else', async () => {
    const group = await s.organisation(owner);
    const member = await s.member(group, 'MEMBER', await s.person({ displayName: 'Member' }));
    const operator = await s.person({ operator: true });
    const stranger = await s.person();
    for (const person of [member, operator]) {
      expect((await roster(person, group.id)).members?.nodes.map((m) => [m.account.displayName, m.role])).toEqual([
        ['Owner', 'OWNER'],
        ['Member', 'MEMBER'],
      ]);
    }
    const node = async (id: string, person: SeededPerson) =>
      (
        await t.gql<{ node: unknown }>(
          'query($id: ID!) { node(id: $id) { __typename } }',
          { id },
          { token: person.token },
        )
      ).node;
    const id = await membershipId(member, group);
    expect(await node(id, owner)).toEqual({ __typename: 'Membership' });
    expect(await node(id, stranger)).toBeNull();
    expect(await node(member.id, owner)).toEqual({ __typename: 'Account' });
    expect(await node(member.id, stranger)).toBeNull();
  });

  it('lose their rights at once when the role changes or they are removed', async () => {
    const group = await s.organisation(owner);
    const second = await s.member(group, 'OWNER');
    const id = await membershipId(second, group);
    const edit = () =>
      t.ask(
        'mutation($id: ID!) { updateOrganisation(input: { id: $id, revision: 1, website: null }) { organisation { id } } }',
        { id: group.id },
        { token: second.token },
      );
    expect((await edit()).errors).toBeUndefined();
    expect((await changeRole(id, 'MEMBER', owner)).data).toEqual({
      changeMemberRole: { membership: { role: 'MEMBER' } },
    });
    expect((await edit()).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await changeRole(id, 'OWNER', second)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await remove(id, owner);
    expect((await roster(second, group.id)).members).toBeNull();
    const kinds = await t.sql<{ kind: string; facts: Record<string, unknown> }>(
      `SELECT kind, facts FROM ledger_record WHERE subject_id = $1 AND kind LIKE 'membership.%' ORDER BY seq`,
      [group.uuid],
    );
    expect(kinds.map((row) => row.kind)).toEqual(['membership.role_changed', 'membership.ended']);
    expect(JSON.stringify(kinds)).not.toContain(second.accountId);
  });

  it('may leave, except for the last owner', async () => {
    const group = await s.organisation(owner);
    const member = await s.member(group, 'MEMBER');
    const id = await membershipId(owner, group);
    expect((await leave(group, member)).errors).toBeUndefined();
    for (const reply of [await leave(group, owner), await remove(id, owner), await changeRole(id, 'EDITOR', owner)]) {
      expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'LAST_OWNER' });
    }
  });

  it('keep an owner when all owners leave at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const group = await s.organisation(owner);
      const second = await s.member(group, 'OWNER');
      const [first, other] = [await membershipId(owner, group), await membershipId(second, group)];
      const replies = await Promise.all([
        leave(group, owner),
        round % 2 === 0 ? leave(group, second) : remove(first, second),
        changeRole(other, 'MEMBER', owner),
      ]);
      expect(replies.some((reply) => !reply.errors)).toBe(true);
      expect(
        await t.sql(`SELECT 1 FROM membership WHERE organisation_id = $1 AND role = 'OWNER'`, [group.uuid]),
      ).toHaveLength(1);
    }
  });
});
